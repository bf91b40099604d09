"""GeoJSON points -> staged columns; runs in the child."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.files import geojson
from mapsvc.files.staged import BATCH_ROWS, StageWriter, pick_columns

if TYPE_CHECKING:  # ports brings numpy and shapely, which the child can do without
    from mapsvc.ports import Progress

_NUMBERS = (int, float)


def read(path: Path, job: Path, wanted: Sequence[str] | None, report: Progress) -> None:
    """Stage properties as text with `lon` and `lat` from the points; other geometries are set aside by number."""
    document, shown = geojson.load(path)
    crs = geojson.crs_text(document)
    rows: list[tuple[Any, Any, dict[str, Any]]] = []
    refused: list[tuple[int, str]] = []
    names: dict[str, None] = {}
    for number, geometry, properties in geojson.iter_features(document):
        place = _position(geometry)
        if isinstance(place, str):
            refused.append((number, place))
            continue
        rows.append((*place, properties))
        names.update(dict.fromkeys(properties))
    del document
    # the geometry is the place: properties that happen to be called lon and lat do not count
    columns = pick_columns(["lon", "lat", *(name for name in names if name not in ("lon", "lat"))], wanted)
    import pyarrow as pa  # after the refusals: it takes longer than most files

    stage = StageWriter(job)
    for start in range(0, len(rows), BATCH_ROWS):
        part = rows[start : start + BATCH_ROWS]
        points = {
            "lon": pa.array([row[0] for row in part], pa.float64()),
            "lat": pa.array([row[1] for row in part], pa.float64()),
        }
        arrays = [points.get(name) for name in columns]
        texts = [
            pa.array([geojson.as_text(row[2].get(name)) for row in part], pa.string()) if array is None else array
            for name, array in zip(columns, arrays, strict=True)
        ]
        stage.write(pa.RecordBatch.from_arrays(texts, names=columns))
        report("reading", start + len(part), len(rows))
    stage.close(encoding=shown, crs=crs, refused=refused)


def _position(geometry: Any) -> tuple[float | None, float | None] | str:
    """(lon, lat), (None, None) for no geometry, or the reason why it is no point."""
    if geometry is None:
        return None, None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        return f"its geometry is {str(kind)[:40] if kind else 'none that is known'}, not a Point"
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) < 2 or not all(type(value) in _NUMBERS for value in place[:2]):
        return "its position is not a pair of numbers"
    try:
        return float(place[0]), float(place[1])
    except OverflowError:
        return "its position is beyond any map"
