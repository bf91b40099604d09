"""Cutting ground along lines on the lattice of whole 1e-8 degrees: pieces that share every vertex, each of one base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries
from mapsvc.geo.heal.lattice import Lattice

IntArray = npt.NDArray[np.int64]

_THIN_STEPS = 40.0
"""Pieces of less mean width than this many steps are told by their area: a point in them may lie on a bent line."""


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


def cut(base: Geometries, lines: Geometries) -> tuple[Geometries, IntArray]:
    """Pieces of the base polygons (lon/lat, sharing their vertices) along lon/lat lines, and the base of each piece.

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
    snapped = lattice.snap(base)
    every = np.concatenate([shapely.boundary(snapped), lattice.snap(lines[near])])
    noded = shapely.union_all(every, grid_size=1)
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    owner = _owners(pieces, snapped)
    inside = owner >= 0
    return lattice.restore(pieces[inside]), owner[inside]


def _owners(pieces: Geometries, base: Geometries) -> IntArray:
    """The base polygon of each piece, -1 for ground of none."""
    owner = np.full(len(pieces), -1, dtype=np.int64)
    thin = 2 * shapely.area(pieces) < _THIN_STEPS * shapely.length(pieces)
    broken = ~shapely.is_valid(base)
    if broken.any():
        base = base.copy()
        base[broken] = shapely.make_valid(base[broken], method="structure")
    spots = shapely.point_on_surface(pieces)
    held, spot = shapely.STRtree(spots).query(base, predicate="contains")
    # The lowest index is written last.
    order = np.argsort(-held, kind="stable")
    owner[spot[order]] = held[order]
    which = np.flatnonzero(thin)
    if len(which):
        piece, near = shapely.STRtree(base).query(pieces[which], predicate="intersects")
        shared = shapely.area(shapely.intersection(pieces[which][piece], base[near]))
        owner[which] = -1
        order = np.lexsort((-near, shared))
        most = shared[order] > 0.5 * shapely.area(pieces[which][piece[order]])
        owner[which[piece[order[most]]]] = near[order[most]]
    return owner
