"""The locate kernel for numba: the same decisions as `locate_numpy`, point by point. Import it only where numba is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.numba_kernel import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

_SURE, _TINY = 3.4e-16, 1e-290
_JUDGE = -2
_BLOCK = 4096
"""Points taken together, so that what a block reads and writes stays in the processor's second cache."""


@kernel
def locate_points(
    lon: FloatArray,
    lat: FloatArray,
    out: IntArray,
    box: FloatArray,
    label: IntArray,
    columns: int,
    rows: int,
    cell: IntArray,
    group: IntArray,
    entry: IntArray,
    xy: FloatArray,
) -> int:
    """Write the polygon of each point, -1, or -2 where shapely must be asked; returns how many of those there are.

    box: west, south, east, north, columns per degree, rows per degree, cell width, cell height, and the share of a cell
    at which its reference point lies across and up. The other arrays are those of `RasterIndex`.
    """
    where = np.empty(_BLOCK, np.int32)
    open_ = np.empty(_BLOCK, np.int32)
    asked, seen = 0, 0.0
    for start in range(0, len(lon), _BLOCK):
        stop = min(start + _BLOCK, len(lon))
        x, y, answer = lon[start:stop], lat[start:stop], out[start:stop]
        _find_cells(x, y, box, columns, rows, where)
        count = _read_labels(where, label, answer, open_)
        # A glance along each open cell's arrays first: reads that wait for no decision overlap in the processor, and
        # the deciding loop then finds everything in its cache.
        for k in range(count):
            seen += xy[entry[group[cell[-2 - answer[open_[k]], 0], 1]] >> 1, 0]
        for k in range(count):
            i = open_[k]
            row, column = divmod(where[i], columns)
            dx = box[0] + (column + box[8]) * box[6] - x[i]
            dy = box[1] + (row + box[9]) * box[7] - y[i]
            answer[i] = _decide(-2 - answer[i], x[i], y[i], dx, dy, cell, group, entry, xy)
            asked += answer[i] == _JUDGE
    # `seen` is a number always; asking keeps the compiler from dropping the glance.
    return asked if seen == seen else len(lon)


@kernel
def _find_cells(x: FloatArray, y: FloatArray, box: FloatArray, columns: int, rows: int, where: IntArray) -> None:
    """Cell of each point, -1 outside the box or where a coordinate is not finite; without a branch, for vector code."""
    west, south, east, north, per_lon, per_lat = box[0], box[1], box[2], box[3], box[4], box[5]
    last_column, last_row, width = np.int32(columns - 1), np.int32(rows - 1), np.int32(columns)
    for i in range(len(x)):
        within = (x[i] >= west) & (x[i] <= east) & (y[i] >= south) & (y[i] <= north)
        column = min(np.int32(((x[i] if within else west) - west) * per_lon), last_column)
        row = min(np.int32(((y[i] if within else south) - south) * per_lat), last_row)
        where[i] = row * width + column if within else -1


@kernel
def _read_labels(where: IntArray, label: IntArray, answer: IntArray, open_: IntArray) -> int:
    """Answers of whole cells; the numbers of the other points go to the front of `open_`, and how many is returned."""
    for i in range(len(answer)):
        answer[i] = label[max(where[i], 0)] if where[i] >= 0 else -1
    count = 0
    for i in range(len(answer)):
        open_[count] = i
        count += answer[i] < -1
    return count


@kernel
def _decide(
    here: int,
    x: float,
    y: float,
    dx: float,
    dy: float,
    cell: IntArray,
    group: IntArray,
    entry: IntArray,
    xy: FloatArray,
) -> int:
    """The answer in a cell with edges; dx, dy: the way from the point to the cell's reference point."""
    for g in range(cell[here, 0], cell[here + 1, 0]):
        inside = group[g, 0] & 1
        for e in range(group[g, 1], group[g + 1, 1]):
            crossed = _crosses(entry[e], x, y, dx, dy, xy)
            if crossed < 0:
                return _JUDGE
            inside ^= crossed
        if inside:
            return int(group[g, 0] >> 1)
    return int(cell[here, 1])


@kernel
def _crosses(held: int, x: float, y: float, dx: float, dy: float, xy: FloatArray) -> int:
    """1 where the way to the reference point crosses the entry's edge, 0 where not, -1 where rounding might decide."""
    v = held >> 1
    ax, ay, bx, by = xy[v, 0] - x, xy[v, 1] - y, xy[v + 1, 0] - x, xy[v + 1, 1] - y
    side = _turn(ax, ay, bx, by)
    if side == 0:
        return -1
    if (side > 0) == (held & 1):
        return 0
    a_side, b_side = _turn(dx, dy, ax, ay), _turn(dx, dy, bx, by)
    if a_side == 0 or b_side == 0:
        return -1
    return 1 if a_side != b_side else 0


@kernel
def _turn(ux: float, uy: float, vx: float, vy: float) -> int:
    """1 where v turns left of u, -1 where right, 0 where rounding could have decided (see `edge_cells`)."""
    one, two = ux * vy, uy * vx
    turn = one - two
    bound = _SURE * (abs(one) + abs(two)) + _TINY
    return 1 if turn > bound else (-1 if turn < -bound else 0)
