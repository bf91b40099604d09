"""Place: where an incident is said to be, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Datum(StrEnum):
    """Datums in use for lon/lat in the field; there is no default on input."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Method(StrEnum):
    """How the position came about."""

    GPS = "gps"
    ADDRESS = "address"
    MAP_CLICK = "map_click"
    AREA = "area"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Share:
    """The probability that a point of known accuracy lies in a grid; grid_code "" = outside the plan."""

    grid_code: str
    share: float


@dataclass(frozen=True, slots=True)
class Place:
    """A located place, or an address that still waits to be located.

    lon, lat: WGS 84 degrees, or None while unlocated (never a centroid, never 0, 0).
    datum: as it was given ("wgs84", "gcj02", "EPSG:4542"); accuracy_m: 68 % radius, None = not stated.
    """

    lon: float | None
    lat: float | None
    datum: str
    method: Method
    accuracy_m: float | None = None
    address: str = ""
    precision: str = ""
