"""Geocode file: the rows of a file of addresses with what was found."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.errors import BadFile, BadInput
from mapsvc.model.address import Geocoded
from mapsvc.ports import FileReader, Geocoder, Progress, RowBatch
from mapsvc.services.places.address_import import TEXT_NAMES
from mapsvc.services.whole_file import whole_file

ADDED = ("lon", "lat", "precision", "radius_m", "score", "label", "answers", "missing")
"""Columns behind those of the file; all but the last two are empty where there is no single best place."""


@dataclass(frozen=True, slots=True)
class GeocodedFile:
    """How many rows have one place, several equally good ones, none."""

    single: int
    several: int
    none: int


def geocode_file(
    reader: FileReader, geocoder: Geocoder, path: Path, out: Path, *, text: str | None, progress: Progress
) -> GeocodedFile:
    """Write the rows of `path` to `out` with the columns ADDED; text names the column of the address."""
    if out.exists() and path.exists() and out.samefile(path):
        raise BadInput(f"{out.name} is the file with the addresses itself; give another name.", field="out")
    single = several = none = 0
    column: str | None = None
    with whole_file(out, field="out") as part, part.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for batch in reader.iter_rows(path):
            if not batch.n:
                continue
            if column is None:
                column = _find_column(path, batch, text)
                writer.writerow([*batch.columns, *ADDED])
            at = list(batch.columns).index(column)
            for row in zip(*(_texts(values) for values in batch.columns.values()), strict=True):
                found = geocoder.geocode(row[at]) if row[at].strip() else None
                writer.writerow([*row, *_cells(found)])
                answered, is_single = bool(found and found.answers), bool(found and found.is_single)
                single += is_single
                several += answered and not is_single
                none += not answered
            progress("geocoding", single + several + none, None)
        if column is None:
            raise BadFile("The file has no rows that can be read.", file=path.name)
    return GeocodedFile(single, several, none)


def _find_column(path: Path, batch: RowBatch, given: str | None) -> str:
    names = list(batch.columns)
    named = given or next((name for name in names if name.strip().casefold() in TEXT_NAMES), None)
    if named is None or named not in names:
        raise BadFile(f"Say with --text which of {', '.join(names)} is the address.", file=path.name)
    return named


def _texts(column: Any) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in column.to_pylist()]


def _cells(found: Geocoded | None) -> list[object]:
    if found is None or not found.is_single:
        return [*[""] * 6, len(found.answers) if found else 0, found.missing if found else "The row has no address."]
    best = found.answers[0]
    return [best.lon, best.lat, best.precision.value, best.radius_m, best.score, best.label, 1, found.missing]
