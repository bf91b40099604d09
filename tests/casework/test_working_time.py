from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.casework.working_time import add_working, add_working_days, working_between
from mapsvc.errors import BadInput
from mapsvc.model.calendar import Calendar

PLAIN = Calendar()
ZONES = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]


def at(text: str, tz: str = "Asia/Shanghai") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp())


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 10:00", 1, "2026-11-23 11:00"),
        ("2026-11-23 11:30", 1, "2026-11-23 14:30"),
        ("2026-11-23 10:00", 7, "2026-11-24 10:00"),
        ("2026-11-27 17:00", 2, "2026-11-30 10:00"),
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
        ("2026-11-23 05:00", 3, "2026-11-23 12:00"),
    ],
)
def test_working_hours_pass_over_nights_lunch_and_weekends(start: str, hours: int, end: str) -> None:
    assert add_working(at(start), hours * 3600, PLAIN, "Asia/Shanghai") == at(end)


def test_holidays_are_off_and_days_worked_in_exchange_are_on() -> None:
    calendar = Calendar(
        holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), extra=frozenset({date(2026, 10, 3)})
    )
    assert add_working(at("2026-09-30 17:00"), 2 * 3600, calendar, "Asia/Shanghai") == at("2026-10-03 10:00")


def test_a_day_of_grace_does_not_count_the_day_of_dispatch_and_ends_with_work() -> None:
    assert add_working_days(at("2026-11-23 10:00"), 3, PLAIN, "Asia/Shanghai") == at("2026-11-26 18:00")
    assert add_working_days(at("2026-11-27 23:00"), 1, PLAIN, "Asia/Shanghai") == at("2026-11-30 18:00")


def test_a_span_over_the_change_of_clocks_counts_the_hours_that_passed() -> None:
    night = Calendar(frozenset(range(7)), ((0, 24 * 60),))
    spring = at("2026-03-08 00:00", "America/New_York")
    assert working_between(spring, at("2026-03-09 00:00", "America/New_York"), night, "America/New_York") == 23 * 3600
    autumn = at("2026-11-01 00:00", "America/New_York")
    assert working_between(autumn, at("2026-11-02 00:00", "America/New_York"), night, "America/New_York") == 25 * 3600


def test_office_hours_stay_at_the_wall_clock_when_clocks_change() -> None:
    assert add_working(at("2026-03-06 17:00", "America/New_York"), 2 * 3600, PLAIN, "America/New_York") == at(
        "2026-03-09 10:00", "America/New_York"
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(1_700_000_000, 1_900_000_000), st.integers(0, 400 * 3600), st.sampled_from(ZONES))
def test_what_was_added_lies_between(start: int, seconds: int, tz: str) -> None:
    end = add_working(start, seconds, PLAIN, tz)
    assert end >= start
    assert working_between(start, end, PLAIN, tz) == seconds


@settings(max_examples=100, deadline=None)
@given(st.integers(1_700_000_000, 1_900_000_000), st.lists(st.integers(0, 10**6), min_size=2, max_size=2))
def test_working_time_adds_up(start: int, steps: list[int]) -> None:
    middle, end = start + steps[0], start + sum(steps)
    parts = [working_between(a, b, PLAIN, "Europe/Berlin") for a, b in ((start, middle), (middle, end))]
    assert sum(parts) == working_between(start, end, PLAIN, "Europe/Berlin")


def test_a_calendar_without_work_is_refused_not_searched_for_ever() -> None:
    idle = Calendar(frozenset())
    with pytest.raises(BadInput):
        add_working(at("2026-11-23 10:00"), 60, idle, "Asia/Shanghai")
    with pytest.raises(BadInput):
        add_working_days(at("2026-11-23 10:00"), 1, idle, "Asia/Shanghai")
