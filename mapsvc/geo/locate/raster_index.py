"""RasterIndex: what each cell of a raster over the grids knows, and its build in numpy.

A cell no edge touches holds its answer: the lowest polygon around it, or -1. Any other cell holds, for each polygon
with an edge in it (lowest first), the edges in the cell and whether the cell's reference point lies in the polygon; a
point lies in the polygon too unless the way to the reference point crosses an odd number of these edges. If no such
polygon takes the point, the cell's base does: the lowest polygon around the whole cell, or -1. Nothing here needs a
clean partition: gaps, overlaps, doubles and lines that do not match are just further polygons in a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate import cell_groups
from mapsvc.geo.locate.edge_cells import row_crossings, touched_cells
from mapsvc.geo.locate.raster_frame import RasterFrame
from mapsvc.geo.locate.rings import Rings
from mapsvc.geo.locate.scan_rows import Scan

IntArray = npt.NDArray[np.int32]

JUDGE = -2
"""A cell's base where its reference point is too near an edge: every point in it goes to shapely."""

FindAround = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], tuple[IntArray, IntArray]]
"""(lon, lat) -> (point, polygon) of all polygons that cover each point, in no order."""


@dataclass(frozen=True, slots=True)
class RasterIndex:
    """The arrays the locate kernels read; all int32 but xy.

    label: (cells) the answer, or -2 - i for cell i of `cell`. cell: (n + 1, 2) first group, base.
    group: (m + 1, 2) polygon * 2 + (reference point inside), first entry. entry: vertex * 2 + (reference point left of
    the edge from that vertex to the next), and one spare number at the end. xy: (vertices, 2) lon, lat degrees.
    """

    frame: RasterFrame
    label: IntArray
    cell: IntArray
    group: IntArray
    entry: IntArray
    xy: npt.NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in (self.label, self.cell, self.group, self.entry, self.xy))


def build_with_numpy(rings: Rings, frame: RasterFrame, find_around: FindAround) -> RasterIndex:
    """The index of `rings` over `frame`; `find_around` is asked where polygons overlap near an edge."""
    scan = Scan.of(frame, *row_crossings(frame, rings))
    groups = cell_groups.gather(rings, *touched_cells(frame, rings))
    inside = scan.is_inside(groups.cell, groups.polygon)
    cells, first = np.unique(groups.cell, return_index=True)
    base = _bases(frame, scan, groups, inside, cells, first, find_around)
    groups, inside, base = cell_groups.reduce(groups, inside, cells, base, rings)
    return _pack(frame, scan.label, groups, inside, cells, base, rings.xy)


def _bases(
    frame: RasterFrame,
    scan: Scan,
    groups: cell_groups.Groups,
    inside: npt.NDArray[np.bool_],
    cells: IntArray,
    first: npt.NDArray[np.intp],
    find_around: FindAround,
) -> IntArray:
    """The lowest polygon around each of `cells` without an edge in it, -1 for none, JUDGE where none can be told."""
    if not len(cells):
        return np.empty(0, np.int32)
    around = scan.depth[cells] - np.add.reduceat(inside.astype(np.int32), first)
    base = np.full(len(cells), -1, np.int32)
    plain = (around == 1) & (scan.depth[cells] == 1)
    base[plain] = scan.label[cells[plain]]
    base[np.logical_or.reduceat(groups.unsure, first)] = JUDGE
    deep = np.flatnonzero((around > 0) & ~plain & (base != JUDGE))
    if len(deep):
        base[deep] = _deep_bases(frame, groups, cells, deep, find_around)
    return base


def _deep_bases(
    frame: RasterFrame,
    groups: cell_groups.Groups,
    cells: IntArray,
    deep: npt.NDArray[np.intp],
    find_around: FindAround,
) -> IntArray:
    """Bases where polygons overlap at the reference point: ask for all of them, leave out those with an edge here."""
    row, column = np.divmod(cells[deep], frame.columns)
    point, polygon = find_around(frame.ref_lon(column), frame.ref_lat(row))
    # Groups come by cell and polygon, so the pairs with an edge are found by one sorted search.
    known = groups.cell.astype(np.int64) << 31 | groups.polygon
    asked = cells[deep][point].astype(np.int64) << 31 | polygon
    has_edge = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    base = np.full(len(deep), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(base, point[~has_edge], polygon[~has_edge])
    return base


def _pack(
    frame: RasterFrame,
    label: IntArray,
    groups: cell_groups.Groups,
    inside: npt.NDArray[np.bool_],
    cells: IntArray,
    base: IntArray,
    xy: npt.NDArray[np.float64],
) -> RasterIndex:
    count = np.zeros(len(cells), np.int64)
    np.add.at(count, np.searchsorted(cells, groups.cell), 1)
    # A cell whose polygons all come after its base has nothing left to decide.
    settled = (count == 0) & (base != JUDGE)
    label = label.copy()
    label[cells[settled]] = base[settled]
    open_cells = np.flatnonzero(~settled)
    label[cells[open_cells]] = -2 - np.arange(len(open_cells), dtype=np.int32)
    cell = np.full((len(open_cells) + 1, 2), -1, np.int32)
    cell[1:, 0] = np.cumsum(count[open_cells])
    cell[0, 0] = 0
    cell[:-1, 1] = base[open_cells]
    group = np.zeros((len(groups.cell) + 1, 2), np.int32)
    group[:-1, 0] = groups.polygon * 2 + inside
    group[:, 1] = groups.first
    return RasterIndex(frame, label, cell, group, np.append(groups.entry, np.int32(0)), xy)
