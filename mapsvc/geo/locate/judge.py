"""Judge: shapely itself, asked about the few points that lie too near a line for rounding to be trusted."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt
import shapely

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

_WORTH_PREPARING = 64


class Judge:
    """Has the last word; safe to use from several threads."""

    def __init__(self, polygons: npt.NDArray[np.object_]) -> None:
        self.polygons = polygons
        self._tree: shapely.STRtree | None = None
        # GEOS builds parts of prepared geometries on first use; one thread at a time.
        self._lock = threading.Lock()

    def find_around(self, lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
        """(point, polygon): every polygon that covers each point."""
        with self._lock:
            if self._tree is None:
                self._tree = shapely.STRtree(self.polygons)
            point, polygon = self._tree.query(shapely.points(lon, lat))
            candidates = self.polygons[polygon]
            if len(point) > _WORTH_PREPARING:
                shapely.prepare(self.polygons[np.unique(polygon)])
            covers = shapely.intersects_xy(candidates, lon[point], lat[point])
        return point[covers].astype(np.int32), polygon[covers].astype(np.int32)

    def locate(self, lon: FloatArray, lat: FloatArray) -> IntArray:
        """The lowest polygon that covers each point, -1 for none."""
        point, polygon = self.find_around(lon, lat)
        lowest = np.full(len(lon), np.iinfo(np.int32).max, np.int32)
        np.minimum.at(lowest, point, polygon)
        lowest[lowest == np.iinfo(np.int32).max] = -1
        return lowest
