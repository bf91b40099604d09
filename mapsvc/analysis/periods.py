"""Periods: days, ISO weeks (from Monday) and months as people live them in a time zone.

A day starts when its date starts on local clocks, so it lasts 23 or 25 hours when clocks change; no offset is ever
added to a time. Buckets are found by their starts in epoch seconds, which holds in every zone and across changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery

IntArray = npt.NDArray[np.int64]
PeriodUnit = Literal["day", "week", "month"]

UNITS: tuple[PeriodUnit, ...] = ("day", "week", "month")
FIRST_YEAR, LAST_YEAR = 1900, 2199
_EARLIEST = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
_LATEST = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Periods:
    """Buckets without a gap between them, from the first with data to the last.

    index: bucket number of each time, -1 where there is none; firsts: the local date each bucket starts on;
    starts: epoch seconds UTC of these starts, one more than buckets: the last ends the last bucket.
    """

    unit: PeriodUnit
    index: IntArray
    firsts: tuple[date, ...]
    starts: IntArray

    def labels(self) -> tuple[str, ...]:
        """ "2026-10-25" for a day, "2026-W43" for an ISO week, "2026-10" for a month."""
        return tuple(label(first, self.unit) for first in self.firsts)


def periods(times: npt.ArrayLike, unit: PeriodUnit, tz: str) -> Periods:
    """The bucket of each time (epoch seconds UTC; 0 = none, and so is a time outside the years 1900 to 2199).

    tz: IANA name of the zone that dates are cut in. Raises BadQuery for an unknown unit or zone.
    """
    if unit not in UNITS:
        raise BadQuery(f'period can be day, week or month, not "{unit}".', field="period")
    zone = find_zone(tz)
    t = np.asarray(times, dtype=np.int64)
    dated = (t != 0) & (t >= _EARLIEST) & (t < _LATEST)
    index = np.full(t.shape, -1, dtype=np.int64)
    if not dated.any():
        return Periods(unit, index, (), np.zeros(0, dtype=np.int64))
    firsts = _firsts(_local_date(int(t[dated].min()), zone), _local_date(int(t[dated].max()), zone), unit)
    starts = np.array([day_start(first, zone) for first in firsts], dtype=np.int64)
    # Searching the right side sends an instant shared by two starts (a date the zone skipped) to the later one.
    found = np.searchsorted(starts, t[dated], side="right") - 1
    index[dated] = found
    return Periods(unit, index, tuple(firsts[:-1]), starts)


def find_zone(tz: str) -> ZoneInfo:
    """The zone of an IANA name; BadQuery when there is none of that name."""
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:
        raise BadQuery(
            f'"{tz[:60]}" is no time zone of the IANA database, such as "Asia/Shanghai".', field="tz"
        ) from error


def day_start(day: date, zone: ZoneInfo) -> int:
    """Epoch seconds UTC when this date starts on local clocks; where clocks skip midnight, when they skip it."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def bucket_first(day: date, unit: PeriodUnit) -> date:
    """The date that starts the day, ISO week or month that `day` is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def next_first(first: date, unit: PeriodUnit) -> date:
    """The date that starts the bucket after the one starting on `first`."""
    if unit == "month":
        return (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=7 if unit == "week" else 1)


def label(first: date, unit: PeriodUnit) -> str:
    """Name of the bucket that starts on `first`: ISO 8601 date, week or month."""
    if unit == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    return first.isoformat()[:7] if unit == "month" else first.isoformat()


def _local_date(t: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(t, zone).date()


def _firsts(oldest: date, newest: date, unit: PeriodUnit) -> list[date]:
    """First dates of all buckets from oldest to newest, and of the one after."""
    firsts = [bucket_first(oldest, unit)]
    while firsts[-1] <= newest:
        firsts.append(next_first(firsts[-1], unit))
    return firsts
