"""Hostile and unusual files, made on the spot."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*features: Any, crs: str | None = None) -> dict[str, Any]:
    document: dict[str, Any] = {"type": "FeatureCollection", "features": list(features)}
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return document


def write_json(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def nine_squares(step: float = 0.01, west: float = 10.0, south: float = 50.0) -> dict[str, Any]:
    """The 3x3 grid you can check by eye: codes A1 (south west) to C3, cells of `step` degrees."""
    features = []
    for row, letter in enumerate("ABC"):
        for column in range(3):
            x, y = west + column * step, south + row * step
            ring = [[x, y], [x + step, y], [x + step, y + step], [x, y + step], [x, y]]
            features.append(feature(polygon(ring), code=f"{letter}{column + 1}", name=f"Square {letter}{column + 1}"))
    return collection(*features)


def nested_collection(levels: int) -> str:
    return (
        '{"type":"Feature","properties":{},"geometry":'
        + '{"type":"GeometryCollection","geometries":[' * levels
        + '{"type":"Point","coordinates":[0,0]}'
        + "]}" * levels
        + "}"
    )


def zip_bomb(path: Path, megabytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.geojson", b" " * (megabytes << 20))
    return path


def lying_zip(path: Path) -> Path:
    """A zip whose directory says 10 bytes for an entry that unpacks to 30 MB."""
    zip_bomb(path, 30)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark)
        struct.pack_into("<I", data, place + offset, 10)
    path.write_bytes(bytes(data))
    return path


def write_shapefile(folder: Path, name: str, encoding: str, rows: list[tuple[str, Any]], *, cpg: bool = False) -> Path:
    """A Shapefile of polygons with one text column NAME in `encoding`, EPSG:4326, LDID 0."""
    import numpy as np
    import shapely
    from pyogrio.raw import write

    path = folder / f"{name}.shp"
    geometry = np.array([shapely.to_wkb(shapely.geometry.shape(shape)) for _, shape in rows], dtype=object)
    texts = np.array([text for text, _ in rows], dtype=object)
    write(
        str(path), geometry=geometry, field_data=[texts], fields=["NAME"], driver="ESRI Shapefile", encoding=encoding,
        geometry_type="Polygon", crs="EPSG:4326",
    )  # fmt: skip
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[29] = 0
    path.with_suffix(".dbf").write_bytes(bytes(data))
    if not cpg:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    return path
