"""Locate every row of a CSV of points: the same answer as the map, row by row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadFile, BadInput
from mapsvc.model.incident import CERTAINTIES
from mapsvc.model.plan import Plan
from mapsvc.ports import FileReader, Progress, RowBatch, no_progress
from mapsvc.services.exchange.frame_check import check_stated_datum
from mapsvc.services.exchange.row_positions import blank, read_numbers, read_positions
from mapsvc.services.whole_file import whole_file

X_NAMES = ("lon", "lng", "longitude", "long", "x", "easting", "经度")
Y_NAMES = ("lat", "latitude", "y", "northing", "纬度")

Locate = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], npt.NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class LocatedFile:
    """How many rows were written, how sure their grids are, and which rows could not be read: (number, reason)."""

    rows: int
    certainties: Mapping[str, int]
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PointColumns:
    """Which columns hold the point; `accuracy` may be None."""

    x: str
    y: str
    accuracy: str | None = None


def locate_file(
    reader: FileReader,
    plan: Plan,
    locate: Locate,
    points: Path,
    out: Path,
    *,
    crs: str,
    x: str | None = None,
    y: str | None = None,
    accuracy: str | None = None,
    progress: Progress = no_progress,
) -> LocatedFile:
    """Write the rows of `points` to `out` with `grid` and `certainty` added.

    crs: datum of the columns x, y ("wgs84", "gcj02", "EPSG:4542"). A row whose coordinates cannot be read, or are
    0, 0, is kept, with certainty "unlocated". Raises BadFile when a column is missing.
    """
    if out.exists() and points.exists() and out.samefile(points):
        raise BadInput(f"{out.name} is the file with the points itself; give another name to write to.", field="out")
    done = 0
    tally: Counter[str] = Counter()
    refused: list[tuple[int, str]] = []
    names: PointColumns | None = None
    with whole_file(out, field="out") as part, part.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for batch in reader.iter_rows(points):
            refused += batch.refused
            if not batch.n:
                continue
            if names is None:
                names = _point_columns(points, batch, x, y, accuracy)
                writer.writerow([*batch.columns, "grid", "certainty"])
            check_stated_datum(points.name, batch.crs, crs)
            tally.update(_write_batch(writer, plan, locate, batch, names, crs))
            done += batch.n
            progress("locating", done, None)
        if names is None:
            raise BadFile("The file has no rows that can be read.", file=points.name)
    return LocatedFile(done, {certainty.value: tally[certainty.value] for certainty in CERTAINTIES}, tuple(refused))


def _write_batch(
    writer: Any,
    plan: Plan,
    locate: Locate,
    batch: RowBatch,
    names: PointColumns,
    crs: str,
) -> list[str]:
    from mapsvc.geo.certainty import grade

    place = blank(read_positions(batch.columns[names.x], batch.columns[names.y], crs))
    accuracy_m = read_numbers(batch.columns[names.accuracy]) if names.accuracy else None
    grid = locate(place.lon, place.lat)
    codes = grade([g.polygon for g in plan.grids], plan.working_epsg, place.lon, place.lat, grid, accuracy_m)
    certainties = [CERTAINTIES[code].value for code in codes]
    columns = [_texts(values) for values in batch.columns.values()]
    grids = [plan.grids[index].code if index >= 0 else "" for index in grid]
    writer.writerows(zip(*columns, grids, certainties, strict=True))
    return certainties


def _point_columns(points: Path, batch: RowBatch, x: str | None, y: str | None, accuracy: str | None) -> PointColumns:
    return PointColumns(
        _column(points, batch, x, X_NAMES, "--x"),
        _column(points, batch, y, Y_NAMES, "--y"),
        _column(points, batch, accuracy, (), "--accuracy") if accuracy else None,
    )


def _column(points: Path, batch: RowBatch, given: str | None, usual: Sequence[str], option: str) -> str:
    names = list(batch.columns)
    if given is not None:
        if given in names:
            return given
        raise BadFile(f'There is no column "{given}"; the columns are {", ".join(names)}.', file=points.name)
    by_folded = {name.strip().casefold(): name for name in names}
    for name in usual:
        if name in by_folded:
            return by_folded[name]
    raise BadFile(f"Which column holds the coordinate? Say it with {option} COLUMN.", file=points.name)


def _texts(column: Any) -> list[str]:
    """Texts of an Arrow column as they were written; "" for null and NaN."""
    return ["" if value is None or value != value else str(value) for value in column.to_pylist()]
