"""Ground: what stays where it is while the lines move: incidents, doors, posts, streets, hot cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.point_cells import PointCells
from mapsvc.geo.crs import projector
from mapsvc.model.post import Post
from mapsvc.model.site import Site

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LOAD_DAYS = 90
_LONGEST_M = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """m places where people live or work. households, addresses: (m,) how many; x, y: (m,) working CRS metres."""

    cells: PointCells
    households: IntArray
    addresses: IntArray
    x: FloatArray
    y: FloatArray

    @classmethod
    def of(cls, lon: npt.ArrayLike, lat: npt.ArrayLike, households: Any, addresses: Any, epsg: int) -> Doors:
        """Doors at m points in degrees; households and addresses: (m,) counts or one for all."""
        cells = PointCells.of(lon, lat)
        homes, doors = (np.broadcast_to(np.asarray(n, np.int64), len(cells)) for n in (households, addresses))
        x, y = projector(epsg).forward(cells.lon, cells.lat)
        return cls(cells, homes, doors, x, y)

    @classmethod
    def of_sites(cls, sites: Iterable[Site], epsg: int) -> Doors:
        """One door for each site with households or an address, at a point inside its shape."""
        kept = [one for one in sites if (one.households or one.address) and not one.geometry.is_empty]
        shapes = np.empty(len(kept), dtype=object)
        shapes[:] = [one.geometry for one in kept]
        points = shapely.point_on_surface(shapes)
        counts = [one.households for one in kept], [int(bool(one.address)) for one in kept]
        return cls.of(shapely.get_x(points), shapely.get_y(points), *counts, epsg)


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Street lines in metres of the working CRS, cut into segments in a tree; street: the line of each segment."""

    names: tuple[str, ...]
    tree: Any
    street: IntArray

    @classmethod
    def of(cls, lines: Sequence[Any], names: Sequence[str], epsg: int) -> Streets:
        """Streets from lon/lat lines; a name may be empty."""
        # Short segments have small boxes, and the tree few to look into.
        plane = shapely.segmentize(projector(epsg).geometry(list(lines)), _LONGEST_M)
        parts, line = shapely.get_parts(plane, return_index=True)
        points, part = shapely.get_coordinates(parts, return_index=True)
        first = np.flatnonzero(part[1:] == part[:-1])
        segments: Any = shapely.linestrings(np.stack([points[first], points[first + 1]], axis=1)) if len(first) else []
        return cls(tuple(names), shapely.STRtree(segments), np.asarray(line[part[first]], np.int64))

    @classmethod
    def of_sites(cls, sites: Iterable[Site], epsg: int) -> Streets:
        """The sites of kind "street" that are lines."""
        kept = [one for one in sites if one.kind == "street" and "Line" in one.geometry.geom_type]
        return cls.of([one.geometry for one in kept], [one.name for one in kept], epsg)


@dataclass(frozen=True, slots=True, eq=False)
class HotCell:
    """A cell of a hot spot report. polygon: lon/lat; rows: the incidents in it."""

    id: str
    polygon: Any
    rows: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One community as consequences see it. Row arrays have the length n of `incidents`.

    is_open: not closed. counted: those that make the load, of the last `days` days. told: those whose moving may be
    told, None = all; the others are moved in silence. posts: with a place; a post serves the grids it names.
    """

    epsg: int
    incidents: PointCells
    is_open: BoolArray
    counted: BoolArray
    doors: Doors
    days: int = LOAD_DAYS
    posts: tuple[Post, ...] = ()
    streets: Streets | None = None
    hot_cells: tuple[HotCell, ...] = field(default=())
    told: BoolArray | None = None

    def only_told(self, rows: IntArray) -> IntArray:
        """Those of some rows whose moving may be told."""
        return rows if self.told is None else rows[self.told[rows]]
