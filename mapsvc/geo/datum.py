"""Datums of the field: GCJ-02 and BD-09 to WGS 84 and back, and EPSG codes.

GCJ-02 adds to WGS 84 a shift of 100 to 700 m inside a rough box around China: a polynomial plus sine sums, in
metres, turned into degrees on the Krasovsky ellipsoid (a = 6378245 m, e2 = 0.00669342162296594323). BD-09 turns and
stretches GCJ-02 in polar form. Both formulas are public (wandergis/coordtransform, MIT, for one); there is no closed
inverse, so the inverse is a fixed point. The usual single step is up to 4.9 m off; five rounds agree to 1e-8 m but for
a kink at 105 E, so rounds go on until nothing moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.geo.crs import is_cgcs2000, parse_crs

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

SHIFT_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box in which the GCJ-02 shift is defined."""

_A = 6378245.0
_E2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_MOST_ROUNDS = 20
_STILL_DEG = 1e-13

IsInside = Callable[[FloatArray, FloatArray], npt.NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Shift:
    """What is wrong with the positions of a file as a whole.

    kind: "zero", "metres", "swapped", "gcj02", "bd09", "not_gcj02" or "not_bd09" (declared shifted, but are not).
    share_now, share_then: share of points inside the frame as given, and once read the other way.
    """

    kind: str
    share_now: float
    share_then: float
    sentence: str


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, datum: str) -> Pair:
    """lon, lat in WGS 84 degrees of points given in `datum`, arrays of the shape of x.

    datum: "wgs84", "cgcs2000" (the same numbers), "gcj02", "bd09", "bd09mc" (Baidu's metres), or "EPSG:n". x, y are
    longitude and latitude, or easting and northing of BD-09MC or a projected EPSG code. GCJ-02 and BD-09 points outside
    the box of the shift come back as they are, for there the shift is zero by definition. NaN where a point is not
    finite or cannot be transformed.
    Raises BadInput for an unknown datum, and for an EPSG code whose datum has no public transformation.
    """
    a = np.array(x, dtype=np.float64)
    b = np.array(y, dtype=np.float64)
    nowhere = ~(np.isfinite(a) & np.isfinite(b))
    a[nowhere] = np.nan
    b[nowhere] = np.nan
    name = datum.strip().lower()
    if name in {"wgs84", "cgcs2000"}:
        return a, b
    if name == "gcj02":
        return _invert(wgs84_to_gcj02, a, b, _in_box(a, b))
    if name == "bd09mc":
        from mapsvc.geo.bd09mc import mc_to_bd09

        a, b = mc_to_bd09(a, b)
    if name in {"bd09", "bd09mc"}:
        inside = _in_box(a, b)
        return _invert(wgs84_to_gcj02, *_invert(gcj02_to_bd09, a, b, inside), inside)
    if not re.fullmatch(r"epsg:\d{4,6}", name):
        raise BadInput(
            f'The datum "{datum[:60]}" is unknown; give wgs84, cgcs2000, gcj02, bd09 or an EPSG code (EPSG:4542).',
            field="datum",
        )
    transformer = _transformer(name.upper())
    lon, lat = transformer.transform(np.atleast_1d(a), np.atleast_1d(b))
    failed = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[failed] = np.nan
    lat[failed] = np.nan
    return lon.reshape(a.shape), lat.reshape(b.shape)


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """GCJ-02 degrees of WGS 84 degrees; unchanged outside SHIFT_BOX."""
    a = np.asarray(lon, dtype=np.float64)
    b = np.asarray(lat, dtype=np.float64)
    inside = _in_box(a, b)
    shift_lon, shift_lat = _gcj_shift(a, b)
    return np.where(inside, a + shift_lon, a), np.where(inside, b + shift_lat, b)


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """BD-09 degrees of GCJ-02 degrees: turned and stretched about the origin, then moved by a constant."""
    a = np.asarray(lon, dtype=np.float64)
    b = np.asarray(lat, dtype=np.float64)
    radius = np.hypot(a, b) + 0.00002 * np.sin(b * _BD_TURN)
    angle = np.arctan2(b, a) + 0.000003 * np.cos(a * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """BD-09 degrees of WGS 84 degrees; unchanged outside SHIFT_BOX."""
    a = np.asarray(lon, dtype=np.float64)
    b = np.asarray(lat, dtype=np.float64)
    inside = _in_box(a, b)
    shifted_lon, shifted_lat = gcj02_to_bd09(*wgs84_to_gcj02(a, b))
    return np.where(inside, shifted_lon, a), np.where(inside, shifted_lat, b)


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Pair:
    """Degrees in `datum` ("wgs84", "cgcs2000", "gcj02" or "bd09") of WGS 84 degrees: to_wgs84 the other way round.

    Raises BadInput for another datum.
    """
    forward = _FORWARD.get(datum.strip().lower())
    if forward is None:
        raise BadInput(f'Positions are not given out in "{datum[:60]}"; choose gcj02 or bd09.', field="datum")
    return forward(lon, lat)


def looks_shifted(lon: npt.ArrayLike, lat: npt.ArrayLike, is_inside: IsInside) -> str | None:
    """One sentence on what is wrong with all these positions, or None when they look right; see find_shift."""
    shift = find_shift(lon, lat, is_inside)
    return shift.sentence if shift else None


def find_shift(lon: npt.ArrayLike, lat: npt.ArrayLike, is_inside: IsInside) -> Shift | None:
    """The undeclared datum, swapped axes, metres or (0, 0) that would explain where these points lie.

    lon, lat: points as the importer understands them (WGS 84 degrees, after the declared datum); a sample of a few
    thousand is enough. is_inside(lon, lat) -> bool array: in the frame or not. A reading is blamed only when
    it brings in most of the points outside (half, or eight tenths where over nine tenths are inside as given) and
    loses at most a tenth of what it gains; the scattered strays of a sound file never meet that.
    """
    x = np.asarray(lon, dtype=np.float64).ravel()
    y = np.asarray(lat, dtype=np.float64).ravel()
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    if not len(x):
        return None
    if np.mean((np.abs(x) < 1e-6) & (np.abs(y) < 1e-6)) >= 0.9:
        return Shift(
            "zero", 0.0, 0.0, "Nearly all points lie at (0, 0): the file holds zeros where positions should be."
        )
    now = is_inside(x, y)
    share_now = float(np.mean(now))
    outside = int(np.sum(~now))
    if share_now >= 0.97 or (share_now >= 0.9 and outside < 20):
        return None
    needed = outside * (0.5 if share_now < 0.9 else 0.8)
    best: Shift | None = None
    for kind, words, reread in _READINGS:
        then = is_inside(*reread(x, y))
        gained, lost = int(np.sum(then & ~now)), int(np.sum(now & ~then))
        share_then = float(np.mean(then))
        if gained > needed and 10 * lost <= gained and (best is None or share_then > best.share_then):
            sentence = (
                f"Only {share_now:.1%} of the points lie inside the frame, but {share_then:.1%} would if {words}. "
                "State the right datum and column order, then import again."
            )
            best = Shift(kind, share_now, share_then, sentence)
    if best is None and np.mean((np.abs(x) > 180.0) | (np.abs(y) > 90.0)) >= 0.9:
        return Shift(
            "metres",
            share_now,
            share_now,
            "Nearly all positions are too large for degrees: they look like metres. State their EPSG code.",
        )
    return best


def _in_box(lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    west, south, east, north = SHIFT_BOX
    inside: npt.NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _gcj_shift(lon: FloatArray, lat: FloatArray) -> Pair:
    """The shift in degrees; the formula works in metres about 105 E, 35 N."""
    x = lon - 105.0
    y = lat - 35.0
    with np.errstate(invalid="ignore", over="ignore"):
        root = 0.1 * np.sqrt(np.abs(x))
        shared = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
        north_m = (
            -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * root
            + (shared + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)
               + 160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
        )  # fmt: skip
        east_m = (
            300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + root
            + (shared + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)
               + 150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
        )  # fmt: skip
        sine = np.sin(np.radians(lat))
        magic = 1.0 - _E2 * sine * sine
        meridian = _A * (1.0 - _E2) / (magic * np.sqrt(magic))
        parallel = _A / np.sqrt(magic) * np.cos(np.radians(lat))
        return np.degrees(east_m / parallel), np.degrees(north_m / meridian)


def _invert(forward: Callable[[FloatArray, FloatArray], Pair], a: FloatArray, b: FloatArray, where: Any) -> Pair:
    """The fixed point lon = a - (forward(lon) - lon); the shift changes so slowly that a round gains 2-3 digits."""
    lon = a.copy()
    lat = b.copy()
    for _ in range(_MOST_ROUNDS):
        there_lon, there_lat = forward(lon, lat)
        lon = lon - (there_lon - a)
        lat = lat - (there_lat - b)
        off = np.where(where, np.maximum(np.abs(there_lon - a), np.abs(there_lat - b)), 0.0)
        if not np.any(off > _STILL_DEG):
            break
    return np.where(where, lon, a), np.where(where, lat, b)


@lru_cache(maxsize=32)
def _transformer(code: str) -> Any:
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    crs = parse_crs(code)
    target = "EPSG:4490" if is_cgcs2000(crs) else "EPSG:4326"
    try:
        # A "ballpark" step would pass Xian 1980 off as WGS 84, 100 m wrong: better to refuse.
        return Transformer.from_crs(crs, target, always_xy=True, allow_ballpark=False)
    except ProjError as error:
        raise BadInput(
            f"{code} ({crs.name}) has no public transformation to WGS 84; convert the file to CGCS2000 first.",
            field="datum",
        ) from error


def _unchanged(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


_FORWARD: dict[str, Callable[[npt.ArrayLike, npt.ArrayLike], Pair]] = {
    "wgs84": _unchanged,
    "cgcs2000": _unchanged,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}
_READINGS: tuple[tuple[str, str, Callable[[FloatArray, FloatArray], Pair]], ...] = (
    ("swapped", "longitude and latitude were swapped", lambda x, y: (y, x)),
    ("gcj02", "they were read as GCJ-02 (gcj02)", lambda x, y: to_wgs84(x, y, "gcj02")),
    ("bd09", "they were read as BD-09 (bd09)", lambda x, y: to_wgs84(x, y, "bd09")),
    ("not_gcj02", "they were taken as WGS 84 (wgs84) instead of GCJ-02", wgs84_to_gcj02),
    ("not_bd09", "they were taken as WGS 84 (wgs84) instead of BD-09", wgs84_to_bd09),
)
