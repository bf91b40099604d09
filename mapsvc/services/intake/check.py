"""Check: many reports at once against the registers and the clock, texts masked, positions turned to WGS 84."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput, BadRows
from mapsvc.geo.datum import to_wgs84
from mapsvc.model.place import Method
from mapsvc.model.report_in import ReportIn, read_report
from mapsvc.model.task_type import TaskType
from mapsvc.services.intake.mask import has_candidate, mask, names_a_number
from mapsvc.services.intake.taken import Note

FloatArray = npt.NDArray[np.float64]

LATEST_S = 300
"""How far a phone's clock may be ahead of ours."""
EARLIEST = 946_684_800
"""2000-01-01 UTC: what is older than this is a broken clock."""
MOST_TOLD = 100
"""Wrong rows that an answer names."""
MOST_DATUMS = 8
"""Each EPSG code costs a search for its transformation: a batch of ten thousand of them would be a day's work."""
_MASKED = ("title", "text", "address")
_SPHERES = frozenset({"wgs84", "cgcs2000", "gcj02", "bd09"})


@dataclass(slots=True)
class Faults:
    """Wrong rows, the first fault of each."""

    found: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, row: int, name: str, told: str) -> None:
        """Note a fault."""
        self.found.setdefault(row, (name, told))

    def raise_any(self, n: int) -> None:
        """Raise BadRows where there is a fault."""
        if not self.found:
            return
        first = min(self.found)
        name, told = self.found[first]
        rows = [(row, *self.found[row]) for row in sorted(self.found)[:MOST_TOLD]]
        message = (
            told if n == 1 else f"{len(self.found)} of {n} reports are wrong, nothing was stored. The first: {told}"
        )
        raise BadRows(message, rows, field=name if n == 1 else f"reports[{first}].{name}")


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Reports that may be stored. columns: as of IncidentBatch, no grids yet; lon, lat: WGS 84, NaN = address only."""

    reports: Sequence[ReportIn]
    columns: Mapping[str, Any]
    lon: FloatArray
    lat: FloatArray
    accuracy_m: FloatArray
    notes: tuple[Note, ...]


def read_reports(given: Sequence[object]) -> list[ReportIn]:
    """Reports of JSON values; BadRows names all that are wrong."""
    reports: list[ReportIn] = []
    faults = Faults()
    for row, one in enumerate(given):
        try:
            reports.append(read_report(one))
        except BadInput as error:
            faults.add(row, error.field or "", str(error))
    faults.raise_any(len(given))
    return reports


def check(reports: Sequence[ReportIn], types: Mapping[str, TaskType], now: int) -> Checked:
    """What of the reports is stored. Raises BadRows."""
    faults = Faults()
    for row, one in enumerate(reports):
        if names_a_number(one.ref):
            told = "ref is or holds a phone or identity number; send a reference that says nothing of a person."
            faults.add(row, "ref", told)
        if one.task_type not in types:
            faults.add(row, "type", f'There is no task type "{one.task_type[:40]}".')
    occurred = _times(reports, now, faults)
    given = np.array([(one.x, one.y) for one in reports], np.float64).reshape(-1, 2)
    lon, lat, datums = _positions(reports, given, faults)
    faults.raise_any(len(reports))
    notes: list[Note] = []
    texts = {name: _masked([getattr(one, name) for one in reports], name, notes) for name in _MASKED}
    accuracy = np.array([one.accuracy_m for one in reports], np.float64)
    as_given = (given[:, 0] == lon) & (given[:, 1] == lat)
    columns: dict[str, Any] = {
        **texts,
        "channel_ref": [one.ref for one in reports],
        "task_type": [one.task_type for one in reports],
        "sensitive": np.array([types[one.task_type].sensitive for one in reports], np.bool_),
        "level": np.array([one.level for one in reports], np.int64),
        "occurred_at": occurred,
        "reported_at": now,
        "datum": datums,
        "method": [one.method or _method(one) for one in reports],
        "given_x": np.where(as_given, np.nan, given[:, 0]),
        "given_y": np.where(as_given, np.nan, given[:, 1]),
    }
    return Checked(reports, columns, lon, lat, accuracy, tuple(notes))


def _method(one: ReportIn) -> str:
    """How a position came about where nobody says: only an instrument knows its accuracy."""
    if one.x is None:
        return Method.ADDRESS.value
    return Method.GPS.value if one.accuracy_m is not None else Method.MAP_CLICK.value


def _times(reports: Sequence[ReportIn], now: int, faults: Faults) -> npt.NDArray[np.int64]:
    occurred = np.array([now if one.occurred_at is None else one.occurred_at for one in reports], np.int64)
    for row in np.flatnonzero(occurred > now + LATEST_S).tolist():
        faults.add(row, "occurred_at", "occurred_at lies in the future; look at the clock of the sender.")
    for row in np.flatnonzero(occurred < EARLIEST).tolist():
        faults.add(row, "occurred_at", "occurred_at lies before the year 2000; look at the clock of the sender.")
    # A clock a little ahead is no news from the future.
    return np.minimum(occurred, now)


def _positions(
    reports: Sequence[ReportIn], given: FloatArray, faults: Faults
) -> tuple[FloatArray, FloatArray, list[str]]:
    lon, lat = np.full(len(reports), np.nan), np.full(len(reports), np.nan)
    datums = [one.datum if one.x is not None else "wgs84" for one in reports]
    plain = {name: _canonical(name) for name in set(datums)}
    if len(plain) > MOST_DATUMS:
        raise BadInput(f"One batch names at most {MOST_DATUMS} datums.", field="datum")
    datums = [plain[name] for name in datums]
    placed = ~np.isnan(given[:, 0])
    for datum in set(plain.values()):
        rows = np.flatnonzero(placed & np.array([one == datum for one in datums]))
        if not len(rows):
            continue
        try:
            lon[rows], lat[rows] = to_wgs84(given[rows, 0], given[rows, 1], datum)
        except BadInput as error:
            for row in rows.tolist():
                faults.add(row, "datum", str(error))
            placed[rows] = False
    with np.errstate(invalid="ignore"):
        off = placed & ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
        zero = placed & (np.abs(given[:, 0]) < 1e-9) & (np.abs(given[:, 1]) < 1e-9)
    for row in np.flatnonzero(off).tolist():
        faults.add(row, "lon", f"The position is not on the earth in {datums[row]}.")
    for row in np.flatnonzero(zero).tolist():
        faults.add(row, "lon", "The position 0, 0 stands for none; leave it out and give an address.")
    return lon, lat, datums


def _canonical(datum: str) -> str:
    """A datum as it is stored: "gcj02", "EPSG:4542"."""
    word = datum.strip().lower()
    return word if word in _SPHERES else word.upper()


def _masked(texts: list[str], name: str, notes: list[Note]) -> list[str]:
    for row, text in enumerate(texts):
        if has_candidate(text) and (hidden := mask(text)) != text:
            texts[row] = hidden
            notes.append(
                Note("masked", f"A phone or identity number was taken out of the {name}; nobody keeps it.", row)
            )
    return texts
