"""Ring edges: the edges of many polygons, each once: one that two share vertex for vertex has both at its sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
OwnerArray = npt.NDArray[np.int32]

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class RingEdges:
    """points: (n, 2) vertices of all rings, one after the other; first: (m,) vertex at which each edge begins, it ends
    at the next. left, right: (m,) index of the polygon on either side, right -1 where there is none."""

    points: FloatArray
    first: IntArray
    left: OwnerArray
    right: OwnerArray

    def take(self, kept: Any) -> RingEdges:
        """The edges of a mask or index array."""
        return RingEdges(self.points, self.first[kept], self.left[kept], self.right[kept])


def ring_edges(polygons: Geometries) -> RingEdges:
    """The edges of polygons, which may be empty, have holes and several parts."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    left = owner[part[ring[first]]].astype(np.int32)
    right = np.full(len(first), -1, np.int32)
    one, other = _twins(points[first], points[first + 1])
    # Two of one polygon are no line between two: they stay as they are.
    apart = left[one] != left[other]
    one, other = one[apart], other[apart]
    right[one] = left[other]
    kept = np.ones(len(first), dtype=bool)
    kept[other] = False
    return RingEdges(points, first[kept], left[kept], right[kept])


def _twins(a: FloatArray, b: FloatArray) -> tuple[IntArray, IntArray]:
    """Pairs of edges (lower number first) that are each other's way back; an edge that is there more often has none."""
    turned = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    ends = np.where(turned[:, None], np.hstack([b, a]), np.hstack([a, b]))
    # Zero has two signs, which are one place.
    bits = (ends + 0.0).view(np.uint64)
    key = np.zeros(len(ends), np.uint64)
    for column in range(4):
        key = (key ^ bits[:, column]) * _MIX
        key ^= key >> np.uint64(29)
    order = np.argsort(key, kind="stable")
    same = np.concatenate([[False], key[order[1:]] == key[order[:-1]], [False]])
    # Exactly two of a kind: the second is the same as the one before, neither of their neighbours is.
    second = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:]) + 1
    one, other = order[second - 1], order[second]
    sound = (ends[one] == ends[other]).all(axis=1) & (turned[one] != turned[other])
    return one[sound], other[sound]
