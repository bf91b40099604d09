"""Limit: how long a matter of a type and level may take, counted from its dispatch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ANY = "*"


class Unit(StrEnum):
    """How a limit is counted: on the clock, or through the calendar."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of the table.

    task_type: a code or "*"; level: 1-4, 0 = any. sign, resolve: how many of `unit` until the department must have
    taken it, and until it must be closed; None = no limit. Working days are whole numbers.
    """

    task_type: str = ANY
    level: int = 0
    resolve: float | None = None
    sign: float | None = None
    unit: Unit = Unit.HOURS

    @property
    def is_working(self) -> bool:
        """Whether only working time counts."""
        return self.unit is not Unit.HOURS


def find_limit(limits: Sequence[Limit], task_type: str, level: int) -> Limit | None:
    """The row that fits best: its own type and level, its type, its level, any; None where no row fits."""
    fitting = [row for row in limits if row.task_type in (task_type, ANY) and row.level in (level, 0)]
    return max(fitting, key=lambda row: (row.task_type != ANY, row.level != 0), default=None)
