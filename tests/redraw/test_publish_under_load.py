"""Editions come into force one after another while reports come in and pins move: each grid is that of a full count."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from redraw.servers import Server, nine_squares, servers
from redraw.test_processes import edit, start
from signed import PASSWORD
from square import SOUTH, STEP, TZ, WEST, StillClock, fill

from mapsvc.config import Config
from mapsvc.errors import Conflict
from mapsvc.model.account import CLI
from mapsvc.model.incident import write_shares
from mapsvc.model.report_in import read_report
from mapsvc.ports import Store
from mapsvc.services.cases.pins import PinTo
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble

PER_S = 50.0
SENDERS = 4
PATIENCE_S = 10.0
"""On a machine that does other things too; left alone it takes a tenth of a second."""


def spot(rng: random.Random) -> tuple[float, float]:
    """A point near the four junctions, which every edition moves."""
    return WEST + rng.uniform(0.6, 2.4) * STEP, SOUTH + rng.uniform(0.6, 2.4) * STEP


def accuracy_of(ref: str) -> float:
    """Some know their place as well as a phone does, some no better than a village's name."""
    return 900.0 if ref.endswith("4") else 15.0


class Traffic:
    """Reports and moved pins at a steady pace from several threads until it is left; what went wrong is kept."""

    def __init__(self, report: Callable[[str, float, float], str], move: Callable[[str, float, float], str]) -> None:
        self._report, self._move = report, move
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(SENDERS)]
        self.told: Counter[str] = Counter()
        self.wrong: list[str] = []

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        rng, own = random.Random(number), []
        step = 0
        begun = time.monotonic()
        while not self._stop.is_set():
            step += 1
            try:
                if step % 3 or not own:
                    own.append(self._report(f"{number}-{step}", *spot(rng)))
                    self.told["reported"] += 1
                else:
                    self.told[self._move(rng.choice(own[-20:]), *spot(rng))] += 1
            except Exception as error:
                self.wrong.append(repr(error))
                return
            self._stop.wait(max(begun + step * SENDERS / PER_S - time.monotonic(), 0))


def check_as_counted(store: Store) -> None:
    """Grid, certainty and shares of every incident, as if all had been located under the edition assigned."""
    assigned = store.find_assigned_plan()
    assert assigned is not None
    plan, columns = store.get_plan(assigned), store.load_columns()
    incidents = store.list_incidents(columns.fid.tolist())
    accuracy = np.array([np.nan if one.place.accuracy_m is None else one.place.accuracy_m for one in incidents])
    found = Assigner(plan).assign(columns.lon, columns.lat, accuracy)
    codes = [plan.codes[grid] if grid >= 0 else "" for grid in found.grid.tolist()]
    assert [one.grid_code for one in incidents] == codes
    assert columns.certainty.tolist() == found.certainty.tolist()
    assert [write_shares(one.shares) for one in incidents] == found.shares.tolist()


def check_told(store: Store) -> int:
    """Each change of an open incident's grid is a line of its history that leads from the one before to the next."""
    events = store.list_events(limit=10**6)
    carried: dict[str, str] = {}
    for event in events:
        if event.kind == "incident.reported":
            carried[event.subject] = event.data["grid"]
        elif "grids" in event.data and event.subject in carried:
            assert event.data["grids"][0] == carried[event.subject], event
            carried[event.subject] = event.data["grids"][1]
    stored = {one.id: one.grid_code for one in store.list_incidents([int(name[1:]) for name in carried])}
    assert stored == carried
    return sum(event.kind == "incident.rerouted" for event in events)


# in one process
def in_process(services: Services) -> tuple[Callable[..., str], Callable[..., str]]:
    def report(ref: str, lon: float, lat: float) -> str:
        given = {"ref": ref, "type": "lamp", "title": "Dark", "lon": lon, "lat": lat, "datum": "wgs84"}
        return services.intake.take_one(read_report(given | {"accuracy_m": accuracy_of(ref)}), "desk", CLI).id

    def move(incident: str, lon: float, lat: float) -> str:
        revision = services.store.get_case(incident).revision
        try:
            services.cases.move(incident, PinTo(lon, lat, "wgs84", 20.0), "Found there", revision, CLI)
        except Conflict:
            return "late"
        return "moved"

    return report, move


