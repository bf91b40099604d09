from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from square import HOUR, NOW, StillClock

from mapsvc.casework.escalate import DEFAULT_LADDER, read_ladder, write_ladder
from mapsvc.errors import BadInput
from mapsvc.model.account import Account, Role, Session
from mapsvc.model.case import Call, Change
from mapsvc.model.event import Event
from mapsvc.model.incident import Status
from mapsvc.model.post import Department, Post
from mapsvc.services.live.daily import tend
from mapsvc.services.live.keeper import Keeper
from mapsvc.services.live.lease import Lease
from mapsvc.wiring import Services

Happen = Callable[..., int]


def kept(square: Services, after: int) -> list[Event]:
    return [event for event in square.store.list_events(after=after) if event.post == "keeper"]


def keeper_of(square: Services, since: int = NOW - 10 * 24 * HOUR) -> Keeper:
    return Keeper(square.view.stage, since)


def test_what_became_overdue_is_named_once_for_its_due_date(square: Services, clock: StillClock) -> None:
    keeper, start = keeper_of(square), square.store.seq()
    keeper.turn()
    assert [(event.kind, event.subject) for event in kept(square, start)] == [("incident.overdue", "i2")]
    keeper.turn()
    clock.time += 3 * HOUR
    keeper.turn()
    keeper.turn()
    assert [event.subject for event in kept(square, start)] == ["i2", "i5"]
    revision = square.store.get_incident("i2").revision
    square.store.change_incidents(
        [Change("i2", revision, "incident.extended", fields={"due_at": clock.time + HOUR})], at=clock.time, post="desk"
    )
    keeper.turn()
    assert len(kept(square, start)) == 2
    clock.time += 2 * HOUR
    keeper.turn()
    assert [event.subject for event in kept(square, start)] == ["i2", "i5", "i2"]


def test_who_acts_on_a_matter_this_moment_is_not_late_because_it_is_overdue(square: Services) -> None:
    before = square.store.get_incident("i2").revision
    keeper_of(square).turn()
    assert square.store.get_incident("i2").revision == before


def test_another_keeper_does_not_name_it_again(square: Services) -> None:
    start = square.store.seq()
    keeper_of(square).turn()
    keeper_of(square).turn()
    assert len(kept(square, start)) == 1


def test_due_dates_of_before_the_first_start_are_nobodys_news(square: Services) -> None:
    start = square.store.seq()
    keeper_of(square, since=NOW).turn()
    assert kept(square, start) == []


def test_a_closed_matter_is_not_overdue(square: Services, clock: StillClock, happen: Happen) -> None:
    happen("i2", Status.CLOSED, closed_at=NOW)
    start = square.store.seq()
    keeper_of(square).turn()
    assert kept(square, start) == []


@pytest.fixture
def ladder(square: Services) -> Services:
    """i5 is dispatched to a night patrol; above it stand a chief, a centre that nobody staffs, and the street."""
    store = square.store
    given = {"at": NOW, "post": "test"}
    store.put_posts([Post("chief-33", "grid_chief", "Chief 33", grid_codes=("33",))], **given)
    store.put_departments([Department("street_office", "Street office")], **given)
    store.put_setting(
        "limits",
        {"limits": [{"type": "*", "sign": 1, "resolve": 24, "unit": "hours"}]},
        revision=0,
        **given,
    )
    calls = (Call("post:night-11", lead=True, called_at=NOW),)
    revision = store.get_incident("i5").revision
    changes = [Change("i5", revision, "incident.dispatched", {"due_at": NOW + 24 * HOUR, "dispatched_at": NOW}, calls)]
    store.change_incidents(changes, **given)
    return square


def called(square: Services) -> list[str]:
    return [call.target for call in square.store.get_case("i5").calls]


