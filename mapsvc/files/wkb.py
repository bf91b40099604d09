"""WKB of GeoJSON geometries, written without GEOS: every position is checked before a geometry library sees it.

Standard library only: it runs in the child.
"""

from __future__ import annotations

import struct
from array import array
from typing import Any

from mapsvc.files import limits
from mapsvc.files.refusal import Refusal

CODES = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
NAMES = {code: name for name, code in CODES.items()}
_PART = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
_NUMBERS = frozenset({int, float})
EMPTY_POLYGON = struct.pack("<BII", 1, 3, 0)


class Encoder:
    """Turns geometries into WKB and keeps count of the vertices of the whole file."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.vertices = 0

    def encode(self, geometry: Any, where: str) -> bytes:
        """WKB (2D, little endian) of one GeoJSON geometry; an empty polygon for null. Raises Refusal naming `where`."""
        if geometry is None:
            return EMPTY_POLYGON
        if not isinstance(geometry, dict):
            raise Refusal("The geometry is not an object.", where=where, field="geometry")
        kind = geometry.get("type")
        if kind == "GeometryCollection":
            _check_depth(geometry, where)
        if not isinstance(kind, str) or kind not in self.allowed:
            wanted = ", ".join(sorted(self.allowed))
            raise Refusal(
                f"The geometry is a {_short(kind)}; only {wanted} is taken here.", where=where, field="geometry"
            )
        if "coordinates" not in geometry:
            raise Refusal("The geometry has no coordinates.", where=where, field="geometry")
        before = self.vertices
        code = self._encode(kind, geometry["coordinates"], where)
        if self.vertices - before > limits.MAX_VERTICES_PER_GEOMETRY:
            raise Refusal(
                f"The geometry has {self.vertices - before} vertices; {limits.MAX_VERTICES_PER_GEOMETRY} are allowed.",
                where=where,
            )
        if self.vertices > limits.MAX_VERTICES:
            raise Refusal(f"The file has more than {limits.MAX_VERTICES} vertices.", where=where)
        return code

    def _encode(self, kind: str, coordinates: Any, where: str) -> bytes:
        if kind == "Point":
            return struct.pack("<BI", 1, 1) + self._line([coordinates], where).tobytes()
        if not isinstance(coordinates, list):
            raise Refusal("The coordinates are not a list.", where=where, field="coordinates")
        head = struct.pack("<BII", 1, CODES[kind], len(coordinates))
        if kind == "LineString":
            return head + self._line(coordinates, where).tobytes()
        if kind == "Polygon":
            return head + b"".join(self._ring(ring, where) for ring in coordinates)
        return head + b"".join(self._encode(_PART[kind], part, where) for part in coordinates)

    def _ring(self, ring: Any, where: str) -> bytes:
        if not isinstance(ring, list):
            raise Refusal("A ring is not a list of positions.", where=where, field="coordinates")
        flat = self._line(ring, where)
        if len(ring) == 3 and flat[:2] == flat[4:]:
            # There and back again is what rounding leaves of a tiny part. The fourth position that GEOS needs makes
            # it a broken ring of the grid, which the checks find and a person decides on.
            return struct.pack("<I", 4) + (flat + flat[:2]).tobytes()
        if len(ring) < 4:
            raise Refusal(f"A ring has {len(ring)} positions; a closed ring needs 4.", where=where, field="coordinates")
        if flat[0] != flat[-2] or flat[1] != flat[-1]:
            raise Refusal("A ring is not closed: its last position is not its first.", where=where, field="coordinates")
        return struct.pack("<I", len(ring)) + flat.tobytes()

    def _line(self, positions: list[Any], where: str) -> array[float]:
        """x, y, x, y ... of a list of positions; a third number and more are left out."""
        try:
            xs, ys = [p[0] for p in positions], [p[1] for p in positions]
            if not _NUMBERS.issuperset(map(type, xs)) or not _NUMBERS.issuperset(map(type, ys)):
                raise TypeError
            flat = array("d", bytes(16 * len(xs)))
            flat[0::2] = array("d", xs)
            flat[1::2] = array("d", ys)
        except (TypeError, KeyError, IndexError, OverflowError) as error:
            raise Refusal("A position is not a pair of numbers.", where=where, field="coordinates") from error
        self.vertices += len(xs)
        for value in (min(flat, default=0.0), max(flat, default=0.0)):
            if not abs(value) <= limits.MAX_ABS_COORDINATE:
                raise Refusal(f"A coordinate is {value:g}, beyond any map.", where=where, field="coordinates")
        return flat


def _short(kind: Any) -> str:
    return kind[:40] if isinstance(kind, str) else "geometry without a type"


def _check_depth(geometry: dict[str, Any], where: str) -> None:
    """Refuse collections nested deeper than MAX_DEPTH, without recursion."""
    level: list[Any] = [geometry]
    for _ in range(limits.MAX_DEPTH):
        parts = (one.get("geometries") for one in level if isinstance(one, dict))
        level = [part for group in parts if isinstance(group, list) for part in group]
        if not level:
            return
    raise Refusal(f"The geometry collections are nested deeper than {limits.MAX_DEPTH} levels.", where=where)
