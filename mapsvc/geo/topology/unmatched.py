"""Unmatched vertices: a vertex of one grid on a neighbour's line that the neighbour does not have.

Harmless as it lies there, but the first edit opens a gap at it. Only the ends of edges that are not paired can be
unmatched, and those are few.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPoint

from mapsvc.geo.crs import Geometries
from mapsvc.geo.topology.edges import Edges, owned_key, point_key
from mapsvc.geo.topology.patches import say_codes
from mapsvc.model.finding import Finding, Rule, Severity

NEAR_M = 0.01
"""Coordinates of 7 decimals put a vertex up to 8 mm beside the line it was meant to lie on."""

_DEGREE_M = 111_200.0

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def check_unmatched(polygons: Geometries, codes: tuple[str, ...]) -> tuple[Finding, ...]:
    """One warning for each pair of grids with vertices on the other's line; valid lon/lat polygons, None skipped."""
    edges = Edges.of(polygons)
    single = ~edges.is_paired()
    start, end, grid = edges.start[single], edges.end[single], edges.polygon[single]
    # Vertices that could be unmatched, once for each grid that has them.
    owner = np.concatenate([grid, grid])
    point = np.concatenate([start, end])
    _, first = np.unique(owned_key(point_key(point), owner), return_index=True)
    owner, point = owner[first], point[first]
    vertex, edge = _near(point, start, end)
    other = grid[edge]
    known = np.isin(owned_key(point_key(point[vertex]), other), owned_key(edges.start_key, edges.polygon))
    lone = (owner[vertex] != other) & ~known
    if not lone.any():
        return ()
    return _findings(owner[vertex[lone]], other[lone], point[vertex[lone]], codes)


def _findings(owner: IntArray, other: IntArray, points: FloatArray, codes: tuple[str, ...]) -> tuple[Finding, ...]:
    low, high = np.minimum(owner, other), np.maximum(owner, other)
    rows = np.unique(np.column_stack([low, high, points]), axis=0)
    pairs, starts = np.unique(rows[:, :2], axis=0, return_index=True)
    found = []
    for (one, two), places in zip(pairs.astype(int).tolist(), np.split(rows[:, 2:], starts[1:]), strict=True):
        pair = tuple(sorted((codes[one], codes[two])))
        number = len(places)
        what = f"{number:,} vertices lie" if number > 1 else "A vertex lies"
        message = f"{what} on the line between grids {say_codes(pair)} in one of them only."
        where = MultiPoint(places)
        found.append(Finding(Rule.UNMATCHED_VERTEX, Severity.WARNING, message, where, float(number), "vertices", pair))
    return tuple(found)


def _near(points: FloatArray, start: FloatArray, end: FloatArray) -> tuple[IntArray, IntArray]:
    """Pairs (point, edge) no more than about NEAR_M apart.

    In degrees with longitudes shrunk by the cosine of the middle latitude, where straight edges stay straight; in a
    projection the middle of a 10 km edge would lie metres off its line.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    middle = np.clip((points[:, 1].min() + points[:, 1].max()) / 2, -85.0, 85.0)
    scale = np.array([np.cos(np.radians(middle)), 1.0])
    ends = np.stack([start, end], axis=1) * scale
    edges: Geometries = np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object))
    spots: Geometries = np.atleast_1d(np.asarray(shapely.points(points * scale), dtype=object))
    hits = shapely.STRtree(edges).query(spots, predicate="dwithin", distance=NEAR_M / _DEGREE_M)
    return hits[0], hits[1]
