"""Assigning incidents to grids anew, all of them in one statement's run."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from mapsvc.store import words
from mapsvc.store.assignment import Assignment


def reassign(connection: sa.Connection, wanted: Assignment) -> int:
    """Set grid, certainty and shares; returns how many incidents were found."""
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
