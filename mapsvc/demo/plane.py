"""Plane: the drawing board of the invented community, metres east and north of its origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import projector

ORIGIN_LON, ORIGIN_LAT = 98.49, 39.73
WORKING_EPSG = 4542
LATTICE = 10**8
"""Grid lines lie on whole 1 / LATTICE degrees (about 1 mm), so that shared vertices are the same doubles."""

FloatArray = npt.NDArray[np.float64]


def to_lonlat(xy: FloatArray, lattice: int = LATTICE) -> FloatArray:
    """Board metres (n, 2) -> WGS 84 degrees (n, 2) on whole 1 / lattice degrees."""
    board = projector(WORKING_EPSG)
    east, north = board.forward(np.array([ORIGIN_LON]), np.array([ORIGIN_LAT]))
    lon, lat = board.inverse(xy[:, 0] + east[0], xy[:, 1] + north[0])
    # Dividing whole numbers gives the double nearest to the written decimal, so files read back bit for bit.
    return np.rint(np.column_stack([lon, lat]) * lattice) / lattice


def shapes_to_lonlat(shapes: Sequence[Any], lattice: int = 10**7) -> list[Any]:
    """Shapely geometries in board metres -> the same in degrees on whole 1 / lattice degrees (about 1 cm)."""
    if not shapes:
        return []
    return list(shapely.transform(np.asarray(shapes, dtype=object), lambda xy: to_lonlat(xy, lattice)))
