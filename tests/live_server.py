"""`mapsvc serve` as a process of its own over a data folder, killed and started at will."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """The server. key: what its requests are signed with; environ: settings of it."""

    def __init__(self, data: Path, key: str, **environ: str) -> None:
        self.data, self.key, self.environ = data, key, environ
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.connections: list[http.client.HTTPConnection] = []
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        verb = [sys.executable, "-m", "mapsvc", "serve", "--data", str(self.data), "--port", str(self.port)]
        environ = {**os.environ, **self.environ}
        self.process = subprocess.Popen(verb, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environ)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.ask("/health")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the server does not answer")

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if how is signal.SIGKILL:
            # The worker is a child: killing the one that started it would leave it alive.
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            for child in children:
                os.kill(int(child), how)
        self.process.send_signal(how)
        self.process.wait(20)
        assert self.process.stderr is not None
        self.process.stderr.close()
        code = self.process.returncode
        self.hang_up()
        self.process = None
        return code

    def hang_up(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def ask(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.connections.append(connection)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.key}", **headers})
        return connection.getresponse()
