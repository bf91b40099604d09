"""Edge cells: which cells each edge touches, on which side of it their reference points lie, and where edges cross the
rows of reference points. Pure numpy; `build_kernels` holds the same walk for numba.

Sides are signs of the determinant (bx-ax)(py-ay) - (by-ay)(px-ax): positive where p is left of a -> b. Its rounding is
bounded by 3.33e-16 times the sum of the products' sizes (Shewchuk 1997, "Adaptive Precision Floating-Point Arithmetic
and Fast Robust Geometric Predicates", bound A); a smaller determinant counts as unsure and is never used.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.raster_frame import RasterFrame
from mapsvc.geo.locate.rings import Rings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
SideArray = npt.NDArray[np.int8]

SURE, TINY = 3.4e-16, 1e-290
"""Relative bound on the determinant's rounding, and a floor under which products may have underflowed."""
LEFT, RIGHT, UNSURE = 1, 0, -1
CHUNK = 1 << 17


def sides(a: FloatArray, b: FloatArray, x: FloatArray, y: FloatArray) -> SideArray:
    """LEFT, RIGHT or UNSURE for points x, y (n) against edges a -> b (n, 2)."""
    one = (b[:, 0] - a[:, 0]) * (y - a[:, 1])
    two = (b[:, 1] - a[:, 1]) * (x - a[:, 0])
    determinant = one - two
    bound = SURE * (np.abs(one) + np.abs(two)) + TINY
    return np.where(determinant > bound, LEFT, np.where(determinant < -bound, RIGHT, UNSURE)).astype(np.int8)


def touched_cells(frame: RasterFrame, rings: Rings) -> tuple[IntArray, IntArray, SideArray]:
    """edge, cell, side of every edge in every cell it touches, by edge. A cell too many is possible, never one too few.

    edge counts the edges of `rings`; side tells where the cell's reference point lies.
    """
    pieces = [_touched_chunk(frame, rings, at) for at in range(0, len(rings.start), CHUNK)]
    if not pieces:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int8)
    edge, cell, side = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return edge, cell, side


def row_crossings(frame: RasterFrame, rings: Rings) -> tuple[IntArray, IntArray, IntArray]:
    """row, polygon, column of every crossing of an edge with a row's line of reference points.

    column: the first column whose reference point lies east of the crossing (`frame.columns` if none does). Where a
    reference point is too near the edge to tell, its cell has an unsure side too, and is not read from these.
    """
    pieces = [_crossings_chunk(frame, rings, at) for at in range(0, len(rings.start), CHUNK)]
    if not pieces:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32)
    row, polygon, column = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return row, polygon, column


def _spread(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """For each i the whole numbers first[i]..last[i]: (i repeated, the numbers)."""
    count = last - first + 1
    owner = np.repeat(np.arange(len(first), dtype=np.int32), count)
    offset = np.cumsum(count) - count
    return owner, np.arange(len(owner), dtype=np.int32) - offset.astype(np.int32)[owner] + first[owner]


def _touched_chunk(frame: RasterFrame, rings: Rings, at: int) -> tuple[IntArray, IntArray, SideArray]:
    start = rings.start[at : at + CHUNK]
    a, b = rings.xy[start], rings.xy[start + 1]
    # The lower end first: an edge and its twin in the neighbour then touch the same cells to the bit.
    swap = (a[:, 1] > b[:, 1]) | ((a[:, 1] == b[:, 1]) & (a[:, 0] > b[:, 0]))
    low, high = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    edge, row = _spread(frame.row_of(low[:, 1]), frame.row_of(high[:, 1]))
    first, last = _columns_in_row(frame, low[edge], high[edge], row)
    piece, column = _spread(first, last)
    edge, row = edge[piece], row[piece]
    side = sides(a[edge], b[edge], frame.ref_lon(column), frame.ref_lat(row))
    return edge + np.int32(at), row * np.int32(frame.columns) + column, side


def _columns_in_row(frame: RasterFrame, low: FloatArray, high: FloatArray, row: IntArray) -> tuple[IntArray, IntArray]:
    """First and last column that the edge low -> high can touch within a row."""
    bottom = frame.south + row * frame.cell_lat - frame.slack_lat
    top = frame.south + (row + 1) * frame.cell_lat + frame.slack_lat
    rise = high[:, 1] - low[:, 1]
    run = high[:, 0] - low[:, 0]
    flat = rise == 0
    rise[flat] = 1.0
    enter = np.maximum((bottom - low[:, 1]) / rise, 0.0)
    leave = np.minimum((top - low[:, 1]) / rise, 1.0)
    enter[flat], leave[flat] = 0.0, 1.0
    one, two = low[:, 0] + enter * run, low[:, 0] + leave * run
    west, east = np.minimum(low[:, 0], high[:, 0]), np.maximum(low[:, 0], high[:, 0])
    first = np.clip(np.minimum(one, two) - frame.slack_lon, west, east)
    last = np.clip(np.maximum(one, two) + frame.slack_lon, west, east)
    return frame.column_of(first), frame.column_of(last)


def _crossings_chunk(frame: RasterFrame, rings: Rings, at: int) -> tuple[IntArray, IntArray, IntArray]:
    start = rings.start[at : at + CHUNK]
    a, b = rings.xy[start], rings.xy[start + 1]
    lines = frame.ref_lat(np.arange(frame.rows))
    # A line is crossed when exactly one end lies at or below it: every closed ring crosses it an even number of times.
    from_a = np.searchsorted(lines, a[:, 1]).astype(np.int32)
    from_b = np.searchsorted(lines, b[:, 1]).astype(np.int32)
    edge, row = _spread(np.minimum(from_a, from_b), np.maximum(from_a, from_b) - 1)
    a, b = a[edge], b[edge]
    y = lines[row]
    rise = b[:, 1] - a[:, 1]
    crossing = a[:, 0] + (y - a[:, 1]) / rise * (b[:, 0] - a[:, 0])
    column = frame.column_of(np.clip(crossing, frame.west, frame.east))
    side = sides(a, b, frame.ref_lon(column), y)
    # Going north, a point left of the edge lies west of the crossing.
    column += (side == LEFT) == (rise > 0)
    return row, rings.polygon[at + edge], column
