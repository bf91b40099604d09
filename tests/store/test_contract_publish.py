"""The contract of publishing, and of what the incidents carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import numpy as np
import pytest
from draft_samples import AT, NEXT, NO_ROWS, POST, edit, publication, review, start
from store_samples import batch, edition, plan

from mapsvc.errors import BadInput, Busy, Conflict, NotFound, Stale
from mapsvc.model.draft import DraftStatus
from mapsvc.model.incident import Certainty
from mapsvc.model.plan import PlanStatus
from mapsvc.ports import Store

EVE = NEXT - timedelta(days=1)


def state(store: Store) -> tuple[object, ...]:
    """Everything a publication may change."""
    plans = [store.get_plan(head.id) for head in store.list_plans()]
    incidents = store.list_incidents(range(1, store.count_incidents() + 1))
    return plans, incidents, store.list_drafts(), store.find_assigned_plan(), store.list_events()


def ready(store: Store) -> None:
    start(store)
    store.add_edit("d1", edit(), revision=1, at=AT, post=POST)
    review(store)


def test_publishing_stores_the_edition_ends_its_parent_and_closes_the_draft(store: Store):
    ready(store)
    event = store.publish_draft(publication(store), at=AT + 9, post="reviewer")
    assert store.get_plan("p2") == replace(edition("p2", NEXT, parent_id="p1", name="Edition 2"), recorded_at=AT + 9)
    assert store.get_plan("p1").valid_to == NEXT
    in_force = [store.find_plan_on(day) for day in (EVE, NEXT)]
    assert [head and head.id for head in in_force] == ["p1", "p2"]
    done = store.get_draft("d1")
    assert (done.status, done.revision, done.changed_at, done.edits) == (DraftStatus.PUBLISHED, 4, AT + 9, 1)
    assert (event.kind, event.subject, event.post, event.at) == ("plan.published", "p2", "reviewer", AT + 9)
    told = {name: event.data[name] for name in ("draft", "parent", "ended", "assigned", "moved", "grids")}
    assert told == {"draft": "d1", "parent": "p1", "ended": "p1", "assigned": True, "moved": 2, "grids": 9}
    assert event in store.list_events()
    assert [one.kind for one in store.list_events(after=event.seq)] == ["incident.rerouted"] * 2


def test_publishing_assigns_exactly_the_rows_given(store: Store):
    ready(store)
    before = store.list_incidents([1, 4])
    store.publish_draft(publication(store), at=AT, post=POST)
    second, third = store.list_incidents([2, 3])
    assert (second.grid_code, second.certainty, second.grid_share) == ("G12", Certainty.CERTAIN, 1.0)
    assert (third.grid_code, third.certainty, third.grid_share) == ("", Certainty.OUTSIDE, 0.0)
    assert store.list_incidents([1, 4]) == before
    assert store.find_assigned_plan() == "p2"


def test_a_row_that_is_not_certain_keeps_its_share(store: Store):
    ready(store)
    store.publish_draft(publication(store, certainty=np.array([1, 1], np.int8)), at=AT, post=POST)
    assert [one.grid_share for one in store.list_incidents([2, 3])] == [0.7, 0.0]


def test_an_edition_for_a_later_day_assigns_nothing(store: Store):
    ready(store)
    before = store.list_incidents([1, 2, 3, 4])
    event = store.publish_draft(publication(store, **NO_ROWS), at=AT, post=POST)
    assert (event.data["assigned"], event.data["moved"]) == (False, 0)
    assert store.list_incidents([1, 2, 3, 4]) == before
    assert store.find_assigned_plan() is None


def test_incidents_that_came_since_do_not_hold_up_an_edition_that_assigns_none(store: Store):
    ready(store)
    given = publication(store, **NO_ROWS)
    store.add_incidents(batch(["late"]), at=AT, post=POST, source="x")
    assert store.publish_draft(given, at=AT, post=POST).kind == "plan.published"


def test_an_edition_before_one_that_lacks_its_changes_is_a_conflict_and_nothing_is_kept(store: Store):
    ready(store)
    store.put_plan(edition("p9", NEXT + timedelta(days=30)), at=AT, post=POST)
    before = state(store)
    with pytest.raises(Conflict, match="takes effect on") as caught:
        store.publish_draft(publication(store), at=AT, post=POST)
    assert str(NEXT + timedelta(days=30)) in str(caught.value)
    assert state(store) == before


def test_a_draft_that_is_not_in_review_is_not_published(store: Store):
    start(store)
    before = state(store)
    with pytest.raises(Conflict, match="review"):
        store.publish_draft(publication(store), at=AT, post=POST)
    assert state(store) == before


def test_a_draft_that_changed_since_is_not_published(store: Store):
    ready(store)
    given = publication(store)
    stored = store.get_draft("d1")
    store.set_draft(replace(stored, note="wait"), kind="draft.noted", revision=stored.revision, at=AT, post=POST)
    before = state(store)
    with pytest.raises(Stale):
        store.publish_draft(given, at=AT, post=POST)
    assert state(store) == before


def test_a_parent_that_moved_on_is_a_conflict_and_nothing_is_kept(store: Store):
    ready(store)
    given = publication(store)
    store.put_plan(edition("px", date(2026, 6, 1)), at=AT, post=POST)
    before = state(store)
    with pytest.raises(Conflict, match="rebase") as caught:
        store.publish_draft(given, at=AT, post=POST)
    assert not isinstance(caught.value, Stale)
    assert state(store) == before


def test_incidents_that_came_in_since_are_busy_and_nothing_is_kept(store: Store):
    ready(store)
    given = publication(store)
    store.add_incidents(batch(["late"]), at=AT, post=POST, source="x")
    before = state(store)
    with pytest.raises(Busy):
        store.publish_draft(given, at=AT, post=POST)
    assert state(store) == before
    store.publish_draft(publication(store), at=AT, post=POST)


def test_incidents_assigned_to_another_plan_since_are_busy(store: Store):
    ready(store)
    given = publication(store)
    none = np.array([], np.int64)
    store.reassign("p1", none, ["G00"], none.astype(np.int32), none.astype(np.int8), at=AT, post=POST)
    with pytest.raises(Busy):
        store.publish_draft(given, at=AT, post=POST)


def test_bad_rows_and_bad_plans_are_refused_and_nothing_is_kept(store: Store):
    ready(store)
    good = publication(store)
    before = state(store)
    for bad, error in (
        ({"grid": np.array([9, 0], np.int32)}, BadInput),
        ({"certainty": np.array([0, 7], np.int8)}, BadInput),
        ({"fids": np.array([1])}, BadInput),
        ({"assign": False}, BadInput),
        ({"plan": plan("p2", valid_from=NEXT)}, BadInput),
        ({"plan": plan("p2", status=PlanStatus.PUBLISHED)}, BadInput),
        ({"plan": replace(good.plan, id="p1")}, Conflict),
        ({"plan": replace(good.plan, id="d1")}, Conflict),
        ({"draft_id": "nope"}, NotFound),
        ({"parent_id": None}, Conflict),
    ):
        with pytest.raises(error):
            store.publish_draft(replace(good, **bad), at=AT, post=POST)
        assert state(store) == before


def test_a_published_draft_is_history(store: Store):
    ready(store)
    given = publication(store)
    store.publish_draft(given, at=AT, post=POST)
    done = store.get_draft("d1")
    before = state(store)
    for again in (given, replace(given, revision=done.revision)):
        with pytest.raises(Conflict):
            store.publish_draft(again, at=AT, post=POST)
    with pytest.raises(Conflict):
        store.set_draft(
            replace(done, status=DraftStatus.OPEN), kind="draft.x", revision=done.revision, at=AT, post=POST
        )
    assert state(store) == before


def test_nobody_said_which_plan_the_incidents_carry_until_they_are_reassigned(store: Store):
    start(store)
    assert store.find_assigned_plan() is None
    store.reassign("p1", np.array([1]), ["G00"], np.array([0], np.int32), np.array([0], np.int8), at=AT, post=POST)
    assert store.find_assigned_plan() == "p1"
    assert store.get_incident("i1").grid_share == 1.0
    with pytest.raises(NotFound):
        store.reassign("p9", np.array([1]), ["G00"], np.array([0], np.int32), np.array([0], np.int8), at=AT, post=POST)
    assert store.find_assigned_plan() == "p1"


@pytest.mark.parametrize("order", list(permutations((1990, 2002, 2012))))
def test_history_put_in_any_order_has_every_edition_end_where_the_next_begins(store: Store, order: tuple[int, ...]):
    for year in order:
        store.put_plan(edition(f"e{year}", date(year, 1, 1)), at=AT, post=POST)
    ends = [store.get_plan(f"e{year}").valid_to for year in (1990, 2002, 2012)]
    assert ends == [date(2002, 1, 1), date(2012, 1, 1), None]
    days = (date(1989, 12, 31), date(1990, 1, 1), date(2001, 12, 31), date(2011, 12, 31), date(2030, 1, 1))
    found = [store.find_plan_on(day) for day in days]
    assert [head and head.id for head in found] == [None, "e1990", "e1990", "e2002", "e2012"]


def test_an_end_that_was_given_stays_where_it_comes_before_the_next_edition(store: Store):
    store.put_plan(edition("late", date(2012, 1, 1)), at=AT, post=POST)
    store.put_plan(edition("early", date(1990, 1, 1), valid_to=date(1995, 1, 1)), at=AT, post=POST)
    store.put_plan(edition("long", date(2002, 1, 1), valid_to=date(2050, 1, 1)), at=AT, post=POST)
    assert store.get_plan("early").valid_to == date(1995, 1, 1)
    assert store.get_plan("long").valid_to == date(2012, 1, 1)
    assert store.find_plan_on(date(1999, 1, 1)) is None
