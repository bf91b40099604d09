"""Working time: seconds counted through a calendar, in the community's zone, also over a change of its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mapsvc.errors import BadInput
from mapsvc.model.calendar import DAY_MINUTES, Calendar

_FARTHEST_DAYS = 40_000
_NEVER = "The calendar has too few working days for this limit."


def add_working(start: int, seconds: int, calendar: Calendar, tz: str) -> int:
    """The moment at which `seconds` of working time have passed since `start` (epoch seconds UTC). Raises BadInput."""
    left = seconds
    for begin, end in _spans(start, calendar, ZoneInfo(tz)):
        begin = max(begin, start)
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise BadInput(_NEVER, field="calendar")


def working_between(since: int, until: int, calendar: Calendar, tz: str) -> int:
    """Seconds of working time in since <= t < until; 0 where until is not later."""
    total = 0
    if until > since:
        for begin, end in _spans(since, calendar, ZoneInfo(tz)):
            if begin >= until:
                break
            total += min(end, until) - max(begin, since)
    return total


def add_working_days(start: int, days: int, calendar: Calendar, tz: str) -> int:
    """The end of work on the `days`-th working day after the day of `start`, which does not count itself."""
    zone = ZoneInfo(tz)
    day = datetime.fromtimestamp(start, zone).date()
    left = days
    for _ in range(_FARTHEST_DAYS):
        day += timedelta(days=1)
        if calendar.is_working(day):
            left -= 1
            if left <= 0:
                return _moment(day, calendar.hours[-1][1], zone)
    raise BadInput(_NEVER, field="calendar")


def _spans(since: int, calendar: Calendar, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Spans of working time that end after `since`, in order, as epoch seconds."""
    day = datetime.fromtimestamp(since, zone).date()
    for _ in range(_FARTHEST_DAYS):
        if calendar.is_working(day):
            for opens, closes in calendar.hours:
                begin, end = _moment(day, opens, zone), _moment(day, closes, zone)
                # Where clocks go forth, a span can be shorter than its figures say, or gone.
                if end > max(begin, since):
                    yield begin, end
        day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Epoch second of a local time of day; 24:00 is the next midnight."""
    if minutes == DAY_MINUTES:
        day, minutes = day + timedelta(days=1), 0
    return int(datetime.combine(day, time(minutes // 60, minutes % 60), zone).timestamp())
