"""Density tiles: a smooth surface of reports per km2, drawn in classes.

The surface is a Gaussian kernel estimate (Silverman 1986, section 4.2) with a bandwidth fixed in pixels, so it is finer
in metres at each zoom, down to overzoom.MIN_BANDWIDTH_M, and says so in its legend. Counts in squares of 2 px stand for
the points; the variance that the squares add, side^2 / 12 an axis, is taken off the kernel. Near the frame the estimate
is divided by the kernel's share inside (Diggle 1985): a coast is no drop in reports. Areas are ground areas at the
latitude of each pixel row.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.geo.tiling import TILE_PX, metres_per_pixel, morton_decode, morton_of, unit_to_lonlat
from mapsvc.render.frame_mask import FULL, FrameMask
from mapsvc.render.overzoom import finest_zoom, magnify
from mapsvc.render.png import Colour, encode_palette
from mapsvc.render.pyramid import CountPyramid
from mapsvc.render.smooth import BANDWIDTH_PX, FloatTile, smooth

QUANTILES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.77, 0.86, 0.92, 0.96, 0.985, 0.995)
_BLOCK_PX_BITS = 5
_KEPT_COARSE = 16
_MIN_SHARE = FULL // 5
"""Less of the kernel inside than this would blow noise up: the correction stops there."""
STOPS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")
"""cividis at six stops, --den-1 to --den-6 of tokens.css (doi 10.1371/journal.pone.0199239)."""
THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class Legend:
    """Classes of one zoom: class k holds breaks[k] <= reports per km2 < breaks[k + 1], the last one all above."""

    z: int
    breaks: tuple[float, ...]
    bandwidth_m: float
    bandwidth_px: float


class DensityLayer:
    """Tiles of one set of points (lon, lat in degrees, all finite) inside one frame."""

    def __init__(
        self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], mask: FrameMask | None = None
    ) -> None:
        self._pyramid = CountPyramid(np.sort(morton_of(lon, lat)))
        self._mask = mask
        # The middle of the data says how long a pixel is; whole data sets lie within a few degrees.
        self._lat = float(np.median(lat[:: max(1, len(lat) // 10_000)])) if len(lat) else 0.0
        self._finest = finest_zoom(self._lat)
        self._legends: dict[int, Legend] = {}
        self._coarse: OrderedDict[tuple[int, int], FloatTile | None] = OrderedDict()
        self._lock = threading.Lock()

    def tile(self, z: int, x: int, y: int, theme: str = "dark") -> bytes:
        """A 256 px palette PNG; transparent where nothing is near or outside the frame."""
        surface = self.surface(z, x, y)
        if surface is None:
            return empty_tile()
        breaks = self.legend(z).breaks
        classes = np.zeros(surface.shape, np.uint8)
        for limit in breaks:
            classes += surface >= limit
        if not classes.any():
            return empty_tile()
        return encode_palette(classes, palette(len(breaks), theme))

    def surface(self, z: int, x: int, y: int) -> FloatTile | None:
        """Reports per km2 at the centre of each pixel, rows from the north; None where all is 0."""
        beyond = z - self._finest
        if beyond <= 0:
            return self.estimate(z, x, y)
        coarse = self._kept_estimate(x >> beyond, y >> beyond)
        if coarse is None:
            return None
        share = self._mask.tile(z, x, y) if self._mask else None
        parts = 1 << beyond
        surface = magnify(coarse, x % parts, y % parts, parts)
        return surface if share is None else np.where(share > 0, surface, np.float32(0.0))

    def _kept_estimate(self, x: int, y: int) -> FloatTile | None:
        """The estimate of a tile of the finest zoom, which many deeper tiles share."""
        with self._lock:
            if (x, y) in self._coarse:
                self._coarse.move_to_end((x, y))
                return self._coarse[x, y]
        made = self.estimate(self._finest, x, y)
        with self._lock:
            self._coarse[x, y] = made
            while len(self._coarse) > _KEPT_COARSE:
                self._coarse.popitem(last=False)
        return made

    def estimate(self, z: int, x: int, y: int) -> FloatTile | None:
        """The kernel estimate with a bandwidth of BANDWIDTH_PX at this very zoom; as `surface` else."""
        counts = self._pyramid.around(z, x, y)
        if counts is None:
            return None
        share = self._mask.tile(z, x, y) if self._mask else None
        if share is not None and not share.any():
            return None
        surface = smooth(counts) / _pixel_km2(z, y)[:, None]
        if share is not None:
            surface *= np.where(share > 0, FULL / np.maximum(share, _MIN_SHARE), 0.0).astype(np.float32)
        return surface

    def legend(self, z: int) -> Legend:
        """The classes of a zoom, the same on all its tiles."""
        if z not in self._legends:
            drawn = min(z, self._finest)
            bandwidth_m = BANDWIDTH_PX * metres_per_pixel(self._lat, drawn)
            self._legends[z] = Legend(z, self._breaks(drawn), bandwidth_m, BANDWIDTH_PX * 2.0 ** (z - drawn))
        return self._legends[z]

    def _breaks(self, z: int) -> tuple[float, ...]:
        """Round steps from what shows one report alone up to what the busiest places reach."""
        if not len(self._pyramid):
            return (1.0, 2.0, 5.0)
        squares, counts = self._pyramid.squares(z + 8 - _BLOCK_PX_BITS)
        _, row = morton_decode(squares)
        _, lat = unit_to_lonlat(0.5, (row + 0.5) / 2.0 ** (z + 8 - _BLOCK_PX_BITS))
        metres = metres_per_pixel(0.0, z) * np.cos(np.radians(lat))
        block_km2 = (metres * 2**_BLOCK_PX_BITS) ** 2 / 1e6
        pixel_km2 = metres_per_pixel(self._lat, z) ** 2 / 1e6
        alone = 1 / (2 * math.pi * BANDWIDTH_PX**2 * pixel_km2)
        return choose_breaks(counts / block_km2, alone)

    def __len__(self) -> int:
        return len(self._pyramid)


def choose_breaks(densities: npt.NDArray[np.float64], alone: float) -> tuple[float, ...]:
    """Ascending breaks with two digits from the densities of the places that hold reports.

    alone: the density at one report with nothing near. The first class begins where such a report is still seen; the
    others at quantiles that lie closer towards the top, where the eye is wanted. Equal ones fall together.
    """
    wanted = [alone / 4]
    if densities.max() > 4 * alone:
        wanted += [float(value) for value in np.quantile(densities, QUANTILES)]
    else:
        # A handful of reports: what counts is whether two lie together.
        wanted += [alone / 2, alone, 2 * alone]
    breaks: list[float] = []
    for value in (float(f"{one:.2g}") for one in wanted):
        if not breaks or value > breaks[-1]:
            breaks.append(value)
    return tuple(breaks)


@lru_cache(maxsize=64)
def palette(classes: int, theme: str) -> tuple[Colour, ...]:
    """Entry 0 is nothing; then one colour a class. On a dark ground few is dark, on a light one few is pale."""
    stops = [tuple(int(stop[at : at + 2], 16) for at in (1, 3, 5)) for stop in STOPS]
    if theme == "light":
        stops.reverse()
    colours: list[Colour] = [(0, 0, 0, 0)]
    for number in range(classes):
        place = number / max(1, classes - 1) * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        share = place - low
        red, green, blue = (round(a + (b - a) * share) for a, b in zip(stops[low], stops[low + 1], strict=True))
        # The rim of the surface fades out instead of ending in a line.
        alpha = (110, 180)[number] if number < 2 < classes else 225
        colours.append((red, green, blue, alpha))
    return tuple(colours)


def legend_answer(legend: Legend, theme: str) -> dict[str, Any]:
    """The answer of /tiles/density/legend."""
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue, _ in palette(len(legend.breaks), theme)[1:]]
    return {
        "z": legend.z,
        "unit": "reports per km2",
        "breaks": list(legend.breaks),
        "colours": colours,
        "bandwidth_px": legend.bandwidth_px,
        "bandwidth_m": float(f"{legend.bandwidth_m:.3g}"),
        "theme": theme,
        "edge_corrected": True,
    }


@lru_cache(maxsize=1)
def empty_tile() -> bytes:
    """A tile with nothing on it."""
    return encode_palette(np.zeros((TILE_PX, TILE_PX), np.uint8), [(0, 0, 0, 0)])


@lru_cache(maxsize=256)
def _pixel_km2(z: int, y: int) -> FloatTile:
    """Ground area of a pixel of each row of the tiles in row y."""
    _, lat = unit_to_lonlat(0.5, (y + (np.arange(TILE_PX) + 0.5) / TILE_PX) / 2.0**z)
    side_m = metres_per_pixel(0.0, z) * np.cos(np.radians(lat))
    return (side_m**2 / 1e6).astype(np.float32)
