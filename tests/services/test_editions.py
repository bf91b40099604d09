"""Comparison, crosswalk and lineage as the service answers them, on the nine squares."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from shapely.geometry import box
from square import NOW, SOUTH, STEP, WEST, StillClock, fill, square_batch, square_plan

from mapsvc.errors import BadInput, BadQuery
from mapsvc.geo.measure import area_m2
from mapsvc.model.plan import Plan
from mapsvc.model.query import Query
from mapsvc.services.editions import Editions
from mapsvc.services.scene.scene import Stage
from mapsvc.store.memory import MemoryStore

FIRST, SECOND = Query(plan_id="p1"), Query(plan_id="p2")
PUT = {"at": NOW, "post": "test"}


def second_plan(**changes: object) -> Plan:
    """From 2027 on, 12 reaches into 11 as far as its centre and beyond: incidents 1 and 2 change grid."""
    plan = square_plan()
    cut = WEST + 0.4 * STEP
    eleven = replace(plan.grids[0], polygon=box(WEST, SOUTH, cut, SOUTH + STEP))
    twelve = replace(plan.grids[1], polygon=box(cut, SOUTH, WEST + 2 * STEP, SOUTH + STEP))
    grids = tuple(
        replace(grid, area_m2=float(area_m2([grid.polygon], 4542)[0])) for grid in (eleven, twelve, *plan.grids[2:])
    )
    facts = {"id": "p2", "name": "Second", "grids": grids, "valid_from": dt.date(2027, 1, 1)}
    return replace(plan, **(facts | changes))  # type: ignore[arg-type]


@pytest.fixture
def stage() -> Stage:
    store = fill(MemoryStore())
    store.put_plan(second_plan(), **PUT)  # type: ignore[arg-type]
    return Stage(store, StillClock())


@pytest.fixture
def editions(stage: Stage) -> Editions:
    return Editions(stage)


def rows(report, *columns: str):
    return list(zip(*(report.table[name] for name in columns), strict=True))


def test_a_comparison_names_the_land_that_moved_and_both_plans(editions: Editions) -> None:
    report = editions.compare(FIRST, SECOND)
    assert rows(report, "kind", "from", "to") == [("moved", "11", "12")]
    assert (report.plan_id, report.seq) == ("p1", 7)
    assert report.parameters["to_plan"] == "p2"
    assert [line["code"] for line in report.figures["lineage"]] == ["11", "12"]


def test_the_other_direction_gives_the_land_back(editions: Editions) -> None:
    assert rows(editions.compare(SECOND, FIRST), "kind", "from", "to") == [("moved", "12", "11")]


def test_plans_may_be_named_by_a_day(editions: Editions) -> None:
    report = editions.compare(Query(as_of=dt.date(2026, 5, 1)), Query(as_of=dt.date(2027, 5, 1)))
    assert (report.parameters["from_plan"], report.parameters["to_plan"]) == ("p1", "p2")


def test_incidents_are_counted_from_grid_to_grid(editions: Editions) -> None:
    report = editions.crosswalk(FIRST, SECOND)
    assert rows(report, "from", "to", "count") == [
        ("11", "12", 2), ("12", "12", 1), ("22", "22", 3), ("33", "33", 1), ("(unlocated)", "(unlocated)", 1),
    ]  # fmt: skip
    assert (report.figures, report.geometry) == ({"total": 8, "stays": 6, "changes": 2}, None)


def test_a_new_incident_is_counted_at_once(stage: Stage, editions: Editions) -> None:
    assert editions.crosswalk(FIRST, SECOND).figures["total"] == 8
    more = square_batch()
    more = replace(more, channel="other")
    stage.store.add_incidents(more, **PUT, source="x")  # type: ignore[arg-type]
    assert editions.crosswalk(FIRST, SECOND).figures == {"total": 16, "stays": 12, "changes": 4}


def test_buildings_and_households_are_counted_by_their_inner_point(editions: Editions) -> None:
    report = editions.crosswalk(FIRST, SECOND, "addresses")
    # One building of 30 households, in the west of 11, which 11 keeps.
    assert rows(report, "from", "to", "count", "households") == [("11", "11", 1, 30)]


def test_area_is_told_from_grid_to_grid(editions: Editions) -> None:
    report = editions.crosswalk(FIRST, SECOND, "area")
    shares = {(a, b): share for a, b, share in rows(report, "from", "to", "share")}
    assert shares["11", "12"] == pytest.approx(0.6, abs=1e-5)
    assert len(shares) == 10


def test_an_unknown_plan_a_wrong_setting_and_a_wrong_tolerance_are_refused(editions: Editions) -> None:
    with pytest.raises(BadQuery, match="no plan"):
        editions.compare(FIRST, Query(plan_id="p9"))
    with pytest.raises(BadQuery, match="incidents, addresses, area"):
        editions.crosswalk(FIRST, SECOND, "people")
    with pytest.raises(BadInput, match="tolerance"):
        editions.compare(FIRST, SECOND, -1.0)


def test_lineage_without_a_named_parent_is_told_from_the_edition_of_the_day_before(editions: Editions) -> None:
    told = editions.lineage_lines(SECOND)
    assert (told["plan"], told["parent"], told["gone"]) == ("p2", "p1", [])
    assert [line["kinds"] for line in told["grids"]] == [["redrawn"], ["redrawn"], *[["kept"]] * 7]
    twelve = told["grids"][1]["from"]
    assert [(one["plan"], one["code"], one["how"]) for one in twelve] == [
        ("p1", "12", "redrawn"), ("p1", "11", "transfer_from"),
    ]  # fmt: skip
    assert editions.lineage(SECOND).rows == 10


def test_lineage_with_a_named_parent_is_told_from_it(stage: Stage, editions: Editions) -> None:
    draft = second_plan(id="d1", parent_id="p2", valid_from=dt.date(2028, 1, 1))
    stage.use_drafts({"d1": draft}.get, lambda: False)
    told = editions.lineage_lines(Query(plan_id="d1"))
    assert (told["parent"], {tuple(line["kinds"]) for line in told["grids"]}) == ("p2", {("kept",)})


def test_a_parent_that_nobody_keeps_is_passed_over(stage: Stage, editions: Editions) -> None:
    draft = second_plan(id="d1", parent_id="p0")
    stage.use_drafts({"d1": draft}.get, lambda: False)
    assert editions.lineage_lines(Query(plan_id="d1"))["parent"] == "p1"


def test_the_first_edition_came_from_none(editions: Editions) -> None:
    told = editions.lineage_lines(FIRST)
    assert told["parent"] is None
    assert [(line["kinds"], line["from"]) for line in told["grids"]] == [(["new"], [])] * 9
    assert editions.lineage(FIRST).table["how"] == ["new"] * 9


def test_a_draft_is_compared_at_its_newest_revision(stage: Stage, editions: Editions) -> None:
    drafts = {"d1": replace(square_plan(), id="d1", revision=1)}
    stage.use_drafts(drafts.get, lambda: False)
    draft = Query(plan_id="d1")
    assert editions.compare(FIRST, draft).rows == 0
    drafts["d1"] = second_plan(id="d1", revision=2)
    assert editions.compare(FIRST, draft).rows == 1
    assert editions.crosswalk(FIRST, draft).figures["changes"] == 2


def test_equal_questions_are_answered_once(editions: Editions) -> None:
    for ask in (
        lambda: editions.compare(FIRST, SECOND),
        lambda: editions.crosswalk(FIRST, SECOND),
        lambda: editions.crosswalk(FIRST, SECOND, "area"),
    ):
        assert ask().table is ask().table