def edition(services: Services, number: int) -> float:
    """Draw and publish; seconds that publishing took."""
    redraw, rng = services.redraw, random.Random(number)
    draft_id = str(redraw.drafts.start(f"Draft {number}", None, post="planner")["id"])
    partition = redraw.desk.sessions.state(draft_id).partition
    ends = [
        (arc_id, index, *partition.degrees(arc.steps)[index])
        for arc_id, arc in partition.arcs.items()
        if min(arc.left, arc.right) >= 0
        for index in (0, len(arc.steps) - 1)
    ]
    home = (WEST + rng.choice((1, 2)) * STEP, SOUTH + rng.choice((1, 2)) * STEP)
    arc_id, index, *_ = min(ends, key=lambda end: abs(end[2] - home[0]) + abs(end[3] - home[1]))
    to = [place + rng.uniform(-0.3, 0.3) * STEP for place in home]
    command = {"kind": "move", "moves": [{"arc": arc_id, "index": index, "to": to}]}
    redraw.editor.edit(draft_id, 1, command, "Because", merge=False, post="planner")
    redraw.review.send(draft_id, 2, redraw.desk.today(), f"Edition {number}", post="planner")
    begun = time.perf_counter()
    redraw.review.publish(draft_id, 3, post="reviewer")
    return time.perf_counter() - begun


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_editions_follow_each_other_while_threads_report_and_move(kind: str, tmp_path: Path) -> None:
    store: Any = MemoryStore() if kind == "memory" else SqliteStore.open(tmp_path / "mapsvc.gpkg")
    services = assemble(Config(tmp_path), fill(store), StillClock())
    # Another desk over the same store, as another process would be.
    other = assemble(Config(tmp_path), store, StillClock())
    report, spread = in_process(services)[0], random.Random(1)
    for number in range(60):
        # Around the junctions that are moved: some change grid whatever the traffic does.
        lon, lat = (low + (1 + spread.randrange(2) + spread.uniform(-0.2, 0.2)) * STEP for low in (WEST, SOUTH))
        report(f"near-{number}", lon, lat)
    with Traffic(report, in_process(other)[1]) as traffic:
        took = [edition((services, other)[number % 2], number) for number in range(4)]
    assert not traffic.wrong
    assert traffic.told["moved"] > 3
    assert max(took) < PATIENCE_S
    check_as_counted(store)
    assert check_told(store) > 0
    store.close()


# over HTTP
def over_http(server: Server, other: Server) -> tuple[Callable[..., str], Callable[..., str]]:
    def report(ref: str, lon: float, lat: float) -> str:
        given = {"ref": ref, "type": "lamp", "title": "Dark", "lon": lon, "lat": lat, "datum": "wgs84"}
        told = server.ask("POST", "/api/reports", given | {"accuracy_m": accuracy_of(ref)})
        assert told.status == 201, told.body
        return str(told.json["id"])

    def move(incident: str, lon: float, lat: float) -> str:
        revision = other.ask("GET", f"/api/cases/{incident}").json["revision"]
        place = {"lon": lon, "lat": lat, "datum": "wgs84", "accuracy_m": 20.0, "reason": "Found there"}
        told = other.write(f"/api/cases/{incident}/place", place, revision)
        assert told.status in (200, 412), told.body
        return "moved" if told.status == 200 else "late"

    return report, move


def publish(server: Server, number: int) -> float:
    """Draw and publish over HTTP; seconds that publishing took."""
    draft_id = start(server, f"Draft {number}")
    revision = edit(server, draft_id, 1, random.Random(number), "Because").json["revision"]
    today = str(datetime.now(ZoneInfo(TZ)).date())
    sent = server.write(f"/api/drafts/{draft_id}/review", {"valid_from": today, "edition_name": f"E{number}"}, revision)
    assert sent.status == 200, sent.body
    begun = time.perf_counter()
    told = server.write(f"/api/drafts/{draft_id}/publish", {"password": PASSWORD}, sent.json["revision"])
    assert told.status == 201, told.body
    return time.perf_counter() - begun


def race(folder: Path, editions: int) -> list[float]:
    with servers(nine_squares(folder), 2) as pair:
        with Traffic(*over_http(*pair)) as traffic:
            took = [publish(pair[number % 2], number) for number in range(editions)]
        assert not traffic.wrong
        assert traffic.told["moved"] > editions / 2
        assert max(took) < PATIENCE_S
    store = SqliteStore.open(folder / "mapsvc.gpkg")
    check_as_counted(store)
    assert check_told(store) > 0
    store.close()
    return took


def test_editions_follow_each_other_while_two_servers_take_reports_and_moves(tmp_path: Path) -> None:
    race(tmp_path, 4)


@pytest.mark.slow
def test_forty_editions_follow_each_other_while_two_servers_take_reports_and_moves(tmp_path: Path) -> None:
    assert statistics.median(race(tmp_path, 40)) < 2.0
