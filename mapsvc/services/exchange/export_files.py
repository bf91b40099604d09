"""Export files: chunks of rows -> GeoJSON, CSV, GeoPackage or GeoParquet, chunk by chunk."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from mapsvc.model.inert import inert
from mapsvc.services.exchange.export_rows import Chunk

Schema = Mapping[str, type]


def write_csv(path: Path, schema: Schema, chunks: Iterator[Chunk]) -> int:
    """UTF-8 with byte order mark (spreadsheets ask for it); lon, lat of the point, or of a point inside the shape.

    Cells that a spreadsheet would run as a formula begin with a quote.
    """
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow((*schema, "lon", "lat"))
        for chunk in chunks:
            columns = [[_cell(value) for value in chunk.columns[name]] for name in schema]
            places = [_inside(geometry) for geometry in chunk.geometries]
            out.writerows((*row, *place) for row, place in zip(zip(*columns, strict=True), places, strict=True))
            rows += len(chunk.geometries)
    return rows


def _cell(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else "" if value is None else value


def _inside(geometry: Any) -> tuple[Any, Any]:
    if geometry is None or geometry.is_empty:
        return "", ""
    point = geometry.representative_point()
    return repr(point.x), repr(point.y)


def write_geojson(path: Path, schema: Schema, chunks: Iterator[Chunk]) -> int:
    """RFC 7946: WGS 84, one feature a line."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for chunk in chunks:
            # a number after the dot for every bit: what is exported can be imported again without moving
            shapes = [None if one is None else shapely.geometry.mapping(one) for one in chunk.geometries]
            for place, shape in enumerate(shapes):
                properties = {name: chunk.columns[name][place] for name in schema}
                feature = {"type": "Feature", "properties": properties, "geometry": shape}
                file.write(("\n" if rows == 0 else ",\n") + json.dumps(feature, ensure_ascii=False, allow_nan=False))
                rows += 1
        file.write("\n]}\n")
    return rows


def write_gpkg(path: Path, schema: Schema, chunks: Iterator[Chunk], layer: str) -> int:
    """GeoPackage with one layer in EPSG:4326."""
    rows = 0
    first = next(chunks, _empty(schema))
    kind = "Point" if layer == "incidents" else "Unknown"
    for number, chunk in enumerate(chain([first], chunks)):
        _write_gdal(path, schema, chunk, driver="GPKG", layer=layer, geometry_type=kind, append=number > 0)
        rows += len(chunk.geometries)
    return rows


def write_shapefile(path: Path, schema: Schema, chunks: Iterator[Chunk]) -> int:
    """Polygons as an ESRI Shapefile in UTF-8; the names of columns must have at most 10 characters."""
    whole = list(chunks) or [_empty(schema)]
    rows = [shape for chunk in whole for shape in chunk.geometries]
    columns = {name: [value for chunk in whole for value in chunk.columns[name]] for name in schema}
    _write_gdal(path, schema, Chunk(columns, rows), driver="ESRI Shapefile", geometry_type="Polygon", encoding="UTF-8")
    return len(rows)


def _write_gdal(path: Path, schema: Schema, chunk: Chunk, **how: Any) -> None:
    from pyogrio.raw import write

    fields = [_field(chunk.columns[name], kind) for name, kind in schema.items()]
    write(
        str(path),
        geometry=np.array([None if one is None else one.wkb for one in chunk.geometries], dtype=object),
        field_data=[values for values, _ in fields],
        field_mask=[mask for _, mask in fields],
        fields=list(schema),
        crs="EPSG:4326",
        **how,
    )


def _empty(schema: Schema) -> Chunk:
    return Chunk({name: [] for name in schema}, [])


def _field(values: list[Any], kind: type) -> tuple[Any, Any]:
    """Values of a column and the mask of the missing ones."""
    mask = np.array([value is None for value in values], dtype=np.bool_)
    if kind is str:
        return np.array(values, dtype=object), mask
    filled = [kind() if value is None else value for value in values]
    return np.array(filled, dtype={int: np.int64, float: np.float64, bool: np.bool_}[kind]), mask


def write_parquet(path: Path, schema: Schema, chunks: Iterator[Chunk]) -> int:
    """GeoParquet 1.1: WKB in a column `geometry`, OGC:CRS84 (the default of the format)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    fields = [*(pa.field(name, kinds[kind]) for name, kind in schema.items()), pa.field("geometry", pa.binary())]
    whole = pa.schema(fields, metadata={"geo": json.dumps(geo)})
    rows = 0
    with pq.ParquetWriter(path, whole, compression="zstd") as out:
        for chunk in chunks:
            arrays = [pa.array(chunk.columns[name], kinds[kind]) for name, kind in schema.items()]
            shapes = pa.array([None if one is None else one.wkb for one in chunk.geometries], pa.binary())
            out.write_batch(pa.RecordBatch.from_arrays([*arrays, shapes], schema=whole))
            rows += len(chunk.geometries)
    return rows
