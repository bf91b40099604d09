"""Patches: the places where a partition is wrong, measured: gaps, overlaps, pieces outside, slivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPoint

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.measure import thinness

FloatArray = npt.NDArray[np.float64]

TINY_M2 = 1e-3
TINY_WIDTH_M = 1e-3
"""Below these a patch says nothing about the world: 7 decimals of a degree are 11 mm."""
_DENSE_DEG = 1e-3
_WIDE_DEG = 2.0
SLIVER_THINNESS = 0.05
"""4 pi A / P^2 of a rectangle 60 times as long as wide."""


@dataclass(frozen=True, slots=True)
class Patches:
    """n polygons in lon/lat with sizes measured in the working CRS; all arrays have one length.

    width_m: width of the rectangle with the same area and perimeter, which for a thin shape is its mean width.
    """

    shapes: Geometries
    area_m2: FloatArray
    width_m: FloatArray
    thinness: FloatArray

    @classmethod
    def of(cls, shapes: Geometries, epsg: int) -> Patches:
        """Measure polygons or multipolygons; the sizes of None are 0."""
        plane = projector(epsg).geometry(densify(shapes))
        area = np.nan_to_num(shapely.area(plane))
        length = np.nan_to_num(shapely.length(plane))
        # A rectangle a x b has P^2 - 16 A = 4 (a - b)^2; rounder shapes than a square count as squares.
        spread = np.sqrt(np.maximum(length * length - 16.0 * area, 0.0))
        denominator = np.where(length + spread > 0, length + spread, 1.0)
        return cls(shapes, area, 4.0 * area / denominator, thinness(area, length))

    @property
    def is_tiny(self) -> npt.NDArray[np.bool_]:
        """Too small to mean anything at 7 decimals of a degree."""
        tiny: npt.NDArray[np.bool_] = (self.area_m2 < TINY_M2) | (self.width_m < TINY_WIDTH_M)
        return tiny

    @property
    def is_sliver(self) -> npt.NDArray[np.bool_]:
        """Long and thin."""
        thin: npt.NDArray[np.bool_] = self.thinness < SLIVER_THINNESS
        return thin


def densify(shapes: Geometries) -> Geometries:
    """The same lon/lat shapes with vertices every 100 m or so, to be measured in a projection.

    An edge straight in lon/lat bends when projected, 2 cm in 1 km and nearly 2 m in 10 km; beside the unbroken edge of
    a neighbour that would look like a gap of that width. With 100 m it is 0.2 mm.
    """
    bounds = shapely.bounds(shapes)
    extent = np.nan_to_num(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]))
    # A patch the size of a country is no matter of millimetres, and would get thousands of vertices.
    dense: Geometries = shapely.segmentize(shapes, np.where(extent > _WIDE_DEG, extent / 20.0, _DENSE_DEG))
    return dense


def polygon_parts(shapes: Geometries) -> tuple[Geometries, npt.NDArray[np.int64]]:
    """The polygons within geometries of any kind (collections one level deep), and the index each came from."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    inner, second = shapely.get_parts(parts, return_index=True)
    keep = (shapely.get_type_id(inner) == 3) & ~shapely.is_empty(inner)
    return inner[keep], owner[second][keep]


def points_in(shapes: Geometries) -> MultiPoint:
    """One MultiPoint with a point on each shape."""
    return MultiPoint(shapely.point_on_surface(shapes).tolist())


def say_m2(area: float) -> str:
    """An area for a sentence, with as many digits as it deserves."""
    if area >= 100:
        return f"{area:,.0f} m2"
    return f"{area:.1f} m2" if area >= 1 else f"{area:.2g} m2"


def say_m(length: float) -> str:
    """A length for a sentence, with as many digits as it deserves."""
    if length >= 100:
        return f"{length:,.0f} m"
    return f"{length:.1f} m" if length >= 1 else f"{length:.2g} m"


def say_count(number: int, one: str, many: str) -> str:
    """A number with its noun in the right form."""
    return f"{number:,} {one if number == 1 else many}"


def say_codes(codes: tuple[str, ...]) -> str:
    """Codes for a sentence: all of a few, else the first three and how many more."""
    shown = codes if len(codes) <= 4 else (*codes[:3], f"{len(codes) - 3} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
