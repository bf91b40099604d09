"""GeoPackage and Shapefile through pyogrio; runs in the child only, after the guard set GDAL's environment."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mapsvc.files import encoding, limits, wkb
from mapsvc.files.features import Features
from mapsvc.files.geojson import as_text
from mapsvc.files.refusal import Refusal

_SHP_FREE = 50
"""A Shapefile states its length in 16-bit words; some writers are off by a little."""


def read(path: Path, kind: str, job: Path, wanted: Sequence[str], allowed: frozenset[str]) -> Features:
    """The one vector layer of the file as Features."""
    codec, how = "utf-8", "as GeoPackage demands"
    if kind == "shp":
        path = _beside(path, job)
        check_shp(path)
        dbf = path.with_suffix(".dbf")
        codec, how = encoding.detect_dbf(dbf, path.with_suffix(".cpg")) if dbf.exists() else ("utf-8", "no table")
    else:
        path = _copy_gpkg(path, job)
    meta, shapes, table = _read(path, "ISO-8859-1" if kind == "shp" else None)
    names = [_recode(str(name), codec, kind) for name in meta["fields"]]
    found = Features(format=kind, encoding=encoding.show(codec, how), crs=meta["crs"], columns=names)
    found.numbers = list(range(1, len(shapes) + 1))
    found.shapes = _check_shapes(shapes, allowed)
    for name in wanted:
        if name in names:
            column = table[names.index(name)]
            found.values[name] = [_recode(as_text(_plain(value)), codec, kind) for value in column]
    return found


def _beside(path: Path, job: Path) -> Path:
    """A Shapefile with only its allowed parts beside it, under neutral names in the job folder."""
    if path.parent == job:
        return path
    parts = {other.suffix.lower(): other for other in path.parent.glob("*") if other.stem == path.stem}
    for extension in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        if extension in parts and parts[extension].is_file():
            (job / f"in{extension}").symlink_to(parts[extension].resolve())
    if not (job / "in.shp").exists():
        (job / "in.shp").symlink_to(path.resolve())
    return job / "in.shp"


def _copy_gpkg(path: Path, job: Path) -> Path:
    """The GeoPackage in the job folder: SQLite would put its -wal and -shm files beside the user's file."""
    if path.parent == job:
        return path
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        raise Refusal("Another program has this GeoPackage open and not yet written all of it; close it there first.")
    return Path(shutil.copyfile(path, job / "in.gpkg"))


def check_shp(path: Path) -> None:
    """Walk the records of a .shp: sizes that do not fit, or too many vertices, are refused before GDAL reads it."""
    data = path.read_bytes()
    if len(data) > limits.MAX_FEATURE_FILE:
        raise Refusal(f"The .shp has {len(data)} bytes; {limits.MAX_FEATURE_FILE} are allowed.")
    stated = 2 * int.from_bytes(data[24:28], "big")
    if len(data) < 100 or abs(stated - len(data)) > _SHP_FREE:
        raise Refusal(f"The .shp states {stated} bytes but has {len(data)}: it is damaged or cut off.")
    place, number, total = 100, 0, 0
    while place + 12 <= len(data):
        number += 1
        length = 2 * int.from_bytes(data[place + 4 : place + 8], "big")
        kind = int.from_bytes(data[place + 8 : place + 12], "little")
        if length < 4 or place + 8 + length > len(data):
            raise Refusal("The record is longer than the file.", where=f"feature {number}")
        if kind in (3, 5, 13, 15, 23, 25) and length >= 44:
            parts, points = struct.unpack_from("<ii", data, place + 44)
            if not 0 <= parts <= points or 44 + 4 * parts + 16 * points > length:
                raise Refusal("The record states more points than it holds.", where=f"feature {number}")
            total += points
        if total > limits.MAX_VERTICES or number > limits.MAX_FEATURES:
            raise Refusal("The Shapefile has more features or vertices than are allowed.", where=f"feature {number}")
        place += 8 + length


def _read(path: Path, codec: str | None) -> tuple[dict[str, Any], list[bytes | None], list[Any]]:
    from pyogrio import list_layers
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
    from pyogrio.raw import read as read_raw

    try:
        layers = [str(name) for name, geometry in list_layers(str(path)) if geometry is not None]
        if not layers:
            raise Refusal("The file has no layer with geometry.")
        if len(layers) > 1:
            raise Refusal(f"The file has {len(layers)} layers ({', '.join(layers)[:200]}); keep one.")
        meta, _, shapes, table = read_raw(
            str(path),
            layer=layers[0],
            encoding=codec,
            force_2d=True,
            max_features=limits.MAX_FEATURES,
            return_fids=False,
        )
    except (DataSourceError, DataLayerError, FieldError, GeometryError, UnicodeDecodeError, ValueError) as error:
        raise Refusal(f"GDAL cannot read it: {str(error).replace(str(path), path.name)[:300]}.") from error
    return meta, list(shapes) if shapes is not None else [], table


def _check_shapes(shapes: list[bytes | None], allowed: frozenset[str]) -> list[bytes]:
    """WKB of allowed types with a bounded number of vertices; null becomes an empty polygon."""
    checked, total = [], 0
    for number, shape in enumerate(shapes, 1):
        if shape is None:
            checked.append(wkb.EMPTY_POLYGON)
            continue
        order = "<" if shape[0] == 1 else ">"
        name = wkb.NAMES.get(struct.unpack_from(f"{order}I", shape, 1)[0], "curve or collection")
        where = f"feature {number}"
        if name not in allowed:
            raise Refusal(f"The geometry is a {name}; only {', '.join(sorted(allowed))} is taken here.", where=where)
        total += len(shape) // 16
        if len(shape) // 16 > limits.MAX_VERTICES_PER_GEOMETRY or total > limits.MAX_VERTICES:
            raise Refusal("There are more vertices than are allowed.", where=where)
        checked.append(bytes(shape))
    return checked


def _plain(value: Any) -> Any:
    """A numpy scalar as the Python value it stands for; NaN and NaT are missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value != value else value


def _recode(text: str | None, codec: str, kind: str) -> Any:
    """A dBASE text was read byte for byte as Latin-1, so that Python's codecs and not GDAL's decide."""
    if text is None or kind != "shp":
        return text
    return text.encode("latin-1", errors="replace").decode(codec, errors="replace")
