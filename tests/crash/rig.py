"""A real server that is killed without goodbye, and clients that report to it all the while."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from square import SOUTH, STEP, WEST

READY_S = 60.0
BATCH = 10
STEPS = ("accept", "file")
LOST = (OSError, http.client.HTTPException)


@dataclass
class Server:
    """`mapsvc serve` as a process group of its own: master and worker die in the same instant."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    lives: int = 0

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self.lives += 1
        command = [sys.executable, "-m", "mapsvc", "serve", "--data", str(self.folder), "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                if ask(self.port, "GET", "/health", {})[0] == 200:
                    return
            except LOST:
                time.sleep(0.02)
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """As a power cut: no goodbye."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
            self.process = None


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: Any = None, link: Any = None
) -> tuple[int, Any]:
    own = link or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = None if body is None else json.dumps(body).encode()
        own.request(method, path, sent, {"Content-Type": "application/json", **headers})
        answer = own.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        if link is None:
            own.close()


@dataclass
class Acked:
    """What the server said is kept. ids: reference -> id; steps: id -> revision after the last step it took."""

    ids: dict[str, str] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    said: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    wrong: list[str] = field(default_factory=list)
    retried: int = 0


class Client(threading.Thread):
    """Reports one by one and in batches, and takes steps; what was not answered is sent again under the same key."""

    def __init__(self, number: int, port: int, keys: dict[str, dict[str, str]], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.name_of = f"c{number}"
        self.random = random.Random(number)
        self.port, self.keys, self.stop = port, keys, stop
        self.acked = Acked()
        self.made = 0
        self.link: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.stop.is_set():
            dice = self.random.random()
            if dice < 0.2 and self.acked.ids:
                self.step()
            elif dice < 0.3:
                self.report(BATCH)
            else:
                self.report(1)
        if self.link is not None:
            self.link.close()

    def report(self, n: int) -> None:
        refs = [f"{self.name_of}-{self.made + k}" for k in range(n)]
        self.made += n
        rows = [self.row(ref) for ref in refs]
        status, told = self.until_answered("/api/reports", "channel", rows[0] if n == 1 else {"reports": rows})
        if status not in (200, 201):
            self.acked.wrong.append(f"{status} {told}")
            return
        ids = [told["id"]] if n == 1 else told["ids"]
        self.acked.ids |= dict(zip(refs, ids, strict=True))

    def row(self, ref: str) -> dict[str, Any]:
        lon, lat = (origin + 3 * STEP * self.random.random() for origin in (WEST, SOUTH))
        place = {"datum": "wgs84", "lon": lon, "lat": lat, "accuracy_m": 9}
        return {"ref": ref, "type": "lamp", "title": f"Lamp of {ref}", **place}

    def step(self) -> None:
        incident = self.random.choice(list(self.acked.ids.values()))
        done = self.acked.steps.get(incident, 0)
        if done == len(STEPS):
            return
        tag = {"If-Match": f'"r{done}"'}
        status, told = self.until_answered(f"/api/cases/{incident}/steps", "desk", {"step": STEPS[done]}, tag)
        # 412: an earlier try of ours was kept although its answer was lost; nobody else touches this incident.
        if status == 200 or (status == 412 and told["revision"] == done + 1):
            self.acked.steps[incident] = done + 1
        else:
            self.acked.wrong.append(f"{status} {told}")

    def until_answered(
        self, path: str, key: str, body: Any, more: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        while True:
            try:
                self.link = self.link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                status, told = ask(self.port, "POST", path, {**self.keys[key], **(more or {})}, body, self.link)
                self.acked.said[status] += 1
                if status == 503:
                    time.sleep(0.05)
                    continue
                return status, told
            except (*LOST, ValueError):
                self.acked.retried += 1
                if self.link is not None:
                    self.link.close()
                self.link = None
                time.sleep(0.02)
