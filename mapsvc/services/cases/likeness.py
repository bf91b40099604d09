"""Likeness: the open incidents near one that may be the same matter, found in the columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from mapsvc.casework.duplicates import REACH_M, WINDOW_S, Candidates, Duplicate, find_duplicates
from mapsvc.model.case import Case
from mapsvc.services.scene.scene import Rows
from mapsvc.services.view.incidents import find_fid

_METRES_A_DEGREE = 110_500.0
"""Less than the shortest degree of latitude: boxes are never too small."""


def likely_duplicates(case: Case, rows: Rows, sensitive: Any, working_epsg: int) -> list[Duplicate]:
    """Suggestions for one incident; none for what is closed, not located or sensitive: a distance would tell where."""
    from mapsvc.geo.crs import projector

    incident, columns = case.incident, rows.snapshot.columns
    lon, lat = incident.place.lon, incident.place.lat
    row = find_fid(columns, incident.id)
    if lon is None or lat is None or row is None or sensitive[row] or rows.closed[row]:
        return []
    high = REACH_M / _METRES_A_DEGREE
    wide = high / max(np.cos(np.radians(min(abs(lat) + high, 89.0))), 1e-3)
    # Most rows of most stores are closed: the open ones are few, whatever the number of all.
    found = np.flatnonzero(~rows.closed)
    near = (np.abs(columns.lat[found] - lat) <= high) & (np.abs(columns.lon[found] - lon) <= wide)
    found = found[near & (found != row)]
    near = np.abs(columns.occurred_at[found] - incident.occurred_at) <= WINDOW_S
    found = found[near & ~sensitive[found]]
    if not len(found):
        return []
    plane = projector(working_epsg)
    x, y = plane.forward(columns.lon[found], columns.lat[found])
    own_x, own_y = plane.forward(lon, lat)
    return find_duplicates(
        Candidates(
            columns.fid[found],
            np.hypot(x - own_x, y - own_y),
            columns.occurred_at[found] - incident.occurred_at,
            columns.task_type[found] == columns.task_type[row],
        )
    )
