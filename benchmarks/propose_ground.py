"""Blocks for the benchmark of proposals: seeded Voronoi cells with load peaked at the centre; nothing real in them."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import Voronoi

from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH
from mapsvc.geo.propose import Blocks

EPSG = 4542


def make_ground(blocks: int, seed: int) -> tuple[Blocks, np.ndarray]:
    """`blocks` Voronoi cells of evenly relaxed points in a rectangle, and the load of each (whole numbers)."""
    rng = np.random.default_rng(seed)
    points = rng.random((blocks, 2)) * (WIDTH, HEIGHT)
    cells = _cells(points)
    for _ in range(2):
        points = shapely.get_coordinates(shapely.centroid(cells))
        cells = _cells(points)
    cells = shapely.transform(cells, lambda xy: np.rint((xy + np.array([WEST, SOUTH])) * 1e8) / 1e8)
    ground = Blocks.of(cells, np.zeros(blocks, dtype=np.int64), EPSG)
    away = np.hypot((ground.x - ground.x.mean()) / np.ptp(ground.x), (ground.y - ground.y.mean()) / np.ptp(ground.y))
    load = rng.poisson(10 + 60 * np.exp(-((away / 0.25) ** 2)) * rng.uniform(0.5, 1.5, blocks)).astype(float)
    return ground, load


def surge(ground: Blocks, load: np.ndarray) -> np.ndarray:
    """The load after +60 % in the south-west quarter of the rectangle."""
    corner = (ground.x < np.median(ground.x)) & (ground.y < np.median(ground.y))
    return np.where(corner, load * 1.6, load)


def _cells(points: np.ndarray) -> np.ndarray:
    """Voronoi cells within the rectangle: mirrored points make its sides cell edges."""
    mirrored = [points]
    for axis, side in ((0, 0.0), (0, WIDTH), (1, 0.0), (1, HEIGHT)):
        copy = points.copy()
        copy[:, axis] = 2 * side - copy[:, axis]
        mirrored.append(copy)
    found = Voronoi(np.concatenate(mirrored))
    corners = np.clip(np.rint(found.vertices * 1e8) / 1e8, 0.0, (WIDTH, HEIGHT))
    rings = [corners[found.regions[found.point_region[i]]] for i in range(len(points))]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
