"""Noding: segments cut where they meet, by snap rounding in whole numbers.

A segment is bent through every node whose unit pixel it meets, so that no segment passes a node closer than half a
step, and every crossing becomes a node (Hobby 1999: Practical segment intersection with finite precision output). All
tests are exact (`geo.partition.exact`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.partition.exact import cross_properly, meets_pixel, pack, turn

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_ROUNDS = 12
_MOST_CROSSINGS = 10_000
_MOST_PAIRS = 3_000_000
_DENSE = 2_000_000
_CHUNK = 256
_MARGIN = 16


class Knotted(ValueError):
    """Segments that meet too closely, or too often, to be cut cleanly."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """ends: (p, 4) steps x0, y0, x1, y1, in the direction of their source.

    source: (p,) index of the segment that each is a piece of.
    """

    ends: IntArray
    source: IntArray


def node(segments: IntArray, fresh: BoolArray) -> Pieces:
    """Cut the `fresh` segments with each other and with all others, until nothing crosses any more.

    segments: (m, 4) steps. The segments that are not fresh are taken to be noded among themselves; they are bent only
    where a fresh one meets them, and stay as they are elsewhere. Pieces without length are left out. Raises
    Knotted.
    """
    still = _far_from(segments, fresh)
    near = np.flatnonzero(~still)
    ends, source, new = segments[near], near, fresh[near]
    hot = distinct(ends[new].reshape(-1, 2))
    for _ in range(_ROUNDS):
        one, two, meets = _crossings(ends, np.flatnonzero(new))
        if len(meets) > _MOST_CROSSINGS:
            raise Knotted
        hot = distinct(np.concatenate([hot, meets]))
        fresh_rows = np.flatnonzero(new)
        vertices = distinct(ends.reshape(-1, 2))
        row_a, spot_a = _touched(ends, hot)
        row_b, spot_b = _touched(ends[fresh_rows], vertices)
        row = np.concatenate([one, two, row_a, fresh_rows[row_b]])
        spot = np.concatenate([meets, meets, hot[spot_a], vertices[spot_b]])
        ends, source, new = bend(ends, source, row, spot)
        if not new.any():
            rest = np.flatnonzero(still)
            return Pieces(np.concatenate([ends, segments[rest]]), np.concatenate([source, rest]))
        hot = np.empty((0, 2), dtype=np.int64)
    raise Knotted


def distinct(points: IntArray) -> IntArray:
    """The points (n, 2), each once, in order of x, then y."""
    first: IntArray = np.unique(pack(points), return_index=True)[1]
    return points[first]


def meeting(boxes: IntArray, others: IntArray) -> tuple[IntArray, IntArray]:
    """Pairs (row of boxes, row of others) that meet; boxes are (n, 4) west, south, east, north. Raises Knotted."""
    if not len(boxes) or not len(others):
        none = np.empty(0, dtype=np.int64)
        return none, none
    if len(boxes) * len(others) <= _DENSE:
        meet = boxes[:, None, 0] <= others[None, :, 2]
        meet &= boxes[:, None, 2] >= others[None, :, 0]
        meet &= boxes[:, None, 1] <= others[None, :, 3]
        meet &= boxes[:, None, 3] >= others[None, :, 1]
        first, second = np.nonzero(meet)
        return first, second
    shapes, queries = (np.asarray(shapely.box(*box.T.astype(np.float64))) for box in (others, boxes))
    tree = shapely.STRtree(shapes)
    pairs = []
    count = 0
    # A scribble of 10,000 segments meets itself in 50 million pairs: stop before they fill the memory.
    for start in range(0, len(queries), _CHUNK):
        first, second = tree.query(queries[start : start + _CHUNK])
        pairs.append((first + start, second))
        count += len(first)
        if count > _MOST_PAIRS:
            raise Knotted
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def boxes_of(ends: IntArray, margin: int = 0) -> IntArray:
    """(n, 4) west, south, east, north of segments (n, 4), wider by `margin` on each side."""
    low = np.minimum(ends[:, :2], ends[:, 2:]) - margin
    high = np.maximum(ends[:, :2], ends[:, 2:]) + margin
    return np.concatenate([low, high], axis=1)


def _far_from(segments: IntArray, fresh: BoolArray) -> BoolArray:
    """True for segments that are clear of the box of all fresh ones."""
    if not fresh.any():
        return np.ones(len(segments), dtype=bool)
    box = boxes_of(segments, _MARGIN)
    west, south = box[fresh, :2].min(axis=0)
    east, north = box[fresh, 2:].max(axis=0)
    far: BoolArray = (box[:, 0] > east) | (box[:, 2] < west) | (box[:, 1] > north) | (box[:, 3] < south)
    return far


def _crossings(ends: IntArray, fresh: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Rows of the two segments and the rounded point of each proper crossing of a fresh segment."""
    box = boxes_of(ends)
    first, second = meeting(box[fresh], box)
    first = fresh[first]
    is_fresh = np.zeros(len(ends), dtype=bool)
    is_fresh[fresh] = True
    keep = (first != second) & ~(is_fresh[second] & (second < first))
    first, second = first[keep], second[keep]
    proper = cross_properly(ends[first], ends[second])
    first, second = first[proper], second[proper]
    ax, ay, bx, by = ends[first].T
    cx, cy, dx, dy = ends[second].T
    from_start = turn(ax, ay, bx, by, cx, cy).astype(np.float64)
    share = from_start / (from_start - turn(ax, ay, bx, by, dx, dy))
    # Accurate to 1e-6 of a step: enough, since the node is given to both segments whatever its pixel says.
    point = ends[second, :2] + np.rint((ends[second, 2:] - ends[second, :2]) * share[:, None]).astype(np.int64)
    return first, second, point


def _touched(ends: IntArray, points: IntArray) -> tuple[IntArray, IntArray]:
    """Pairs (segment, point) where the segment meets the closed unit pixel about the point."""
    row, spot = meeting(boxes_of(ends), np.concatenate([points, points], axis=1))
    point, segment = points[spot], ends[row]
    meets = meets_pixel(segment, point)
    meets &= (segment[:, :2] != point).any(axis=1) & (segment[:, 2:] != point).any(axis=1)
    return row[meets], spot[meets]


def bend(ends: IntArray, source: IntArray, row: IntArray, spot: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """The segments with each `row` led through its `spot`; the third array marks the pieces of bent ones."""
    inner = (ends[row, :2] != spot).any(axis=1) & (ends[row, 2:] != spot).any(axis=1)
    row, spot = row[inner], spot[inner]
    bent = np.zeros(len(ends), dtype=bool)
    bent[row] = True
    which = np.flatnonzero(bent)
    start, finish = ends[which, :2], ends[which, 2:]
    run = finish - start
    along = ((spot - ends[row, :2]) * (ends[row, 2:] - ends[row, :2])).sum(axis=1)
    rows = np.concatenate([which, row, which])
    place = np.concatenate([np.full(len(which), -1), along, (run * run).sum(axis=1) + 1])
    points = np.concatenate([start, spot, finish])
    # Two spots level along the segment are told apart by their side, so that the order never depends on chance.
    order = np.lexsort((points[:, 1], points[:, 0], place, rows))
    rows, points = rows[order], points[order]
    pair = (rows[1:] == rows[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    pieces = np.concatenate([points[:-1][pair], points[1:][pair]], axis=1)
    kept = ends[~bent]
    new = np.concatenate([np.zeros(len(kept), dtype=bool), np.ones(len(pieces), dtype=bool)])
    return np.concatenate([kept, pieces]), np.concatenate([source[~bent], source[rows[:-1][pair]]]), new