def test_a_call_that_nobody_takes_climbs_the_ladder_one_limit_a_rung(ladder: Services, clock: StillClock) -> None:
    keeper = keeper_of(ladder)
    keeper.turn()
    assert called(ladder) == ["post:night-11"]
    clock.time += HOUR
    keeper.turn()
    keeper.turn()
    assert called(ladder) == ["post:night-11", "post:chief-33"]
    clock.time += HOUR
    keeper.turn()
    assert called(ladder) == ["post:night-11", "post:chief-33", "department:street_office"]
    clock.time += 30 * HOUR
    keeper.turn()
    assert len(called(ladder)) == 3
    events = [event for event in ladder.store.list_history("i5") if event.kind == "incident.escalated"]
    assert [event.data["targets"] for event in events] == [["post:chief-33"], ["department:street_office"]]


def test_a_call_that_was_taken_does_not_climb(ladder: Services, clock: StillClock) -> None:
    case = ladder.store.get_case("i5")
    taken = (Call("post:night-11", lead=True, called_at=NOW, taken_at=NOW + 60),)
    ladder.store.change_incidents(
        [Change("i5", case.revision, "incident.taken", {"status": Status.HANDLING}, taken)], at=NOW, post="night-11"
    )
    clock.time += 10 * HOUR
    keeper_of(ladder, since=clock.time).turn()
    assert called(ladder) == ["post:night-11"]


def test_a_ladder_of_another_community_is_data(ladder: Services, clock: StillClock) -> None:
    ladder.store.put_setting(
        "escalation", {"rungs": [{"targets": ["department:street_office"]}]}, revision=0, at=NOW, post="admin"
    )
    clock.time += HOUR
    keeper_of(ladder).turn()
    assert called(ladder) == ["post:night-11", "department:street_office"]


def test_only_one_process_holds_the_lease_and_the_next_one_knows_how_far_it_got(tmp_path: object) -> None:
    folder = tmp_path
    first, second = Lease(folder, "keeper"), Lease(folder, "keeper")  # type: ignore[arg-type]
    assert first.take()
    assert first.take()
    assert not second.take()
    assert first.noted() is None
    first.note(NOW)
    first.give_back()
    assert second.take()
    assert second.noted() == NOW
    second.give_back()


def test_once_a_day_the_head_is_noted_and_sessions_that_ran_out_are_forgotten(square: Services) -> None:
    store = square.store
    store.put_account(Account("desk-9", Role.VIEWER, "Desk 9"), kind="account.added", at=NOW, post="test")
    for token, seen, expires in (("a", NOW - 13 * HOUR, NOW + HOUR), ("b", NOW, NOW - 1), ("c", NOW, NOW + HOUR)):
        store.add_session(Session(token, "desk-9", NOW - 20 * HOUR, seen, expires), at=NOW, post="desk-9")
    before = store.seq()
    tend(store, square.clock, square.heads)
    assert [store.find_session(token) is not None for token in "abc"] == [False, False, True]
    assert [head.seq for head in square.heads.read()] == [before]
    assert store.seq() == before


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], "rungs"),
        ({}, "rungs"),
        ({"rungs": 1}, "rungs"),
        ({"rungs": [], "more": 1}, "rungs"),
        ({"rungs": [{}] * 11}, "rungs"),
        ({"rungs": [{}]}, "rungs[0]"),
        ({"rungs": [{"roles": "grid_chief"}]}, "rungs[0].roles"),
        ({"rungs": [{"roles": [""]}]}, "rungs[0].roles"),
        ({"rungs": [{"roles": ["a"]}, {"targets": ["a"]}]}, "rungs[1].targets"),
        ({"rungs": [{"targets": ["person:1"]}]}, "rungs[0].targets"),
    ],
)
def test_a_ladder_that_cannot_be_read_is_refused_by_the_name_of_its_part(value: Any, field: str) -> None:
    with pytest.raises(BadInput) as told:
        read_ladder(value)
    assert told.value.field == field


def test_a_ladder_is_written_as_it_is_read() -> None:
    assert read_ladder(write_ladder(DEFAULT_LADDER)) == DEFAULT_LADDER
