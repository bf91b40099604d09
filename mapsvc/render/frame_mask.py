"""Frame mask: which pixels of a tile lie in the frame of a plan, and how much of the kernel around them does."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import BadInput
from mapsvc.geo.tiling import TILE_PX, tile_bounds, unit_to_lonlat
from mapsvc.render.pyramid import CELL_PX, CELLS, MARGIN
from mapsvc.render.smooth import smooth

if TYPE_CHECKING:
    from mapsvc.geo.locate import GridIndex

_KEPT = 512
_PIECE = 32

FULL = 255
Mask = npt.NDArray[np.bool_]
Share = npt.NDArray[np.uint8]


class FrameMask:
    """Masks of the tiles of one frame (lon/lat degrees). Safe from several threads."""

    def __init__(self, frame: Polygon | MultiPolygon) -> None:
        self._frame = frame
        self._lock = threading.Lock()
        self._shares: OrderedDict[tuple[int, int, int], Share | None] = OrderedDict()

    @cached_property
    def _edges(self) -> shapely.STRtree:
        """The outline in short pieces: whether a box meets it is then known in microseconds."""
        pieces = []
        for ring in shapely.get_rings(shapely.get_parts(self._frame)):
            points = shapely.get_coordinates(ring)
            # Each piece begins with the last point of the one before: no edge is lost between two.
            pieces += [
                shapely.LineString(points[start : start + _PIECE + 1]) for start in range(0, len(points) - 1, _PIECE)
            ]
        return shapely.STRtree(pieces)

    @cached_property
    def _index(self) -> GridIndex:
        from mapsvc.geo.locate import GridIndex

        try:
            return GridIndex.build([self._frame])
        except BadInput:
            # A frame with a broken ring still has an inside to draw.
            whole = shapely.make_valid(self._frame, method="structure")
            parts = [part for part in shapely.get_parts(whole) if isinstance(part, Polygon)]
            return GridIndex.build([MultiPolygon(parts)])

    def tile(self, z: int, x: int, y: int) -> Share | None:
        """How much of the kernel around each pixel lies in the frame, in parts of FULL; 0 where the pixel itself is
        outside. None where all of it is inside, everywhere on the tile.
        """
        key = (z, x, y)
        with self._lock:
            if key in self._shares:
                self._shares.move_to_end(key)
                return self._shares[key]
        share = self._make(z, x, y)
        with self._lock:
            self._shares[key] = share
            while len(self._shares) > _KEPT:
                self._shares.popitem(last=False)
        return share

    def _make(self, z: int, x: int, y: int) -> Share | None:
        west, south, east, north = tile_bounds(z, x, y)
        margin = (east - west) * MARGIN / CELLS
        rise = (north - south) * 1.5 * MARGIN / CELLS
        around = shapely.box(west - margin, south - rise, east + margin, north + rise)
        if not len(self._edges.query(around, predicate="intersects")):
            middle = self._index.locate_one((west + east) / 2, (south + north) / 2)
            return None if middle >= 0 else np.zeros((TILE_PX, TILE_PX), np.uint8)
        pixels = self._inside(z, (np.arange(TILE_PX) + 0.5) / TILE_PX, x, y)
        steps = (np.arange(-MARGIN, CELLS + MARGIN) + 0.5) * CELL_PX / TILE_PX
        squares = self._inside(z, steps, x, y).astype(np.float32)
        share = np.clip(np.rint(smooth(squares) * np.float32(CELL_PX**2 * FULL)), 1, FULL)
        return np.where(pixels, share, 0).astype(np.uint8)

    def _inside(self, z: int, steps: npt.NDArray[np.float64], x: int, y: int) -> Mask:
        """True where the centre lies in the frame; steps: offsets in tiles, the same across and down."""
        tiles = float(1 << z)
        lon, _ = unit_to_lonlat((x + steps) / tiles, 0.5)
        _, lat = unit_to_lonlat(0.5, (y + steps) / tiles)
        side = len(steps)
        found = self._index.locate(np.tile(lon, side), np.repeat(lat, side))
        mask: Mask = (found >= 0).reshape(side, side)
        return mask
