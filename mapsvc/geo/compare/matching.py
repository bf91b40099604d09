"""Matching: which grid of one plan goes on as which grid of another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.compare.ground import NOWHERE, Ground
from mapsvc.model.plan import Plan

IntArray = npt.NDArray[np.int64]


def match_grids(a: Plan, b: Plan, ground: Ground, *, by_id: bool = True) -> IntArray:
    """For each grid of `a` the position of the grid of `b` it goes on as, -1 = it is gone.

    A grid goes on under its id where b has it (by_id). Of the others two go together when each is the one
    that the other shares most ground with, those of known id included (ties: the first in code order).
    """
    match = np.full(len(a.grids), NOWHERE, dtype=np.int64)
    if by_id:
        position = {grid.id: j for j, grid in enumerate(b.grids) if grid.id}
        match[:] = [position.get(grid.id, NOWHERE) for grid in a.grids]
    best_b, best_a = _best(ground, len(a.grids), len(b.grids))
    taken = set(match[match != NOWHERE].tolist())
    for i in np.flatnonzero(match == NOWHERE).tolist():
        j = int(best_b[i])
        if j != NOWHERE and j not in taken and best_a[j] == i:
            match[i] = j
    return match


def overlaps(ground: Ground) -> dict[tuple[int, int], float]:
    """Shared m2 of every two grids that share ground, by their positions; -1 = land in no grid of that plan."""
    total: dict[tuple[int, int], float] = {}
    pairs = zip(ground.first.tolist(), ground.second.tolist(), ground.area_m2.tolist(), strict=True)
    for i, j, area in pairs:
        total[i, j] = total.get((i, j), 0.0) + area
    return total


def _best(ground: Ground, n_a: int, n_b: int) -> tuple[IntArray, IntArray]:
    """For each grid the one of the other plan it shares most ground with, -1 = none."""
    best_b, best_a = np.full(n_a, NOWHERE), np.full(n_b, NOWHERE)
    most_a, most_b = np.zeros(n_a), np.zeros(n_b)
    for (i, j), area in sorted(overlaps(ground).items()):
        if i == NOWHERE or j == NOWHERE:
            continue
        if area > most_a[i]:
            best_b[i], most_a[i] = j, area
        if area > most_b[j]:
            best_a[j], most_b[j] = i, area
    return best_b, best_a
