"""A real receiver of webhooks on this machine, with every mood one can have."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mapsvc.services.live.signature import verify


class Receiver:
    """What arrived, in order. mood: "well", "broken" (500), "slow", "away" (redirects elsewhere)."""

    def __init__(self) -> None:
        self.mood = "well"
        self.messages: list[dict[str, Any]] = []
        self.secret = ""
        self.bad_signatures = 0
        self.tries = 0
        self.other_paths: list[str] = []

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str]]:
        self.tries += 1
        if path != "/hook":
            self.other_paths.append(path)
            return 200, {}
        if self.mood == "broken":
            return 500, {}
        if self.mood == "away":
            return 302, {"Location": "/elsewhere"}
        if self.mood == "slow":
            time.sleep(1.5)
            return 200, {}
        if not verify(self.secret, headers["X-Mapsvc-Signature"], body, int(time.time())):
            self.bad_signatures += 1
        self.messages.append({"key": headers["Idempotency-Key"], **json.loads(body)})
        return 204, {}

    @property
    def seqs(self) -> list[int]:
        """Numbers of what arrived, each key once, as a receiver that keeps keys counts them."""
        return list({message["key"]: message["seq"] for message in self.messages}.values())


@contextmanager
def receiving(receiver: Receiver, port: int = 0) -> Iterator[str]:
    """The address of the receiver; it is down when the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = receiver.take(self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
