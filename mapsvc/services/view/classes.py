"""Classes of a choropleth: five equal groups with ties kept together, and how concentrated counts are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CLASSES = 5


def equal_groups(values: npt.NDArray[np.float64]) -> tuple[list[float], list[int]]:
    """Six breaks and the class 0-4 of each value; -1 = no value (NaN).

    Class k holds breaks[k] <= value < breaks[k + 1], the last one its upper break too. A value's class follows from
    how many values are smaller, so equal values are never parted; a class can be empty and its breaks equal.
    """
    known = np.sort(values[np.isfinite(values)])
    if not len(known):
        return [0.0] * (CLASSES + 1), [-1] * len(values)
    smaller = np.searchsorted(known, values, side="left")
    classes = np.where(np.isfinite(values), CLASSES * smaller // len(known), -1)
    of_known = CLASSES * np.searchsorted(known, known, side="left") // len(known)
    breaks = [float(known[0])]
    for number in range(1, CLASSES):
        first = int(np.searchsorted(of_known, number, side="left"))
        breaks.append(float(known[first]) if first < len(known) else float(known[-1]))
    breaks.append(float(known[-1]))
    return breaks, classes.astype(int).tolist()


def concentration(counts: npt.NDArray[np.int64]) -> dict[str, int]:
    """The fewest grids that together hold half, and a tenth, of what all grids hold; 0 where nothing is."""
    running = np.cumsum(np.sort(counts)[::-1])
    total = int(running[-1]) if len(running) else 0
    if total == 0:
        return {"half_in": 0, "tenth_in": 0}
    return {
        "half_in": int(np.searchsorted(running, total / 2)) + 1,
        "tenth_in": int(np.searchsorted(running, total / 10)) + 1,
    }
