"""Overzoom: a part of a coarser tile's surface, enlarged, where a finer bandwidth would only show single reports."""

from __future__ import annotations

import numpy as np

from mapsvc.geo.tiling import TILE_PX, metres_per_pixel
from mapsvc.render.smooth import BANDWIDTH_PX, FloatTile

MIN_BANDWIDTH_M = 40.0
"""Reports are placed to some tens of metres; a finer surface would draw their errors."""
_DEEPEST = 30


def finest_zoom(lat: float) -> int:
    """The deepest zoom whose bandwidth is at least MIN_BANDWIDTH_M at this latitude (degrees)."""
    fine = (z for z in range(_DEEPEST, 0, -1) if BANDWIDTH_PX * metres_per_pixel(lat, z) >= MIN_BANDWIDTH_M)
    return next(fine, 0)


def magnify(surface: FloatTile, column: int, row: int, times: int) -> FloatTile:
    """The part (column, row) of a tile cut into times x times parts, enlarged to a whole tile, linear between pixels.

    column counts from the west, row from the north; at the tile's own rim the last pixel goes on.
    """
    across = _mix(surface.T, column, times).T
    return _mix(across, row, times)


def _mix(lines: FloatTile, part: int, times: int) -> FloatTile:
    place = (part * TILE_PX + np.arange(TILE_PX) + 0.5) / times - 0.5
    low = np.clip(np.floor(place).astype(np.intp), 0, TILE_PX - 1)
    high = np.minimum(low + 1, TILE_PX - 1)
    share = np.clip(place - low, 0.0, 1.0).astype(np.float32)[:, None]
    mixed: FloatTile = lines[low] * (1 - share) + lines[high] * share
    return mixed
