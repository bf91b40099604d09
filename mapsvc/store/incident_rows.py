"""The incidents' reading room for single rows: whole incidents by fid, and the accuracy of some."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from mapsvc.model.incident import Incident, read_shares
from mapsvc.model.place import Share
from mapsvc.store import gpkg, words
from mapsvc.store.ids import id_of
from mapsvc.store.tables import WORD_COLUMNS, incident
from mapsvc.store.values import incident_of

_CHUNK = 5000
_ACCURACY = """
    SELECT fid, accuracy_m FROM incident
    WHERE fid IN (SELECT value FROM json_each(?)) AND accuracy_m IS NOT NULL ORDER BY fid
    """
_SHARES = "SELECT fid, shares FROM incident WHERE fid IN (SELECT value FROM json_each(?)) AND shares <> ''"


def count(connection: sa.Connection) -> int:
    """How many are stored."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(incident)).scalar_one())


def fids_after(connection: sa.Connection, fid: int) -> npt.NDArray[np.int64]:
    """The fids above this one, ascending."""
    found = connection.execute(sa.select(incident.c.fid).where(incident.c.fid > fid).order_by(incident.c.fid))
    return np.array(found.scalars().all(), np.int64)


def find_all(connection: sa.Connection, fids: Sequence[int]) -> list[Incident]:
    """The incidents with these fids in the order asked; unknown ones are left out."""
    wanted = sorted({int(fid) for fid in fids})
    found: dict[int, Incident] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = sa.select(incident).where(incident.c.fid.in_(wanted[start : start + _CHUNK]))
        rows = connection.execute(query).mappings().all()
        used = {kind: {row[kind] for row in rows} - {None} for kind in WORD_COLUMNS}
        texts = words.texts_of_all(connection, used)
        found |= {row["fid"]: _value(row, texts) for row in rows}
    return [found[int(fid)] for fid in fids if int(fid) in found]


def accuracy_m(connection: sa.Connection, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """accuracy_m of each, NaN where it is not stated or the incident unknown."""
    found = np.full(len(fids), np.nan)
    rows = rows_of(connection, _ACCURACY, fids)
    if rows:
        known, stated = np.array(rows, dtype=np.float64).T
        place = np.minimum(np.searchsorted(known, fids), len(known) - 1)
        has = known[place] == fids
        found[has] = stated[place[has]]
    return found


def vague(connection: sa.Connection, over_m: float) -> npt.NDArray[np.int64]:
    """The fids with an accuracy_m above this, ascending."""
    found = connection.execute(sa.select(incident.c.fid).where(incident.c.accuracy_m > over_m).order_by(incident.c.fid))
    return np.array(found.scalars().all(), np.int64)


def shares(connection: sa.Connection, fids: npt.NDArray[np.int64]) -> list[tuple[Share, ...]]:
    """Shares of each, () where it has none or is unknown."""
    told = {fid: read_shares(text) for fid, text in rows_of(connection, _SHARES, fids)}
    return [told.get(fid, ()) for fid in fids.tolist()]


def rows_of(connection: sa.Connection, statement: str, fids: npt.NDArray[np.int64]) -> list[Any]:
    """The rows of a statement that takes fids as JSON."""
    # The driver's own cursor: plain tuples become an array ten times as fast as rows of the toolkit.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, (json.dumps(fids.tolist()),))
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _value(row: sa.RowMapping, texts: dict[str, dict[int, str]]) -> Incident:
    values = dict(row)
    for kind in WORD_COLUMNS:
        # A number without a word can only come from another program; it is shown as no text.
        values[kind] = texts[kind].get(row[kind], "")
    values["grid_code"] = values["grid"]
    values["method"] = values["method"] or "file"
    box = gpkg.box_of(row["geom"]) if row["geom"] else None
    values["lon"], values["lat"] = box[:2] if box else (None, None)
    return incident_of(id_of(row["fid"]), values)
