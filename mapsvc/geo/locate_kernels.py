"""The locate kernel for numba: the same decisions as `locate_numpy`, point by point. Import it only where numba is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.numba_kernel import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

_SURE, _TINY = 3.4e-16, 1e-290
_JUDGE = -2
_BLOCK = 512


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
    asked = 0
    seen = 0.0
    for start in range(0, len(lon), _BLOCK):
        stop = min(start + _BLOCK, len(lon))
        # Whole cells first, then a glance along each open cell's arrays: reads that wait for no decision overlap in
        # the processor, so the deciding loop finds everything in its cache.
        for i in range(start, stop):
            out[i] = -1
            if box[0] <= lon[i] <= box[2] and box[1] <= lat[i] <= box[3]:
                column, row = _cell_of(lon[i], lat[i], box, columns, rows)
                out[i] = label[row * columns + column]
        for i in range(start, stop):
            if out[i] < -1:
                seen += xy[entry[group[cell[-2 - out[i], 0], 1]] >> 1, 0]
        for i in range(start, stop):
            if out[i] < -1:
                column, row = _cell_of(lon[i], lat[i], box, columns, rows)
                dx = box[0] + (column + box[8]) * box[6] - lon[i]
                dy = box[1] + (row + box[9]) * box[7] - lat[i]
                out[i] = _decide(-2 - out[i], lon[i], lat[i], dx, dy, cell, group, entry, xy)
                asked += out[i] == _JUDGE
    # `seen` is a number always; asking keeps the compiler from dropping the glance.
    return asked if seen == seen else len(lon)


@kernel
def _cell_of(x: float, y: float, box: FloatArray, columns: int, rows: int) -> tuple[int, int]:
    return min(int((x - box[0]) * box[4]), columns - 1), min(int((y - box[1]) * box[5]), rows - 1)


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
