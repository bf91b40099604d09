"""The contract of what hangs on incidents: calls, photos, shares, and the columns of some rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from store_samples import batch, plan

from mapsvc.model.case import Call, Change, Photo
from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns, Status
from mapsvc.model.place import Share
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "desk"
LEAD, HELP = Call("post:p1", True, AT), Call("department:pol", False, AT, whistle=True)
PHOTO = Photo("ab" * 32, "image/jpeg", 1200, 640, 480, AT)


@pytest.fixture
def three(store: Store) -> Store:
    store.add_incidents(batch(["a", "b", "c"], grid_code="G00"), at=AT, post="app", source="app")
    return store


def change(store: Store, *changes: Change):
    return store.change_incidents(changes, at=AT, post=POST)


def closed(fid: int, revision: int) -> Change:
    return Change(f"i{fid}", revision, "incident.closed", {"status": Status.CLOSED, "closed_at": AT})


def test_calls_stay_unless_a_change_names_them_and_are_then_all_there_are(three: Store):
    change(three, Change("i1", 0, "incident.dispatched", {}, (LEAD, HELP)))
    change(three, closed(1, 1))
    assert three.get_case("i1").calls == (LEAD, HELP)
    done = replace(HELP, taken_at=AT + 1, arrived_at=AT + 2, done_at=AT + 3)
    change(three, Change("i1", 2, "incident.returned", {}, (replace(LEAD, dropped_at=AT + 9), done)))
    assert three.get_case("i1").calls == (replace(LEAD, dropped_at=AT + 9), done)
    change(three, Change("i1", 3, "incident.undone", {}, ()))
    assert three.get_case("i1").calls == ()


def test_open_calls_are_counted_and_listed_newest_first(three: Store):
    later = replace(LEAD, called_at=AT + 5)
    change(
        three,
        Change("i1", 0, "incident.dispatched", {}, (LEAD, HELP)),
        Change("i2", 0, "incident.dispatched", {}, (later, replace(HELP, done_at=AT + 9))),
        Change("i3", 0, "incident.dispatched", {}, (replace(LEAD, dropped_at=AT + 9), HELP)),
    )
    assert three.list_called(["post:p1"]) == [("i2", later), ("i1", LEAD)]
    assert [one for one, _ in three.list_called(["post:p1", "department:pol"])] == ["i2", "i3", "i1", "i1"]
    assert [one for one, _ in three.list_called(["department:pol"], open_only=False)] == ["i3", "i2", "i1"]
    assert three.count_open_calls() == {"post:p1": 2, "department:pol": 2}
    # What is closed, rejected or voided expects nothing of anybody.
    change(three, closed(1, 1), Change("i3", 1, "incident.voided", {"status": Status.VOIDED}))
    assert three.list_called(["post:p1", "department:pol"]) == [("i2", later)]
    assert dict(three.count_open_calls()) == {"post:p1": 1}
    assert three.list_called([]) == []


def test_a_photo_is_found_by_its_id_and_added_once(three: Store):
    other = replace(PHOTO, id="cd" * 32)
    change(three, Change("i2", 0, "incident.photo", {}, photos=(PHOTO,)))
    change(three, Change("i2", 1, "incident.photo", {}, photos=(PHOTO, other)))
    change(three, Change("i3", 0, "incident.photo", {}, photos=(PHOTO,)))
    assert three.get_case("i2").photos == (PHOTO, other)
    assert three.find_photo(PHOTO.id) == ("i2", PHOTO)
    assert three.find_photo(other.id) == ("i2", other)
    assert three.find_photo("ef" * 32) is None


def test_columns_of_some_rows_are_those_of_all_rows(store: Store):
    n = 300
    types = [f"t{i % 7}" for i in range(n)]
    grids = [f"G{i % 300:03}" for i in range(n)]
    store.add_incidents(
        batch([f"r{i}" for i in range(n)], task_type=types, grid_code=grids), at=1, post=POST, source="x"
    )
    moved = Change("i7", 0, "incident.moved", {"lon": 1.5, "lat": 2.5, "grid_code": "G250", "dispatched_at": 9})
    change(store, moved, Change("i8", 0, "incident.moved", {"lon": None, "lat": None, "grid_code": ""}))
    whole = told_rows(store.load_columns())
    for asked in ([7], [8, 7, 7, 999, 0], list(range(n, 0, -1)), []):
        part = store.load_columns_of(np.array(asked, np.int64))
        rows = [whole[fid - 1] for fid in sorted(set(asked)) if 1 <= fid <= n]
        assert told_rows(part) == rows
        assert part.grid_codes == tuple(sorted({row[-1] for row in rows} - {""}))
        assert part.task_types == tuple(sorted({row[-2] for row in rows}))


def told_rows(columns: IncidentColumns) -> list[tuple[Any, ...]]:
    grids = [*columns.grid_codes, ""]
    rows = zip(
        columns.fid, columns.lon, columns.lat, columns.dispatched_at, columns.task_type, columns.grid, strict=True
    )
    return [
        (int(fid), str(lon), str(lat), int(at), columns.task_types[kind], grids[grid])
        for fid, lon, lat, at, kind, grid in rows
    ]


def test_shares_come_with_a_batch_or_a_step_and_are_told_for_each_incident(store: Store):
    store.add_incidents(batch(["a", "b"], shares=["0.7130 G00;0.2870 ", ""]), at=1, post=POST, source="x")
    step = (Share("G11", 0.6), Share("G00", 0.4))
    change(store, Change("i2", 0, "incident.moved", {"shares": step}))
    first = (Share("G00", 0.713), Share("", 0.287))
    assert store.load_shares(np.array([2, 9, 1, 0, 2])) == [step, (), first, (), step]
    assert store.load_shares(np.zeros(0, np.int64)) == []
    assert store.get_incident("i1").shares == first


def test_an_assignment_brings_its_shares_or_leaves_those_of_a_boundary(store: Store):
    store.put_plan(plan(), at=AT, post=POST)
    sure, unsure = CERTAINTY_CODE[Certainty.CERTAIN], CERTAINTY_CODE[Certainty.BOUNDARY]
    given = batch(["a", "b"], grid_code="G00", certainty=unsure, shares=["0.6000 G00;0.4000 G01"] * 2)
    store.add_incidents(given, at=1, post=POST, source="x")
    fids, codes = np.array([1, 2]), ["G00", "G01"]
    before = store.get_incident("i2")
    store.reassign("p1", fids, codes, np.array([1, 0], np.int32), np.array([sure, unsure], np.int8), at=AT, post=POST)
    assert store.load_shares(fids) == [(), (Share("G00", 0.6), Share("G01", 0.4))]
    assert store.get_incident("i2") == before
    store.reassign(
        "p1",
        fids,
        codes,
        np.array([1, 1], np.int32),
        np.array([sure, unsure], np.int8),
        grid_share=np.array([1.0, 0.7]),
        shares=["", "0.7000 G01;0.3000 G00"],
        at=AT,
        post=POST,
    )
    assert store.load_shares(fids) == [(), (Share("G01", 0.7), Share("G00", 0.3))]
    # Another grid of an open incident is a change of it.
    assert (store.get_incident("i2").grid_share, store.get_incident("i2").revision) == (0.7, 1)
