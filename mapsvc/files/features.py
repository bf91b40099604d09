"""Features of a boundary or place file, as the child hands them over: WKB blobs and texts of the asked columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapsvc.files import archive, geojson, magic, wkb
from mapsvc.files.refusal import Refusal

POLYGONS = frozenset({"Polygon", "MultiPolygon"})
ANY = frozenset(wkb.CODES)


@dataclass(slots=True)
class Features:
    """Parallel lists over the features of a file.

    format: geojson, gpkg or shp.
    crs: what the file says ("EPSG:4326", WKT, a URN), "" where unreadable, None where it says nothing.
    columns: all column names of the file; values: texts of the asked columns.
    """

    format: str
    encoding: str
    crs: str | None
    columns: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)
    values: dict[str, list[str | None]] = field(default_factory=dict)


def read(path: Path, job: Path, wanted: Sequence[str], polygons_only: bool, optional: bool) -> Features:
    """Any accepted format -> Features. `optional`: a missing column is left out instead of refused."""
    kind = magic.sniff(path)
    if kind == "zip":
        path = archive.unpack_zip(path, job)
        kind = magic.sniff(path)
    allowed = POLYGONS if polygons_only else ANY
    if kind == "geojson":
        found = _read_geojson(path, wanted, allowed)
    elif kind in ("gpkg", "shp"):
        from mapsvc.files import gdal

        found = gdal.read(path, kind, job, wanted, allowed)
    else:
        raise Refusal(f"This is {_NAMES.get(kind, kind)}; give GeoJSON, GeoPackage or a Shapefile.")
    if not found.numbers:
        raise Refusal("The file holds no features.")
    missing = [name for name in wanted if name not in found.columns]
    if missing and not optional:
        have = ", ".join(found.columns[:30]) or "none"
        raise Refusal(f'There is no column "{missing[0]}"; the file has: {have}.', field=missing[0])
    return found


_NAMES = {"text": "a text table", "gzip": "a gzip file", "parquet": "Parquet", "zip": "a zip in a zip"}


def _read_geojson(path: Path, wanted: Sequence[str], allowed: frozenset[str]) -> Features:
    document, shown = geojson.load(path)
    found = Features(
        format="geojson", encoding=shown, crs=geojson.crs_text(document), values={name: [] for name in wanted}
    )
    encoder = wkb.Encoder(allowed)
    columns: dict[str, None] = {}
    for number, geometry, properties in geojson.iter_features(document):
        found.shapes.append(encoder.encode(geometry, f"feature {number}"))
        found.numbers.append(number)
        columns.update(dict.fromkeys(properties))
        for name in wanted:
            found.values[name].append(geojson.as_text(properties.get(name)))
    found.columns = list(columns)
    return found


def write(found: Features, job: Path) -> None:
    """Put the features where the parent reads them: meta.json and shapes.wkb."""
    meta: dict[str, Any] = {
        "format": found.format,
        "encoding": found.encoding,
        "crs": found.crs,
        "columns": found.columns,
        "numbers": found.numbers,
        "sizes": [len(shape) for shape in found.shapes],
        "values": {name: values for name, values in found.values.items() if name in found.columns},
    }
    # a lone surrogate from a broken \\ud800 escape must not stop the file: it becomes a question mark
    text = json.dumps(meta, ensure_ascii=False).encode("utf-8", errors="replace")
    (job / "meta.json").write_bytes(text)
    with (job / "shapes.wkb").open("wb") as out:
        out.writelines(found.shapes)
