"""Faces of a net as polygons, each with the ground it is part of. Told by its edges, never by a point in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries
from mapsvc.geo.edit.faces import trace, vertex_numbers
from mapsvc.geo.partition.exact import pack
from mapsvc.geo.partition.rings import polygon_of

IntArray = npt.NDArray[np.int64]


def pieces_of(ends: IntArray, left: IntArray, right: IntArray) -> tuple[Geometries, IntArray]:
    """Polygons in steps of the faces that a noded net (p, 4) encloses, and the ground each is part of.

    left, right: (p,) number of the ground beside a piece of an edge, -1 for ground of nobody, -2 where it is not
    known: beside a line. Faces of nobody are left out.
    """
    faces = trace(ends)
    ground = _grounds(faces.left, faces.right, left, right, len(faces))
    # What has one face on both sides is a dead end, or leads from a ring to a ring inside it: it cuts nothing.
    parts = faces.left != faces.right
    start = np.concatenate([ends[parts, :2], ends[parts, 2:]])
    finish = np.concatenate([ends[parts, 2:], ends[parts, :2]])
    face = np.concatenate([faces.left[parts], faces.right[parts]])
    wanted = ground[face] >= 0
    return _polygons(start[wanted], finish[wanted], face[wanted], ground)


def _grounds(one: IntArray, two: IntArray, left: IntArray, right: IntArray, count: int) -> IntArray:
    """(count,) ground of each face: that of its edges, else of the faces across lines."""
    ground = np.full(count, -2)
    known = left != -2
    ground[one[known]], ground[two[known]] = left[known], right[known]
    one, two = one[~known], two[~known]
    while True:
        to_one = (ground[one] == -2) & (ground[two] != -2)
        to_two = (ground[two] == -2) & (ground[one] != -2)
        if not to_one.any() and not to_two.any():
            return ground
        ground[one[to_one]] = ground[two[to_one]]
        ground[two[to_two]] = ground[one[to_two]]


def _polygons(start: IntArray, finish: IntArray, face: IntArray, ground: IntArray) -> tuple[Geometries, IntArray]:
    """A polygon for each face named; start, finish: (m, 2) ends of directed pieces with the face on their left."""
    vertex = vertex_numbers(np.concatenate([start, finish]))
    width = int(vertex.max(initial=0)) + 1
    begins, ends_at = face * width + vertex[: len(start)], face * width + vertex[len(start) :]
    order = np.argsort(begins, kind="stable")
    begins, start, face = begins[order], start[order], face[order]
    follower = np.searchsorted(begins, ends_at[order])
    twice = np.concatenate([begins[1:] == begins[:-1], [False]])
    knotted = np.unique(face[twice])
    simple = ~np.isin(face, knotted)
    row, ring = _rings(follower, simple)
    shapes = [np.empty(0, dtype=object)]
    names = [np.empty(0, dtype=np.int64)]
    if len(row):
        of_ring = face[row[np.flatnonzero(np.diff(ring, prepend=-1))]]
        loops = np.asarray(shapely.linearrings(start[row].astype(np.float64), indices=ring))
        hole = ~shapely.is_ccw(loops)
        # The outer ring of a face comes first, then its holes.
        by_face = np.lexsort((hole, of_ring))
        name, number = np.unique(of_ring, return_inverse=True)
        shapes.append(np.asarray(shapely.polygons(loops[by_face], indices=number[by_face]), dtype=object))
        names.append(name)
    for one in knotted.tolist():
        mine = np.flatnonzero(face == one)
        lines = np.stack([start[mine], finish[order][mine]], axis=1)
        parts = shapely.get_parts(polygon_of(list(lines), lambda steps: steps.astype(np.float64)))
        shapes.append(parts)
        names.append(np.full(len(parts), one))
    every = np.concatenate(names)
    return np.concatenate(shapes), ground[every]


def _rings(follower: IntArray, simple: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    """Rows in the order of their rings, and the number of the ring of each."""
    after, todo = follower.tolist(), simple.tolist()
    rows: list[int] = []
    sizes: list[int] = []
    for first in range(len(todo)):
        if not todo[first]:
            continue
        begin = len(rows)
        row = first
        while todo[row]:
            todo[row] = False
            rows.append(row)
            row = after[row]
        sizes.append(len(rows) - begin)
    return np.array(rows, dtype=np.int64), np.repeat(np.arange(len(sizes)), sizes)


def edges_of(polygons: Geometries) -> tuple[IntArray, IntArray, IntArray]:
    """Edges of polygons in whole steps, each once: ends (e, 4), and the polygon left and right of each, -1 for none."""
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint(points).astype(np.int64)
    inner = ring[1:] == ring[:-1]
    ends = np.concatenate([steps[:-1], steps[1:]], axis=1)[inner]
    owner = polygon[part[ring[:-1][inner]]].astype(np.int64)
    start, finish = pack(ends[:, :2]), pack(ends[:, 2:])
    real = start != finish
    ends, owner, start, finish = ends[real], owner[real], start[real], finish[real]
    low, high, forward = np.minimum(start, finish), np.maximum(start, finish), start < finish
    order = np.lexsort((~forward, high, low))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    group = np.cumsum(first) - 1
    left, right = np.full(int(first.sum()), -1), np.full(int(first.sum()), -1)
    ahead = forward[order]
    left[group[ahead]] = owner[order[ahead]]
    right[group[~ahead]] = owner[order[~ahead]]
    head = order[first]
    turned = np.where(forward[head][:, None], ends[head], ends[head][:, [2, 3, 0, 1]])
    return turned, left, right
