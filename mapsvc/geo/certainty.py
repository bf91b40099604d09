"""Certainty: how sure it is that a point lies in the grid it was located in, and which grids are next to it.

A point whose accuracy reaches a line may lie on the other side of it. Distances are measured in the working CRS; a
point exactly on a line is recognised in lon/lat, where grids are decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.measure import bearing_deg
from mapsvc.geo.nearness import LineMask
from mapsvc.model.incident import CERTAINTY_CODE, Certainty

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_LONGEST_EDGE_DEG = 0.01
"""Longer edges get vertices before they are projected: 1 km bends 2 cm off the lon/lat line, 10 km nearly 2 m."""
_TOUCH_M = 0.1
"""Points farther than this from every projected line are not on a line in lon/lat either."""
_FARTHEST_M = 1e6


def grade(
    polygons: Sequence[Any] | Geometries,
    epsg: int,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    grid: npt.NDArray[np.int32],
    accuracy_m: float | FloatArray | None,
) -> npt.NDArray[np.int8]:
    """Codes of CERTAINTIES for n located points.

    polygons: valid lon/lat polygons of the plan; lon, lat: (n,) degrees, NaN = unlocated; grid: (n,) index of the grid,
    -1 = outside all. accuracy_m: one radius, one a point, or None; NaN counts as 0. A point is "boundary" when a line
    between two grids or along the frame is no farther than its accuracy, or passes exactly through it.
    """
    x = np.asarray(lon, dtype=np.float64)
    y = np.asarray(lat, dtype=np.float64)
    codes = np.full(len(x), CERTAINTY_CODE[Certainty.CERTAIN], dtype=np.int8)
    codes[np.asarray(grid) < 0] = CERTAINTY_CODE[Certainty.OUTSIDE]
    codes[~(np.isfinite(x) & np.isfinite(y))] = CERTAINTY_CODE[Certainty.UNLOCATED]
    stated = np.asarray(0.0 if accuracy_m is None else accuracy_m, dtype=np.float64)
    radius = np.broadcast_to(np.clip(np.nan_to_num(stated), 0.0, _FARTHEST_M), x.shape)
    inside = np.flatnonzero(codes == CERTAINTY_CODE[Certainty.CERTAIN])
    if len(inside) and len(polygons):
        near = _is_near_line(polygons, epsg, x[inside], y[inside], radius[inside])
        codes[inside[near]] = CERTAINTY_CODE[Certainty.BOUNDARY]
    return codes


def near(
    polygons: Sequence[Any] | Geometries, codes: Sequence[str], epsg: int, lon: float, lat: float, k: int = 3
) -> list[tuple[int, float, float]]:
    """The k grids nearest to a point, other than the first that covers it: (index, distance_m, bearing_deg).

    Nearest first, equal distances in code order. The bearing is clockwise from true north to the nearest place of the
    grid. Only grids whose boxes come close enough are projected.
    """
    shapes: Geometries = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return []
    spot = shapely.points(lon, lat)
    own = next(iter(np.flatnonzero(shapely.covers(shapes, spot)).tolist()), -1)
    plane = projector(epsg)
    x, y = (float(value) for value in plane.forward(lon, lat))
    here = shapely.points(x, y)
    least = _least_distance_m(shapely.bounds(shapes), lon, lat)
    found: list[tuple[float, str, int, float]] = []
    for index in np.argsort(least, kind="stable").tolist():
        if len(found) >= k and not least[index] <= sorted(found)[k - 1][0]:
            break
        if index == own or not np.isfinite(least[index]):
            continue
        shape = plane.geometry([shapely.segmentize(shapes[index], _LONGEST_EDGE_DEG)])[0]
        if shape.is_empty:
            continue
        there = shapely.get_point(shapely.shortest_line(here, shape), 1)
        there_lon, there_lat = plane.inverse(there.x, there.y)
        distance = float(shapely.distance(here, there))
        bearing = 0.0 if distance == 0 else float(bearing_deg(lon, lat, there_lon, there_lat))
        found.append((distance, codes[index], index, bearing))
    return [(index, distance, bearing) for distance, _, index, bearing in sorted(found)[:k]]


def _is_near_line(
    polygons: Sequence[Any] | Geometries, epsg: int, lon: FloatArray, lat: FloatArray, radius_m: FloatArray
) -> BoolArray:
    """True for points no farther from a line than their radius, or exactly on one."""
    shapes: Geometries = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    plane = projector(epsg)
    x, y = plane.forward(lon, lat)
    reach = np.maximum(radius_m, _TOUCH_M)
    lines = plane.geometry(shapely.boundary(shapely.segmentize(shapes, _LONGEST_EDGE_DEG)))
    mask = LineMask.of(lines, float(reach.max()))
    close = np.zeros(len(lon), dtype=bool)
    at = np.flatnonzero(mask.may_be_near(x, y))
    distance = mask.distance_m(x[at], y[at], reach[at])
    close[at] = distance <= np.where(radius_m[at] > 0, radius_m[at], -1.0)
    touching = at[(distance <= _TOUCH_M) & ~close[at]]
    if len(touching):
        tree = shapely.STRtree(shapely.boundary(shapes))
        spots = np.atleast_1d(np.asarray(shapely.points(lon[touching], lat[touching]), dtype=object))
        close[touching[np.unique(tree.query(spots, predicate="intersects")[0])]] = True
    return close


def _least_distance_m(bounds: FloatArray, lon: float, lat: float) -> FloatArray:
    """A distance that the shape in each box (west, south, east, north) cannot be nearer than; NaN for empty ones."""
    east_west = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0.0)
    north_south = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0.0)
    farthest = np.clip(np.maximum(np.maximum(np.abs(bounds[:, 1]), np.abs(bounds[:, 3])), abs(lat)), 0.0, 89.0)
    # 110.5 km is the shortest degree of latitude; a tenth less makes up for the scale of any working CRS.
    least: FloatArray = 0.9 * 110_500.0 * np.hypot(east_west * np.cos(np.radians(farthest)), north_south)
    return least
