"""A seeded, invented partition with all that is hard: enclaves, islands, lakes, grids in parts, a pinch, a gap."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.measure import area_m2
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

EPSG = 4542
WEST, SOUTH, SIDE = 98.45, 39.70, 0.004
COLUMNS, ROWS, SEGMENTS = 8, 7, 8


def patchwork(seed: int = 1, *, gap: bool = False, decimals: int | None = 7) -> Plan:
    """62 grids of wiggly cells about 350 m wide; decimals None keeps full doubles. gap: one enclave has no grid."""
    rng = np.random.default_rng(seed)
    cells = _cells(rng, decimals)

    def ring(column: int, row: int, x: float, y: float, size: float, turn: float = 0.0) -> np.ndarray:
        angle = turn + np.arange(7) * 2 * np.pi / 7
        spot = np.column_stack([x + size * np.cos(angle), y + size * np.sin(angle)])
        lonlat = np.array([WEST, SOUTH]) + (spot + np.array([column, row])) * SIDE
        return lonlat if decimals is None else np.round(lonlat, decimals)

    parts: dict[str, list[Polygon]] = {f"{row}{column}": [] for row in range(ROWS) for column in range(COLUMNS)}
    holes: dict[str, list[np.ndarray]] = {code: [] for code in parts}

    def enclave(column: int, row: int, code: str | None, *place: float) -> None:
        line = ring(column, row, *place)
        holes[f"{row}{column}"].append(line)
        if code is not None:
            parts.setdefault(code, []).append(Polygon(line))

    enclave(1, 1, "E1", 0.5, 0.5, 0.22)
    enclave(3, 1, None, 0.5, 0.5, 0.2)  # a lake
    enclave(5, 1, None if gap else "E2", 0.35, 0.4, 0.12)
    enclave(5, 1, "E3", 0.7, 0.7, 0.1)
    enclave(5, 3, "51", 0.5, 0.5, 0.2)  # a part of another grid
    enclave(1, 3, None, 0.5, 0.5, 0.3)  # a lake with an island that is a grid
    parts["I1"] = [Polygon(ring(1, 3, 0.5, 0.5, 0.15))]
    enclave(6, 5, None, 0.5, 0.5, 0.3)  # a lake with an island of the grid around it
    parts["56"].append(Polygon(ring(6, 5, 0.5, 0.5, 0.15)))
    pair = ring(3, 3, 0.5, 0.5, 0.25)
    holes["33"].append(pair)
    parts["E4"], parts["E5"] = [Polygon(pair[:4])], [Polygon(pair[[3, 4, 5, 6, 0]])]
    corner = cells[4, 5][SEGMENTS // 2]
    apex = np.vstack([corner, ring(5, 4, 0.5, 0.5, 0.15)[:2]])
    holes["45"].append(apex)  # touches the outline of its cell in one vertex
    parts["E6"] = [Polygon(apex)]
    parts["I2"] = [Polygon(ring(COLUMNS, 2, 0.6, 0.5, 0.3))]  # islands beyond the frame's mainland
    parts["37"].append(Polygon(ring(COLUMNS, 3, 0.6, 0.8, 0.25)))
    for row in range(ROWS):
        for column in range(COLUMNS):
            code = f"{row}{column}"
            parts[code].insert(0, Polygon(cells[row, column], holes[code]))
    parts["00"] += parts.pop("66")  # a grid of two cells far apart
    polygons = {code: shapes[0] if len(shapes) == 1 else MultiPolygon(shapes) for code, shapes in sorted(parts.items())}
    areas = area_m2(list(polygons.values()), EPSG)
    grids = tuple(
        Grid(id=f"g{code}", code=code, name=f"Grid {code}", polygon=shape, area_m2=float(area))
        for (code, shape), area in zip(polygons.items(), areas, strict=True)
    )
    covered = [*polygons.values(), *([Polygon(ring(5, 1, 0.35, 0.4, 0.12))] if gap else [])]
    return Plan("p1", "Patchwork", shapely.coverage_union_all(covered), EPSG, grids)


def _cells(rng: np.random.Generator, decimals: int | None) -> dict[tuple[int, int], np.ndarray]:
    """The outer ring of each cell, counterclockwise from its south-west corner, unclosed."""
    x, y = np.meshgrid(np.arange(COLUMNS + 1.0), np.arange(ROWS + 1.0))
    corners = np.stack([x, y], axis=-1) + rng.uniform(-0.12, 0.12, (ROWS + 1, COLUMNS + 1, 2))
    t = np.linspace(0.0, 1.0, SEGMENTS + 1)[:, None]

    def line(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        across = np.array([start[1] - end[1], end[0] - start[0]])
        wave = 0.05 * np.sin(np.pi * t * rng.integers(1, 4)) + rng.uniform(-0.01, 0.01, t.shape)
        steps = start + t * (end - start) + wave * across
        steps[0], steps[-1] = start, end
        lonlat = np.array([WEST, SOUTH]) + steps * SIDE
        return lonlat if decimals is None else np.round(lonlat, decimals)

    along = [[line(corners[r, c], corners[r, c + 1]) for c in range(COLUMNS)] for r in range(ROWS + 1)]
    upward = [[line(corners[r, c], corners[r + 1, c]) for c in range(COLUMNS + 1)] for r in range(ROWS)]
    return {
        (r, c): np.concatenate([along[r][c][:-1], upward[r][c + 1][:-1], along[r + 1][c][:0:-1], upward[r][c][:0:-1]])
        for r in range(ROWS)
        for c in range(COLUMNS)
    }
