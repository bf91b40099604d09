"""The contract of incidents in motion: compare and swap, calls, photos, columns of some rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import pytest
from store_samples import batch

from mapsvc.errors import BadInput, NotFound, Stale
from mapsvc.model.case import Call, Case, Change, Photo
from mapsvc.model.incident import Certainty, Status
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


@pytest.mark.parametrize("wrong", ["i4", "i0", "x", ""])
def test_a_case_that_is_not_there_is_not_found(three: Store, wrong: str):
    with pytest.raises(NotFound):
        three.get_case(wrong)
    with pytest.raises(NotFound):
        change(three, Change(wrong, 0, "incident.closed", {}))
