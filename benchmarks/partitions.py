"""Seeded wiggly partitions and street-like points, shared by benchmarks and tests; nothing real in them.

`make_partition` cuts a rectangle near 98.5 E, 39.7 N into grids whose neighbours share every vertex of their common
line bit for bit. `make_points` draws lon/lat of which 85 % lie along streets, the rest anywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]

WEST, SOUTH, WIDTH, HEIGHT = 98.3, 39.6, 0.40, 0.30
SHAPES = {6: (3, 2, 54), 600: (30, 20, 48), 20_000: (160, 125, 42)}
"""Number of grids -> columns, rows, segments a side (216, 192 and 168 segments a grid)."""


def make_partition(grids: int, seed: int = 20) -> npt.NDArray[np.object_]:
    """`grids` polygons (6, 600 or 20,000) that cover a rectangle without gap or overlap."""
    columns, rows, segments = SHAPES[grids]
    rng = np.random.default_rng(seed)
    corners = _make_corners(columns, rows, rng)
    along = _make_lines(corners[:, :-1], corners[:, 1:], segments, rng)
    upward = _make_lines(corners[:-1, :], corners[1:, :], segments, rng)
    for flat in (along[0], along[-1]):
        flat[..., 1] = flat[:, :1, 1]
    for flat in (upward[:, 0], upward[:, -1]):
        flat[..., 0] = flat[:, :1, 0]
    south, north = along[:-1], along[1:]
    west, east = upward[:, :-1], upward[:, 1:]
    rings = np.concatenate([south[:, :, :-1], east[:, :, :-1], north[:, :, :0:-1], west[:, :, :0:-1]], axis=2)
    rings = np.concatenate([rings, rings[:, :, :1]], axis=2).reshape(rows * columns, -1, 2)
    return np.asarray(shapely.polygons(rings), dtype=object)


def make_points(n: int, seed: int = 21, streets: int = 400, share: float = 0.85) -> tuple[FloatArray, FloatArray]:
    """lon, lat of n points in the rectangle: `share` of them within about 10 m of one of `streets` lines."""
    rng = np.random.default_rng(seed)
    lon = WEST + rng.random(n) * WIDTH
    lat = SOUTH + rng.random(n) * HEIGHT
    ends = rng.random((streets, 2, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    street = rng.integers(0, streets, n)
    t = rng.random(n)
    near = ends[street, 0] + t[:, None] * (ends[street, 1] - ends[street, 0]) + rng.normal(0.0, 1e-4, (n, 2))
    on_street = rng.random(n) < share
    lon[on_street] = np.clip(near[on_street, 0], WEST, WEST + WIDTH)
    lat[on_street] = np.clip(near[on_street, 1], SOUTH, SOUTH + HEIGHT)
    return lon, lat


def _make_corners(columns: int, rows: int, rng: np.random.Generator) -> FloatArray:
    """Corner points (rows + 1, columns + 1, 2), moved by up to 15 % of a side inside the rectangle."""
    x = np.linspace(WEST, WEST + WIDTH, columns + 1)
    y = np.linspace(SOUTH, SOUTH + HEIGHT, rows + 1)
    corners = np.stack(np.meshgrid(x, y), axis=-1)
    move = rng.uniform(-0.15, 0.15, corners.shape) * (WIDTH / columns, HEIGHT / rows)
    move[:, [0, -1], 0] = 0.0
    move[[0, -1], :, 1] = 0.0
    return np.asarray(corners + move)


def _make_lines(start: FloatArray, end: FloatArray, segments: int, rng: np.random.Generator) -> FloatArray:
    """Wiggly lines (..., segments + 1, 2) between corners; both ends are kept to the bit."""
    t = np.linspace(0.0, 1.0, segments + 1)[:, None]
    step = (end - start)[..., None, :]
    across = np.stack([-step[..., 1], step[..., 0]], axis=-1)
    wave = np.zeros((*start.shape[:-1], segments + 1, 1))
    for cycles in (1, 2, 3, 7):
        phase = rng.uniform(0.0, 2 * np.pi, (*start.shape[:-1], 1, 1))
        wave += rng.uniform(0.3, 1.0, phase.shape) / cycles * np.sin(2 * np.pi * cycles * t + phase)
    wave += rng.uniform(-0.06, 0.06, wave.shape)
    lines = start[..., None, :] + t * step + 0.07 * np.sin(np.pi * t) * wave * across
    lines[..., 0, :] = start
    lines[..., -1, :] = end
    return np.asarray(lines)
