"""Frame nodes: a frame gets the vertices that grids put on its edges, and stays what it is otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import Geometries

_NEAR_DEG = 2e-8
"""A vertex on the lattice of 1e-8 degree lies this near to the edge that it was put on."""


def with_nodes(frame: Polygon | MultiPolygon, grids: Sequence[Polygon | MultiPolygon]) -> Polygon | MultiPolygon:
    """The frame (lon/lat) with each vertex of the grids that lies on an edge of it, but is no vertex of it yet.

    Gaps between the grids and the frame stay gaps: no ground is added or taken but by rounding.
    """
    own = np.unique(shapely.get_coordinates(frame), axis=0)
    given = np.unique(shapely.get_coordinates(np.array(grids, dtype=object)), axis=0)
    known = {place.tobytes() for place in own}
    nodes = given[[place.tobytes() not in known for place in given]]
    near = shapely.dwithin(shapely.points(nodes), frame.boundary, _NEAR_DEG) if len(nodes) else np.zeros(0, bool)
    nodes = nodes[near]
    if not len(nodes):
        return frame
    parts = [
        Polygon(_noded(part.exterior, nodes), [_noded(ring, nodes) for ring in part.interiors])
        for part in shapely.get_parts(frame)
    ]
    return parts[0] if isinstance(frame, Polygon) else MultiPolygon(parts)


def _noded(ring: shapely.LinearRing, nodes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The places of a ring, with the nodes that lie on its edges between them."""
    places = shapely.get_coordinates(ring)
    edges: Geometries = np.array(shapely.linestrings(np.stack([places[:-1], places[1:]], axis=1)), dtype=object)
    node, edge = shapely.STRtree(edges).query(shapely.points(nodes), predicate="dwithin", distance=_NEAR_DEG)
    # Near a corner two edges may hold a node: once is enough.
    node, first = np.unique(node, return_index=True)
    edge = edge[first]
    order = np.lexsort((shapely.line_locate_point(edges[edge], shapely.points(nodes[node])), edge))
    found: npt.NDArray[np.float64] = np.insert(places, edge[order] + 1, nodes[node[order]], axis=0)
    return found
