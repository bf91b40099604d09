"""Reassign: which points change grid when a partition changes, without asking all of them again.

The answer is the one a full count gives, row by row: the owner of a point is the covering grid with the lowest code,
decided by shapely in lon/lat. Only points in the boxes of changed lines are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.changed_lines import Box, ChangedLines
from mapsvc.analysis.point_cells import PointCells

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
OwnerArray = npt.NDArray[np.int32]

_WORTH_INDEX = 1_000_000
"""From this many pairs of point and polygon on, an index over the polygons pays."""


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Points that change grid. rows: (k,) ascending; old, new: (k,) numbers of the grids, -1 = none."""

    rows: IntArray
    old: OwnerArray
    new: OwnerArray

    def __len__(self) -> int:
        return len(self.rows)

    def apply(self, owner: OwnerArray) -> OwnerArray:
        """A copy of the owners before, with the new ones."""
        changed = owner.copy()
        changed[self.rows] = self.new
        return changed

    def inverse(self) -> Moved:
        """The way back."""
        return Moved(self.rows, self.new, self.old)

    @classmethod
    def between(cls, before: OwnerArray, after: OwnerArray) -> Moved:
        """The rows in which two states differ."""
        rows = np.flatnonzero(before != after)
        return cls(rows, before[rows], after[rows])


def owners(partition: Partition, lon: FloatArray, lat: FloatArray) -> OwnerArray:
    """Number of the grid of each of n points in degrees, -1 = none: the full count."""
    from mapsvc.geo.locate import GridIndex

    index = GridIndex.build([partition.polygon(number) for number in partition.numbers])
    return np.array([*partition.numbers, -1], np.int32)[index.locate(lon, lat)]


def moved(cells: PointCells, owner: OwnerArray, before: Partition, after: Partition, delta: Delta) -> Moved:
    """Points whose grid is another after `delta`, which leads from `before` to `after`.

    owner: (n,) numbers before, as `owners` gives them.
    """
    return Near.of(before, after, delta, ChangedLines.of(delta)).moved(cells, owner)


def around(partition: Partition, numbers: Iterable[int]) -> set[int]:
    """These grids and all that share an edge or a single point with one of them."""
    found: set[int] = set()
    for number in numbers:
        found.add(number)
        for arc_id in partition.arcs_of(number):
            arc = partition.arcs[arc_id]
            found |= {arc.left, arc.right}
            for x, y in (arc.steps[0].tolist(), arc.steps[-1].tolist()):
                for other in partition.arcs_at((x, y)):
                    found |= {partition.arcs[other].left, partition.arcs[other].right}
    return {number for number in found if number >= 0 and partition.arcs_of(number)}


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """What lies near a change, for any number of sets of points.

    boxes: hold every point that can change, but those on the outlines of `renamed`. living: the touched grids that are
    left; ring: they and all that meet or met a touched one. renamed: grids whose new code ranks otherwise among these.
    """

    after: Partition
    boxes: list[Box]
    touched: frozenset[int]
    living: list[int]
    ring: set[int]
    renamed: list[int]

    @classmethod
    def of(cls, before: Partition, after: Partition, delta: Delta, lines: ChangedLines) -> Near:
        """Around the lines that `delta` changes on the way from `before` to `after`."""
        touched = lines.touched
        living = [number for number in sorted(touched) if after.arcs_of(number)]
        # A grid that withdraws leaves its line to those it met before, though they may not touch it any more.
        met = {number for number in around(before, touched) if after.arcs_of(number)}
        ring = met | around(after, living)
        return cls(after, lines.boxes(after), touched, living, ring, _reordered(before, after, delta))

    def moved(self, cells: PointCells, owner: OwnerArray) -> Moved:
        """Points whose grid changes; owner: (n,) numbers before."""
        rows = cells.in_boxes(self.boxes)
        new = self._owners(cells.lon[rows], cells.lat[rows], owner[rows])
        for number in self.renamed:
            on_line, its = _on_outline(cells, self.after, number)
            rows, new = np.concatenate([on_line, rows]), np.concatenate([its, new])
        # Where a row comes twice, the first is right: it was asked under the new codes.
        rows, first = np.unique(rows, return_index=True)
        old, new = owner[rows], new[first]
        changed = old != new
        return Moved(rows[changed], old[changed], new[changed])

    def _owners(self, lon: FloatArray, lat: FloatArray, old: OwnerArray) -> OwnerArray:
        """Numbers now of points near the changed lines; `old`: their numbers before."""
        if len(lon) * len(self.living) > _WORTH_INDEX:
            return self._owners_by_index(lon, lat, old)
        new = old.copy()
        shapes = _own_copies(self.after, self.living)
        rest = np.arange(len(lon))
        for number, shape in zip(self.living, shapes, strict=True):
            # Strictly inside one grid is in no other: no need to ask the rest.
            inside = shapely.contains_xy(shape, lon[rest], lat[rest])
            new[rest[inside]] = number
            rest = rest[~inside]
        doubtful = np.isin(old[rest], list(self.touched))
        for shape in shapes:
            doubtful |= shapely.intersects_xy(shape, lon[rest], lat[rest])
        rest = rest[doubtful]
        if len(rest):
            new[rest] = _lowest(self.after, self.ring, lon[rest], lat[rest])
        return new

    def _owners_by_index(self, lon: FloatArray, lat: FloatArray, old: OwnerArray) -> OwnerArray:
        from mapsvc.geo.locate import GridIndex

        near = _in_code_order(self.after, self.ring)
        index = GridIndex.build([self.after.polygon(number) for number in near])
        found = np.array([*near, -1], np.int32)[index.locate(lon, lat)]
        # A point of a grid farther away keeps it: no changed grid reaches there.
        asked = np.isin(old, [*self.touched, *near, -1])
        return np.where(asked, found, old)


