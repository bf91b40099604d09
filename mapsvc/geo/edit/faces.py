"""Faces: the pieces of ground between noded segments, and which face lies on either side of each segment.

Traced along the segments themselves in whole numbers: each segment is two directed edges, the next edge of a face is
the first one clockwise at its end. A dangling segment or a bridge has the same face on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key

import numpy as np
import numpy.typing as npt

from mapsvc.geo.edit.noding import meeting

IntArray = npt.NDArray[np.int64]
_AT_ONCE = 1_000_000
OPEN = 0
"""The face beyond all segments."""


@dataclass(frozen=True, slots=True)
class Faces:
    """left, right: (n,) face beside each segment in its direction. area2: (f,) twice the area of each face in square
    steps, holes taken off; 0 for the open face 0."""

    left: IntArray
    right: IntArray
    area2: IntArray

    def __len__(self) -> int:
        return len(self.area2)


def trace(ends: IntArray) -> Faces:
    """The faces between noded segments (n, 4), each given once."""
    n = len(ends)
    start = np.concatenate([ends[:, :2], ends[:, 2:]])
    finish = np.concatenate([ends[:, 2:], ends[:, :2]])
    vertex = vertex_numbers(start)
    follower = _followers(start, finish, vertex, n)
    loop = _loops(follower)
    names, loop = np.unique(loop, return_inverse=True)
    loop = loop.astype(np.int64)
    low = start.min(axis=0) if n else np.zeros(2, dtype=np.int64)
    # 64-bit sums wrap, but twice the whole area fits: what comes out is exact.
    terms = (start[:, 0] - low[0]) * (finish[:, 1] - low[1]) - (finish[:, 0] - low[0]) * (start[:, 1] - low[1])
    area2 = np.zeros(len(names), dtype=np.int64)
    np.add.at(area2, loop, terms)
    face_of_loop = _homes(start, finish, loop, area2, n)
    face = face_of_loop[loop]
    count = int(face_of_loop.max(initial=0)) + 1
    whole = np.zeros(count, dtype=np.int64)
    np.add.at(whole, face_of_loop, area2)
    whole[OPEN] = 0
    return Faces(face[:n], face[n:], whole)


def vertex_numbers(points: IntArray) -> IntArray:
    """(n,) equal numbers for equal points (n, 2), counted from 0 in order of x, then y."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    low, high = points.min(axis=0), points.max(axis=0)
    key = (points[:, 0] - low[0]) * (high[1] - low[1] + 1) + (points[:, 1] - low[1])
    number: IntArray = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return number


def _followers(start: IntArray, finish: IntArray, vertex: IntArray, n: int) -> IntArray:
    """For each directed edge the one that follows it around the face on its left."""
    run = finish - start
    angle = np.arctan2(run[:, 1].astype(np.float64), run[:, 0].astype(np.float64))
    order = np.lexsort((angle, vertex))
    of_vertex = vertex[order]
    first = np.flatnonzero(np.concatenate([[True], of_vertex[1:] != of_vertex[:-1]])) if len(order) else order
    last = np.append(first[1:], len(order))
    # Doubles cannot order directions that differ by less than 1e-15; with two edges the order does not matter.
    gap = np.diff(angle[order], append=9.0)
    doubtful = np.flatnonzero((np.abs(gap) < 1e-14) & (of_vertex == np.append(of_vertex[1:], -1)))
    for at in np.unique(np.searchsorted(first, doubtful, side="right") - 1).tolist():
        edges = order[first[at] : last[at]].tolist()
        order[first[at] : last[at]] = sorted(edges, key=cmp_to_key(_turn(run)))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    group = np.searchsorted(first, np.arange(len(order)), side="right") - 1
    before = np.where(np.arange(len(order)) == first[group], last[group] - 1, np.arange(len(order)) - 1)
    twin = np.concatenate([np.arange(n, 2 * n), np.arange(n)])
    follower: IntArray = order[before[place[twin]]]
    return follower


