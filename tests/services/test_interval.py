from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.model.query import Query
from mapsvc.services.scene.interval import (
    MAX_BARS,
    bar_starts,
    choose_interval,
    choose_unit,
    cut_days,
    local_date,
    midnight,
    timeline,
)

BERLIN = "Europe/Berlin"
DAY = 86_400


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=40),
    st.sampled_from([BERLIN, "Asia/Shanghai", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_every_moment_falls_on_its_local_calendar_day(moments: list[int], tz: str) -> None:
    span = 400 * DAY
    near = np.array([moments[0] + moment % span for moment in moments], np.int64)
    days = cut_days(near, tz)
    got = [days.first + timedelta(days=int(number)) for number in days.index]
    assert got == [datetime.fromtimestamp(int(moment), ZoneInfo(tz)).date() for moment in near]


def test_the_day_of_the_clock_change_keeps_its_23_hours() -> None:
    start = midnight(date(2026, 3, 29), BERLIN)
    end = midnight(date(2026, 3, 30), BERLIN)
    assert end - start == 23 * 3600
    days = cut_days(np.array([start, end - 1, end]), BERLIN)
    assert days.index.tolist() == [0, 0, 1]


def test_the_default_interval_is_the_last_30_days_while_data_are_fresh() -> None:
    now = midnight(date(2026, 11, 23), BERLIN) + 50_000
    got = choose_interval(Query(), now - 400 * DAY, now - 3 * DAY, now, BERLIN)
    assert local_date(got.since, BERLIN) == date(2026, 10, 25)
    assert local_date(got.until, BERLIN) == date(2026, 11, 24)
    assert got.days == 30


def test_the_default_interval_is_the_whole_span_of_old_data() -> None:
    now = midnight(date(2026, 11, 23), BERLIN)
    oldest, newest = midnight(date(2018, 10, 1), BERLIN) + 10, midnight(date(2019, 2, 1), BERLIN) + 5
    got = choose_interval(Query(), oldest, newest, now, BERLIN)
    assert (local_date(got.since, BERLIN), local_date(got.until, BERLIN)) == (date(2018, 10, 1), date(2019, 2, 2))


def test_an_asked_interval_is_taken_as_asked_and_never_runs_backwards() -> None:
    now = midnight(date(2026, 11, 23), BERLIN)
    got = choose_interval(Query(since=100, until=50), 1, 2, now, BERLIN)
    assert (got.since, got.until) == (100, 100)
    empty = choose_interval(Query(), None, None, now, BERLIN)
    assert empty.since <= now < empty.until


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000), st.booleans())
def test_a_timeline_never_has_more_than_90_bars(first: date, length: int, months: bool) -> None:
    last = first + timedelta(days=min(length, (date(2150, 1, 1) - first).days))
    unit = choose_unit(first, last, months)
    starts = bar_starts(first, last, unit)
    if unit != "year":
        assert len(starts) <= MAX_BARS
    assert starts[0] <= first
    assert starts == sorted(set(starts))


def test_bars_add_up_to_the_counts_of_their_days() -> None:
    days = cut_days(np.array([midnight(date(2026, 1, 1), "UTC"), midnight(date(2026, 3, 31), "UTC")]), "UTC")
    per_day = np.arange(days.count, dtype=np.int64)
    got = timeline(days, per_day, date(2026, 1, 1), date(2026, 3, 31))
    assert got["unit"] == "week"
    assert sum(got["counts"]) == per_day.sum()  # type: ignore[call-overload]


def test_data_that_know_only_the_month_are_drawn_by_month() -> None:
    moments = np.array([midnight(date(2018, month, 1), "UTC") for month in (10, 11, 12)])
    days = cut_days(moments, "UTC")
    got = timeline(days, np.bincount(days.index), date(2018, 10, 1), date(2018, 12, 1))
    assert got == {"unit": "month", "starts": ["2018-10-01", "2018-11-01", "2018-12-01"], "counts": [1, 1, 1]}
