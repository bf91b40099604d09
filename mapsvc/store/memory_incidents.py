"""Incidents of the memory store: one list a column, position = fid - 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import BATCH_DEFAULTS, IncidentBatch, IncidentColumns, read_shares
from mapsvc.model.incident import Incident as IncidentValue
from mapsvc.model.place import Share
from mapsvc.store.assignment import Assignment
from mapsvc.store.batch import INTEGERS, REALS, TEXTS, Rows, keep, mark_new
from mapsvc.store.ids import id_of
from mapsvc.store.rerouted import Carried
from mapsvc.store.values import incident_of, rank_texts

_LATER: Mapping[str, Any] = {"left_s": None, "merged_into": "", "revision": 0}
"""What no batch brings, and its first value."""

_NONE: Mapping[str, Any] = dict.fromkeys(("lon", "lat", "accuracy_m", "given_x", "given_y"), math.nan)
"""What says none in a column of numbers, where it is not 0."""
_NARROW = (
    "lon",
    "lat",
    "occurred_at",
    "reported_at",
    "dispatched_at",
    "due_at",
    "closed_at",
    "task_type",
    "status",
    "certainty",
    "grid_code",
    "sensitive",
)
Shares = list[tuple[Share, ...]]


class MemoryIncidents:
    """Lists of plain values; the caller holds the lock."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in ("channel", *BATCH_DEFAULTS, *_LATER)}
        self._refs: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._columns["channel"])

    def add(self, batch: IncidentBatch) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], range]:
        """Append the new rows; returns which were new, the fid of each row, and the fids of the new ones."""
        rows = Rows(batch)
        (lon, lat), (given_x, given_y) = rows.points(), rows.given()
        given: dict[str, Any] = {name: rows.text(name) for name in TEXTS}
        given |= {name: rows.integer(name) for name in INTEGERS}
        given |= {name: rows.real(name) for name in REALS}
        given |= {"lon": lon, "lat": lat, "sensitive": rows.flag("sensitive"), "method": rows.methods()}
        given |= {"given_x": given_x, "given_y": given_y}
        stored, refs = self._refs.setdefault(rows.channel, {}), given["channel_ref"]
        is_new = mark_new(refs, lambda asked: stored.keys() & set(asked))
        before = len(self)
        for name, values in given.items():
            self._columns[name] += keep(values, is_new)
        n = int(is_new.sum())
        self._columns["channel"] += [rows.channel] * n
        for name, value in _LATER.items():
            self._columns[name] += [value] * n
        stored |= {ref: before + 1 + i for i, ref in enumerate(self._columns["channel_ref"][before:])}
        fids = np.array([stored[ref] for ref in refs], dtype=np.int64)
        return is_new, fids, range(before + 1, before + 1 + n)

    def list(self, fids: Sequence[int]) -> list[IncidentValue]:
        """The incidents with these fids, in the order asked."""
        n = len(self)
        return [self._value(int(fid)) for fid in fids if 1 <= fid <= n]

    def _value(self, fid: int) -> IncidentValue:
        row = {name: column[fid - 1] for name, column in self._columns.items()}
        return incident_of(id_of(fid), row)

    def accuracy_m(self, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """accuracy_m of each, NaN where it is not stated or the incident unknown."""
        column, n = self._columns["accuracy_m"], len(self)
        return np.array([column[fid - 1] if 1 <= fid <= n else None for fid in fids.tolist()], dtype=np.float64)

    def vague(self, over_m: float) -> npt.NDArray[np.int64]:
        """The fids with an accuracy_m above this, ascending."""
        return np.flatnonzero(np.array(self._columns["accuracy_m"], dtype=np.float64) > over_m).astype(np.int64) + 1

    def shares(self, fids: npt.NDArray[np.int64]) -> Shares:
        """Shares of each, () where it has none or is unknown."""
        column, n = self._columns["shares"], len(self)
        return [read_shares(column[fid - 1]) if 1 <= fid <= n else () for fid in fids.tolist()]

    def change(self, fid: int, values: Mapping[str, Any]) -> None:
        """Set these columns of one incident; None = none."""
        for name, value in values.items():
            none = None if name == "left_s" else _NONE.get(name, 0)
            self._columns[name][fid - 1] = none if value is None else value

    def columns(self, after_fid: int) -> IncidentColumns:
        """Narrow columns of the incidents with fid > after_fid."""
        return self.columns_of(np.arange(max(after_fid, 0) + 1, len(self) + 1, dtype=np.int64))

    def columns_of(self, fids: npt.NDArray[np.int64]) -> IncidentColumns:
        """Narrow columns of these incidents, in the order asked; unknown ones are left out."""
        known = fids[(fids >= 1) & (fids <= len(self))]
        rows = (known - 1).tolist()
        part = {name: [self._columns[name][row] for row in rows] for name in _NARROW}
        task_types, task_type = rank_texts(part["task_type"], none=None)
        grid_codes, grid = rank_texts(part["grid_code"], none="")
        times = ("occurred_at", "reported_at", "dispatched_at", "due_at", "closed_at")
        return IncidentColumns(
            fid=known.astype(np.int64),
            lon=np.array(part["lon"], dtype=np.float64),
            lat=np.array(part["lat"], dtype=np.float64),
            **{name: np.array(part[name], dtype=np.int64) for name in times},
            task_type=task_type.astype(np.int16),
            status=np.array(part["status"], dtype=np.int8),
            certainty=np.array(part["certainty"], dtype=np.int8),
            grid=grid.astype(np.int32),
            sensitive=np.array(part["sensitive"], dtype=np.bool_),
            task_types=task_types,
            grid_codes=grid_codes,
        )

    def carried(self, fids: npt.NDArray[np.int64]) -> Sequence[Carried]:
        """What each of these incidents carries of its grid; unknown ones are left out."""
        names = ("status", "revision", "grid_code", "certainty", "grid_share", "shares")
        known = fids[(fids >= 1) & (fids <= len(self))].tolist()
        return [Carried(fid, *(self._columns[name][fid - 1] for name in names)) for fid in known]

    def assign(self, wanted: Assignment) -> int:
        """Set grid, certainty and share; returns how many incidents were found."""
        codes = [*wanted.grid_codes, ""]
        columns = (wanted.fids, wanted.grid, wanted.certainty, wanted.shares())
        n = 0
        lists = (column.tolist() for column in columns)
        for fid, index, sure, share, text in zip(*lists, wanted.texts(), strict=True):
            if 1 <= fid <= len(self):
                # Index -1 is the last of codes: no grid.
                self._columns["grid_code"][fid - 1] = codes[index]
                self._columns["certainty"][fid - 1] = sure
                if not math.isnan(share):
                    self._columns["grid_share"][fid - 1] = share
                if text is not None:
                    self._columns["shares"][fid - 1] = text
                n += 1
        return n
