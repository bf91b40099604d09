"""The tables of limits and working time as plain values: read whole or refused with the field at fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from mapsvc.casework.reading import list_of, name_of, number_of, object_of, whole_of, words_of
from mapsvc.errors import BadInput
from mapsvc.model.calendar import DAY_MINUTES, WEEKDAYS, Calendar
from mapsvc.model.limit import ANY, Limit, Unit
from mapsvc.model.person_label import check_no_person_label

MAX_LIMITS, MAX_DAYS, MAX_COUNT = 2000, 2000, 10_000.0
_ROW = ("type", "level", "sign", "resolve", "unit")


def read_limits(value: Any) -> tuple[Limit, ...]:
    """The table of limits. Raises BadInput, PersonLabel."""
    given = object_of(value, "limits", ("limits",), ("limits",))
    rows = [_limit(row, f"limits[{k}]") for k, row in enumerate(list_of(given["limits"], "limits", MAX_LIMITS))]
    seen: set[tuple[str, int]] = set()
    for k, row in enumerate(rows):
        if (row.task_type, row.level) in seen:
            raise BadInput("Another row has the same type and level.", field=f"limits[{k}]")
        seen.add((row.task_type, row.level))
    return tuple(rows)


def _limit(value: Any, field: str) -> Limit:
    row = object_of(value, field, _ROW)
    task_type = words_of(row.get("type", ANY), f"{field}.type", empty=False)
    check_no_person_label((task_type.replace("_", " "),))
    unit = name_of(row.get("unit", "hours"), f"{field}.unit", Unit)
    level = 0 if row.get("level", ANY) == ANY else whole_of(row["level"], f"{field}.level", 1, 4)
    counts = {}
    for name in ("sign", "resolve"):
        count = row.get(name)
        counts[name] = None if count is None else number_of(count, f"{field}.{name}", 0.01, MAX_COUNT)
        if counts[name] is not None and unit is Unit.WORKING_DAYS and counts[name] != int(counts[name] or 0):
            raise BadInput("Working days are whole numbers.", field=f"{field}.{name}")
    if counts["sign"] is not None and counts["resolve"] is not None and counts["sign"] > counts["resolve"]:
        raise BadInput("Taking it may not need longer than resolving it.", field=f"{field}.sign")
    return Limit(task_type, level, counts["resolve"], counts["sign"], unit)


def write_limits(limits: Sequence[Limit]) -> dict[str, Any]:
    """The table as `read_limits` takes it."""
    return {
        "limits": [
            {
                "type": row.task_type,
                "level": row.level or ANY,
                "sign": row.sign,
                "resolve": row.resolve,
                "unit": row.unit.value,
            }
            for row in limits
        ]
    }


def read_calendar(value: Any) -> Calendar:
    """The calendar. Raises BadInput."""
    given = object_of(value, "calendar", ("weekdays", "hours", "holidays", "extra"))
    plain = write_calendar(Calendar())
    weekdays = []
    for k, name in enumerate(list_of(given.get("weekdays", plain["weekdays"]), "weekdays", 7)):
        if name not in WEEKDAYS:
            raise BadInput(f"weekdays[{k}] is one of {', '.join(WEEKDAYS)}.", field=f"weekdays[{k}]")
        weekdays.append(WEEKDAYS.index(name))
    if not weekdays:
        raise BadInput("At least one weekday is worked.", field="weekdays")
    return Calendar(
        frozenset(weekdays),
        _hours(given.get("hours", plain["hours"])),
        _days(given.get("holidays", ()), "holidays"),
        _days(given.get("extra", ()), "extra"),
    )


def _hours(value: Any) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for k, one in enumerate(list_of(value, "hours", 12)):
        field = f"hours[{k}]"
        if not isinstance(one, str) or one.count("-") != 1:
            raise BadInput(f'{field} is a span such as "09:00-12:00".', field=field)
        begin, end = (_minutes(part.strip(), field) for part in one.split("-"))
        if begin >= end or (spans and spans[-1][1] > begin):
            raise BadInput("Working hours follow each other without overlap.", field=field)
        spans.append((begin, end))
    if not spans:
        raise BadInput("A working day has at least one span of hours.", field="hours")
    return tuple(spans)


def _minutes(text: str, field: str) -> int:
    hour, _, minute = text.partition(":")
    fits = len(hour) in (1, 2) and len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    value = int(hour) * 60 + int(minute) if fits and int(minute) < 60 else -1
    if not 0 <= value <= DAY_MINUTES:
        raise BadInput(f'"{text[:20]}" is no time of day such as 09:00.', field=field)
    return value


def _days(value: Any, field: str) -> frozenset[date]:
    days = set()
    for k, one in enumerate(list_of(value, field, MAX_DAYS)):
        try:
            # TOML has dates of its own, JSON has texts.
            days.add(one if type(one) is date else date.fromisoformat(one))
        except (TypeError, ValueError):
            raise BadInput(f"{field}[{k}] is a date such as 2026-10-01.", field=f"{field}[{k}]") from None
    return frozenset(days)


def write_calendar(calendar: Calendar) -> dict[str, Any]:
    """The calendar as `read_calendar` takes it."""
    return {
        "weekdays": [WEEKDAYS[number] for number in sorted(calendar.weekdays)],
        "hours": [f"{_clock(begin)}-{_clock(end)}" for begin, end in calendar.hours],
        "holidays": [day.isoformat() for day in sorted(calendar.holidays)],
        "extra": [day.isoformat() for day in sorted(calendar.extra)],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
