"""The contract of plans and editions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely
from store_samples import edition, plan

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.plan import PlanStatus
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "cli"


def test_a_plan_comes_back_whole_with_the_time_it_was_recorded(store: Store):
    given = plan(revision=3, parent_id="p0", code_scheme="cn15", source="grids.zip", valid_to=date(2030, 1, 1))
    store.put_plan(given, at=AT, post=POST)
    assert store.get_plan("p1") == replace(given, recorded_at=AT)


def test_a_plan_that_does_not_exist_is_not_found(store: Store):
    with pytest.raises(NotFound, match="nope"):
        store.get_plan("nope")


def test_equal_codes_and_invalid_rings_are_kept_as_they_came(store: Store):
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    grids = tuple(replace(grid, code="SAME", polygon=bow) for grid in plan().grids[:2])
    empty = replace(plan().grids[2], polygon=shapely.Polygon())
    store.put_plan(plan(grids=(*grids, empty)), at=AT, post=POST)
    assert store.get_plan("p1").grids == (*grids, empty)


def test_findings_keep_place_size_and_acceptance(store: Store):
    store.put_plan(plan(), at=AT, post=POST)
    assert store.get_plan("p1").findings == plan().findings
    assert store.list_plans()[0].open_findings == 1


def test_a_new_edition_ends_the_one_in_force_on_its_first_day(store: Store):
    store.put_plan(edition("old", date(2026, 1, 1)), at=AT, post=POST)
    event = store.put_plan(edition("new", date(2026, 7, 1)), at=AT, post=POST)
    assert (event.kind, event.data["ended"]) == ("plan.published", "old")
    assert store.get_plan("old").valid_to == date(2026, 7, 1)
    assert store.get_plan("new").valid_to is None
    in_force = {day: store.find_plan_on(day) for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))}
    assert [head and head.id for head in in_force.values()] == [None, "old", "new"]


def test_an_edition_put_in_before_a_later_one_holds_until_that_one_begins(store: Store):
    store.put_plan(edition("later", date(2026, 7, 1)), at=AT, post=POST)
    store.put_plan(edition("between", date(2026, 3, 1)), at=AT, post=POST)
    days = (date(2026, 2, 1), date(2026, 5, 1), date(2026, 8, 1))
    assert [head and head.id for head in map(store.find_plan_on, days)] == [None, "between", "later"]


def test_a_correction_with_the_same_first_day_replaces_the_edition(store: Store):
    store.put_plan(edition("wrong", date(2026, 7, 1)), at=AT, post=POST)
    store.put_plan(edition("right", date(2026, 7, 1)), at=AT, post=POST)
    found = store.find_plan_on(date(2026, 7, 1))
    assert found is not None
    assert found.id == "right"


def test_a_draft_ends_nothing_and_is_never_in_force(store: Store):
    store.put_plan(edition("old", date(2026, 1, 1)), at=AT, post=POST)
    store.put_plan(plan("draft", valid_from=date(2026, 2, 1)), at=AT, post=POST)
    assert store.get_plan("old").valid_to is None
    found = store.find_plan_on(date(2026, 3, 1))
    assert found is not None
    assert found.id == "old"


def test_an_edition_needs_a_first_day(store: Store):
    with pytest.raises(BadInput, match="valid from"):
        store.put_plan(plan(status=PlanStatus.PUBLISHED), at=AT, post=POST)
    assert store.list_plans() == []


def test_plans_are_listed_drafts_first_and_then_newest_first(store: Store):
    store.put_plan(edition("e1", date(2026, 1, 1)), at=AT, post=POST)
    store.put_plan(plan("d1"), at=AT, post=POST)
    store.put_plan(edition("e2", date(2026, 7, 1)), at=AT, post=POST)
    store.put_plan(plan("d2", valid_from=date(2026, 9, 1)), at=AT, post=POST)
    store.put_plan(plan("r1", status=PlanStatus.RETIRED, valid_from=date(2025, 1, 1)), at=AT, post=POST)
    heads = store.list_plans()
    assert [head.id for head in heads] == ["d1", "d2", "e2", "e1", "r1"]
    assert (heads[2].grids, heads[2].working_epsg, heads[2].status) == (9, 4542, PlanStatus.PUBLISHED)
