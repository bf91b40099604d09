"""Duty: when a post is on duty, read from its `hours` in the community's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mapsvc.errors import BadInput
from mapsvc.model.calendar import DAY_MINUTES, WEEKDAYS

_SHIFT = re.compile(r"(?:([a-z,-]+) )?(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_MOST_SHIFTS = 14


@dataclass(frozen=True, slots=True)
class Shift:
    """weekdays: numbers of the days on which it begins, 0 = Monday; begin, end: minutes after midnight, end <= begin =
    on the next day."""

    weekdays: frozenset[int]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a post is on duty at a moment, and until when (epoch seconds UTC); None = off duty, or always on."""

    is_on: bool
    until: int | None = None


ALWAYS = Standing(True)
OFF = Standing(False)


@lru_cache(maxsize=4096)
def read_hours(text: str) -> tuple[Shift, ...]:
    """The shifts of "08:00-18:00", "mon-fri 08:00-18:00; sat 22:00-06:00" ...; () = always. Raises BadInput."""
    parts = [part.strip() for part in text.lower().split(";") if part.strip()]
    if len(parts) > _MOST_SHIFTS:
        raise BadInput(f"A post has at most {_MOST_SHIFTS} shifts.", field="hours")
    return tuple(_shift(part) for part in parts)


def _shift(text: str) -> Shift:
    found = _SHIFT.fullmatch(text)
    if found is None:
        raise BadInput(f'"{text[:40]}" is no shift such as mon-fri 08:00-18:00.', field="hours")
    days, *clock = found.groups()
    begin_h, begin_m, end_h, end_m = (int(part) for part in clock)
    begin, end = begin_h * 60 + begin_m, end_h * 60 + end_m
    if begin >= DAY_MINUTES or end > DAY_MINUTES or begin_m > 59 or end_m > 59:
        raise BadInput(f'"{text[:40]}" is no time of day.', field="hours")
    return Shift(_weekdays(days) if days else frozenset(range(7)), begin, end)


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise BadInput(f'"{part[:20]}" is no weekday such as mon or mon-fri.', field="hours")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {number % 7 for number in range(begin, begin + (end - begin) % 7 + 1)}
    return frozenset(days)


def standing(hours: str, moment: int, tz: str) -> Standing:
    """How a post with these hours stands at a moment (epoch seconds UTC). Raises BadInput for hours without sense.

    Shifts that follow each other without a break count as one.
    """
    shifts = read_hours(hours)
    if not shifts:
        return ALWAYS
    zone = ZoneInfo(tz)
    until = moment
    for _ in range(7 * _MOST_SHIFTS):
        later = max((end for begin, end in _spans(shifts, until, zone) if begin <= until < end), default=until)
        if later == until:
            break
        until = later
    else:
        return ALWAYS
    return Standing(True, until) if until > moment else OFF


def _spans(shifts: tuple[Shift, ...], moment: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Shifts that began on the local day of `moment` or the day before, as epoch seconds."""
    today = datetime.fromtimestamp(moment, zone).date()
    found = []
    for day in (today - timedelta(days=1), today):
        for shift in shifts:
            if day.weekday() in shift.weekdays:
                last = day if shift.end > shift.begin else day + timedelta(days=1)
                found.append((_at(day, shift.begin, zone), _at(last, shift.end, zone)))
    return found


def _at(day: date, minutes: int, zone: ZoneInfo) -> int:
    if minutes == DAY_MINUTES:
        day, minutes = day + timedelta(days=1), 0
    return int(datetime.combine(day, time(minutes // 60, minutes % 60), zone).timestamp())
