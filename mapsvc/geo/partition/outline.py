"""The outline of the grids and the frame: which of their edges face OUTSIDE, and which a GAP.

The number of grids over a point follows from the edges that have no partner: where those are the frame's, each point
is covered once; what the frame has beyond them must enclose gaps, or there is an overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import Geometries
from mapsvc.geo.partition.exact import Bool, Int, meets_pixel, pack, same_codes
from mapsvc.geo.partition.lattice import Lattice
from mapsvc.geo.partition.rings import Tangled, polygon_of


@dataclass(frozen=True, slots=True, eq=False)
class Outer:
    """outside: True for the grids' edges that face OUTSIDE, the others face a gap. rim: (k, 4) edges of the frame that
    no grid has, a gap on their left.
    """

    outside: Bool
    rim: Int


def settle(edges: Int, grid: Int, frame: Polygon | MultiPolygon, lattice: Lattice) -> Outer | None:
    """Match edges (m, 4) without a partner, their grid on the left, with the frame; None where they do not fit.

    The frame's line takes over the grids' vertices that lie on it, and drops its own where a grid has none.
    """
    rings = [lattice.steps(shapely.get_coordinates(ring)) for ring in _rings(frame)]
    rim = _ring_edges(rings)
    outside = _has(edges, rim)
    rim = rim[~_has(rim, edges)]
    if len(rim) and not outside.all():
        rings = [_without(ring, edges[~outside]) for ring in rings]
        rim = _bent(_ring_edges(rings), edges)
        outside = _has(edges, rim)
        rim = rim[~_has(rim, edges)]
    rest = edges[~outside]
    if not _encloses(rim, rest):
        return None
    return Outer(outside, rim)


def _encloses(rim: Int, rest: Int) -> bool:
    """True where the frame's own edges and the grids' leftover ones, turned round, enclose sound gaps."""
    loose = np.concatenate([rim, rest[:, [2, 3, 0, 1]]])
    if not len(loose):
        return True
    if len(_touches(loose, loose)[0]):
        return False
    try:
        gaps = polygon_of(list(loose.reshape(-1, 2, 2)), lambda steps: steps.astype(np.float64))
    except Tangled:
        return False
    return bool(gaps.is_valid) and gaps.area > 0


def _rings(frame: Polygon | MultiPolygon) -> list[shapely.Geometry]:
    return list(shapely.get_rings(shapely.get_parts(shapely.orient_polygons(frame))))


def _ring_edges(rings: list[Int]) -> Int:
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
    long: Int = edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]
    return long


def _has(edges: Int, others: Int) -> Bool:
    """True for the directed edges that are among the others."""
    one, two = same_codes(edges, others)
    found: Bool = np.isin(one, two)
    return found


def _touches(edges: Int, other: Int) -> tuple[Int, Int]:
    """(edge, other's index) pairs where the first vertex of an other edge lies on an edge that does not end there."""
    lines: Geometries = np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2).astype(np.float64)))
    spots = shapely.points(other[:, :2].astype(np.float64))
    spot, line = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=1.0)
    met = meets_pixel(edges[line], other[spot, :2])
    key = pack(other[spot, :2])
    met &= (key != pack(edges[line, :2])) & (key != pack(edges[line, 2:]))
    return line[met].astype(np.int64), spot[met].astype(np.int64)


def _without(ring: Int, edges: Int) -> Int:
    """A frame ring without its vertices that lie on an edge of a grid."""
    ends = np.hstack([ring[:-1], ring[:-1]])
    _, spot = _touches(edges, ends)
    stay = np.ones(len(ring) - 1, dtype=bool)
    stay[spot] = False
    kept = ring[:-1][stay]
    return np.concatenate([kept, kept[:1]]) if len(kept) >= 3 else ring


def _bent(rim: Int, edges: Int) -> Int:
    """Frame edges led through the grids' vertices that lie on them, in order."""
    line, spot = _touches(rim, edges)
    if not len(line):
        return rim
    along = ((edges[spot, :2] - rim[line, :2]) * np.sign(rim[line, 2:] - rim[line, :2])).sum(axis=1)
    order = np.lexsort((along, line))
    line, spot = line[order], spot[order]
    pieces = [rim[np.setdiff1d(np.arange(len(rim)), line)]]
    for number in np.unique(line).tolist():
        through = edges[spot[line == number], :2]
        way = np.concatenate([rim[number : number + 1, :2], through, rim[number : number + 1, 2:]])
        way = way[np.concatenate([[True], (way[1:] != way[:-1]).any(axis=1)])]
        pieces.append(np.hstack([way[:-1], way[1:]]))
    return np.concatenate(pieces)
