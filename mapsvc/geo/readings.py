"""Readings: would these positions fit better under another datum, or with their axes swapped?

Two signs: the frame (read as declared the points lie outside it, read otherwise inside), and addresses that are known
(GCJ-02 lies about 100 to 700 m, BD-09 about 1 km from WGS 84: a whole file is off by just that).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.datum import IsInside, to_wgs84

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

_ALIKE = {"cgcs2000": "wgs84"}
_DEGREES = ("wgs84", "gcj02", "bd09")
_NAMES = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_LEAST_M = 40.0
"""Nearer to its address than this a point is where it should be."""
_MUCH_NEARER = 0.35
_DEGREE_M = 111_320.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What fits better. kind: "wgs84", "gcj02", "bd09" or "swapped"; sign: "frame" or "address".

    now, then: for the frame the shares of points inside it, for addresses the median distance to them in metres.
    shift_m: median distance between the two readings.
    """

    kind: str
    sign: str
    now: float
    then: float
    shift_m: float

    @property
    def words(self) -> str:
        """How it would be read, to end "... if"."""
        if self.kind == "swapped":
            return "longitude and latitude were swapped"
        return f"read as {_NAMES[self.kind]} ({self.kind})"


def other_readings(x: FloatArray, y: FloatArray, datum: str) -> dict[str, Pair]:
    """WGS 84 degrees of n points given in `datum`, were they in another or had they their axes swapped; NaN off the
    earth."""
    declared = datum.strip().lower()
    declared = _ALIKE.get(declared, declared)
    others = {"swapped": to_wgs84(y, x, declared)}
    if declared in _DEGREES:
        others |= {name: to_wgs84(x, y, name) for name in _DEGREES if name != declared}
    return {name: _on_earth(*pair) for name, pair in others.items()}


def find_by_frame(x: FloatArray, y: FloatArray, datum: str, is_inside: IsInside) -> Reading | None:
    """The reading that brings most of the points outside the frame into it, and loses at most a tenth of what it gains.

    x, y: (n,) as given in `datum`. Where over nine tenths are inside as declared, or fewer than one in forty is out,
    nothing is said: a sound batch has strays.
    """
    lon, lat = _on_earth(*to_wgs84(x, y, datum))
    now = is_inside(lon, lat)
    outside = int(np.count_nonzero(~now))
    share = float(np.mean(now)) if len(now) else 1.0
    if not outside or share >= 0.975 or (share >= 0.9 and outside < 20):
        return None
    best: Reading | None = None
    for kind, (other_lon, other_lat) in other_readings(x, y, datum).items():
        then = is_inside(other_lon, other_lat)
        gained, lost = int(np.count_nonzero(then & ~now)), int(np.count_nonzero(now & ~then))
        if gained > outside * (0.5 if share < 0.9 else 0.8) and 10 * lost <= gained:
            found = Reading(kind, "frame", share, float(np.mean(then)), _apart(lon, lat, other_lon, other_lat))
            best = found if best is None or found.then > best.then else best
    return best


def find_by_address(
    x: FloatArray, y: FloatArray, datum: str, at_lon: FloatArray, at_lat: FloatArray, radius_m: FloatArray
) -> Reading | None:
    """The reading that lies much nearer to the addresses of the points.

    at_lon, at_lat: (n,) WGS 84 degrees of each address, NaN where it is not known; radius_m: 68 % error of those.
    """
    known = np.isfinite(at_lon) & np.isfinite(at_lat) & np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    x, y, at_lon, at_lat = x[known], y[known], at_lon[known], at_lat[known]
    lon, lat = _on_earth(*to_wgs84(x, y, datum))
    now = _apart(lon, lat, at_lon, at_lat)
    error = float(np.median(radius_m[known]))
    best: Reading | None = None
    for kind, pair in other_readings(x, y, datum).items():
        then = _apart(*pair, at_lon, at_lat)
        if now > max(_LEAST_M, 2.0 * error) and then < _MUCH_NEARER * now and then <= max(_LEAST_M, 2.0 * error):
            found = Reading(kind, "address", now, then, _apart(lon, lat, *pair))
            best = found if best is None or then < best.then else best
    return best


def _on_earth(lon: FloatArray, lat: FloatArray) -> Pair:
    with np.errstate(invalid="ignore"):
        sound = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    return np.where(sound, lon, np.nan), np.where(sound, lat, np.nan)


def _apart(lon0: FloatArray, lat0: FloatArray, lon1: FloatArray, lat1: FloatArray) -> float:
    """Median distance in metres; infinite where less than half of the pairs have one."""
    east = (lon1 - lon0) * np.cos(np.radians(lat0))
    return float(np.median(np.nan_to_num(np.hypot(east, lat1 - lat0) * _DEGREE_M, nan=np.inf)))
