"""The contract of incidents in motion: compare and swap, calls, photos, columns of some rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from store_samples import batch, plan

from mapsvc.errors import BadInput, NotFound, Stale
from mapsvc.model.case import Call, Case, Change, Photo
from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns, Status
from mapsvc.model.place import Method, Place, Share
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


def closed(fid: int, revision: int, **values: Any) -> Change:
    return Change(f"i{fid}", revision, "incident.closed", {"status": Status.CLOSED, "closed_at": AT, **values})


def test_a_step_changes_the_fields_it_names_and_nothing_else(three: Store):
    before = three.get_case("i2")
    step = Change(
        "i2",
        0,
        "incident.dispatched",
        {"status": Status.DISPATCHED, "dispatched_at": AT, "due_at": AT + 60, "departments": ("pol", "crt")},
        (LEAD, HELP),
        (PHOTO,),
        {"reason": "nearest", "n": 2},
    )
    (event,) = change(three, step)
    assert (event.seq, event.at, event.post, event.kind, event.subject) == (2, AT, POST, "incident.dispatched", "i2")
    assert event.data == {"reason": "nearest", "n": 2, "revision": 1}
    expected = replace(
        before.incident,
        status=Status.DISPATCHED,
        dispatched_at=AT,
        due_at=AT + 60,
        departments=("pol", "crt"),
        revision=1,
    )
    assert three.get_case("i2") == Case(expected, (LEAD, HELP), (PHOTO,))
    assert three.get_incident("i2") == expected
    assert (three.get_incident("i1").revision, three.get_case("i3").calls) == (0, ())


EVERY_FIELD: dict[str, Any] = {
    "task_type": "appeal",
    "title": "A title {{7*7}}",
    "text": "半夜",
    "occurred_at": 5,
    "reported_at": 6,
    "status": Status.SUSPENDED,
    "closed_at": 7,
    "due_at": 8,
    "level": 3,
    "grid_code": "G11",
    "grid_share": 0.713,
    "certainty": Certainty.BOUNDARY,
    "departments": ("pol", "crt"),
    "sensitive": True,
    "dispatched_at": 9,
    "left_s": -30,
    "shares": (Share("G11", 0.713), Share("", 0.287)),
    "given": (98.5051, -39.7321),
    "merged_into": "i1",
}
PLACE = Place(98.5012345678901, 39.7398765432109, "gcj02", Method.MAP_CLICK, 12.5, "1 Elm Lane", "building")
NOTHING: dict[str, Any] = {
    "closed_at": None,
    "due_at": None,
    "dispatched_at": None,
    "left_s": None,
    "shares": (),
    "given": None,
    "merged_into": "",
    "grid_code": "",
    "departments": (),
}


def place_fields(place: Place) -> dict[str, Any]:
    return {item.name: getattr(place, item.name) for item in fields(Place)}


def test_every_field_can_be_changed_and_be_taken_back_to_none(three: Store):
    before, others = three.get_incident("i2"), [three.get_incident(f"i{fid}") for fid in (1, 3)]
    change(three, Change("i2", 0, "incident.edited", EVERY_FIELD | place_fields(PLACE)))
    assert three.get_incident("i2") == replace(before, **EVERY_FIELD, place=PLACE, revision=1)
    nowhere = Place(None, None, "wgs84", Method.ADDRESS)
    change(three, Change("i2", 1, "incident.edited", NOTHING | place_fields(nowhere)))
    assert three.get_incident("i2") == replace(before, **(EVERY_FIELD | NOTHING), place=nowhere, revision=2)
    assert [three.get_incident(f"i{fid}") for fid in (1, 3)] == others


def test_zero_seconds_left_are_not_the_same_as_no_clock_that_stands(three: Store):
    change(three, Change("i1", 0, "incident.suspended", {"left_s": 0}))
    assert three.get_incident("i1").left_s == 0
    assert three.get_incident("i2").left_s is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"id": "i9"}, "id"),
        ({"revision": 5}, "revision"),
        ({"channel_ref": "x"}, "channel_ref"),
        ({"colour": "red"}, "colour"),
        ({"status": "lost"}, "status"),
        ({"certainty": 7}, "certainty"),
        ({"method": "rumour"}, "method"),
        ({"lon": 98.5}, "lon"),
        ({"lon": 98.5, "lat": None}, "lon"),
        ({"lon": float("nan"), "lat": 1.0}, "lon"),
        ({"given": (1.0, float("inf"))}, "given"),
        ({"due_at": "tomorrow"}, "due_at"),
        ({"due_at": 2**70}, "due_at"),
        ({"title": None}, "title"),
        ({"departments": None}, "departments"),
        ({"shares": ("G00",)}, "shares"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_and_names_the_field(three: Store, values: dict[str, Any], field: str):
    with pytest.raises(BadInput) as caught:
        change(three, closed(1, 0), Change("i2", 0, "incident.edited", values))
    assert caught.value.field == field
    assert (three.get_incident("i1").status, three.seq()) == (Status.REPORTED, 1)


@pytest.mark.parametrize("kind", ["incident.reported", "incident.seen", "incidents.imported", "plan.published", ""])
def test_a_change_is_told_as_one_of_an_incident(three: Store, kind: str):
    with pytest.raises(BadInput):
        change(three, Change("i1", 0, kind, {"level": 2}))
    assert (three.get_incident("i1").revision, three.seq()) == (0, 1)


def test_a_step_decided_on_an_earlier_revision_is_stale_and_changes_nothing(three: Store):
    change(three, closed(1, 0))
    calls = Change("i1", 0, "incident.dispatched", {"level": 2}, (LEAD,), (PHOTO,))
    with pytest.raises(Stale) as caught:
        change(three, calls)
    assert (caught.value.revision, caught.value.details) == (1, {"incident": "i1"})
    with pytest.raises(Stale):
        change(three, replace(calls, revision=2))
    case = three.get_case("i1")
    assert (case.revision, case.incident.level, case.calls, case.photos) == (1, 1, (), ())
    assert three.seq() == 2


@pytest.mark.parametrize("wrong", [closed(9, 0), closed(3, 5), closed(3, 0, level=None)])
def test_changes_are_made_all_together_or_not_at_all(three: Store, wrong: Change):
    before = [three.get_case(f"i{fid}") for fid in (1, 2, 3)]
    first = Change("i1", 0, "incident.dispatched", {"level": 2}, (LEAD,), (PHOTO,))
    with pytest.raises((NotFound, Stale, BadInput)):
        change(three, first, closed(2, 0), wrong)
    assert [three.get_case(f"i{fid}") for fid in (1, 2, 3)] == before
    assert three.seq() == 1


def test_several_changes_of_one_incident_follow_each_other(three: Store):
    events = change(three, closed(1, 0), closed(2, 0), closed(1, 1, level=2), closed(1, 2, level=3))
    assert [(event.seq, event.subject, event.data["revision"]) for event in events] == [
        (2, "i1", 1),
        (3, "i2", 1),
        (4, "i1", 2),
        (5, "i1", 3),
    ]
    assert (three.get_incident("i1").level, three.get_incident("i1").revision) == (3, 3)
    with pytest.raises(Stale) as caught:
        change(three, closed(2, 1), closed(2, 1))
    assert caught.value.revision == 2
    assert three.get_incident("i2").revision == 1
    assert change(three) == []


def test_of_two_who_change_one_incident_at_once_one_is_stale(three: Store):
    def step(number: int) -> bool:
        try:
            change(three, Change("i1", 0, "incident.accepted", {"level": number}, (Call(f"post:{number}", True, AT),)))
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(step, range(8)))
    assert done.count(True) == 1
    winner = done.index(True)
    case = three.get_case("i1")
    assert (case.incident.level, case.calls[0].target, case.revision) == (winner, f"post:{winner}", 1)
    assert three.seq() == 2


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


@pytest.mark.parametrize("wrong", ["i4", "i0", "x", ""])
def test_a_case_that_is_not_there_is_not_found(three: Store, wrong: str):
    with pytest.raises(NotFound):
        three.get_case(wrong)
    with pytest.raises(NotFound):
        change(three, Change(wrong, 0, "incident.closed", {}))


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
    assert (store.get_incident("i2").grid_share, store.get_incident("i2").revision) == (0.7, 0)
