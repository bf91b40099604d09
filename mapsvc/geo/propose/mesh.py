"""A mesh of hexagons for ground without streets: three cells meet at every corner, so no two touch in a point only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector

FloatArray = npt.NDArray[np.float64]

_OVERSHOOT_DEG = 6e-8
"""How far a mesh line runs on over the outline it ends at: it surely meets it, and what sticks out cuts nothing."""
_APART_DEG = 4e-7
"""Mesh lines so far from every outline need no noding."""


def mesh_lines(shapes: Geometries, epsg: int, width_m: float) -> tuple[Geometries, Geometries]:
    """Lon/lat lines of hexagons of width_m^2 area each that cut the given lon/lat polygons.

    First those that meet an outline, or nearly; then those that lie well inside one polygon.
    """
    plane = projector(epsg)
    west, south, east, north = shapely.total_bounds(plane.geometry(shapes))
    edges = _hexagon_edges(west, south, east, north, width_m)
    lon, lat = plane.inverse(edges[..., 0], edges[..., 1])
    lines = np.asarray(shapely.linestrings(np.stack([lon, lat], axis=-1)), dtype=object)
    core, room = (shapely.buffer(shapes, reach, quad_segs=1) for reach in (-_APART_DEG, _OVERSHOOT_DEG))
    tree = shapely.STRtree(lines)
    inside = np.unique(tree.query(core, predicate="contains_properly")[1])
    shape, line = tree.query(room, predicate="intersects")
    crossing = ~np.isin(line, inside)
    clipped = shapely.get_parts(shapely.intersection(lines[line[crossing]], room[shape[crossing]]))
    return clipped[shapely.length(clipped) > 0], lines[inside]


def _hexagon_edges(west: float, south: float, east: float, north: float, width_m: float) -> FloatArray:
    """(n, 2, 2) ends in metres of the edges, each once, of upright hexagons over a box.

    A hexagon of side s has area 3 sqrt(3) / 2 s^2, columns sqrt(3) s apart and rows 1.5 s apart.
    """
    side = width_m * np.sqrt(2.0 / (3.0 * np.sqrt(3.0)))
    step_x, step_y = np.sqrt(3.0) * side, 1.5 * side
    columns = np.arange(-2, int((east - west) / step_x) + 3)
    rows = np.arange(-2, int((north - south) / step_y) + 3)
    column, row = (a.ravel() for a in np.meshgrid(columns, rows))

    # Corners are computed from whole numbers of half steps, so that two edges meet in the same double.
    def corner(half_x: npt.NDArray[np.int64], half_y: npt.NDArray[np.int64]) -> FloatArray:
        return np.column_stack([west + half_x * (step_x / 2), south + half_y * (side / 2)])

    x, y = 2 * column + row % 2, 3 * row
    top, upper, lower, bottom = corner(x, y + 2), corner(x + 1, y + 1), corner(x + 1, y - 1), corner(x, y - 2)
    pairs = [(top, upper), (upper, lower), (lower, bottom)]
    return np.concatenate([np.stack(pair, axis=1) for pair in pairs])
