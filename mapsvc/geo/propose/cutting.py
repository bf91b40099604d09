"""Cutting ground along lines on the lattice of whole 1e-8 degrees: pieces that share every vertex, each of one base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries
from mapsvc.geo.edit.noding import boxes_of
from mapsvc.geo.heal.lattice import Lattice
from mapsvc.geo.propose.facing import edges_of, pieces_of
from mapsvc.geo.propose.netting import CLEAR_STEPS, make_net

IntArray = npt.NDArray[np.int64]


def as_array(shapes: Sequence[Any] | Geometries) -> Geometries:
    """Geometries as a one-dimensional object array."""
    array: Geometries = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    return array


def as_lines(shapes: Sequence[Any] | Geometries) -> Geometries:
    """The lines of lon/lat lines and polygons (their outlines), without empty ones and other kinds."""
    parts = shapely.get_parts(as_array(shapes))
    parts = parts[~shapely.is_missing(parts)]
    area = shapely.get_dimensions(parts) == 2
    parts[area] = shapely.boundary(parts[area])
    parts = shapely.get_parts(parts)
    lines: Geometries = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    # A line of one repeated point raises inside GEOS.
    return lines[shapely.length(lines) > 0]


def cut(base: Geometries, lines: Geometries, calm: Geometries | None = None) -> tuple[Geometries, IntArray]:
    """Pieces of the base polygons (lon/lat, sharing their vertices) along lon/lat lines, and the base of each piece.

    calm: lines that meet others at their ends only and lie well inside one polygon: they are taken as they are.
    Lines that end inside a piece cut nothing. A vertex of the base comes back bit for bit; its edges bend by less than
    one step where a line meets them.
    """
    west, south, east, north = shapely.total_bounds(base)
    box = shapely.bounds(lines)
    near = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    if not near.any():
        parts, owner = shapely.get_parts(base, return_index=True)
        return parts, owner.astype(np.int64)
    lattice = Lattice.of(base)
    edges, left, right = edges_of(lattice.snap(shapely.orient_polygons(base)))
    drawn = _segments(lattice.snap(lines[near]), edges)
    inner = np.empty((0, 4), dtype=np.int64) if calm is None else _segments(lattice.snap(calm), edges)
    ends, edge = make_net(edges, drawn, inner.reshape(-1, 2))
    ends, edge = np.concatenate([ends, inner]), np.append(edge, np.full(len(inner), -1))
    is_line = edge < 0
    pieces, owner = pieces_of(ends, np.where(is_line, -2, left[edge]), np.where(is_line, -2, right[edge]))
    order = np.argsort(owner, kind="stable")
    return lattice.restore(pieces[order]), owner[order]


def _segments(lines: Geometries, edges: IntArray) -> IntArray:
    """(k, 4) steps of the segments of lines that come near the box of the edges."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(points).astype(np.int64)
    ends = np.concatenate([steps[:-1], steps[1:]], axis=1)[line[1:] == line[:-1]]
    ground, box = boxes_of(edges, CLEAR_STEPS), boxes_of(ends)
    low, high = ground[:, :2].min(axis=0), ground[:, 2:].max(axis=0)
    kept: IntArray = ends[(box[:, :2] <= high).all(axis=1) & (box[:, 2:] >= low).all(axis=1)]
    return kept
