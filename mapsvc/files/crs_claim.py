"""Which coordinate system a file is in: what it says, what the user says, and whether the two agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mapsvc.errors import BadInput, CrsUnknown

if TYPE_CHECKING:
    from pyproj import CRS

DATUMS = ("gcj02", "bd09", "cgcs2000", "wgs84")
_SHIFTED = ("gcj02", "bd09")
_MIN_CONFIDENCE = 70


@dataclass(frozen=True, slots=True)
class Claim:
    """The decision: datum as geo.datum.to_wgs84 takes it, as shown to people, and the reason in words."""

    datum: str
    shown: str
    because: str
    is_degrees: bool


def decide(file: str, said: str | None, stated: str | None, *, is_geojson: bool) -> Claim:
    """Weigh the file's words (`said`, None = none) against the user's (`stated`). Raises CrsUnknown.

    A GeoJSON that says nothing is WGS 84 by RFC 7946 unless the user states otherwise. GCJ-02 and BD-09 have no code
    a file could name, so a stated shift is no contradiction to a file that says WGS 84.
    """
    stated = (stated or "").strip() or None
    if said is not None:
        mine = _parse(said, file, "The file names a coordinate system that mapsvc does not know")
        if stated is None:
            return _claim(mine, "The file says {}", file)
        if stated.lower() in _SHIFTED and mine.is_geographic:
            return _shifted(stated.lower())
        yours = _parse(stated, file, "")
        if not _same(mine, yours):
            raise CrsUnknown(
                f"The file says {_label(mine)}, but {_label(yours)} was stated. Leave one out, or convert the file.",
                file=file,
                field="crs",
            )
        return _claim(yours if stated.lower() in DATUMS else mine, "The file says {}", file)
    if stated is not None:
        if stated.lower() in _SHIFTED:
            return _shifted(stated.lower())
        return _claim(_parse(stated, file, ""), "{} was stated", file)
    if is_geojson:
        return Claim("wgs84", "EPSG:4326", "GeoJSON without a crs member is WGS 84 (RFC 7946)", True)
    raise CrsUnknown("The file does not say its coordinate system. State it (--crs EPSG:n).", file=file, field="crs")


def _parse(text: str, file: str, words: str) -> CRS:
    from mapsvc.geo.crs import parse_crs

    try:
        return parse_crs(text)
    except BadInput as error:
        raise CrsUnknown(f"{words}. {error}" if words else str(error), file=file, field="crs") from error


def _shifted(datum: str) -> Claim:
    return Claim(datum, datum, f"{datum} was stated", True)


def _code(crs: Any) -> int | None:
    found = crs.to_epsg(min_confidence=_MIN_CONFIDENCE)
    return None if found is None else int(found)


def _label(crs: Any) -> str:
    code = _canonical(crs)
    return f"EPSG:{code}" if code else str(crs.name)[:60]


def _same(one: CRS, other: CRS) -> bool:
    """Equal up to axis order; ESRI's names and OGC's CRS84 count as their EPSG twins."""
    if one.equals(other, ignore_axis_order=True):
        return True
    codes = {_canonical(one), _canonical(other)}
    return len(codes) == 1 and None not in codes


def _canonical(crs: Any) -> int | None:
    if crs.is_geographic and crs.name in ("WGS 84 (CRS84)", "WGS 84"):
        return 4326
    return _code(crs)


def _claim(crs: CRS, because: str, file: str) -> Claim:
    code = _canonical(crs)
    if code is None:
        raise CrsUnknown(
            f'The coordinate system "{str(crs.name)[:60]}" has no EPSG code; state the code (--crs EPSG:n) or convert.',
            file=file,
            field="crs",
        )
    datum = "wgs84" if code == 4326 else f"EPSG:{code}"
    return Claim(datum, f"EPSG:{code}", because.format(f"EPSG:{code}"), bool(crs.is_geographic))
