"""Rules: everything a decision about a case looks up: workflow, limits, calendar, types, zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapsvc.casework.working_time import add_working, add_working_days, working_between
from mapsvc.model.calendar import Calendar
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.flow import Flow
from mapsvc.model.limit import Limit, Unit, find_limit
from mapsvc.model.task_type import TaskType

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Rules:
    """The data that steer decisions. A type's own `limit_hours` holds where the table of limits has no row for it."""

    flow: Flow = DEFAULT_FLOW
    limits: Sequence[Limit] = ()
    calendar: Calendar = field(default_factory=Calendar)
    task_types: Mapping[str, TaskType] = field(default_factory=dict)
    tz: str = "UTC"

    def limit(self, task_type: str, level: int) -> Limit:
        """The limit of a type and level; one without figures where there is no clock."""
        found = find_limit(self.limits, task_type, level)
        known = self.task_types.get(task_type)
        own = known.limit_hours if known else None
        if found is None or (found.resolve is None and found.task_type != task_type and own is not None):
            return Limit(task_type, level, own)
        return found

    def due(self, count: float | None, unit: Unit, start: int) -> int | None:
        """`count` of `unit` after `start` (epoch seconds UTC); None stays None."""
        if count is None:
            return None
        if unit is Unit.WORKING_DAYS:
            return add_working_days(start, int(count), self.calendar, self.tz)
        seconds = round(count * HOUR_S)
        return add_working(start, seconds, self.calendar, self.tz) if unit is Unit.WORKING_HOURS else start + seconds

    def due_at(self, task_type: str, level: int, start: int) -> int | None:
        """When a matter dispatched at `start` must be closed; None where its type has no clock."""
        limit = self.limit(task_type, level)
        return self.due(limit.resolve, limit.unit, start)

    def sign_at(self, task_type: str, level: int, start: int) -> int | None:
        """When it must have been taken."""
        limit = self.limit(task_type, level)
        return self.due(limit.sign, limit.unit, start)

    def left_s(self, task_type: str, level: int, due_at: int, now: int) -> int:
        """What is left on the clock: seconds, working ones where the limit counts those; below 0 where it is late."""
        if not self.limit(task_type, level).is_working:
            return due_at - now
        if due_at >= now:
            return working_between(now, due_at, self.calendar, self.tz)
        return -working_between(due_at, now, self.calendar, self.tz)

    def run_on(self, task_type: str, level: int, left_s: int, now: int) -> int:
        """The moment at which `left_s` of the clock has passed from now on; for a late one, a moment in the past."""
        if left_s > 0 and self.limit(task_type, level).is_working:
            return add_working(now, left_s, self.calendar, self.tz)
        return now + left_s
