"""Coordinate systems: which one measures a plan, and the way into it and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadInput

if TYPE_CHECKING:
    from pyproj import CRS

FloatArray = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

CHINA_BOX = (73.5, 3.8, 135.1, 53.6)
"""West, south, east, north: where the CGCS2000 zones serve. A box takes in neighbours too, which does no harm: a
3-degree zone is a transverse Mercator with scale 1 on its axis and measures as well there."""

_NAMES = {
    "wgs84": "EPSG:4326",
    "wgs 84": "EPSG:4326",
    "crs84": "OGC:CRS84",
    "cgcs2000": "EPSG:4490",
}
_LONGEST_WKT = 20_000


def working_epsg(west: float, south: float, east: float, north: float) -> int:
    """EPSG code of the metre CRS that measures a plan with these bounds in degrees.

    In China the CGCS2000 3-degree zone nearest the centre (EPSG 4534 + round(lon / 3) - 25), elsewhere the WGS 84
    UTM zone of the centre, beyond 84 N and 80 S the WGS 84 UPS. west > east means across the antimeridian.
    Raises BadInput when the bounds are not degrees.
    """
    if not all(np.isfinite([west, south, east, north])) or not -90 <= south <= north <= 90 or abs(west) > 180:
        raise BadInput(
            f"The bounds {west:g}, {south:g}, {east:g}, {north:g} are not longitudes and latitudes in degrees."
        )
    lon = (west + east + (360.0 if west > east else 0.0)) / 2
    lon = (lon + 180.0) % 360.0 - 180.0
    lat = (south + north) / 2
    if CHINA_BOX[0] <= lon <= CHINA_BOX[2] and CHINA_BOX[1] <= lat <= CHINA_BOX[3]:
        return 4534 + min(max(int(np.floor(lon / 3 + 0.5)), 25), 45) - 25
    if lat >= 84:
        return 32661
    if lat < -80:
        return 32761
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


@dataclass(frozen=True)
class Projector:
    """Degrees (WGS 84 lon/lat) to metres (x east, y north) of one working CRS and back.

    One transformer object for each direction, used everywhere: a transformer built the other way round differs in
    the last bits. Safe to use from several threads (pyproj keeps a context for each).
    """

    epsg: int
    _forward: Any = field(repr=False, compare=False)
    _inverse: Any = field(repr=False, compare=False)

    def forward(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """x, y in metres, arrays of the shape of lon; NaN where a point cannot be projected."""
        return _run(self._forward, lon, lat)

    def inverse(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """lon, lat in degrees, arrays of the shape of x; NaN where there is no such point."""
        return _run(self._inverse, x, y)

    def geometry(self, geometries: Sequence[Any] | Geometries) -> Geometries:
        """Shapely geometries in lon/lat degrees to metres, vertex by vertex; None stays None.

        A geometry with a vertex that cannot be projected, half a world away, becomes an empty polygon.
        """
        return _each_vertex(geometries, self.forward)

    def to_lonlat(self, geometries: Sequence[Any] | Geometries) -> Geometries:
        """Shapely geometries in metres to lon/lat degrees, vertex by vertex; None stays None."""
        return _each_vertex(geometries, self.inverse)


@lru_cache(maxsize=64)
def projector(epsg: int) -> Projector:
    """The projector of a working CRS; BadInput if it is unknown, not projected, not in metres, or Web Mercator."""
    from pyproj import Transformer

    crs = parse_crs(f"EPSG:{epsg}")
    if epsg in {3857, 3785, 900913}:
        raise BadInput("EPSG:3857 (Web Mercator) does not measure: its metres grow with latitude. Give another CRS.")
    if not crs.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info):
        raise BadInput(f"EPSG:{epsg} ({crs.name}) is no projected coordinate system in metres.")
    # CGCS2000 and WGS 84 share their numbers; naming EPSG:4490 spares PROJ a search for a null step.
    degrees = "EPSG:4490" if is_cgcs2000(crs) else "EPSG:4326"
    return Projector(
        epsg,
        Transformer.from_crs(degrees, crs, always_xy=True),
        Transformer.from_crs(crs, degrees, always_xy=True),
    )


def is_cgcs2000(crs: CRS) -> bool:
    """True when the datum is China Geodetic Coordinate System 2000, whose numbers equal WGS 84 within decimetres."""
    base = crs.geodetic_crs
    return base is not None and base.to_epsg() in {4490, 4479, 4480}


def parse_crs(text: str) -> CRS:
    """The CRS that a person or a file named: "EPSG:4326", "4542", "wgs84", "cgcs2000", a URN or WKT.

    Raises BadInput with a sentence when nothing, or nothing horizontal, is known by that name. PROJ strings are not
    taken: they can name files.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    words = text.strip()
    shown = words if len(words) <= 60 else words[:57] + "..."
    refusal = f'"{shown}" names no coordinate system that mapsvc knows; give a code such as EPSG:4326 or EPSG:4542.'
    if not words or len(words) > _LONGEST_WKT or words.startswith(("+", "{")) or "+init" in words:
        raise BadInput(refusal, field="crs")
    known = _NAMES.get(words.lower(), f"EPSG:{words}" if re.fullmatch(r"\d{4,6}", words) else words)
    if not re.match(
        r"(?i)(epsg|ogc|esri|iau_\d+):[\w.]+$|urn:ogc:def:crs:|https?://www\.opengis\.net/|[a-z_0-9]+\s*\[", known
    ):
        raise BadInput(refusal, field="crs")
    try:
        crs = CRS.from_user_input(known)
    except CRSError as error:
        raise BadInput(refusal, field="crs") from error
    if not (crs.is_geographic or crs.is_projected):
        raise BadInput(
            f'"{shown}" ({crs.name}) gives no positions on a map; a geographic or projected CRS is needed.', field="crs"
        )
    return crs


def _run(transformer: Any, first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    a = np.array(first, dtype=np.float64)
    b = np.array(second, dtype=np.float64)
    out_a, out_b = transformer.transform(np.atleast_1d(a), np.atleast_1d(b))
    failed = ~(np.isfinite(out_a) & np.isfinite(out_b))
    out_a[failed] = np.nan
    out_b[failed] = np.nan
    return out_a.reshape(a.shape), out_b.reshape(b.shape)


def _each_vertex(geometries: Sequence[Any] | Geometries, function: Any) -> Geometries:
    shapes: Geometries = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = np.column_stack(function(*points.T))
    lost = np.isnan(moved[:, 0])
    if lost.any():
        # NaN equals nothing, so a ring of it does not even close.
        shapes[owner[lost]] = shapely.Polygon()
        moved = moved[~np.isin(owner, owner[lost])]
    placed: Geometries = shapely.set_coordinates(shapes, moved)
    return placed
