"""Incidents in motion over the file store: several desks at once, a service that starts again, the journal replayed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from casefile import staff
from square import HOUR, SOUTH, STEP, WEST, StillClock, fill

from mapsvc.casework.apply import apply, hear_change
from mapsvc.config import Config
from mapsvc.errors import Forbidden, IllegalStep, MapsvcError, Stale
from mapsvc.model.account import CLI, RIGHTS, Actor, Role
from mapsvc.model.query import Query
from mapsvc.model.step import Step
from mapsvc.services.cases.discretion import SEEN
from mapsvc.services.cases.pins import PinTo
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble

DESKS = [Actor(f"desk-{k}", Role.DISPATCHER, RIGHTS[Role.DISPATCHER]) for k in range(8)]
WORKS = Actor("works", Role.WORKER, RIGHTS[Role.WORKER], ("33",), department="works")


@pytest.fixture
def services(tmp_path: Path) -> Services:
    store = SqliteStore.open(tmp_path / "mapsvc.gpkg")
    fill(store)  # type: ignore[arg-type]
    staff(store)
    return assemble(Config(tmp_path), store, StillClock())


def test_of_eight_desks_that_dispatch_one_report_at_once_one_does(services: Services) -> None:
    def dispatch(desk: Actor) -> str:
        try:
            services.cases.dispatch("i4", Step("dispatch", targets=("department:works",)), 0, desk)
        except Stale:
            return "stale"
        return desk.code

    with ThreadPoolExecutor(8) as pool:
        done = Counter(pool.map(dispatch, DESKS))
    assert done["stale"] == 7
    kinds = [event.kind for event in services.store.list_history("i4")]
    assert kinds == ["incident.accepted", "incident.filed", "incident.dispatched"]
    assert len(services.store.get_case("i4").open_calls) == 1


def test_a_look_at_a_sensitive_matter_by_many_at_once_is_written_at_least_once_each(services: Services) -> None:
    services.cases.move("i8", PinTo(WEST + STEP / 2, SOUTH + STEP / 2, "wgs84"), "Found", 0, CLI)
    services.cases.step("i8", Step("accept", task_type="dispute"), 1, CLI)
    services.cases.dispatch("i8", Step("dispatch", targets=("department:works",)), 2, CLI)
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: services.cases.case("i8", WORKS), range(6)))
    assert not any(one["hidden"] for one in told)
    looks = [event for event in services.store.list_history("i8") if event.kind == SEEN]
    assert 1 <= len(looks) <= 6
    assert {event.post for event in looks} == {"works"}
    assert services.store.get_case("i8").revision == 4


def test_what_was_done_is_there_after_a_start_and_the_journal_replays_to_it(services: Services, tmp_path: Path) -> None:
    start = {f"i{k}": services.store.get_case(f"i{k}") for k in (3, 4, 8)}
    cases, clock = services.cases, services.clock
    assert isinstance(clock, StillClock)
    cases.dispatch("i4", Step("dispatch", targets=("post:w22", "department:works")), 0, CLI)
    cases.undo("i4", 3, CLI)
    cases.dispatch("i4", Step("dispatch", targets=("department:works", "post:w22"), whistle=True), 4, CLI)
    cases.step("i4", Step("take"), 7, WORKS)
    cases.move("i4", PinTo(WEST + STEP / 2, SOUTH + STEP / 2, "wgs84", 12.0), "Behind the block", 8, CLI)
    clock.time += HOUR
    cases.merge("i8", "i3", 0, CLI)
    cases.unmerge("i8", 2, CLI)
    before = {incident_id: services.store.get_case(incident_id) for incident_id in start}
    for incident_id, case in start.items():
        state = case
        for event in services.store.list_history(incident_id):
            if "revision" in event.data:
                state = apply(state, hear_change(incident_id, event.kind, event.data))
        assert state == before[incident_id]
    services.store.close()
    again = assemble(Config(tmp_path), SqliteStore.open(tmp_path / "mapsvc.gpkg"), clock)
    assert {incident_id: again.store.get_case(incident_id) for incident_id in start} == before
    told = again.cases.case("i4", CLI)
    assert told["feature"]["properties"]["grid"] == "11"
    assert [one["id"] for one in again.view.incidents(Query(grids=frozenset({"11"}))).features] == ["i4", "i2", "i1"]
    again.store.close()


def test_a_batch_of_steps_that_fails_half_way_stores_nothing(services: Services) -> None:
    before = services.store.seq()
    far = Actor("far", Role.DISPATCHER, RIGHTS[Role.DISPATCHER], ("33",))
    attempts: list[tuple[type[MapsvcError], Any]] = [
        (Forbidden, lambda: services.cases.dispatch("i4", Step("dispatch", targets=("post:w22",)), 0, far)),
        (IllegalStep, lambda: services.cases.dispatch("i3", Step("dispatch", targets=("post:w22",)), 0, CLI)),
        (IllegalStep, lambda: services.cases.merge("i3", "i4", 0, CLI)),
        (Stale, lambda: services.cases.step("i4", Step("accept"), 7, CLI)),
    ]
    for error, attempt in attempts:
        with pytest.raises(error):
            attempt()
    assert services.store.seq() == before
    assert services.store.get_case("i4").incident.status.value == "reported"


def test_a_case_of_a_busy_incident_is_told_with_its_whole_history(services: Services) -> None:
    services.cases.dispatch("i4", Step("dispatch", targets=("department:works",)), 0, CLI)
    for k in range(60):
        services.cases.step("i4", Step("urge", note=f"Call {k}"), 3 + k, CLI)
    told = services.cases.case("i4", CLI)
    assert len(told["history"]) == 64
    assert told["history"][-1]["note"] == "Call 59"
