"""Duplicates: which open incidents may be the same matter, by distance, type and time. Suggestions, never merges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REACH_M = 120.0
"""Farther apart two reports are two matters."""
WINDOW_S = 72 * 3600
OTHER_TYPE = 0.55
"""The same thing is often reported under another type: it counts for this much."""
LEAST_SCORE = 0.4
MOST = 5


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Other incidents as columns: distance in metres, seconds later (below 0: earlier), whether of the same type."""

    fid: npt.NDArray[np.int64]
    distance_m: npt.NDArray[np.float64]
    later_s: npt.NDArray[np.int64]
    same_type: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One suggestion. minutes: later, below 0 earlier. score: 0-1, 1 = same place, type and time."""

    fid: int
    distance_m: float
    minutes: int
    score: float


def find_duplicates(near: Candidates) -> list[Duplicate]:
    """The likeliest of them, best first; of equal ones the older first.

    score = (1 - distance / 120 m) ** 0.5 * (1 - time / 72 h) * (1 or, for another type, 0.55).
    """
    closeness = np.sqrt(np.clip(1.0 - near.distance_m / REACH_M, 0.0, 1.0))
    score = (
        closeness * np.clip(1.0 - np.abs(near.later_s) / WINDOW_S, 0.0, 1.0) * np.where(near.same_type, 1.0, OTHER_TYPE)
    )
    likely = np.flatnonzero(score >= LEAST_SCORE)
    order = likely[np.lexsort((near.fid[likely], -score[likely]))][:MOST]
    return [
        Duplicate(
            int(near.fid[k]),
            round(float(near.distance_m[k]), 1),
            round(int(near.later_s[k]) / 60),
            round(float(score[k]), 3),
        )
        for k in order.tolist()
    ]
