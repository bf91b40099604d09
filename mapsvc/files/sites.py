"""Sites: the place register from GeoJSON, GeoPackage, Shapefile or CSV."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.files import limits, sandbox
from mapsvc.files.rows import iter_rows
from mapsvc.files.shapes import read_shapes
from mapsvc.geo.datum import to_wgs84
from mapsvc.model.site import SITE_KINDS, Site
from mapsvc.ports import no_progress

FIELDS = ("id", "kind", "name", "name_zh", "address", "address_zh", "households")
_LONGEST = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def read_sites(path: Path, crs: str | None) -> list[Site]:
    """Sites in file order; columns kind, name, name_zh, address, address_zh, households, id, each optional.

    A CSV needs lon and lat columns and a stated crs. Raises BadFile naming the feature or row, CrsUnknown.
    """
    if _is_table(path):
        geometries, values, numbers, word = _from_table(path, crs)
    else:
        file = read_shapes(path, crs=crs, columns=FIELDS, polygons_only=False, optional=True)
        geometries, values, numbers, word = file.geometries, file.values, file.numbers, "feature"
    sites = [
        _site(path.name, f"{word} {numbers[place]}", geometry, {name: column[place] for name, column in values.items()})
        for place, geometry in enumerate(geometries)
    ]
    seen: set[str] = set()
    for place, site in enumerate(sites):
        if site.id in seen:
            raise BadFile(
                f'The id "{site.id}" was there before.', file=path.name, where=f"{word} {numbers[place]}", field="id"
            )
        seen.add(site.id)
    return sites


def _is_table(path: Path) -> bool:
    """By its first bytes; a table is anything that begins like neither JSON nor a binary format."""
    sandbox.check_is_file(path, limits.MAX_FEATURE_FILE)
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    return (
        bool(head)
        and head[:1] not in b"{[<"
        and (head[:2] == b"\x1f\x8b" or (b"\x00" not in head and head[:2] != b"PK"))
    )


def _from_table(path: Path, crs: str | None) -> tuple[Any, dict[str, list[str | None]], Sequence[int], str]:
    if not crs:
        raise CrsUnknown("A table of places needs its coordinate system stated (--crs).", file=path.name, field="crs")
    lon: list[Any] = []
    lat: list[Any] = []
    values: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    for batch in iter_rows(path, None, no_progress):
        if batch.refused:
            number, reason = batch.refused[0]
            raise BadFile(f"The row {reason}.", file=path.name, where=f"row {number}")
        for name in ("lon", "lat"):
            if name not in batch.columns:
                raise BadFile(f'There is no column "{name}".', file=path.name, field=name)
        lon += batch.columns["lon"].to_pylist()
        lat += batch.columns["lat"].to_pylist()
        numbers += range(batch.first_row, batch.first_row + batch.n)
        for name in FIELDS:
            if name in batch.columns:
                values.setdefault(name, []).extend(_texts(batch.columns[name]))
    x = _numbers(path, "lon", lon, numbers)
    y = _numbers(path, "lat", lat, numbers)
    x, y = to_wgs84(x, y, crs if crs.lower().startswith("epsg") else crs.lower())
    bad = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if bad.any():
        where = f"row {numbers[int(np.argmax(bad))]}"
        raise CrsUnknown(f"The position does not lie on the globe when read in {crs}.", file=path.name, where=where)
    return shapely.points(x, y), values, numbers, "row"


def _texts(column: Any) -> list[str | None]:
    return [None if value is None else str(value) for value in column.to_pylist()]


def _numbers(path: Path, field: str, texts: list[Any], numbers: Sequence[int]) -> Any:
    values = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        try:
            values[place] = float(text)
        except (TypeError, ValueError) as error:
            where = f"row {numbers[place]}"
            raise BadFile(f"{field} is not a number.", file=path.name, where=where, field=field) from error
    return values


def _site(file: str, where: str, geometry: Any, row: Mapping[str, str | None]) -> Site:
    text = {name: _CONTROL.sub(" ", row.get(name) or "").strip()[:_LONGEST] for name in FIELDS}
    if geometry.is_empty:
        raise BadFile("The place has no geometry.", file=file, where=where)
    kind = text["kind"] or "other"
    if kind not in SITE_KINDS:
        raise BadFile(f'The kind "{kind}" is unknown; known are {", ".join(SITE_KINDS)}.', file=file, where=where)
    try:
        households = float(text["households"] or 0)
    except ValueError:
        households = -1.0
    if not (0 <= households <= 1_000_000 and households.is_integer()):
        raise BadFile("households is not a whole number from 0.", file=file, where=where, field="households")
    # without an id of its own a place is known by what it is and where, so that a second import replaces it
    own = "\x1f".join([kind, text["name"], text["address"]]).encode() + geometry.wkb
    return Site(
        id=text["id"] or "s" + hashlib.blake2b(own, digest_size=9).hexdigest(),
        kind=kind,
        geometry=geometry,
        name=text["name"],
        name_zh=text["name_zh"],
        address=text["address"],
        address_zh=text["address_zh"],
        households=int(households),
    )
