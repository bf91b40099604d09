"""Growing columns: arrays that get longer and change in places, while every one handed out stays as it was.

A row more is written into slack behind the rows that others see; a row that changes costs a copy of those arrays only
in which it differs. A million rows are copied as a whole when the slack is used up, not with every report.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import IncidentColumns

Array = npt.NDArray[Any]
_TABLES = {"task_type": "task_types", "grid": "grid_codes"}
"""Code column -> the table its codes point into."""
_ARRAYS = tuple(item.name for item in fields(IncidentColumns) if item.name not in _TABLES.values())
_LEAST_SLACK = 1024


class Growing:
    """One writer at a time: the caller holds a lock. `columns` are views that no later call changes."""

    def __init__(self, columns: IncidentColumns) -> None:
        self.columns = columns
        self._tables = {table: getattr(columns, table) for table in _TABLES.values()}
        # Capacity = length: what others made is never written into.
        self._buffers: dict[str, Array] = {name: getattr(columns, name) for name in _ARRAYS}

    def append(self, new: IncidentColumns) -> None:
        """Put these rows behind the others."""
        n, more = len(self.columns), len(new)
        if not more:
            return
        brought = self._coded(new)
        for name, buffer in self._buffers.items():
            if len(buffer) < n + more:
                self._buffers[name] = buffer = _copy(buffer, n, n + more + max((n + more) // 8, _LEAST_SLACK))
            buffer[n : n + more] = brought[name]
        self._show(n + more)

    def patch(self, new: IncidentColumns) -> npt.NDArray[np.int64]:
        """Put these rows in the place of those with the same fid; returns where; other rows are skipped."""
        n = len(self.columns)
        rows = np.searchsorted(self.columns.fid, new.fid)
        here = rows < n
        here[here] = self.columns.fid[rows[here]] == new.fid[here]
        rows = rows[here]
        if not len(rows):
            return rows
        brought = self._coded(new)
        for name, buffer in self._buffers.items():
            values = brought[name][here]
            if not np.array_equal(buffer[rows], values, equal_nan=values.dtype.kind == "f"):
                self._buffers[name] = buffer = _copy(buffer, n, len(buffer))
                buffer[rows] = values
        self._show(n)
        return rows

    def _coded(self, new: IncidentColumns) -> dict[str, Array]:
        """The arrays of `new` under code tables that hold the words of both, which become ours (sorted)."""
        brought = {name: getattr(new, name) for name in _ARRAYS}
        for column, table in _TABLES.items():
            ours, theirs = getattr(self.columns, table), getattr(new, table)
            both = self._tables[table] = tuple(sorted({*ours, *theirs})) if set(theirs) - set(ours) else ours
            brought[column] = recode(brought[column], theirs, both)
            if both != ours:
                self._buffers[column] = recode(self._buffers[column][: len(self.columns)], ours, both)
        return brought

    def _show(self, n: int) -> None:
        arrays = {name: buffer[:n] for name, buffer in self._buffers.items()}
        values: dict[str, Any] = {**arrays, **self._tables}
        self.columns = IncidentColumns(**values)


def recode(codes: Array, table: tuple[str, ...], into: tuple[str, ...]) -> Array:
    """Codes of `table` as codes of `into`; -1 stays -1."""
    if table == into:
        return codes
    place = {name: number for number, name in enumerate(into)}
    # The extra last entry is what index -1 finds: no code stays no code.
    lookup = np.array([*(place[name] for name in table), -1], codes.dtype)
    recoded: Array = lookup[codes]
    return recoded


def _copy(array: Array, n: int, capacity: int) -> Array:
    grown = np.empty(capacity, array.dtype)
    grown[:n] = array[:n]
    return grown
