"""Measures of shapes: areas, perimeters, compactness, distances, bearings. Always through the plan's working CRS.

Compactness: Polsby and Popper 1991 (4 pi A / P^2), Reock 1961 (A / area of the smallest enclosing circle), area of
the convex hull. All three are 1 for a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector

FloatArray = npt.NDArray[np.float64]
Polygons = Sequence[Any] | Geometries
_LONGEST_EDGE_DEG = 0.001
"""100 m bend 0.2 mm off the lon/lat line: 0.1 m2 in a square kilometre."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Measures of n polygons, parallel arrays; the three ratios are 0 for a polygon without area."""

    area_m2: FloatArray
    perimeter_m: FloatArray
    polsby_popper: FloatArray
    reock: FloatArray
    hull_ratio: FloatArray


def measure(polygons: Polygons, epsg: int) -> Shapes:
    """All measures of lon/lat polygons, made in metres of the working CRS `epsg`."""
    return measure_plane(projector(epsg).geometry(polygons))


def measure_plane(polygons: Polygons) -> Shapes:
    """All measures of polygons whose coordinates are metres already."""
    shapes = _array(polygons)
    area = shapely.area(shapes)
    perimeter = shapely.length(shapes)
    circle = np.pi * np.square(shapely.minimum_bounding_radius(shapes))
    hull = shapely.area(shapely.convex_hull(shapes))
    return Shapes(area, perimeter, thinness(area, perimeter), _ratio(area, circle), _ratio(area, hull))


def area_m2(polygons: Polygons, epsg: int) -> FloatArray:
    """Area of each lon/lat polygon in m2, measured in the working CRS; 0 for None or empty.

    An edge is straight in lon/lat and bent in the plane, so long ones are measured in pieces: else a vertex put on a
    straight edge of 16 km would move 4,000 m2 from one grid to another.
    """
    bent = shapely.segmentize(_array(polygons), _LONGEST_EDGE_DEG)
    return np.nan_to_num(shapely.area(projector(epsg).geometry(bent)))


def perimeter_m(polygons: Polygons, epsg: int) -> FloatArray:
    """Length of the boundary (outer rings and holes) of each lon/lat polygon in metres."""
    return np.nan_to_num(shapely.length(projector(epsg).geometry(polygons)))


def polsby_popper(polygons: Polygons, epsg: int) -> FloatArray:
    """4 pi A / P^2 of each lon/lat polygon, 0 to 1. Falls with finer digitising of a rough line."""
    shapes = projector(epsg).geometry(polygons)
    return thinness(shapely.area(shapes), shapely.length(shapes))


def reock(polygons: Polygons, epsg: int) -> FloatArray:
    """Area over the area of the smallest enclosing circle of each lon/lat polygon, 0 to 1."""
    return measure(polygons, epsg).reock


def hull_ratio(polygons: Polygons, epsg: int) -> FloatArray:
    """Area over the area of the convex hull of each lon/lat polygon, 0 to 1."""
    return measure(polygons, epsg).hull_ratio


def thinness(area: npt.ArrayLike, perimeter: npt.ArrayLike) -> FloatArray:
    """4 pi A / P^2 from areas in m2 and perimeters in m: 1 for a circle, near 0 for a sliver, 0 without perimeter."""
    length = np.asarray(perimeter, dtype=np.float64)
    return _ratio(4.0 * np.pi * np.asarray(area, dtype=np.float64), length * length)


def distance_m(x0: npt.ArrayLike, y0: npt.ArrayLike, x1: npt.ArrayLike, y1: npt.ArrayLike) -> FloatArray:
    """Straight distance between points whose coordinates are metres of one working CRS."""
    return np.hypot(np.subtract(x1, x0), np.subtract(y1, y0))


def bearing_deg(lon0: npt.ArrayLike, lat0: npt.ArrayLike, lon1: npt.ArrayLike, lat1: npt.ArrayLike) -> FloatArray:
    """Bearing from the first point to the second, clockwise from true north, 0 to < 360; 0 between equal points."""
    start_lon, start_lat, end_lon, end_lat = np.broadcast_arrays(
        *(np.asarray(values, dtype=np.float64) for values in (lon0, lat0, lon1, lat1))
    )
    azimuth, _, _ = _ellipsoid().inv(start_lon.ravel(), start_lat.ravel(), end_lon.ravel(), end_lat.ravel())
    bearing = np.where((start_lon == end_lon) & (start_lat == end_lat), 0.0, np.reshape(azimuth, start_lon.shape))
    # -1e-15 % 360 rounds up to 360.0, which is north again.
    turned: FloatArray = np.mod(bearing, 360.0)
    return np.where(turned >= 360.0, 0.0, turned)


@lru_cache(maxsize=1)
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def _array(polygons: Polygons) -> Geometries:
    shapes: Geometries = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    return shapes


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
