"""Assigning incidents to grids anew, all of them in one statement's run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from mapsvc.ports import MOST_TOLD, Basis
from mapsvc.store import assigned, incident_columns, incident_rows, journal, words
from mapsvc.store.assignment import Assignment
from mapsvc.store.rerouted import CLOSED_CODES, Carried, entry_of, rerouted
from mapsvc.store.since import check_assigned, fids_since, with_since

IntArray = npt.NDArray[np.int64]

_OPEN = f"""
    SELECT fid, coalesce(grid, -1) FROM incident
    WHERE fid IN (SELECT value FROM json_each(?)) AND status NOT IN ({", ".join(map(str, sorted(CLOSED_CODES)))})
    """  # noqa: S608 - our own numbers
_CARRIED = """
    SELECT fid, status, revision, grid, certainty, grid_share, shares FROM incident
    WHERE fid IN (SELECT value FROM json_each(?)) ORDER BY fid
    """


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
        numbers = _numbers(self._connection, self._wanted)
        self._before = _carried(self._connection, self._rerouted(numbers))
        n = _update(self._connection, self._wanted, numbers)
        assigned.put(self._connection, plan_id)
        return n

    def _rerouted(self, numbers: Sequence[int | None]) -> IntArray:
        """Open incidents that get another grid; none of them where they are too many to be told of."""
        rows = np.array(incident_rows.rows_of(self._connection, _OPEN, self._wanted.fids), np.int64).reshape(-1, 2)
        if self._carried is None:
            rows = rows[rows[:, 1] >= 0]
        wanted = self._wanted
        order = np.argsort(wanted.fids, kind="stable")
        place = order[np.searchsorted(wanted.fids[order], rows[:, 0])]
        new = np.array([-1 if number is None else number for number in numbers], np.int64)[wanted.grid[place]]
        changed: IntArray = rows[new != rows[:, 1], 0]
        return changed if len(changed) <= MOST_TOLD else changed[:0]

    def tell(self, plan_id: str, *, at: int, post: str) -> None:
        """A line and the next revision for each open incident with another grid."""
        after = _carried(self._connection, np.array([one.fid for one in self._before], np.int64))
        pairs = rerouted(self._before, after, had_plan=self._carried is not None)
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


def _carried(connection: sa.Connection, fids: IntArray) -> list[Carried]:
    codes = words.texts_of(connection, "grid") if len(fids) else {}
    return [
        Carried(fid, status, revision, codes.get(grid, ""), certainty, share, shares)
        for fid, status, revision, grid, certainty, share, shares in incident_rows.rows_of(connection, _CARRIED, fids)
    ]


def _numbers(connection: sa.Connection, wanted: Assignment) -> list[int | None]:
    """The number of each grid code that is used; one more for index -1: no grid, NULL, as is the empty code."""
    used = [wanted.grid_codes[i] for i in np.unique(wanted.grid).tolist() if i >= 0 and wanted.grid_codes[i]]
    codes = words.codes_of(connection, "grid", used)
    return [*(codes.get(code) for code in wanted.grid_codes), None]


def _update(connection: sa.Connection, wanted: Assignment, numbers: Sequence[int | None]) -> int:
    if len(wanted.fids) == 0:
        return 0
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
