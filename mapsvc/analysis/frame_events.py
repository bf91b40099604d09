"""Events of a frame: the located events that lie in it, in metres, and how many were left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.analysis.fishnet import make_fishnet
from mapsvc.geo.crs import projector
from mapsvc.model.incident import IncidentColumns

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_COARSE_CELLS = 4096


@dataclass(frozen=True, slots=True)
class FrameEvents:
    """The events inside the frame, and what became of the rest.

    x, y: metres of the working CRS. total = len(x) + unlocated + outside_frame.
    """

    x: FloatArray
    y: FloatArray
    total: int
    unlocated: int
    outside_frame: int


def events_in_frame(
    source: IncidentColumns | tuple[npt.ArrayLike, npt.ArrayLike],
    select: BoolArray | None,
    frame: Polygon | MultiPolygon,
    frame_m: Any,
    epsg: int,
) -> FrameEvents:
    """The selected events that have a place and lie in the frame (decided in lon/lat, edges included)."""
    lon, lat = (source.lon, source.lat) if isinstance(source, IncidentColumns) else source
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if select is not None:
        lon, lat = lon[select], lat[select]
    total = len(lon)
    located = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = lon[located], lat[located]
    x, y = projector(epsg).forward(lon, lat)
    inside = np.zeros(len(x), dtype=bool)
    if not frame_m.is_empty:
        # A coarse fishnet answers for most points at once; only those in its edge cells meet the frame itself.
        west, south, east, north = frame_m.bounds
        coarse = make_fishnet(frame_m, epsg, max(float(np.sqrt((east - west) * (north - south) / _COARSE_CELLS)), 1e-3))
        share = np.append(coarse.share.ravel(), 0.0)[coarse.cell_of(x, y)]
        inside = share >= 1.0
        edge = np.flatnonzero((share > 0.0) & (share < 1.0))
        shapely.prepare(frame)
        inside[edge] = shapely.intersects_xy(frame, lon[edge], lat[edge])
    return FrameEvents(x[inside], y[inside], total, total - len(lon), int(np.count_nonzero(~inside)))
