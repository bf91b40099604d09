"""Nearby: what lies around one point of a plan, quick because every grid is projected at most once.

The answers are those of geo.certainty.near; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.model.plan import Plan

_LONGEST_EDGE_DEG = 0.01
"""Longer edges get vertices before they are projected, as geo.certainty does."""
_METRES_A_DEGREE = 0.9 * 110_500.0
"""Less than the shortest degree of latitude in any working CRS: boxes are never thought farther than they are."""
_FACTORS = (1.5, 6.0, 24.0)
"""How far is looked first, in usual sizes of a grid."""


class Nearby:
    """Distances from points to the grids of one plan. Threads may do work twice, never wrongly."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._polygons: Sequence[Any] = [grid.polygon for grid in plan.grids]
        shapes = np.empty(len(self._polygons), dtype=object)
        shapes[:] = self._polygons
        self._bounds: npt.NDArray[np.float64] = shapely.bounds(shapes)
        self._tree = shapely.STRtree(shapes)
        sizes = (self._bounds[:, 2:] - self._bounds[:, :2]).max(axis=1)
        self._usual_deg = float(np.median(sizes[np.isfinite(sizes)])) if np.isfinite(sizes).any() else 1.0
        self._flat: dict[int, Any] = {}

    def near(self, lon: float, lat: float, own: int, k: int = 3) -> list[tuple[int, float, float]]:
        """The k grids nearest to a point in degrees, without `own`: (index, distance_m, bearing_deg)."""
        from mapsvc.geo.crs import projector
        from mapsvc.geo.measure import bearing_deg

        plane = projector(self._plan.working_epsg)
        here = self._point(lon, lat)
        found: list[tuple[float, str, int]] = []
        for reach_deg in (*(self._usual_deg * factor for factor in _FACTORS), np.inf):
            found = self._nearest(lon, lat, here, own, k, reach_deg)
            # What was left out is farther away than the edge of the box that was looked into.
            squeeze = np.cos(np.radians(min(abs(lat) + reach_deg, 89.0)))
            if len(found) >= k and found[k - 1][0] <= _METRES_A_DEGREE * reach_deg * squeeze:
                break
        if not found:
            return []
        ways = shapely.shortest_line(here, [self._shape(index) for _, _, index in found[:k]])
        there = shapely.get_coordinates(shapely.get_point(ways, 1))
        there_lon, there_lat = plane.inverse(there[:, 0], there[:, 1])
        bearings = bearing_deg(np.full(len(there), lon), np.full(len(there), lat), there_lon, there_lat).tolist()
        return [
            (index, distance, bearing if distance > 0 else 0.0)
            for (distance, _, index), bearing in zip(found[:k], bearings, strict=True)
        ]

    def meeting(
        self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(point, grid): every grid that covers each point, its outline included."""
        points = np.empty(len(lon), dtype=object)
        points[:] = shapely.points(lon, lat)
        point, grid = self._tree.query(points, predicate="intersects")
        return point, grid

    def _nearest(
        self, lon: float, lat: float, here: Any, own: int, k: int, reach_deg: float
    ) -> list[tuple[float, str, int]]:
        """(distance_m, code, index) of at least the k nearest grids whose boxes come within reach, nearest first."""
        if np.isfinite(reach_deg):
            window = shapely.box(lon - reach_deg, lat - reach_deg, lon + reach_deg, lat + reach_deg)
            some = np.sort(self._tree.query(window))
        else:
            some = np.arange(len(self._polygons))
        least = self._least_m(lon, lat, some)
        found: list[tuple[float, str, int]] = []
        for place in np.argsort(least, kind="stable").tolist():
            index = int(some[place])
            if not np.isfinite(least[place]) or (len(found) >= k and least[place] > found[k - 1][0]):
                break
            if index != own:
                found.append((float(shapely.distance(here, self._shape(index))), self._plan.grids[index].code, index))
                found.sort()
        return found

    def _point(self, lon: float, lat: float) -> Any:
        from mapsvc.geo.crs import projector

        x, y = projector(self._plan.working_epsg).forward(lon, lat)
        return shapely.Point(float(x), float(y))

    def _shape(self, index: int) -> Any:
        """A grid in the working CRS."""
        if index not in self._flat:
            from mapsvc.geo.crs import projector

            dense = shapely.segmentize(self._polygons[index], _LONGEST_EDGE_DEG)
            self._flat[index] = projector(self._plan.working_epsg).geometry([dense])[0]
        return self._flat[index]

    def _least_m(self, lon: float, lat: float, some: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """A distance that each of these grids cannot be nearer than, from its box; NaN for an empty one."""
        west, south, east, north = self._bounds[some].T
        across = np.maximum(np.maximum(west - lon, lon - east), 0.0)
        up = np.maximum(np.maximum(south - lat, lat - north), 0.0)
        farthest = np.clip(np.maximum(np.maximum(np.abs(south), np.abs(north)), abs(lat)), 0.0, 89.0)
        least: npt.NDArray[np.float64] = _METRES_A_DEGREE * np.hypot(across * np.cos(np.radians(farthest)), up)
        return least
