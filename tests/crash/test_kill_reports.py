"""Reports of a server that is killed again and again: what it said is kept, is kept, and once."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from rig import Client, Server
from signed import key_of
from square import fill

from mapsvc.config import Config
from mapsvc.model.channel import Channel
from mapsvc.store.connection import sqlite_module
from mapsvc.wiring import build

CLIENTS = 6
SEED = 20261126
PATIENCE_S = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    services = build(Config(tmp_path))
    fill(services.store)  # type: ignore[arg-type]
    services.accounts.channels.put(Channel("app", "An app"), post="test")
    services.close()
    return tmp_path


def keys_in(folder: Path) -> dict[str, dict[str, str]]:
    services = build(Config(folder))
    try:
        text = services.accounts.keys.make("tests", channel="app", post="test")[1]
        return {"channel": {"Authorization": f"Bearer {text}"}, "desk": key_of(services, "dispatcher")}
    finally:
        services.close()


def acked(clients: list[Client]) -> int:
    return sum(len(client.acked.ids) for client in clients)


def suffer(folder: Path, kills: int, acks: int) -> list[Client]:
    """Let clients report while the server is killed; at least so many kills and acknowledged reports."""
    server, stop, dice = Server(folder), threading.Event(), random.Random(SEED)
    clients = [Client(number, server.port, keys_in(folder), stop) for number in range(CLIENTS)]
    try:
        server.start()
        for client in clients:
            client.start()
        while server.lives <= kills or acked(clients) < acks:
            # A life is counted from its first answer: how long a start takes is the machine's affair.
            before, deadline = acked(clients), time.monotonic() + PATIENCE_S
            while acked(clients) == before:
                assert time.monotonic() < deadline, [client.acked.wrong[:3] for client in clients]
                time.sleep(0.01)
            time.sleep(dice.uniform(0.2, 0.9))
            server.kill()
            server.start()
        stop.set()
        for client in clients:
            client.join(timeout=60)
            assert not client.is_alive()
    finally:
        stop.set()
        server.kill()
    return clients


def check(folder: Path, clients: list[Client]) -> None:
    """Nothing lost, nothing double, the journal whole, the file sound."""
    assert [client.acked.wrong for client in clients] == [[]] * CLIENTS
    told = {ref: incident for client in clients for ref, incident in client.acked.ids.items()}
    steps = {incident: n for client in clients for incident, n in client.acked.steps.items()}
    services = build(Config(folder))
    try:
        store = services.store
        n = store.count_incidents()
        stored = [one for one in store.list_incidents(list(range(1, n + 1))) if one.channel == "app"]
        assert max(Counter(one.channel_ref for one in stored).values()) == 1
        assert len(stored) == len({one.channel_ref for one in stored})
        known = {one.channel_ref: one.id for one in stored}
        assert {ref: known.get(ref) for ref in told} == told
        # every reference was sent until it was answered: nothing is there that nobody was told of
        assert known.keys() == told.keys()
        assert {one.id: one.revision for one in stored if one.revision} == steps
        for one in stored:
            assert (one.title, one.grid_code != "") == (f"Lamp of {one.channel_ref}", True)
        events = Counter()
        after = 0
        while page := store.list_events(after):
            after = page[-1].seq
            for event in page:
                if event.kind.startswith("incident."):
                    events[(event.kind, event.subject)] += 1
        assert max(events.values()) == 1
        # against the heads that every start noted beside the store, too
        verdict = services.heads.verify()
        assert verdict.is_whole, verdict.why
    finally:
        services.close()
    copy = folder / "copy.gpkg"
    shutil.copy(folder / "mapsvc.gpkg", copy)
    link = sqlite_module().connect(str(copy))
    try:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        link.close()


def test_three_kills_lose_and_double_nothing(folder: Path) -> None:
    clients = suffer(folder, kills=3, acks=30)
    check(folder, clients)
    assert sum(client.acked.retried for client in clients) > 0


@pytest.mark.slow
def test_sixty_kills_during_five_thousand_reports_lose_and_double_nothing(folder: Path) -> None:
    clients = suffer(folder, kills=60, acks=5_000)
    check(folder, clients)
    assert acked(clients) >= 5_000
    assert sum(len(client.acked.steps) for client in clients) > 100
