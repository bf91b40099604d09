"""Column cache: all incidents as narrow arrays in memory, extended when rows are appended, patched when some change."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import IncidentColumns
from mapsvc.ports import Store
from mapsvc.services.scene.column_file import load_column_file, save_column_file
from mapsvc.services.scene.growing import Growing, recode
from mapsvc.services.scene.journal import Marks, changed_fids, iter_events

_WORTH_SAVING = 200_000
"""Below this many rows the store answers quicker than a second file is worth."""
_REMEMBERED = 20_000
"""How many changes of rows a snapshot can tell of."""

Key = tuple[int, int, int, int]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ChangeLog:
    """Which rows changed in place. seqs, rows: (n,) each, seqs ascending; all changes after `since` are told."""

    since: int
    seqs: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    rows: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, seq: int, rows: IntArray) -> ChangeLog:
        """The log with these rows changed at `seq`, the oldest ones forgotten."""
        seqs = np.concatenate([self.seqs, np.full(len(rows), seq)])
        both = np.concatenate([self.rows, rows])
        if len(seqs) <= _REMEMBERED:
            return ChangeLog(self.since, seqs, both)
        since = int(seqs[-_REMEMBERED - 1])
        kept = seqs > since
        return ChangeLog(since, seqs[kept], both[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The columns as of `seq`. rewritten: grows when any rows may have changed; changed: when single rows did."""

    seq: int
    rewritten: int
    columns: IncidentColumns
    changed: int
    log: ChangeLog

    @property
    def key(self) -> Key:
        """Names the content: equal keys mean equal rows."""
        columns = self.columns
        return self.rewritten, self.changed, len(columns), int(columns.fid[-1]) if len(columns) else 0

    def rows_since(self, key: Key) -> IntArray | None:
        """Rows that changed or came since the snapshot with this key, ascending; None = it cannot be told, so all.

        What was derived from that snapshot holds for all other rows; row numbers stay what they were.
        """
        rewritten, changed, n, _ = key
        if rewritten != self.rewritten or n > len(self.columns) or not self.log.since <= changed <= self.changed:
            return None
        rows = np.unique(self.log.rows[self.log.seqs > changed])
        return np.concatenate([rows[rows < n], np.arange(n, len(self.columns))])


@dataclass(frozen=True, slots=True, eq=False)
class Rewrite:
    """What an event changed in place, by who made it. since: the journal number that the rows were worked out at; rows:
    places in the columns; grid: index into grid_codes."""

    seq: int
    since: int
    rows: npt.NDArray[np.int64]
    grid_codes: tuple[str, ...]
    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]


def rewrite(old: IncidentColumns, change: Rewrite) -> IncidentColumns:
    """The columns with the grid and certainty of some rows changed."""
    both = tuple(sorted({*old.grid_codes, *change.grid_codes}))
    grid = recode(old.grid, old.grid_codes, both).copy()
    grid[change.rows] = recode(change.grid, change.grid_codes, both)
    certainty = old.certainty.copy()
    certainty[change.rows] = change.certainty
    return replace(old, grid=grid, certainty=certainty, grid_codes=both)


class ColumnCache:
    """Follows a store; `get` costs nothing while the journal stands still.

    cache_dir: where big column sets are kept between starts; None = only in memory.
    """

    def __init__(self, store: Store, cache_dir: Path | None = None) -> None:
        self._store = store
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._growing: Growing

    def get(self, marks: Marks) -> Snapshot:
        """The columns as of `marks` (or newer, if another thread got ahead)."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.seq >= marks.seq:
            return snapshot
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                snapshot = self._start(marks)
            elif snapshot.seq < marks.seq:
                snapshot = self._advanced(snapshot, marks)
            self._snapshot = snapshot
            return snapshot

    def follow(self, change: Rewrite) -> None:
        """Take over what this process itself just wrote; where anything else happened too, all is read again."""
        with self._lock:
            snapshot = self._snapshot
            if snapshot is not None and snapshot.seq == change.since == change.seq - 1:
                self._snapshot = self._fresh(rewrite(snapshot.columns, change), change.seq, change.seq, change.seq)

    def _advanced(self, snapshot: Snapshot, marks: Marks) -> Snapshot:
        if snapshot.rewritten < marks.rewritten:
            return self._fresh(self._store.load_columns(), marks.seq, marks.rewritten, marks.changed)
        changed = snapshot.seq < marks.changed
        fids = changed_fids(iter_events(self._store, snapshot.seq, marks.seq)) if changed else []
        rows = self._grow(snapshot.seq < marks.appended, fids)
        return replace(
            snapshot,
            seq=marks.seq,
            columns=self._growing.columns,
            changed=marks.seq if changed else snapshot.changed,
            log=snapshot.log.add(marks.seq, rows) if changed else snapshot.log,
        )

    def _grow(self, appended: bool, fids: Sequence[int]) -> IntArray:
        """Read what came and what changed; returns the rows that changed."""
        growing = self._growing
        if appended:
            known = growing.columns.fid
            growing.append(self._store.load_columns(after_fid=int(known[-1]) if len(known) else 0))
        if not fids:
            return np.zeros(0, np.int64)
        return growing.patch(self._store.load_columns_of(np.array(fids, np.int64)))

    def _fresh(self, columns: IncidentColumns, seq: int, rewritten: int, changed: int) -> Snapshot:
        self._growing = Growing(columns)
        return Snapshot(seq, rewritten, columns, changed, ChangeLog(changed))

    def _start(self, marks: Marks) -> Snapshot:
        """First columns of this process: from the file of the last one if it tells of the same journal."""
        if self._cache_dir is None:
            return self._fresh(self._store.load_columns(), marks.seq, marks.rewritten, marks.changed)
        path = self._cache_dir / "columns.npz"
        kept = load_column_file(path, self._store, marks.seq)
        if kept is None:
            snapshot = self._fresh(self._store.load_columns(), marks.seq, marks.rewritten, marks.changed)
        else:
            snapshot = self._fresh(kept.columns, marks.seq, marks.rewritten, marks.changed)
            self._grow(kept.appended, kept.changed)
            snapshot = replace(snapshot, columns=self._growing.columns)
        if len(snapshot.columns) >= _WORTH_SAVING and (kept is None or kept.appended or kept.changed):
            save_column_file(path, self._store, marks.seq, snapshot.columns)
        return snapshot
