"""Baselines: share on time with its interval, and what is usual at this hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.on_time import MIN_CLOSED, on_time_share, usual_range, wilson
from mapsvc.model.incident import STATUS_CODE, IncidentColumns, Status

CLOSED, VOIDED, HANDLING = (STATUS_CODE[s] for s in (Status.CLOSED, Status.VOIDED, Status.HANDLING))


def make(due: list[int], closed: list[int], status: list[int] | None = None) -> IncidentColumns:
    n = len(due)
    zeros = np.zeros(n, dtype=np.int64)
    return IncidentColumns(
        np.arange(n), zeros + 0.0, zeros + 0.0, zeros, zeros, zeros, np.array(due), np.array(closed),
        zeros.astype(np.int16),
        np.array(status if status else [CLOSED] * n, dtype=np.int8), zeros.astype(np.int8), zeros.astype(np.int32),
        zeros.astype(bool),
    )  # fmt: skip


def test_nine_in_ten_closed_by_their_limit() -> None:
    result = on_time_share(make([100] * 50, [100] * 45 + [101] * 5))
    assert result is not None
    assert (result.share, result.of, result.on_time) == (0.9, 50, 45)
    # Wilson's interval for 45 of 50.
    assert (result.low, result.high) == (pytest.approx(0.7864, abs=1e-4), pytest.approx(0.9565, abs=1e-4))


def test_voided_open_and_unlimited_incidents_are_not_judged() -> None:
    due = [100] * 30 + [100] * 10 + [0] * 10 + [100] * 10
    closed = [50] * 30 + [50] * 10 + [50] * 10 + [0] * 10
    status = [CLOSED] * 30 + [VOIDED] * 10 + [CLOSED] * 10 + [HANDLING] * 10
    result = on_time_share(make(due, closed, status))
    assert result is not None
    assert (result.of, result.on_time) == (30, 30)
    late = on_time_share(make(due, closed, status), now=101)
    assert late is not None
    assert (late.of, late.on_time) == (40, 30)


def test_too_few_closed_incidents_give_no_share() -> None:
    assert on_time_share(make([100] * (MIN_CLOSED - 1), [50] * (MIN_CLOSED - 1))) is None
    assert on_time_share(make([100] * MIN_CLOSED, [50] * MIN_CLOSED)) is not None
    assert on_time_share(make([100] * 40, [50] * 40), np.arange(40) < 5) is None


@settings(deadline=None)
@given(st.integers(1, 5000), st.data())
def test_wilson_equals_scipy_and_stays_within_zero_and_one(n: int, data: st.DataObject) -> None:
    from scipy.stats import binomtest

    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    theirs = binomtest(k, n).proportion_ci(method="wilson")
    assert (low, high) == (pytest.approx(theirs.low, abs=1e-12), pytest.approx(theirs.high, abs=1e-12))
    assert 0.0 <= low <= k / n <= high <= 1.0


SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def mornings(counts: list[int], evening: int = 0) -> list[int]:
    """counts[i] incidents at 9 in the morning of the day i + 1 days ago, and some at 20:00 that noon cannot see."""
    times = []
    for back, n in enumerate(counts, start=1):
        day = NOON - timedelta(days=back)
        times += [int(day.replace(hour=9).timestamp())] * n
        times += [int(day.replace(hour=20).timestamp())] * evening
    return times


def test_the_usual_range_is_that_of_past_days_up_to_this_hour() -> None:
    assert usual_range(mornings([10] * 30, evening=50), int(NOON.timestamp()), "Asia/Shanghai") == (10, 10)
    late = NOON.replace(hour=22)
    # The first day is not whole: history begins at its morning.
    assert usual_range(mornings([10] * 30, evening=50), int(late.timestamp()), "Asia/Shanghai") == (60, 60)


def test_one_wild_day_does_not_widen_the_range() -> None:
    assert usual_range(mornings([8, 12] * 20 + [500]), int(NOON.timestamp()), "Asia/Shanghai") == (8, 12)


def test_todays_own_incidents_do_not_count_as_past() -> None:
    today = [int(NOON.timestamp()) - 60] * 900
    assert usual_range(mornings([10] * 30) + today, int(NOON.timestamp()), "Asia/Shanghai") == (10, 10)


def test_days_without_an_incident_count_as_zero() -> None:
    assert usual_range(mornings([0, 0, 3] * 10), int(NOON.timestamp()), "Asia/Shanghai") == (0, 3)


def test_under_fourteen_days_of_past_there_is_no_usual_range() -> None:
    now = int(NOON.timestamp())
    # Fourteen mornings make thirteen whole days.
    assert usual_range(mornings([5] * 14), now, "Asia/Shanghai") is None
    assert usual_range(mornings([5] * 15), now, "Asia/Shanghai") == (5, 5)
    assert usual_range([], now, "Asia/Shanghai") is None
    assert usual_range([0, 0], now, "Asia/Shanghai") is None


def test_data_that_ended_long_ago_say_nothing_about_today() -> None:
    old = [time - 400 * 86400 for time in mornings([5] * 40)]
    assert usual_range(old, int(NOON.timestamp()), "Asia/Shanghai") is None


def test_past_days_are_cut_at_the_same_time_on_the_clock_across_a_change_of_clocks() -> None:
    zone = ZoneInfo("Europe/London")
    # Clocks went back on 2018-10-25..28; 9:30 on the clock is another time in UTC before and after.
    now = datetime(2018, 11, 5, 9, 30, tzinfo=zone)
    times = []
    for back in range(1, 31):
        day = now - timedelta(days=back)
        times += [int(day.replace(hour=9, minute=15).timestamp())] * 4 + [int(day.replace(minute=45).timestamp())] * 9
    assert usual_range(times, int(now.timestamp()), "Europe/London") == (4, 4)
