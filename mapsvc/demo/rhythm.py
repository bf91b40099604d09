"""Rhythm: when things happen: by hour, weekday and season for each task type."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.demo.curve import FloatArray

DAYS = 547
"""18 months; day DAYS - 1 is the last one."""
DAY_S = 86_400
LAST_DAY_WEEKDAY = 2
"""The reference day, 2026-07-01, is a Wednesday (Monday 0)."""

_ROUND = (0, 0, 0, 0, 0, 0, 1, 3, 8, 10, 9, 6, 3, 5, 9, 9, 8, 6, 4, 3, 2, 1, 0, 0)
_HOME = (1, 1, 0, 0, 0, 1, 3, 6, 7, 6, 5, 6, 6, 4, 4, 4, 5, 8, 10, 10, 8, 6, 4, 2)
_NIGHT = (5, 4, 3, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 8, 9, 10, 10, 9, 7)
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 6, 10, 9, 5, 1, 4, 9, 9, 7, 4, 2, 1, 0, 0, 0, 0)
_OUT = (1, 1, 0, 0, 0, 2, 5, 8, 8, 7, 6, 6, 5, 5, 6, 6, 7, 8, 7, 5, 4, 3, 2, 1)
_HOURS = {
    "information_collection": _ROUND,
    "dispute": _HOME,
    "legal_publicity": _OFFICE,
    "security_inspection": _NIGHT,
    "safety_creation": _ROUND,
    "environment": _OUT,
    "residential_affairs": _HOME,
    "hidden_danger": _OUT,
    "appeal": _OFFICE,
}
_WEEKEND = {
    "information_collection": 0.45,
    "legal_publicity": 0.5,
    "safety_creation": 0.5,
    "appeal": 0.6,
    "dispute": 1.35,
}
_SEASON = {
    "environment": (0.28, 200),
    "residential_affairs": (0.25, 15),
    "hidden_danger": (0.22, 10),
    "dispute": (0.15, 190),
}
"""Swing and the day of the year where it is highest."""
_GROWTH = 0.70
"""Share of today's rate 18 months ago: the reporting channels were new then."""


def daily_weights(task_type: str, days: int = DAYS) -> FloatArray:
    """Relative rate of each day, 1.0 on an ordinary weekday at the end."""
    day = np.arange(days)
    weight = _GROWTH + (1 - _GROWTH) * day / (days - 1)
    weekday = (LAST_DAY_WEEKDAY - (days - 1 - day)) % 7
    weight = np.where(weekday >= 5, weight * _WEEKEND.get(task_type, 0.85), weight)
    swing, peak = _SEASON.get(task_type, (0.08, 100))
    day_of_year = 182 - (days - 1 - day)
    return np.asarray(weight * (1 + swing * np.cos(2 * np.pi * (day_of_year - peak) / 365.25)), dtype=np.float64)


def draw_seconds(task_type: str, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """n times of day in seconds after midnight, on whole minutes."""
    hours = np.array(_HOURS[task_type], dtype=np.float64)
    hour = rng.choice(24, size=n, p=hours / hours.sum())
    return np.asarray((hour * 60 + rng.integers(0, 60, size=n)) * 60, dtype=np.int64)
