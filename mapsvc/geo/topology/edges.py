"""Edges: the sides of polygons as flat arrays, and which of them are the two sides of one line.

In a sound partition every edge inside the frame is run through twice, once in each direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed edges, each with its polygon on the left.

    polygon: (n,) index; start, end: (n, 2) coordinates; start_key, end_key: (n,) hashes of those;
    line: (n,) hash that is equal for both directions of one edge.
    """

    polygon: IntArray
    start: FloatArray
    end: FloatArray
    start_key: HashArray
    end_key: HashArray
    line: HashArray

    @classmethod
    def of(cls, polygons: Geometries) -> Edges:
        """The edges of valid Polygons and MultiPolygons; None has none."""
        parts, polygon = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        # Adding 0.0 turns -0.0 into 0.0, which would hash apart.
        points = points + 0.0
        key = point_key(points)
        first = np.flatnonzero(ring[1:] == ring[:-1])
        start, end = key[first], key[first + 1]
        line = _mix(np.minimum(start, end) * np.uint64(3) + np.maximum(start, end))
        return cls(polygon[part[ring[first]]], points[first], points[first + 1], start, end, line)

    def is_paired(self) -> npt.NDArray[np.bool_]:
        """True for edges that occur twice in all, in opposite directions."""
        _, inverse, count = np.unique(self.line, return_inverse=True, return_counts=True)
        balance = np.bincount(inverse, weights=np.where(self.start_key < self.end_key, 1.0, -1.0))
        paired: npt.NDArray[np.bool_] = (count[inverse] == 2) & (balance[inverse] == 0)
        return paired

    def neighbours(self) -> tuple[IntArray, IntArray, IntArray]:
        """Parallel arrays (edge, polygon on its left, polygon on its right) of all edges with both sides known."""
        order = np.argsort(self.line, kind="stable")
        twin = np.flatnonzero(self.line[order[1:]] == self.line[order[:-1]])
        one, two = order[twin], order[twin + 1]
        edge = np.concatenate([one, two])
        return edge, self.polygon[edge], self.polygon[np.concatenate([two, one])]


def point_key(points: FloatArray) -> HashArray:
    """64 bits for each coordinate pair (n, 2); among 5 million pairs the odds of any false match are below 1e-6."""
    bits = np.ascontiguousarray(points, dtype=np.float64).view(np.uint64)
    return _mix(_mix(bits[:, 0]) * np.uint64(3) + bits[:, 1])


def owned_key(key: HashArray, owner: IntArray) -> HashArray:
    """64 bits for a point together with the polygon that has it."""
    return _mix(key + _mix(owner.astype(np.uint64)))


def _mix(bits: HashArray) -> HashArray:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
