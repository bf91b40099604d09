"""Column cache: all incidents as narrow arrays in memory, extended when rows are appended."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import IncidentColumns
from mapsvc.ports import Store
from mapsvc.services.scene.column_file import load_column_file, save_column_file
from mapsvc.services.scene.journal import Marks

_TABLES = {"task_type": "task_types", "grid": "grid_codes"}
"""Code column -> the table its codes point into."""

_WORTH_SAVING = 200_000
"""Below this many rows the store answers quicker than a second file is worth."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The columns as of `seq`; `rewritten` changes when rows changed in place."""

    seq: int
    rewritten: int
    columns: IncidentColumns

    @property
    def key(self) -> tuple[int, int, int]:
        """Names the content: equal keys mean equal rows."""
        columns = self.columns
        return self.rewritten, len(columns), int(columns.fid[-1]) if len(columns) else 0


@dataclass(frozen=True, slots=True, eq=False)
class Rewrite:
    """What an event changed in place, by who made it. rows: places in the columns; grid: index into grid_codes."""

    seq: int
    rows: npt.NDArray[np.int64]
    grid_codes: tuple[str, ...]
    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]


def rewrite(old: IncidentColumns, change: Rewrite) -> IncidentColumns:
    """The columns with the grid and certainty of some rows changed."""
    both = tuple(sorted({*old.grid_codes, *change.grid_codes}))
    grid = _recode(old.grid, old.grid_codes, both).copy()
    grid[change.rows] = _recode(change.grid, change.grid_codes, both)
    certainty = old.certainty.copy()
    certainty[change.rows] = change.certainty
    return replace(old, grid=grid, certainty=certainty, grid_codes=both)


def append(old: IncidentColumns, new: IncidentColumns) -> IncidentColumns:
    """Both column sets, one after the other, with their code tables merged (sorted, as the store keeps them)."""
    if not len(new):
        return old
    if not len(old):
        return new
    merged: dict[str, Any] = {}
    for column, table in _TABLES.items():
        both = tuple(sorted({*getattr(old, table), *getattr(new, table)}))
        merged[table] = both
        merged[column] = np.concatenate(
            [_recode(getattr(part, column), getattr(part, table), both) for part in (old, new)]
        )
    for item in fields(IncidentColumns):
        if item.name not in merged:
            merged[item.name] = np.concatenate([getattr(old, item.name), getattr(new, item.name)])
    return IncidentColumns(**merged)


def _recode(codes: npt.NDArray[Any], table: tuple[str, ...], into: tuple[str, ...]) -> npt.NDArray[Any]:
    """Codes of `table` as codes of `into`; -1 stays -1."""
    if table == into:
        return codes
    place = {name: number for number, name in enumerate(into)}
    # The extra last entry is what index -1 finds: no code stays no code.
    lookup = np.array([*(place[name] for name in table), -1], codes.dtype)
    recoded: npt.NDArray[Any] = lookup[codes]
    return recoded


class ColumnCache:
    """Follows a store; `get` costs nothing while the journal stands still.

    cache_dir: where big column sets are kept between starts; None = only in memory.
    """

    def __init__(self, store: Store, cache_dir: Path | None = None) -> None:
        self._store = store
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def get(self, marks: Marks) -> Snapshot:
        """The columns as of `marks` (or newer, if another thread got ahead)."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.seq >= marks.seq:
            return snapshot
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                snapshot = self._start(marks)
            elif snapshot.rewritten < marks.rewritten or marks.seq < snapshot.seq:
                snapshot = Snapshot(marks.seq, marks.rewritten, self._store.load_columns())
            elif snapshot.seq < marks.appended:
                last = int(snapshot.columns.fid[-1]) if len(snapshot.columns) else 0
                more = self._store.load_columns(after_fid=last)
                snapshot = Snapshot(marks.seq, snapshot.rewritten, append(snapshot.columns, more))
            else:
                snapshot = replace(snapshot, seq=marks.seq)
            self._snapshot = snapshot
            return snapshot

    def follow(self, change: Rewrite) -> None:
        """Take over what this process itself just wrote; where anything else happened too, all is read again."""
        with self._lock:
            snapshot = self._snapshot
            if snapshot is not None and snapshot.seq == change.seq - 1:
                self._snapshot = Snapshot(change.seq, change.seq, rewrite(snapshot.columns, change))

    def _start(self, marks: Marks) -> Snapshot:
        """First columns of this process: from the file of the last one if it tells of the same journal."""
        if self._cache_dir is None:
            return Snapshot(marks.seq, marks.rewritten, self._store.load_columns())
        path = self._cache_dir / "columns.npz"
        kept = load_column_file(path, self._store, marks.seq)
        if kept is None:
            columns = self._store.load_columns()
        else:
            columns, since = kept
            if since.appended:
                columns = append(columns, self._store.load_columns(after_fid=int(columns.fid[-1])))
        if len(columns) >= _WORTH_SAVING and (kept is None or kept[1].appended):
            save_column_file(path, self._store, marks.seq, columns)
        return Snapshot(marks.seq, marks.rewritten, columns)
