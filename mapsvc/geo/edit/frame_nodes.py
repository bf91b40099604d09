"""Frame nodes: a frame gets the vertices that grids put on its edges, and stays what it is otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import Geometries

_NEAR_DEG = 2e-8
"""A vertex on the lattice of 1e-8 degree lies this near to the edge that it was put on."""


def with_nodes(frame: Polygon | MultiPolygon, grids: Sequence[Polygon | MultiPolygon]) -> Polygon | MultiPolygon:
    """The frame (lon/lat) with each vertex of the grids that lies on an edge of it, but is no vertex of it yet.

    Gaps between the grids and the frame stay gaps: no ground is added or taken but by rounding.
    """
    rings = shapely.get_rings(shapely.get_parts(frame))
    places, ring = shapely.get_coordinates(rings, return_index=True)
    known = {place.tobytes() for place in places}
    given = np.unique(shapely.get_coordinates(np.array(grids, dtype=object)), axis=0)
    nodes = given[[place.tobytes() not in known for place in given]]
    starts = np.flatnonzero(ring[1:] == ring[:-1])
    edges: Geometries = np.array(shapely.linestrings(np.stack([places[starts], places[starts + 1]], axis=1)))
    node, edge = shapely.STRtree(edges).query(shapely.points(nodes), predicate="dwithin", distance=_NEAR_DEG)
    if not len(node):
        return frame
    # Near a corner two edges may hold a node: once is enough.
    node, first = np.unique(node, return_index=True)
    edge = edge[first]
    order = np.lexsort((shapely.line_locate_point(edges[edge], shapely.points(nodes[node])), edge))
    before = starts[edge[order]] + 1
    places = np.insert(places, before, nodes[node[order]], axis=0)
    made: Geometries = np.array(shapely.linearrings(places, indices=np.insert(ring, before, ring[before])))
    return _put_together(frame, list(made))


def _put_together(frame: Polygon | MultiPolygon, rings: list[shapely.LinearRing]) -> Polygon | MultiPolygon:
    """The rings, in the order of `get_rings`, as the parts and holes of the frame."""
    parts = []
    for part in shapely.get_parts(frame):
        count = 1 + len(part.interiors)
        parts.append(Polygon(rings[0], rings[1:count]))
        rings = rings[count:]
    return parts[0] if isinstance(frame, Polygon) else MultiPolygon(parts)
