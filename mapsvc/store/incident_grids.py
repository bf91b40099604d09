"""Assigning incidents to grids anew, all of them in one statement's run."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from mapsvc.ports import Basis
from mapsvc.store import assigned, incident_columns, incident_rows, journal, words
from mapsvc.store.assignment import Assignment
from mapsvc.store.rerouted import CLOSED_CODES, Carried, entry_of, rerouted
from mapsvc.store.since import check_assigned, fids_since, with_since

_OPEN = f"""
    SELECT fid, status, revision, grid, certainty, grid_share, shares FROM incident
    WHERE fid IN (SELECT value FROM json_each(?)) AND status NOT IN ({", ".join(map(str, sorted(CLOSED_CODES)))})
    ORDER BY fid
    """  # noqa: S608 - our own numbers


class Rerouting:
    """Assigns within a write transaction; `tell` afterwards, behind the event of the edition."""

    def __init__(self, connection: sa.Connection, wanted: Assignment, basis: Basis | None) -> None:
        """Raises Busy where `basis` does not hold any more."""
        self._connection = connection
        self._carried = assigned.find(connection)
        if basis is not None:
            check_assigned(basis, self._carried)
            wanted = _with_newer(connection, wanted, basis)
        self._wanted = wanted
        self._before: list[Carried] = []

    def reassign(self, plan_id: str) -> int:
        """Set grid, certainty and shares; returns how many incidents were found."""
        if self._carried is not None:
            self._before = _open_ones(self._connection, self._wanted.fids)
        n = _update(self._connection, self._wanted)
        assigned.put(self._connection, plan_id)
        return n

    def tell(self, plan_id: str, *, at: int, post: str) -> None:
        """A line and the next revision for each open incident with another grid."""
        after = _open_ones(self._connection, np.array([one.fid for one in self._before], np.int64))
        pairs = rerouted(self._before, after)
        if not pairs:
            return
        cursor = self._connection.connection.cursor()
        try:
            moved = [(old.fid,) for old, _ in pairs]
            cursor.executemany("UPDATE incident SET revision = revision + 1 WHERE fid = ?", moved)
        finally:
            cursor.close()
        for old, new in pairs:
            journal.append(self._connection, entry_of(plan_id, old, new, at=at, post=post))


def _with_newer(connection: sa.Connection, wanted: Assignment, basis: Basis) -> Assignment:
    newer = incident_rows.fids_after(connection, basis.last_fid)
    fids = fids_since(basis, journal.list_of_incidents(connection, basis.seq), newer)
    if not len(fids):
        return wanted
    columns = incident_columns.load_of(connection, fids)
    accuracy = incident_rows.accuracy_m(connection, columns.fid)
    return with_since(wanted, basis, columns.fid, columns.lon, columns.lat, accuracy)


def _open_ones(connection: sa.Connection, fids: npt.NDArray[np.int64]) -> list[Carried]:
    if not len(fids):
        return []
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_OPEN, (json.dumps(fids.tolist()),))
        rows: Sequence[tuple[int, ...]] = cursor.fetchall()
    finally:
        cursor.close()
    codes = words.texts_of(connection, "grid")
    return [
        Carried(fid, status, revision, codes.get(grid, ""), certainty, share, str(shares))
        for fid, status, revision, grid, certainty, share, shares in rows
    ]


def _update(connection: sa.Connection, wanted: Assignment) -> int:
    if len(wanted.fids) == 0:
        return 0
    used = [wanted.grid_codes[i] for i in np.unique(wanted.grid).tolist() if i >= 0 and wanted.grid_codes[i]]
    codes = words.codes_of(connection, "grid", used)
    # The last place answers for index -1: no grid, which is NULL. So does the empty code.
    numbers = [codes.get(code) for code in wanted.grid_codes] + [None]
    # In fid order every page of the table is visited once.
    order = np.argsort(wanted.fids, kind="stable")
    grids = (numbers[i] for i in wanted.grid[order].tolist())
    certainty = wanted.certainty[order].tolist()
    # SQLite takes NaN for NULL: there the stored share stays.
    share = wanted.shares()[order].tolist()
    told = wanted.texts()
    texts = (told[i] for i in order.tolist())
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(
            "UPDATE incident SET grid = ?, certainty = ?, grid_share = coalesce(?, grid_share), "
            "shares = coalesce(?, shares) WHERE fid = ?",
            zip(grids, certainty, share, texts, wanted.fids[order].tolist(), strict=True),  # type: ignore[arg-type]
        )
        return int(cursor.rowcount)
    finally:
        cursor.close()
