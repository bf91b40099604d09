"""Address import: an address list from a file into the gazetteer, every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc.errors import BadFile, BadInput
from mapsvc.model.address import AddressBook, Precision
from mapsvc.ports import Clock, FileReader, Progress, RowBatch, Store
from mapsvc.services.exchange.frame_check import check_stated_datum
from mapsvc.services.exchange.locate_file import X_NAMES, Y_NAMES
from mapsvc.services.exchange.row_positions import Fault, read_positions
from mapsvc.services.exchange.row_texts import clean

TEXT_NAMES = ("address", "text", "full_address", "地址", "详细地址", "标准地址")
PrecisionOf = Callable[[str], Precision]
_PRECISIONS = frozenset(one.value for one in Precision)
_IDS = ("id", "code", "编码")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class AddressImport:
    """Counts of rows: all, stored, without an address, without a usable point, and not readable at all."""

    rows: int
    stored: int
    blank: int
    placeless: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Columns:
    """Names of the columns; precision and id may be absent."""

    text: str
    x: str
    y: str
    precision: str | None
    id: str | None


def import_addresses(
    store: Store,
    reader: FileReader,
    clock: Clock,
    path: Path,
    *,
    crs: str | None,
    text: str | None,
    x: str | None,
    y: str | None,
    precision_of: PrecisionOf,
    post: str,
    progress: Progress,
) -> AddressImport:
    """Replace the addresses that came from a file of this name by those in it, all or none.

    crs: datum of the points ("wgs84", "gcj02", "EPSG:4542"); None where the file says it itself. precision_of: what an
    address points at, where the file has no column that says it. Raises BadFile.
    """
    reading = _Reading(path, crs, precision_of)
    columns: _Columns | None = None
    for batch in reader.iter_rows(path, progress=progress):
        reading.refused += len(batch.refused)
        if batch.n:
            columns = columns or _find_columns(path, batch, text, x, y)
            reading.take(batch, columns)
    if not reading.found:
        raise BadFile("No row has both an address and a point.", file=path.name)
    progress("storing", 0, len(reading.found))
    store.add_addresses(_book(reading.found), at=clock.now(), post=post, source=path.name)
    rows = reading.rows + reading.refused
    return AddressImport(rows, len(reading.found), reading.blank, reading.placeless, reading.refused)


@dataclass(slots=True)
class _Reading:
    """What was read of a file so far. found: text, lon, lat, precision, id of each usable row."""

    path: Path
    crs: str | None
    precision_of: PrecisionOf
    found: list[tuple[Any, ...]] = field(default_factory=list)
    rows: int = 0
    blank: int = 0
    placeless: int = 0
    refused: int = 0

    def take(self, batch: RowBatch, columns: _Columns) -> None:
        """Add the rows of a batch."""
        datum = _datum(self.path, batch, self.crs)
        place = read_positions(batch.columns[columns.x], batch.columns[columns.y], datum)
        texts = [clean(value, _LONGEST + 1) for value in _texts(batch, columns.text)]
        has_text = np.array([bool(value) for value in texts], np.bool_)
        is_placed = place.fault == Fault.NONE
        self.rows += batch.n
        self.blank += int(np.sum(~has_text))
        self.placeless += int(np.sum(has_text & ~is_placed))
        precisions, ids = _texts(batch, columns.precision), _texts(batch, columns.id)
        for k in np.flatnonzero(has_text & is_placed).tolist():
            precision = _precision(precisions[k]) or self.precision_of(texts[k])
            self.found.append((texts[k], place.lon[k], place.lat[k], precision, ids[k]))


def _book(found: Sequence[tuple[Any, ...]]) -> AddressBook:
    texts, lon, lat, precisions, ids = zip(*found, strict=True)
    return AddressBook(texts, np.array(lon, np.float64), np.array(lat, np.float64), precisions, ids)


def _datum(path: Path, batch: RowBatch, crs: str | None) -> str:
    if crs is not None:
        check_stated_datum(path.name, batch.crs, crs)
        return crs
    if batch.crs is None:
        raise BadFile("The file does not say which datum its points are in; say it with --crs.", file=path.name)
    from mapsvc.geo.crs import parse_crs

    try:
        found = parse_crs(batch.crs)
    except BadInput as error:
        raise BadFile(str(error), file=path.name, field="crs") from error
    # GeoJSON calls WGS 84 with the longitude first by a name of its own
    if found.name.startswith("WGS 84") and found.is_geographic:
        return "wgs84"
    code = found.to_epsg()
    if code is None:
        raise BadFile(f"Its coordinate system {found.name} has no EPSG code; say one with --crs.", file=path.name)
    return f"EPSG:{code}"


def _find_columns(path: Path, batch: RowBatch, text: str | None, x: str | None, y: str | None) -> _Columns:
    by_folded = {name.strip().casefold(): name for name in batch.columns}

    def column(given: str | None, usual: Sequence[str], option: str) -> str:
        if given is not None:
            if given in batch.columns:
                return given
            names = ", ".join(batch.columns)
            raise BadFile(f'There is no column "{given}"; the columns are {names}.', file=path.name)
        named = next((by_folded[name] for name in usual if name in by_folded), None)
        if named is None:
            raise BadFile(f"Say which column to read with {option} COLUMN.", file=path.name)
        return named

    return _Columns(
        column(text, TEXT_NAMES, "--text"),
        column(x, X_NAMES, "--x"),
        column(y, Y_NAMES, "--y"),
        by_folded.get("precision"),
        next((by_folded[name] for name in _IDS if name in by_folded), None),
    )


def _texts(batch: RowBatch, name: str | None) -> list[str]:
    if name is None:
        return [""] * batch.n
    return ["" if value is None or value != value else str(value) for value in batch.columns[name].to_pylist()]


def _precision(text: str) -> str:
    """A precision the file says, "" where it says none that is known."""
    word = text.strip().lower()
    return word if word in _PRECISIONS else ""
