"""Rings: polygons as one flat array of vertices and the edges between them, and the check that they can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import BadInput

IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rings:
    """xy: (vertices, 2) lon, lat of all rings, polygon by polygon; start: first vertex of each edge (the edge ends at
    the next vertex), edges of no length left out; polygon: index of each edge's polygon, ascending."""

    xy: npt.NDArray[np.float64]
    start: IntArray
    polygon: IntArray

    @classmethod
    def of(cls, polygons: npt.NDArray[np.object_]) -> Rings:
        """The rings of Polygons and MultiPolygons; empty ones give none."""
        if not len(polygons):
            return cls(np.empty((0, 2)), np.empty(0, np.int32), np.empty(0, np.int32))
        _, coordinates, offsets = shapely.to_ragged_array(polygons, include_z=False)
        # Adding 0.0 turns -0.0 into 0.0, so that equal vertices have equal bits.
        xy = np.ascontiguousarray(coordinates, dtype=np.float64) + 0.0
        vertex_of = offsets[0]
        for level in offsets[1:]:
            vertex_of = vertex_of[level]
        owner = np.repeat(np.arange(len(polygons), dtype=np.int32), np.diff(vertex_of))
        joined = (xy[1:, 0] != xy[:-1, 0]) | (xy[1:, 1] != xy[:-1, 1])
        last = offsets[0][1:-1] - 1
        joined[last[last >= 0]] = False
        start = np.flatnonzero(joined).astype(np.int32)
        polygon = owner[start]
        return cls(xy, start, polygon)


def check_polygons(polygons: Sequence[Polygon | MultiPolygon]) -> npt.NDArray[np.object_]:
    """The polygons as an array.

    Raises BadInput naming the index of the first that is no polygon or for which "inside" has no single meaning.
    """
    array = np.empty(len(polygons), dtype=object)
    array[:] = list(polygons)
    kinds = shapely.get_type_id(array)
    for index in np.flatnonzero((kinds != 3) & (kinds != 6)):
        raise BadInput(f"The geometry at index {index} is not a polygon.")
    for index in np.flatnonzero(~shapely.is_valid(array)):
        reason = shapely.is_valid_reason(array[index])
        if not _is_harmless(array[index], reason):
            raise BadInput(f"The polygon at index {index} is not valid: {reason}. Repair it first.")
    return array


def _is_harmless(polygon: Polygon | MultiPolygon, reason: str) -> bool:
    """True where the rings only touch themselves: every rule for "inside" then gives the same answer.

    GEOS looks for a disconnected interior last, so nothing else is wrong then; a ring that touches itself is found
    early, so it is taken only where the polygon has no other ring.
    """
    if reason.startswith("Interior is disconnected"):
        return True
    return reason.startswith("Ring Self-intersection") and isinstance(polygon, Polygon) and not polygon.interiors
