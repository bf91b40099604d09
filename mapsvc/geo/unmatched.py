"""Unmatched vertices: a vertex of one grid on a neighbour's line that the neighbour does not have.

Harmless as it lies there, but the first edit opens a gap at it. In a sound partition every edge inside the frame is
run through twice, once in each direction; only the ends of edges that are not can be unmatched.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPoint

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.patches import say_codes
from mapsvc.model.finding import Finding, Rule, Severity

NEAR_M = 0.01
"""Coordinates of 7 decimals put a vertex up to 8 mm beside the line it was meant to lie on."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]


def check_unmatched(polygons: Geometries, codes: tuple[str, ...], epsg: int) -> tuple[Finding, ...]:
    """One warning for each pair of grids with vertices on the other's line; valid lon/lat polygons, None skipped."""
    grid, start, end = _directed_edges(polygons)
    start_key, end_key = _hash(start), _hash(end)
    single = ~_is_paired(start_key, end_key)
    # Vertices that could be unmatched, once for each grid that has them.
    owner = np.concatenate([grid[single], grid[single]])
    point = np.concatenate([start[single], end[single]])
    key = _with_grid(np.concatenate([start_key[single], end_key[single]]), owner)
    _, first = np.unique(key, return_index=True)
    owner, point = owner[first], point[first]
    vertex, edge = _near(point, start[single], end[single], epsg)
    other = grid[single][edge]
    known = np.isin(_with_grid(_hash(point[vertex]), other), _with_grid(start_key, grid))
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


def _directed_edges(polygons: Geometries) -> tuple[IntArray, FloatArray, FloatArray]:
    """Grid, start and end (n x 2, degrees) of all edges, each ring run through with its grid on the left."""
    parts, grid = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    # Adding 0.0 turns -0.0 into 0.0, which would hash apart.
    return grid[part[ring[joined]]], points[joined] + 0.0, points[joined + 1] + 0.0


def _is_paired(start: HashArray, end: HashArray) -> npt.NDArray[np.bool_]:
    """True for edges that occur twice in all, in opposite directions."""
    forward = start < end
    key = _mix(np.where(forward, start, end) * np.uint64(3) + np.where(forward, end, start))
    _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
    balance = np.bincount(inverse, weights=np.where(forward, 1.0, -1.0))
    paired: npt.NDArray[np.bool_] = (count[inverse] == 2) & (balance[inverse] == 0)
    return paired


def _near(points: FloatArray, start: FloatArray, end: FloatArray, epsg: int) -> tuple[IntArray, IntArray]:
    """Pairs (point, edge) no more than NEAR_M apart, measured in the working CRS."""
    plane = projector(epsg)
    ends = np.stack([np.column_stack(plane.forward(*side.T)) for side in (start, end)], axis=1)
    edges: Geometries = np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object))
    spots: Geometries = np.atleast_1d(np.asarray(shapely.points(*plane.forward(*points.T)), dtype=object))
    hits = shapely.STRtree(edges).query(spots, predicate="dwithin", distance=NEAR_M)
    return hits[0], hits[1]


def _hash(points: FloatArray) -> HashArray:
    """64 bits for a coordinate pair; among 5 million pairs the odds of any false match are below 1 in a million."""
    bits = np.ascontiguousarray(points).view(np.uint64)
    return _mix(_mix(bits[:, 0]) * np.uint64(3) + bits[:, 1])


def _with_grid(key: HashArray, grid: IntArray) -> HashArray:
    return _mix(key + _mix(grid.astype(np.uint64)))


def _mix(bits: HashArray) -> HashArray:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
