"""Slivers join a neighbour of the same grid, the one with the longest common line; what is left alone stays."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def absorb(
    shapes: Geometries,
    grid: IntArray,
    area_m2: FloatArray,
    small: BoolArray,
    pairs: IntArray,
    border_m: FloatArray,
    hard: BoolArray,
) -> tuple[Geometries, IntArray]:
    """The shapes (lon/lat) after every small one has joined a neighbour of its grid, the smallest first.

    Over a hard line only where there is no other neighbour. Returns the shapes and the index of one old piece of each.
    """
    beside: list[dict[int, tuple[float, float]]] = [{} for _ in shapes]
    for (one, two), length, wall in zip(pairs.tolist(), border_m.tolist(), hard.tolist(), strict=True):
        if grid[one] == grid[two]:
            beside[one][two] = beside[two][one] = (0.0, length) if wall else (length, length)
    into = np.arange(len(shapes))
    queue = [(float(area_m2[index]), index) for index in np.flatnonzero(small).tolist()]
    heapq.heapify(queue)
    while queue:
        _, index = heapq.heappop(queue)
        if into[index] != index or not beside[index]:
            continue
        # Rounded to a tenth of a millimetre: equal lines must not be told apart by rounding.
        best = max(beside[index], key=lambda other: (*(round(m, 4) for m in beside[index][other]), -other))
        into[index] = best
        for other, (free, length) in beside[index].items():
            del beside[other][index]
            if other != best:
                was = beside[best].get(other, (0.0, 0.0))
                beside[best][other] = beside[other][best] = (was[0] + free, was[1] + length)
        beside[index] = {}
    return _dissolve(shapes, _roots(into))


def _roots(into: IntArray) -> IntArray:
    """Follow each index to the one that was joined to nothing."""
    while not np.array_equal(into, into[into]):
        into = into[into]
    return into


def _dissolve(shapes: Geometries, root: IntArray) -> tuple[Geometries, IntArray]:
    members: dict[int, list[int]] = defaultdict(list)
    for index, head in enumerate(root.tolist()):
        members[head].append(index)
    kept = np.array(sorted(members), dtype=np.int64)
    joined: Geometries = np.empty(len(kept), dtype=object)
    for place, head in enumerate(kept.tolist()):
        group = members[head]
        joined[place] = shapes[head] if len(group) == 1 else shapely.coverage_union_all(shapes[group])
    return joined, kept