def _lowest(partition: Partition, numbers: Collection[int], lon: FloatArray, lat: FloatArray) -> OwnerArray:
    """Number of the covering grid with the lowest code among `numbers`, -1 where none covers."""
    found = np.full(len(lon), -1, np.int32)
    ordered = _in_code_order(partition, numbers)
    rest = np.arange(len(lon))
    for number, shape in zip(ordered, _own_copies(partition, ordered), strict=True):
        covers = shapely.intersects_xy(shape, lon[rest], lat[rest])
        found[rest[covers]] = number
        rest = rest[~covers]
    return found


def _reordered(before: Partition, after: Partition, delta: Delta) -> list[int]:
    """Grids whose new code changes which grid comes first on their lines."""
    found = []
    for number, old in delta.before.items():
        new = delta.after.get(number)
        if old is None or new is None or old.code == new.code:
            continue
        stayed = [one for one in around(after, [number]) if before.arcs_of(one)]
        if sorted(stayed, key=lambda n: before.grid(n).code) != _in_code_order(after, stayed):
            found.append(number)
    return found


def _on_outline(cells: PointCells, after: Partition, number: int) -> tuple[IntArray, OwnerArray]:
    """Rows of the points on the outline of a grid, and their owners."""
    shape = _own_copies(after, [number])[0]
    rows = cells.in_box(*shape.bounds)
    lon, lat = cells.lon[rows], cells.lat[rows]
    on_line = shapely.intersects_xy(shape, lon, lat) & ~shapely.contains_xy(shape, lon, lat)
    rows = rows[on_line]
    return rows, _lowest(after, around(after, [number]), cells.lon[rows], cells.lat[rows])


def _in_code_order(partition: Partition, numbers: Collection[int]) -> list[int]:
    return sorted(numbers, key=lambda number: partition.grid(number).code)


def _own_copies(partition: Partition, numbers: Collection[int]) -> Any:
    """Polygons nobody else has prepared: GEOS builds parts of prepared ones on first use, unsafe in two threads."""
    shapes = np.empty(len(numbers), dtype=object)
    shapes[:] = [partition.polygon(number) for number in numbers]
    return shapely.from_wkb(shapely.to_wkb(shapes))
