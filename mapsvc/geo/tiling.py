"""Web map tiles and what is drawn on them: tile boxes, Web Mercator for display, Morton order, simplified outlines.

Web Mercator is for display only; nothing here measures. Tiles are numbered as in OSM and OGC WebMercatorQuad:
x from 180 W eastward, y from 85.0511 N southward.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

TILE_PX = 256
MAX_LAT = 85.0511287798066
"""Latitude where Web Mercator is as high as it is wide."""


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile in degrees."""
    tiles = 1 << z
    north, south = (float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / tiles))))) for row in (y, y + 1))
    return x / tiles * 360.0 - 180.0, south, (x + 1) / tiles * 360.0 - 180.0, north


def lonlat_to_unit(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Degrees to Web Mercator with the world as the unit square: u 0..1 eastward, v 0..1 southward. For display only.

    Latitudes beyond MAX_LAT are drawn at the edge; NaN stays NaN.
    """
    u = np.asarray(lon, dtype=np.float64) / 360.0 + 0.5
    sine = np.sin(np.radians(np.clip(np.asarray(lat, dtype=np.float64), -MAX_LAT, MAX_LAT)))
    v = 0.5 - np.arctanh(sine) / (2.0 * np.pi)
    return u, v


def unit_to_lonlat(u: npt.ArrayLike, v: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The inverse of lonlat_to_unit."""
    lon = (np.asarray(u, dtype=np.float64) - 0.5) * 360.0
    lat = np.degrees(np.arctan(np.sinh((0.5 - np.asarray(v, dtype=np.float64)) * 2.0 * np.pi)))
    return lon, lat


def lonlat_to_tile(
    lon: npt.ArrayLike, lat: npt.ArrayLike, z: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Column x and row y of the tile at zoom z that holds each point (finite degrees); the far rim counts in."""
    tiles = 1 << z
    u, v = lonlat_to_unit(lon, lat)
    x = np.clip(np.floor(u * tiles), 0, tiles - 1).astype(np.int64)
    y = np.clip(np.floor(v * tiles), 0, tiles - 1).astype(np.int64)
    return x, y


def metres_per_pixel(lat: float, z: int) -> float:
    """Ground length of one pixel of a 256 px tile at that latitude, on the sphere that Web Mercator is drawn with."""
    return float(2.0 * np.pi * 6378137.0 * np.cos(np.radians(lat)) / (TILE_PX << z))


def morton_encode(x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Interleave the bits of two whole numbers below 2**32: x in the even bits, y in the odd ones.

    Sorting by the code puts the points of any tile into one unbroken run.
    """
    return _spread(x) | (_spread(y) << np.uint64(1))


def morton_decode(code: npt.ArrayLike) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """The two numbers that morton_encode took."""
    codes = np.asarray(code, dtype=np.uint64)
    return _gather(codes), _gather(codes >> np.uint64(1))


def morton_of(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Morton code at 32 bits an axis of each point in degrees; NaN counts as the last code, 2**64 - 1."""
    u, v = lonlat_to_unit(lon, lat)
    lost = ~(np.isfinite(u) & np.isfinite(v))
    top = np.float64(2**32 - 1)
    x = np.clip(np.where(lost, 0.0, u) * 2.0**32, 0.0, top).astype(np.uint64)
    y = np.clip(np.where(lost, 0.0, v) * 2.0**32, 0.0, top).astype(np.uint64)
    return np.where(lost, np.uint64(2**64 - 1), morton_encode(x, y))


def morton_range(z: int, x: int, y: int) -> tuple[int, int]:
    """First code and one past the last code (of morton_of) in a tile: searchsorted on sorted codes finds its points."""
    first = int(morton_encode(x, y)) << (64 - 2 * z)
    return first, first + (1 << (64 - 2 * z))


def simplify_for_zoom(polygons: Sequence[Any] | Geometries, z: int) -> Geometries:
    """Lon/lat polygons with about one pixel of detail at zoom z (256 px tiles), simplified together.

    Lines shared by two grids stay shared (GEOS coverage simplification, Visvalingam-Whyatt). Where the input is no
    clean coverage a polygon can come out broken or empty; that one is simplified by itself, and if even that leaves
    nothing it is returned whole: no grid vanishes from the map. None and empty polygons come back as they are.
    """
    shapes: Geometries = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    polygonal &= (np.abs(shapely.bounds(shapes)) <= 180.0).all(axis=1)
    if not polygonal.any():
        return shapes
    tolerance = _pixel_deg(shapes[polygonal], z)
    usable = np.flatnonzero(polygonal & shapely.is_valid(shapes))
    result = shapes.copy()
    result[usable] = shapely.coverage_simplify(shapes[usable], tolerance)
    lost = polygonal & (~shapely.is_valid(result) | shapely.is_empty(result))
    if lost.any():
        result[lost] = shapely.simplify(shapes[lost], tolerance / 2, preserve_topology=True)
    still = shapely.is_empty(result) & ~shapely.is_empty(shapes)
    result[still] = shapes[still]
    return result


def _pixel_deg(shapes: Geometries, z: int) -> float:
    """Side of a square of the area of one pixel in square degrees: a pixel is cos(lat) times lower than wide."""
    _, south, _, north = shapely.total_bounds(shapes)
    middle = np.clip((south + north) / 2, -MAX_LAT, MAX_LAT)
    return float(360.0 / (TILE_PX << z) * np.sqrt(np.cos(np.radians(middle))))


def _spread(values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    bits = np.asarray(values).astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def _gather(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    bits = codes & np.uint64(_SPREAD[-1][1])
    for (shift, _), (_, mask) in zip(_SPREAD[::-1], (*_SPREAD[-2::-1], (0, 0xFFFFFFFF)), strict=True):
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(mask)
    return bits.astype(np.uint32)


_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
