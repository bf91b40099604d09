"""An edition that comes into force between looking up a place and storing it: nothing keeps a grid of the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redraw.test_publish_under_load import check_as_counted
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.config import Config
from mapsvc.errors import Stale
from mapsvc.model.account import CLI
from mapsvc.model.report_in import read_report
from mapsvc.ports import no_progress
from mapsvc.services.cases.pins import PinTo
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.exchange.relocate import declare, relocate
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble

HERE = WEST + 1.05 * STEP, SOUTH + 1.95 * STEP
"""In grid 22 first, and in 21 after the edition."""
FAR = WEST + 2.5 * STEP, SOUTH + 2.5 * STEP


@pytest.fixture(params=["memory", "sqlite"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    store: Any = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "mapsvc.gpkg")
    yield assemble(Config(tmp_path), fill(store), StillClock())
    store.close()


def prepare(services: Services) -> Callable[[], None]:
    """An edition that moves the corner of 21, 22, 31 and 32 to the east, in review; call to publish."""
    redraw = services.redraw
    draft_id = str(redraw.drafts.start("East", None, post="planner")["id"])
    partition = redraw.desk.sessions.state(draft_id).partition
    home = WEST + STEP, SOUTH + 2 * STEP
    far, arc_id, index = min(
        (abs(x - home[0]) + abs(y - home[1]), arc_id, index)
        for arc_id, arc in partition.arcs.items()
        if min(arc.left, arc.right) >= 0
        for index in (0, len(arc.steps) - 1)
        for x, y in (partition.degrees(arc.steps)[index],)
    )
    assert far < 1e-6
    command = {"kind": "move", "moves": [{"arc": arc_id, "index": index, "to": [home[0] + 0.3 * STEP, home[1]]}]}
    redraw.editor.edit(draft_id, 1, command, "The canal", merge=False, post="planner")
    redraw.review.send(draft_id, 2, redraw.desk.today(), "East", post="planner")
    return lambda: redraw.review.publish(draft_id, 3, post="reviewer") and None


def before_first(services: Services, name: str, then: Callable[[], None]) -> None:
    """Do something right before the store's method of this name is called for the first time."""
    original = getattr(services.store, name)

    def called(*given: Any, **named: Any) -> Any:
        setattr(services.store, name, original)
        then()
        return original(*given, **named)

    setattr(services.store, name, called)


def report(services: Services, ref: str, at: tuple[float, float]) -> str:
    given = {"ref": ref, "type": "lamp", "title": "Dark", "lon": at[0], "lat": at[1], "datum": "wgs84"}
    return services.intake.take_one(read_report(given), "desk", CLI).id


def test_a_report_placed_before_the_edition_is_stored_once_with_its_grid(services: Services) -> None:
    assert services.store.get_incident(report(services, "early", HERE)).grid_code == "22"
    before_first(services, "add_incidents", prepare(services))
    late = report(services, "late", HERE)
    assert services.store.get_incident(late).grid_code == "21"
    assert [event.kind for event in services.store.list_history(late)] == ["incident.reported"]
    assert services.store.list_history(late)[0].data["grid"] == "21"
    check_as_counted(services.store)


def test_a_pin_moved_before_the_edition_is_stored_with_its_grid(services: Services) -> None:
    moved = report(services, "one", FAR)
    before_first(services, "change_incidents", prepare(services))
    told = services.cases.move(moved, PinTo(*HERE, "wgs84"), "Found there", 0, CLI)
    assert services.store.get_incident(moved).grid_code == "21"
    assert told["history"][-1]["grids"] == ["33", "21"]
    check_as_counted(services.store)


def test_a_pin_of_an_incident_that_the_edition_gave_another_grid_is_looked_at_again(services: Services) -> None:
    moved = report(services, "one", HERE)
    before_first(services, "change_incidents", prepare(services))
    with pytest.raises(Stale):
        services.cases.move(moved, PinTo(*FAR, "wgs84"), "Found there", 0, CLI)
    case = services.cases.case(moved, CLI)
    assert [one["grids"] for one in case["history"]][-1] == ["22", "21"]
    assert case["history"][-1]["kind"] == "incident.rerouted"
    check_as_counted(services.store)


def test_undoing_a_move_gives_the_old_place_the_grid_it_lies_in_now(services: Services) -> None:
    moved = report(services, "one", HERE)
    services.cases.move(moved, PinTo(*FAR, "wgs84"), "Found there", 0, CLI)
    prepare(services)()
    services.cases.undo(moved, 1, CLI)
    back = services.store.get_incident(moved)
    assert (back.place.lon, back.place.lat, back.grid_code) == (*HERE, "21")
    check_as_counted(services.store)


def test_what_is_drawn_while_reports_come_in_is_weighed_on_one_set_of_incidents(services: Services) -> None:
    redraw = services.redraw
    draft_id = str(redraw.drafts.start("East", None, post="planner")["id"])
    state = redraw.desk.sessions.state(draft_id)
    original = redraw.desk.standings._under

    def slow(*given: Any) -> Any:
        report(services, f"r{services.store.seq()}", HERE)
        return original(*given)

    redraw.desk.standings._under = slow  # type: ignore[method-assign]
    weighed = redraw.maps._wholes.weigh(redraw.maps._wholes.step(state))
    assert len(weighed.was.owner) == len(weighed.now.owner) == len(weighed.snapshot.columns)
    assert services.store.count_incidents() == len(weighed.snapshot.columns) + 2


def test_saying_whose_grids_are_carried_never_overrules_an_edition(services: Services) -> None:
    before_first(services, "reassign", prepare(services))
    declare(services.store, "p1", at=1, post="test")
    assert services.store.find_assigned_plan() == "east-2"
    check_as_counted(services.store)


def test_a_plan_that_is_imported_while_reports_come_in_has_their_grids_too(services: Services) -> None:
    prepare(services)()
    plan = services.store.get_plan("p1")
    before_first(services, "reassign", lambda: report(services, "late", HERE) and None)
    relocate(services.store, services.view.stage.clock, Assigner(plan), post="test", progress=no_progress)
    assert services.store.find_assigned_plan() == "p1"
    assert services.store.list_incidents([services.store.count_incidents()])[0].grid_code == "22"
    check_as_counted(services.store)