def _turn(run: IntArray) -> Callable[[int, int], int]:
    """A comparison of edges by exact direction, counter-clockwise from just past west (as arctan2 counts)."""

    def half(edge: int) -> int:
        x, y = int(run[edge, 0]), int(run[edge, 1])
        return 1 if y > 0 or (y == 0 and x > 0) else (2 if y == 0 else 0)

    def compare(one: int, two: int) -> int:
        if half(one) != half(two):
            return half(one) - half(two)
        product = int(run[one, 0]) * int(run[two, 1]) - int(run[one, 1]) * int(run[two, 0])
        return (product < 0) - (product > 0)

    return compare


def _loops(follower: IntArray) -> IntArray:
    """The lowest edge of the loop that each edge is on, by doubling the stride."""
    label = np.arange(len(follower))
    stride = follower
    for _ in range(max(len(follower), 1).bit_length()):
        label = np.minimum(label, label[stride])
        stride = stride[stride]
    return label


def _homes(start: IntArray, finish: IntArray, loop: IntArray, area2: IntArray, n: int) -> IntArray:
    """The face of each loop: a counter-clockwise loop rims its own face, any other is a hole of the one around it."""
    home = np.zeros(len(area2), dtype=np.int64)
    rims = np.flatnonzero(area2 > 0)
    home[rims] = np.arange(1, len(rims) + 1)
    hollow = np.flatnonzero(area2 <= 0)
    if len(hollow) <= 1:
        return home
    part = _parts(loop, len(area2), n)
    order = np.argsort(loop, kind="stable")
    first = np.searchsorted(loop[order], np.arange(len(area2) + 1))
    box = np.concatenate(
        [np.minimum.reduceat(start[order], first[:-1]), np.maximum.reduceat(start[order], first[:-1])], axis=1
    )
    point = start[order[first[hollow]]]
    inner, rim = meeting(np.concatenate([point, point], axis=1), box[rims])
    apart = part[hollow[inner]] != part[rims[rim]]
    inner, rim = inner[apart], rims[rim[apart]]
    smallest = np.full(len(hollow), np.iinfo(np.int64).max)
    for around in np.unique(rim).tolist():
        edges = order[first[around] : first[around + 1]]
        holes = inner[rim == around]
        inside = _winds_around(point[holes], start[edges], finish[edges]) & (area2[around] < smallest[holes])
        smallest[holes[inside]] = area2[around]
        home[hollow[holes[inside]]] = home[around]
    return home


def _parts(loop: IntArray, count: int, n: int) -> IntArray:
    """A number for each loop, equal for loops whose segments hang together (they share a segment, or others do)."""
    label = np.arange(count)
    pairs = np.unique(np.stack([loop[:n], loop[n:]], axis=1), axis=0)
    while True:
        low = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        before = label.copy()
        np.minimum.at(label, pairs[:, 0], low)
        np.minimum.at(label, pairs[:, 1], low)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _winds_around(points: IntArray, start: IntArray, finish: IntArray) -> npt.NDArray[np.bool_]:
    """True for points (k, 2) that a counter-clockwise loop of directed edges goes around."""
    winds = np.zeros(len(points), dtype=bool)
    step = max(1, _AT_ONCE // len(start))
    run = finish - start
    for begin in range(0, len(points), step):
        some = points[begin : begin + step, None, :]
        up = (start[:, 1] <= some[..., 1]) & (finish[:, 1] > some[..., 1])
        down = (finish[:, 1] <= some[..., 1]) & (start[:, 1] > some[..., 1])
        side = run[:, 0] * (some[..., 1] - start[:, 1]) - run[:, 1] * (some[..., 0] - start[:, 0])
        turns = (up & (side > 0)).sum(axis=1) - (down & (side < 0)).sum(axis=1)
        winds[begin : begin + step] = turns > 0
    return winds
