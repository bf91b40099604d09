"""Calendar: when the community works. Local times of its zone; the zone itself belongs to the community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and hours.

    weekdays: numbers of working days, 0 = Monday. hours: (from, to) in minutes after local midnight, in order, not
    overlapping, the same on every working day. holidays: days off whatever their weekday; extra: days worked in
    exchange, whatever their weekday. A day in both is worked.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    hours: tuple[tuple[int, int], ...] = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
    holidays: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return day in self.extra or (day.weekday() in self.weekdays and day not in self.holidays)
