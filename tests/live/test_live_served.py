"""A real server over a real file: streams that end with it, resume behind it, and follow another process."""

from __future__ import annotations

import http.client
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_server import Served
from square import fill

from mapsvc import wiring
from mapsvc.config import Config
from mapsvc.model.account import Account, Role
from mapsvc.model.case import Change
from mapsvc.wiring import Services


def heard(stream: http.client.HTTPResponse, n: int) -> list[int]:
    """The next n numbers of a stream."""
    found: list[int] = []
    while len(found) < n:
        line = stream.readline()
        assert line, "the stream ended"
        if line.startswith(b"id: "):
            found.append(int(line[4:]))
    return found


def stir(store: Any, n: int) -> None:
    """n events of incident i4."""
    for _ in range(n):
        revision = store.get_incident("i4").revision
        store.change_incidents([Change("i4", revision, "incident.urged")], at=1, post="other")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Services]:
    """Another process's hold of the same file."""
    services = wiring.build(Config(tmp_path))
    fill(services.store)  # type: ignore[arg-type]
    yield services
    services.close()


@pytest.fixture
def served(tmp_path: Path, other: Services) -> Iterator[Served]:
    account = Account("wall", Role.VIEWER, "Wall", created_at=1)
    other.store.put_account(account, kind="account.added", at=1, post="test")
    key = other.accounts.keys.make("Wall", account="wall", post="test")[1]
    server = Served(tmp_path, key, MAPSVC_STREAMS="4", MAPSVC_THREADS="2")
    server.start()
    yield server
    if server.process is not None:
        server.end(signal.SIGKILL)


def test_a_stream_follows_another_process_and_a_kill_and_ends_with_its_server(served: Served, other: Services) -> None:
    before = other.store.seq()
    stream = served.ask(f"/api/stream?after={before}")
    stir(other.store, 20)
    numbers = heard(stream, 12)
    stream.close()
    served.end(signal.SIGKILL)
    stir(other.store, 5)
    served.start()
    stream = served.ask("/api/stream", **{"Last-Event-ID": str(numbers[-1])})
    stir(other.store, 5)
    numbers += heard(stream, 18)
    assert numbers == list(range(before + 1, before + 31))
    begin = time.monotonic()
    assert served.process is not None
    served.process.send_signal(signal.SIGTERM)
    assert b"id:" not in stream.read()
    assert time.monotonic() - begin < 3
    stream.close()
    assert served.end(signal.SIGTERM) == 0
    assert time.monotonic() - begin < 8


def test_where_all_places_are_taken_health_and_polling_still_answer_at_once(served: Served, other: Services) -> None:
    streams = [served.ask("/api/stream") for _ in range(4)]
    refused = served.ask("/api/stream")
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0
    for path in ("/health", f"/api/events?after={other.store.seq()}"):
        begin = time.monotonic()
        assert served.ask(path).status == 200
        assert time.monotonic() - begin < 1
    stir(other.store, 1)
    assert {heard(stream, 1)[0] for stream in streams} == {json.loads(served.ask("/api/events").read())["seq"]}
    for stream in streams:
        stream.close()
    served.hang_up()
    deadline = time.monotonic() + 30
    while (status := served.ask("/api/stream").status) == 503 and time.monotonic() < deadline:
        stir(other.store, 1)
        time.sleep(0.05)
    assert status == 200
