"""Baselines: the share closed within its limit, and how usual today's count is at this hour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.periods import day_start, find_zone
from mapsvc.model.incident import STATUS_CODE, IncidentColumns, Status

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MIN_CLOSED = 20
"""Below this a share would be mostly chance: the interval is more than 40 points wide."""
MIN_DAYS = 14
PAST_DAYS = 56
Z_95 = 1.959963984540054
_NOT_HANDLED = (STATUS_CODE[Status.REJECTED], STATUS_CODE[Status.VOIDED])


@dataclass(frozen=True, slots=True)
class OnTime:
    """share = on_time / of, with the ends of its Wilson 95 % interval."""

    share: float
    of: int
    on_time: int
    low: float
    high: float


def on_time_share(
    columns: IncidentColumns, select: BoolArray | None = None, *, now: int | None = None
) -> OnTime | None:
    """Share of closed incidents that were closed by their limit; None when fewer than MIN_CLOSED can be judged.

    Judged are incidents with a limit (due_at) and a time of closing, except rejected and voided ones. With `now`
    (epoch seconds UTC) open incidents past their limit are judged too, as late: without them a backlog that is
    never closed would not show.
    """
    judged = (columns.due_at > 0) & (columns.closed_at > 0) & ~np.isin(columns.status, _NOT_HANDLED)
    kept = judged & (columns.closed_at <= columns.due_at)
    if now is not None:
        judged |= (columns.due_at > 0) & (columns.due_at < now) & (columns.closed_at == 0)
    if select is not None:
        judged, kept = judged & select, kept & select
    of, on_time = int(np.count_nonzero(judged)), int(np.count_nonzero(kept))
    if of < MIN_CLOSED:
        return None
    low, high = wilson(on_time, of)
    return OnTime(on_time / of, of, on_time, low, high)


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Score interval of a share, n >= 1, which stays inside 0 to 1. Source: Wilson (1927), JASA 22, 209-212."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At no successes, or at all, the end is 0 or 1 in exact arithmetic.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == n else (centre + spread) / scale
    return low, high


def usual_range(occurred_at: npt.ArrayLike, now: int, tz: str, *, past_days: int = PAST_DAYS) -> tuple[int, int] | None:
    """The range that eight days in ten fall in: events from local midnight to this time of day, over the past days.

    occurred_at: epoch seconds UTC, 0 = none; now: epoch seconds UTC; tz: IANA name. Days before the first event do
    not count; None when fewer than MIN_DAYS are left, or when the past days hold no event at all. The ends are the
    10 % and 90 % quantiles (median-unbiased estimate, Hyndman and Fan 1996, type 8), rounded outwards.
    """
    zone = find_zone(tz)
    moments = np.asarray(occurred_at, dtype=np.int64)
    times = np.sort(moments[moments != 0])
    today = datetime.fromtimestamp(now, zone)
    days = _past_days(times, today.date(), past_days, zone)
    if len(days) < MIN_DAYS:
        return None
    starts = [day_start(day, zone) for day in days]
    ends = [_same_time(day, today, zone) for day in days]
    counts = np.searchsorted(times, ends, side="right") - np.searchsorted(times, starts, side="left")
    if np.searchsorted(times, day_start(today.date(), zone)) == np.searchsorted(times, starts[0]):
        return None
    low, high = np.quantile(counts, [0.1, 0.9], method="median_unbiased")
    return math.floor(low), math.ceil(high)


def _past_days(times: IntArray, today: date, past_days: int, zone: ZoneInfo) -> list[date]:
    """The days before today, oldest first, that lie wholly after the first event."""
    if not times.size:
        return []
    days = [today - timedelta(days=back) for back in range(past_days, 0, -1)]
    return [day for day in days if day_start(day, zone) >= times[0]]


def _same_time(day: date, today: datetime, zone: ZoneInfo) -> int:
    """Epoch seconds when local clocks on `day` show the time of day of `today`."""
    return int(datetime(day.year, day.month, day.day, today.hour, today.minute, today.second, tzinfo=zone).timestamp())
