"""Server processes over one folder, spoken to over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signed import key_of
from square import fill

from mapsvc.config import Config
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import build

READY_S = 60.0


@dataclass
class Told:
    """An answer: status, headers by lower-case name, JSON where there is some."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """One `mapsvc serve` process."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    environ: dict[str, str] = field(default_factory=dict)
    key: dict[str, str] = field(default_factory=dict)
    """What goes with every request: a key of an admin."""

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mapsvc", "serve", "--data", str(self.folder), "--port", str(self.port)],
            env={**os.environ, **self.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Told:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = None if body is None else json.dumps(body).encode()
            link.request(method, path, sent, {"Content-Type": "application/json", **self.key, **(headers or {})})
            answer = link.getresponse()
            return Told(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            link.close()

    def write(self, path: str, body: Any, revision: int, method: str = "POST") -> Told:
        return self.ask(method, path, body, {"If-Match": f'"r{revision}"'})

    def kill(self) -> None:
        """As a power cut: no goodbye."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        self.process = None


def key_in(folder: Path) -> dict[str, str]:
    """Headers with a key of an admin in the store of a folder."""
    services = build(Config(folder))
    try:
        return key_of(services)
    finally:
        services.close()


def nine_squares(folder: Path) -> Path:
    """A folder with the nine squares in a GeoPackage."""
    folder.mkdir(parents=True, exist_ok=True)
    store = SqliteStore.open(folder / "mapsvc.gpkg")
    fill(store)  # type: ignore[arg-type]
    store.close()
    return folder


@contextmanager
def servers(folder: Path, count: int, **environ: str) -> Iterator[list[Server]]:
    """So many processes over one folder; whatever still runs at the end is ended."""
    key = key_in(folder)
    made = [Server(folder, environ=dict(environ), key=key) for _ in range(count)]
    try:
        for server in made:
            server.start()
        yield made
    finally:
        for server in made:
            if server.process is not None:
                server.kill()
