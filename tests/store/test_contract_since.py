"""The contract of writes that cross: what came or moved while an edition was prepared, or was placed before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from draft_samples import AT, POST, publication, review, start
from store_samples import batch

from mapsvc.casework.apply import apply, hear_change
from mapsvc.errors import Busy, Overtaken, Stale
from mapsvc.model.case import Change
from mapsvc.model.incident import Certainty, IncidentBatch, write_shares
from mapsvc.model.place import Share
from mapsvc.ports import MOST_TOLD, Basis, Store
from mapsvc.services.scene.placing import Placed
from mapsvc.store.since import MOST_SINCE

EAST = 98.5
_BOTH = (Share("G22", 0.6), Share("G21", 0.4))


def by_longitude(lon: np.ndarray, lat: np.ndarray, accuracy_m: np.ndarray) -> Placed:
    """G22 east of a line, G21 west of it, none where it is unlocated; the accuracy says whether it is sure."""
    grid = np.where(np.isnan(lon), -1, np.where(lon >= EAST, 8, 7)).astype(np.int32)
    doubtful = ~np.isnan(accuracy_m)
    shares = [write_shares(_BOTH) if one else "" for one in doubtful.tolist()]
    return Placed(grid, doubtful.astype(np.int8), np.where(doubtful, 0.6, 1.0), shares)


def basis_of(store: Store) -> Basis:
    return Basis(store.seq(), store.count_incidents(), store.find_assigned_plan(), by_longitude)


def ready(store: Store) -> None:
    start(store)
    review(store)


def carried(store: Store) -> list[str]:
    return [one.grid_code for one in store.list_incidents(range(1, store.count_incidents() + 1))]


def move(store: Store, fid: int, lon: float, **named: object) -> None:
    revision = store.get_incident(f"i{fid}").revision
    fields = {"lon": lon, "lat": 39.7, "grid_code": "G00"}
    store.change_incidents([Change(f"i{fid}", revision, "incident.moved", fields)], at=AT, post=POST, **named)  # type: ignore[arg-type]


def test_an_edition_places_what_came_and_what_moved_since_it_was_prepared(store: Store):
    ready(store)
    given = replace(publication(store), basis=basis_of(store))
    store.add_incidents(batch(["late"], lon=98.6, lat=39.7, grid_code="G00"), at=AT, post=POST, source="x")
    move(store, 2, 98.6)
    move(store, 1, 98.4)
    store.publish_draft(given, at=AT, post=POST)
    # The second was to go to G12: where it is now counts.
    assert carried(store) == ["G21", "G22", "", "G22", "G22"]
    assert store.find_assigned_plan() == "p2"


def test_a_move_of_grids_places_what_came_since_too(store: Store):
    start(store)
    basis = basis_of(store)
    late = IncidentBatch("app", 1, {**batch(["late"]).columns, "lon": 98.6, "lat": 39.7, "accuracy_m": 30.0})
    store.add_incidents(late, at=AT, post=POST, source="x")
    codes = tuple(f"G{k // 3}{k % 3}" for k in range(9))
    some = np.array([1]), codes, np.array([3], np.int32), np.array([0], np.int8)
    store.reassign("p1", *some, basis=basis, at=AT, post=POST)
    assert carried(store) == ["G10", "G11", "G11", "G22", "G22"]
    newest = store.get_incident("i5")
    assert newest.shares == _BOTH
    assert (newest.certainty, newest.grid_share) == (Certainty.BOUNDARY, 0.6)


def test_a_basis_that_holds_no_more_is_busy_and_nothing_is_kept(store: Store):
    ready(store)
    given = replace(publication(store), basis=basis_of(store))
    refs = [f"more-{n}" for n in range(MOST_SINCE + 1)]
    store.add_incidents(batch(refs), at=AT, post=POST, source="x")
    before = store.seq()
    with pytest.raises(Busy, match="came in"):
        store.publish_draft(given, at=AT, post=POST)
    given = replace(given, basis=basis_of(store))
    none = np.zeros(0, np.int64), ["G00"], np.zeros(0, np.int32), np.zeros(0, np.int8)
    store.reassign("p1", *none, at=AT, post=POST)
    with pytest.raises(Overtaken):
        store.publish_draft(given, at=AT, post=POST)
    given = replace(given, basis=basis_of(store))
    store.reassign("p1", *none, at=AT, post=POST)
    with pytest.raises(Busy, match="anew"):
        store.publish_draft(given, at=AT, post=POST)
    assert store.seq() == before + 2
    assert [head.id for head in store.list_plans()] == ["p1"]


def test_what_was_placed_under_another_plan_is_not_stored(store: Store):
    ready(store)
    put = {"at": AT, "post": POST, "source": "x"}
    store.add_incidents(batch(["early"]), **put, under=None)  # type: ignore[arg-type]
    store.publish_draft(publication(store), at=AT, post=POST)
    before = store.seq()
    for under in (None, "p1"):
        with pytest.raises(Overtaken):
            store.add_incidents(batch(["late"]), **put, under=under)  # type: ignore[arg-type]
        with pytest.raises(Overtaken):
            move(store, 4, 98.6, under=under)
    assert (store.seq(), store.count_incidents()) == (before, 5)
    store.add_incidents(batch(["late"]), **put, under="p2")  # type: ignore[arg-type]
    move(store, 4, 98.6, under="p2")
    assert store.count_incidents() == 6


def test_an_open_incident_with_another_grid_is_told_of_and_old_decisions_are_stale(store: Store):
    ready(store)
    case = store.get_case("i2")
    store.publish_draft(publication(store), at=AT + 5, post="reviewer")
    (event,) = store.list_history("i2")
    assert (event.kind, event.at, event.post) == ("incident.rerouted", AT + 5, "reviewer")
    assert (event.data["grids"], event.data["plan"]) == (["G11", "G12"], "p2")
    assert apply(case, hear_change("i2", event.kind, event.data)) == store.get_case("i2")
    with pytest.raises(Stale) as late:
        store.change_incidents([Change("i2", case.revision, "incident.urged")], at=AT, post=POST)
    assert late.value.revision == case.revision + 1 == event.data["revision"]


def test_closed_ones_first_grids_and_very_many_are_not_told_one_by_one(store: Store):
    start(store)
    refs = [f"m{n}" for n in range(MOST_TOLD + 1)]
    store.add_incidents(batch(refs, grid_code="G00"), at=AT, post=POST, source="x")
    status = "closed"
    store.change_incidents([Change("i2", 0, "incident.closed", {"status": status})], at=AT, post=POST)
    store.add_incidents(batch(["first"], grid_code=""), at=AT, post=POST, source="x")
    newest = store.count_incidents()

    def assign(*fids: int) -> list[str]:
        n = len(fids)
        at, code = np.array(fids), [f"G{len(store.list_events()) % 10}X"]
        event = store.reassign("p1", at, code, np.zeros(n, np.int32), np.zeros(n, np.int8), at=AT, post=POST)
        return [one.subject for one in store.list_events(after=event.seq, limit=10**6)]

    assert assign(newest, 2, 1) == ["i1"]
    assert assign(newest) == [f"i{newest}"]
    assert assign(*range(5, newest)) == []
    assert store.get_incident("i5").revision == 0
