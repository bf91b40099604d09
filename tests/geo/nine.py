"""The 3x3 grid you can check by eye: cells of 0.01 degrees at 98.4 E, 39.6 N, codes 11 to 33 (row, column)."""

from __future__ import annotations

import numpy as np
import shapely

from mapsvc.model.grid import Grid

EPSG = 4542
WEST, SOUTH, SIDE = 98.4, 39.6, 0.01


def at(x: float, y: float) -> tuple[float, float]:
    """Degrees of a place in cell units from the south-west corner, on whole 1e-7 degrees as files have them."""
    return round(WEST + x * SIDE, 7), round(SOUTH + y * SIDE, 7)


def polygon(*places: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([at(x, y) for x, y in places])


def grid(code: str, shape: shapely.Geometry) -> Grid:
    return Grid(id=code, code=code, name=f"Grid {code}", polygon=shape, area_m2=0.0)


def nine(**changed: shapely.Geometry) -> list[Grid]:
    """The nine grids; keywords such as g22=... replace a polygon."""
    grids = []
    for row in range(3):
        for column in range(3):
            code = f"{row + 1}{column + 1}"
            x, y = column, row
            square = polygon((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1))
            grids.append(grid(code, changed.get(f"g{code}", square)))
    return grids


FRAME = polygon((0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (2, 3), (1, 3), (0, 3), (0, 2), (0, 1))
CELL_M2 = 951_700.0
"""Area of one cell, to 1 in 1,000; one unit is about 857 m east and 1,110 m north."""


def star(points: int) -> shapely.Polygon:
    """A star polygon of {n / (n // 2)}: every edge crosses nearly every other."""
    turn = np.arange(points + 1) * 2 * np.pi * (points // 2) / points
    ring = np.column_stack([98.4 + 0.01 * np.cos(turn), 39.6 + 0.01 * np.sin(turn)])
    ring[-1] = ring[0]
    return shapely.Polygon(ring)
