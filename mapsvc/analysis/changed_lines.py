"""ChangedLines: what a delta changes, segment by segment: which lines came, which went, which only changed sides.

Every piece of ground that changes grid is bounded by such segments, and all segments around one piece are connected;
so the box of each connected group of them holds whatever can change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.partition.arc import Arc

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]

_SLACK = 2e-8
"""Two lattice steps: an imported vertex lies up to half a step beside its lattice point."""


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """m segments. ends: (m, 4) lattice steps x0, y0, x1, y1, the lower end first; left, right: (m,) sides.

    alone: True where the other state has no segment between these ends; elsewhere only the sides differ.
    """

    ends: IntArray
    left: IntArray
    right: IntArray
    alone: BoolArray

    def take(self, rows: Any) -> Segments:
        """The segments of a mask or index array."""
        return Segments(self.ends[rows], self.left[rows], self.right[rows], self.alone[rows])


@dataclass(frozen=True, eq=False)
class ChangedLines:
    """Segments of the old state that are gone or have other sides now, and those of the new state.

    touched: numbers of the grids, old and new, whose own outline or number changed.
    """

    old: Segments
    new: Segments
    touched: frozenset[int]

    @classmethod
    def of(cls, delta: Delta) -> ChangedLines:
        """The segments a delta changes; what it removes and adds again unchanged is left out."""
        old, new = _segments(delta.removed.values()), _segments(delta.added.values())
        rows = np.concatenate([old, new])
        is_new = np.arange(len(rows)) >= len(old)
        order = np.lexsort((is_new, rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))
        rows, is_new = rows[order], is_new[order]
        twin = np.flatnonzero((rows[1:, :4] == rows[:-1, :4]).all(axis=1))
        same_left = rows[twin, 4] == rows[twin + 1, 4]
        same_right = rows[twin, 5] == rows[twin + 1, 5]
        alone, kept = np.ones(len(rows), np.bool_), np.ones(len(rows), np.bool_)
        alone[twin] = alone[twin + 1] = False
        kept[twin] = kept[twin + 1] = ~(same_left & same_right)
        sides = [rows[alone, 4:].ravel()]
        for column, same in ((4, same_left), (5, same_right)):
            sides += [rows[twin[~same], column], rows[twin[~same] + 1, column]]
        touched = frozenset(side for side in np.concatenate(sides).tolist() if side >= 0)
        parts = [
            Segments(rows[part, :4], rows[part, 4], rows[part, 5], alone[part])
            for part in (kept & ~is_new, kept & is_new)
        ]
        return cls(parts[0], parts[1], touched)

    @cached_property
    def came(self) -> Segments:
        """Segments that are lines now and were none."""
        return self.new.take(self.new.alone)

    @cached_property
    def went(self) -> Segments:
        """Segments that were lines and are none now."""
        return self.old.take(self.old.alone)

    @property
    def moves_frame(self) -> bool:
        """Whether a line beside ground of nobody is another now; while not, all grids together cover what they did."""
        if any(((one.left < 0) | (one.right < 0))[one.alone].any() for one in (self.old, self.new)):
            return True
        # Both are in the order of their ends, so twins stand at the same place.
        old, new = self.old.take(~self.old.alone), self.new.take(~self.new.alone)
        return bool((((old.left < 0) != (new.left < 0)) | ((old.right < 0) != (new.right < 0))).any())

    @cached_property
    def _groups(self) -> tuple[IntArray, IntArray]:
        return _group_boxes(np.concatenate([self.old.ends, self.new.ends]))

    def boxes(self, partition: Partition) -> list[Box]:
        """West, south, east, north in degrees of each connected group."""
        low, high = self._groups
        if not len(low):
            return []
        west_south, east_north = partition.degrees(low) - _SLACK, partition.degrees(high) + _SLACK
        return [
            (west, south, east, north)
            for (west, south), (east, north) in zip(west_south.tolist(), east_north.tolist(), strict=True)
        ]


def degree_lines(partition: Partition, segments: Segments) -> Any:
    """Segments as lon/lat LineStrings, an array of m."""
    ends = partition.degrees(segments.ends.reshape(-1, 2)).reshape(-1, 2, 2)
    return np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object)) if len(ends) else np.zeros(0, object)


def _segments(arcs: Iterable[Arc]) -> IntArray:
    """(m, 6): x0, y0, x1, y1, left, right of all segments, the lower end first."""
    parts = [np.zeros((0, 6), np.int64)]
    for arc in arcs:
        part = np.empty((len(arc.steps) - 1, 6), np.int64)
        part[:, :2], part[:, 2:4] = arc.steps[:-1], arc.steps[1:]
        part[:, 4], part[:, 5] = arc.left, arc.right
        parts.append(part)
    rows = np.concatenate(parts)
    turned = (rows[:, 0] > rows[:, 2]) | ((rows[:, 0] == rows[:, 2]) & (rows[:, 1] > rows[:, 3]))
    rows[turned] = rows[turned][:, [2, 3, 0, 1, 5, 4]]
    return rows


def _group_boxes(ends: IntArray) -> tuple[IntArray, IntArray]:
    """Lowest and highest x, y (k, 2) of each group of segments that hang together at their ends."""
    if not len(ends):
        return np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    # Steps are far below 2 ** 53, so a complex number holds both exactly and sorts as one key.
    points, which = np.unique(ends[:, 0::2] + 1j * ends[:, 1::2], return_inverse=True)
    start, end = which.reshape(-1, 2).T
    links = coo_matrix((np.ones(len(ends), np.int8), (start, end)), shape=(len(points), len(points)))
    count, group = connected_components(links, directed=False)
    low = np.full((count, 2), np.iinfo(np.int64).max)
    high = np.full((count, 2), np.iinfo(np.int64).min)
    xy = np.stack([points.real, points.imag], axis=1).astype(np.int64)
    np.minimum.at(low, group, xy)
    np.maximum.at(high, group, xy)
    return low, high
