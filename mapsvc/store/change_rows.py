"""The room where a step changes an incident: compare the revision and swap, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sqlalchemy as sa

from mapsvc.errors import NotFound
from mapsvc.model.case import Change
from mapsvc.store import call_rows, words
from mapsvc.store.changes import check_revision, values_of
from mapsvc.store.gpkg import encode_points
from mapsvc.store.ids import fid_of
from mapsvc.store.tables import WORD_COLUMNS, incident


def apply(connection: sa.Connection, change: Change) -> None:
    """Make the change; NotFound, Stale or BadInput, and the caller's transaction undoes the rest."""
    fid = fid_of(change.incident_id)
    columns = _columns(connection, values_of(change)) | {"revision": change.revision + 1}
    here = incident.c.fid == fid
    done = connection.execute(sa.update(incident).where(here, incident.c.revision == change.revision).values(columns))
    if not done.rowcount:
        stored = connection.execute(sa.select(incident.c.revision).where(here)).scalar()
        if stored is None:
            raise NotFound(f'There is no incident "{change.incident_id}".')
        check_revision(change, stored)
    if change.calls is not None:
        call_rows.put_calls(connection, fid, change.calls)
    if change.photos:
        call_rows.add_photos(connection, fid, change.photos)


def _columns(connection: sa.Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The table's columns from plain values: points as blobs, repeated texts as numbers."""
    columns = dict(values)
    if "lon" in columns:
        lon, lat = columns.pop("lon"), columns.pop("lat")
        columns["geom"] = None if lon is None else encode_points(np.array([lon]), np.array([lat]))[0]
    if "grid_code" in columns:
        # No grid is NULL, not a word.
        columns["grid"] = columns.pop("grid_code") or None
    worded = {kind: {columns[kind]} for kind in WORD_COLUMNS if columns.get(kind) is not None}
    for kind, codes in words.codes_of_all(connection, worded).items():
        columns[kind] = codes[columns[kind]]
    return columns
