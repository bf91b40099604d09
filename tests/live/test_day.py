from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from square import DAY, HOUR, NOW, StillClock

from mapsvc.model.case import Change
from mapsvc.model.incident import Status
from mapsvc.services.live.day import frames, replay_day
from mapsvc.services.scene.interval import midnight
from mapsvc.wiring import Services

TODAY = dt.date(2026, 11, 23)
START = midnight(TODAY, "Asia/Shanghai")


def lights(square: Services, day: dt.date = TODAY) -> dict[str, list[tuple[float, str]]]:
    """Hour of the day and light, by incident."""
    begin = midnight(day, "Asia/Shanghai")
    told = replay_day(square.view.stage, day)
    return {one["id"]: [((at - begin) / HOUR, light) for at, light in one["frames"]] for one in told["incidents"]}


def test_a_day_shows_what_was_open_and_hides_what_has_no_place(square: Services) -> None:
    told = replay_day(square.view.stage, TODAY)
    assert sorted(one["id"] for one in told["incidents"]) == ["i2", "i3", "i4", "i5", "i6"]
    assert (told["matched"], told["hidden"]) == (7, 2)
    assert told["to"] == "2026-11-23T14:00:00+08:00"


def test_lights_change_when_they_did(square: Services) -> None:
    # All were reported at 13:00, the second became overdue at 13:00, the fifth is soon due since 10:00.
    assert lights(square) == {
        "i2": [(13, "red")],
        "i3": [(13, "green")],
        "i4": [(13, "waiting")],
        "i5": [(13, "yellow")],
        "i6": [(13, "green")],
    }


def test_what_was_done_during_the_day_is_seen_at_its_moment(square: Services, clock: StillClock) -> None:
    clock.time = NOW + 6 * HOUR

    def step(incident_id: str, status: Status, at: int, **fields: object) -> None:
        revision = square.store.get_incident(incident_id).revision
        change = Change(
            incident_id,
            revision,
            f"incident.{status.value}",
            {"status": status, **fields},
            data={"fields": {"status": status.value, **fields}},
        )
        square.store.change_incidents([change], at=at, post="desk")

    step("i4", Status.DISPATCHED, NOW + HOUR, due_at=NOW + 3 * HOUR)
    step("i4", Status.SUSPENDED, NOW + 2 * HOUR, due_at=None)
    step("i4", Status.HANDLING, NOW + 4 * HOUR, due_at=NOW + 5 * HOUR)
    step("i4", Status.CLOSED, NOW + 5 * HOUR + 1800, closed_at=NOW + 5 * HOUR + 1800)
    assert lights(square)["i4"] == [
        (13, "waiting"),
        (15, "yellow"),
        (16, "suspended"),
        (18, "yellow"),
        (19, "red"),
        (19.5, "closed"),
    ]


def test_the_day_before_shows_the_state_of_then(
    square: Services, clock: StillClock, happen: Callable[..., int]
) -> None:
    happen("i6", Status.CLOSED, closed_at=NOW)
    clock.time = NOW + DAY
    yesterday = lights(square, TODAY + dt.timedelta(days=1))
    assert "i6" not in yesterday
    assert yesterday["i2"] == [(0, "red")]


def test_frames_begin_with_the_day_and_end_with_it() -> None:
    moves = [(START - 50, Status.REPORTED, None), (START + 100, Status.HANDLING, START + 1000)]
    assert frames(moves, 200, START, START + 900) == [
        [START, "waiting"],
        [START + 100, "green"],
        [START + 800, "yellow"],
    ]
    assert frames(moves, 200, START + 2000, START + 3000) == [[START + 2000, "red"]]
    assert frames([(START + 10, Status.REPORTED, None)], 200, START, START + 5) == []
