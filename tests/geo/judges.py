"""What the locate tests measure against: shapely itself, and points chosen to be as awkward as possible."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]


def shapely_owner(polygons, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.int32]:
    """The lowest index of the polygons whose `covers` holds, asked of every polygon whose box holds the point."""
    array = np.empty(len(polygons), dtype=object)
    array[:] = list(polygons)
    points = shapely.points(lon, lat)
    finite = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    point, polygon = shapely.STRtree(array).query(points[finite])
    point = finite[point]
    shapely.prepare(array)
    held = shapely.covers(array[polygon], points[point])
    owner = np.full(len(lon), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(owner, point[held], polygon[held].astype(np.int32))
    owner[owner == np.iinfo(np.int32).max] = -1
    return owner


def edges(polygons) -> tuple[FloatArray, FloatArray]:
    """Both ends (n, 2) of every edge of every ring."""
    parts = shapely.get_parts(np.asarray(list(polygons), dtype=object))
    xy, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    joined = ring[1:] == ring[:-1]
    return xy[:-1][joined], xy[1:][joined]


def awkward_points(polygons, rng: np.random.Generator, limit: int = 20_000) -> tuple[FloatArray, FloatArray]:
    """Points on vertices, on edges as far as doubles allow, level with vertices, and each moved one step."""
    a, b = edges(polygons)
    pick = rng.permutation(len(a))[:limit]
    a, b = a[pick], b[pick]
    t = rng.random((len(a), 1))
    on_edge = a + t * (b - a)
    level = np.column_stack([rng.permutation(a[:, 0]), a[:, 1]])
    upright = np.column_stack([a[:, 0], rng.permutation(a[:, 1])])
    base = np.concatenate([a, (a + b) / 2, on_edge, level, upright])
    moved = [base]
    for axis in (0, 1):
        for towards in (-np.inf, np.inf):
            step = base.copy()
            step[:, axis] = np.nextafter(step[:, axis], towards)
            moved.append(step)
    points = np.concatenate(moved)
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def cell_points(index, rng: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """Points on borders, corners and reference points of the index's own cells, and one step beside them."""
    frame = index._raster.frame
    columns, rows = rng.integers(0, frame.columns + 1, count), rng.integers(0, frame.rows + 1, count)
    border_x, border_y = frame.west + columns * frame.cell_lon, frame.south + rows * frame.cell_lat
    any_x, any_y = rng.uniform(frame.west, frame.east, count), rng.uniform(frame.south, frame.north, count)
    ref_x, ref_y = frame.ref_lon(columns), frame.ref_lat(rows)
    lon = np.concatenate([border_x, any_x, border_x, ref_x, ref_x, any_x])
    lat = np.concatenate([any_y, border_y, border_y, ref_y, any_y, ref_y])
    steps = rng.integers(-1, 2, (2, len(lon)))
    for values, step in ((lon, steps[0]), (lat, steps[1])):
        values[step < 0] = np.nextafter(values[step < 0], -np.inf)
        values[step > 0] = np.nextafter(values[step > 0], np.inf)
    return lon, lat


def random_points(polygons, rng: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """Uniform over the box of the polygons and a little around it."""
    west, south, east, north = shapely.total_bounds(np.asarray(list(polygons), dtype=object))
    wide, high = (east - west) * 0.02, (north - south) * 0.02
    return rng.uniform(west - wide, east + wide, count), rng.uniform(south - high, north + high, count)
