"""Intervals: the default one, and bars of a timeline cut in the community's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from mapsvc.model.query import Query

DAY_S = 86_400
_CLOCK_CHANGE_S = 7200
RECENT_DAYS = 30
MAX_BARS = 90


@dataclass(frozen=True, slots=True)
class Interval:
    """since <= t < until, epoch seconds UTC; data_since and data_until are the first and last time in the data."""

    since: int
    until: int
    data_since: int | None
    data_until: int | None

    @property
    def days(self) -> int:
        """Length in days, rounded up; the hour of a clock change is no day."""
        length = self.until - self.since
        return max(min(length, 1), -(-(length - _CLOCK_CHANGE_S) // DAY_S))


def local_date(moment: int, tz: str) -> date:
    """The calendar day of an epoch second in a zone."""
    return datetime.fromtimestamp(moment, ZoneInfo(tz)).date()


def midnight(day: date, tz: str) -> int:
    """Epoch second at which a calendar day begins in a zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).timestamp())


def iso(moment: int | None, tz: str) -> str | None:
    """ISO 8601 with the zone's offset."""
    if not moment:
        return None
    return datetime.fromtimestamp(moment, ZoneInfo(tz)).isoformat()


def choose_interval(query: Query, oldest: int | None, newest: int | None, now: int, tz: str) -> Interval:
    """The interval of a question: as asked, or the last 30 days while data are that fresh, or the whole span."""
    tomorrow = midnight(local_date(now, tz) + timedelta(days=1), tz)
    if query.since is not None or query.until is not None or oldest is None or newest is None:
        since = query.since if query.since is not None else _day_start(oldest or now, tz)
        until = query.until if query.until is not None else max(tomorrow, (newest or now) + 1)
    elif newest >= now - RECENT_DAYS * DAY_S:
        since, until = midnight(local_date(now, tz) - timedelta(days=RECENT_DAYS - 1), tz), max(tomorrow, newest + 1)
    else:
        since = _day_start(oldest, tz)
        until = midnight(local_date(newest, tz) + timedelta(days=1), tz)
    return Interval(since, max(since, until), oldest, newest)


def _day_start(moment: int, tz: str) -> int:
    return midnight(local_date(moment, tz), tz)


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The calendar days of the data: `index[i]` is the day of row i counted from `first`."""

    first: date
    count: int
    index: npt.NDArray[np.int32]


def cut_days(moments: npt.NDArray[np.int64], tz: str) -> Days:
    """Day of each epoch second in a zone; days of 23 or 25 hours are cut right."""
    if not len(moments):
        return Days(date(1970, 1, 1), 0, np.empty(0, np.int32))
    first = local_date(int(moments.min()), tz)
    last = local_date(int(moments.max()), tz)
    starts = np.array(
        [midnight(first + timedelta(days=number), tz) for number in range((last - first).days + 2)], np.int64
    )
    # A day is 23 to 25 hours long: the guess by division is at most one off, and one comparison each way mends it.
    guess = (moments - starts[0]) // DAY_S
    np.clip(guess, 0, len(starts) - 2, out=guess)
    guess -= moments < starts[guess]
    guess += moments >= starts[guess + 1]
    return Days(first, len(starts) - 1, guess.astype(np.int32))


def bar_starts(first: date, last: date, unit: str) -> list[date]:
    """Starts of the bars that cover first..last: days, weeks from Monday, months or years."""
    if unit == "week":
        day = first - timedelta(days=first.weekday())
    elif unit == "month":
        day = first.replace(day=1)
    elif unit == "year":
        day = first.replace(month=1, day=1)
    else:
        day = first
    starts = []
    while day <= last:
        starts.append(day)
        day = _next(day, unit)
    return starts


def _next(day: date, unit: str) -> date:
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7)
    if unit == "month":
        return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
    return day.replace(year=day.year + 1)


def choose_unit(first: date, last: date, month_precision: bool) -> str:
    """The finest of day, week, month, year that keeps a timeline within MAX_BARS bars."""
    units = ["month", "year"] if month_precision else ["day", "week", "month", "year"]
    span = (last - first).days + 1
    length = {"day": 1, "week": 7, "month": 28, "year": 365}
    for unit in units:
        if span / length[unit] <= MAX_BARS - 1:
            return unit
    return "year"


def timeline(days: Days, per_day: npt.NDArray[np.int64], since: date, until: date) -> dict[str, object]:
    """Counts of `per_day` (one a day from days.first) in bars over since..until, both days included."""
    dates = [days.first + timedelta(days=int(number)) for number in np.flatnonzero(per_day)]
    month_precision = len(dates) > 1 and all(day.day == 1 for day in dates)
    unit = choose_unit(since, until, month_precision)
    starts = bar_starts(since, until, unit)
    offsets = np.array([(day - days.first).days for day in starts], np.int64)
    filled = np.flatnonzero(per_day)
    bar = np.searchsorted(offsets, filled, side="right") - 1
    keep = bar >= 0
    counts = np.bincount(bar[keep], weights=per_day[filled[keep]], minlength=len(starts)).astype(np.int64)
    return {"unit": unit, "starts": [day.isoformat() for day in starts], "counts": counts[: len(starts)].tolist()}
