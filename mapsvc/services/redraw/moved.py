"""Moved: the incidents that a step gives another grid, open ones first, newest first among equals.

Sensitive matters are not among them: line by line, a draft would find out where each of them is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mapsvc.errors import BadQuery
from mapsvc.model.query import Query
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.whole import Weighed
from mapsvc.services.view.incidents import feature, find_row


def moved(
    desk: Desk, weighed: Weighed, *, only_open: bool, limit: int, after: str | None
) -> tuple[dict[str, Any], str | None]:
    """(a FeatureCollection as /api/incidents with `from` and `to`, id that the next page starts behind)."""
    scene = desk.stage.scene(Query())
    was, now, is_open = weighed.was, weighed.now, weighed.ground.is_open
    rows = weighed.ground.only_told(np.flatnonzero(was.owner != now.owner))
    if only_open:
        rows = rows[is_open[rows]]
    rows = rows[np.lexsort((-rows, ~is_open[rows]))]
    start = 0
    if after is not None:
        place = np.flatnonzero(rows == find_row(scene, after))
        if not len(place):
            raise BadQuery("The page before ended with an incident that is no longer in this list.", field="after")
        start = int(place[0]) + 1
    shown = rows[start : start + limit]
    row_of = {int(fid): int(row) for fid, row in zip(scene.columns.fid[shown], shown, strict=True)}
    features = []
    for incident in desk.store.list_incidents(list(row_of)):
        row = row_of[int(incident.id[1:])]
        one = feature(scene, row, incident, lambda lon, lat, own: None)
        one["properties"] |= {"from": _code(was, row), "to": _code(now, row)}
        features.append(one)
    more = start + len(shown) < len(rows)
    told = {
        "type": "FeatureCollection",
        "seq": scene.marks.seq,
        "numberMatched": len(rows),
        "numberReturned": len(features),
        "features": features,
    }
    return told, f"i{scene.columns.fid[shown[-1]]}" if more and len(shown) else None


def _code(standing: Any, row: int) -> str | None:
    number = int(standing.owner[row])
    return standing.partition.facts[number].code if number >= 0 else None
