"""Locate points with numpy alone: the same decisions as `locate_kernels`, a block of points at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.edge_cells import SURE, TINY
from mapsvc.geo.locate.raster_index import JUDGE, RasterIndex

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

BLOCK = 1 << 16
"""Points decided together: their temporary arrays stay in the processor's cache."""
PAIRS = 1 << 19
"""Tests of a point against an edge done together."""


def locate_numpy(index: RasterIndex, lon: FloatArray, lat: FloatArray, out: IntArray) -> None:
    """Write the polygon of each point, -1, or JUDGE where shapely must be asked, into `out`."""
    for at in range(0, len(lon), BLOCK):
        block = slice(at, at + BLOCK)
        _locate_block(index, lon[block], lat[block], out[block])


def _locate_block(index: RasterIndex, lon: FloatArray, lat: FloatArray, out: IntArray) -> None:
    frame = index.frame
    within = (lon >= frame.west) & (lon <= frame.east) & (lat >= frame.south) & (lat <= frame.north)
    if not within.all():
        out[~within] = -1
        chosen = np.flatnonzero(within)
        part = np.empty(len(chosen), np.int32)
        if len(chosen):
            _locate_block(index, lon[chosen], lat[chosen], part)
        out[chosen] = part
        return
    column, row = frame.column_of(lon), frame.row_of(lat)
    np.take(index.label, row * np.int32(frame.columns) + column, out=out)
    open_ = np.flatnonzero(out < -1)
    for some in _portions(index, open_, -2 - out[open_]):
        ref_x, ref_y = frame.ref_lon(column[some]), frame.ref_lat(row[some])
        out[some] = _decide(index, -2 - out[some], lon[some], lat[some], ref_x, ref_y)


def _portions(index: RasterIndex, points: npt.NDArray[np.intp], cell: IntArray) -> list[npt.NDArray[np.intp]]:
    """The points in portions of about PAIRS edge tests: a coarse raster or a dense coast must not fill the memory."""
    if not len(points):
        return []
    entries = index.group[index.cell[cell + 1, 0], 1] - index.group[index.cell[cell, 0], 1]
    portion = np.cumsum(entries, dtype=np.int64) // PAIRS
    return np.split(points, np.flatnonzero(portion[1:] != portion[:-1]) + 1)


def _decide(
    index: RasterIndex, cell: IntArray, x: FloatArray, y: FloatArray, ref_x: FloatArray, ref_y: FloatArray
) -> IntArray:
    """Answers of points in cells with edges."""
    answer: IntArray = index.cell[cell, 1]
    group_of, point_of = _ranges(index.cell[cell, 0], index.cell[cell + 1, 0])
    if not len(group_of):
        return answer
    entry_of, part_of = _ranges(index.group[group_of, 1], index.group[group_of + 1, 1])
    who = point_of[part_of]
    crossed, unsure = _crossings(index, index.entry[entry_of], x[who], y[who], ref_x[who], ref_y[who])
    first = np.flatnonzero(np.append(True, part_of[1:] != part_of[:-1]))
    held = index.group[group_of, 0]
    inside = (np.add.reduceat(crossed, first) + held) & 1
    # From the last group to the first, so that the lowest polygon that holds the point is what stays.
    hits = np.flatnonzero(inside)[::-1]
    answer[point_of[hits]] = held[hits] >> 1
    answer[who[unsure]] = JUDGE
    return answer


def _ranges(first: IntArray, last: IntArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """All numbers first[i] <= k < last[i] in order, and the i of each."""
    count = (last - first).astype(np.intp)
    owner = np.repeat(np.arange(len(count)), count)
    ends = np.cumsum(count)
    return np.arange(len(owner)) + (first - (ends - count))[owner], owner


def _crossings(
    index: RasterIndex, entry: IntArray, x: FloatArray, y: FloatArray, ref_x: FloatArray, ref_y: FloatArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Per entry: 1 where the way from the point to the reference point crosses its edge; and where that is unsure."""
    vertex = entry >> 1
    a, b = index.xy[vertex], index.xy[vertex + 1]
    ax, ay = a[:, 0] - x, a[:, 1] - y
    bx, by = b[:, 0] - x, b[:, 1] - y
    left, sure = _turn(ax, ay, bx, by)
    crossed = np.zeros(len(entry), np.int32)
    apart = np.flatnonzero(left != (entry & 1))
    dx, dy = (ref_x - x)[apart], (ref_y - y)[apart]
    a_left, a_sure = _turn(dx, dy, ax[apart], ay[apart])
    b_left, b_sure = _turn(dx, dy, bx[apart], by[apart])
    crossed[apart] = a_left != b_left
    sure[apart] &= a_sure & b_sure
    return crossed, ~sure


def _turn(
    ux: FloatArray, uy: FloatArray, vx: FloatArray, vy: FloatArray
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether v turns left of u, and whether rounding cannot have decided that."""
    one, two = ux * vy, uy * vx
    determinant = one - two
    return determinant > 0, np.abs(determinant) > SURE * (np.abs(one) + np.abs(two)) + TINY
