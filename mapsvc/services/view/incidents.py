"""Incidents as lists and single features; of sensitive ones the place only to who is called to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery, NotFound
from mapsvc.model.account import NOBODY, Actor
from mapsvc.model.incident import CERTAINTIES, Certainty, Incident, IncidentColumns
from mapsvc.model.light import LIGHTS, Light
from mapsvc.model.query import Query
from mapsvc.ports import Store
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import matching, occurred
from mapsvc.services.view.queues import in_queue

ORDERS = ("newest", "urgent")
Near = Callable[[float, float, str], str | None]
"""near(lon, lat, own grid code) -> code of the nearest other grid."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who reads a list. open_of: which of sensitive incidents it may see the places of; called_to: ids with an open
    call of it; queue: "" = all."""

    actor: Actor = NOBODY
    open_of: Callable[[Sequence[str]], Collection[str]] = lambda _: ()
    called_to: Collection[str] = ()
    queue: str = ""


ANYBODY = Asker()


@dataclass(frozen=True, slots=True)
class Page:
    """Features of one page; `after` is the id that the next page starts behind, None on the last one. looked: ids of
    sensitive incidents whose places it shows."""

    features: list[dict[str, Any]]
    matched: int
    after: str | None
    seq: int
    looked: tuple[str, ...] = ()


def page(scene: Scene, store: Store, query: Query, order: str, near: Near, asker: Asker = ANYBODY) -> Page:
    """The incidents of `query`, `query.limit` at a time. Raises BadQuery."""
    if order not in ORDERS:
        raise BadQuery(f'"{order}" is no order; choose newest or urgent.', field="order")
    rows = ordered_rows(scene, query, order)
    if asker.queue:
        rows = rows[in_queue(scene, asker.queue, asker.actor, asker.called_to)[rows]]
    start = _start(scene, rows, query.after)
    shown = rows[start : start + query.limit]
    row_of = dict(zip(scene.columns.fid[shown].tolist(), shown.tolist(), strict=True))
    incidents = store.list_incidents(list(row_of))
    rows_of = [(one, row_of[int(one.id[1:])]) for one in incidents]
    looked = tuple(asker.open_of([one.id for one, row in rows_of if one.sensitive or scene.sensitive[row]]))
    features = [feature(scene, row, one, near, shown=one.id in looked) for one, row in rows_of]
    more = start + len(shown) < len(rows)
    after = f"i{scene.columns.fid[shown[-1]]}" if more and len(shown) else None
    return Page(features, len(rows), after, scene.marks.seq, looked)


def ordered_rows(scene: Scene, query: Query, order: str) -> npt.NDArray[np.int64]:
    """Row numbers that match, in order."""
    mask = matching(scene, query)
    within = occurred(scene, query.since, query.until)
    if within is not None:
        mask &= within
    everything = scene.urgent_first() if order == "urgent" else scene.rows.newest_first
    matched: npt.NDArray[np.int64] = everything[mask[everything]]
    return matched


def _start(scene: Scene, rows: npt.NDArray[np.int64], after: str | None) -> int:
    if after is None:
        return 0
    row = find_row(scene, after)
    place = np.flatnonzero(rows == (-1 if row is None else row))
    if not len(place):
        raise BadQuery("The page before ended with an incident that is no longer in this list.", field="after")
    return int(place[0]) + 1


def find_row(scene: Scene, incident_id: str) -> int | None:
    """The row of an incident id, None if there is none."""
    return find_fid(scene.columns, incident_id)


def find_fid(columns: IncidentColumns, incident_id: str) -> int | None:
    """The row of an incident id in columns, None if there is none."""
    digits = incident_id[1:]
    if not (incident_id.startswith("i") and digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    row = int(np.searchsorted(columns.fid, int(digits)))
    return row if row < len(columns) and columns.fid[row] == int(digits) else None


def feature(scene: Scene, row: int, incident: Incident, near: Near, *, shown: bool = False) -> dict[str, Any]:
    """One incident as a GeoJSON feature of a list. shown: the asker may see where it is even if it is sensitive."""
    grid = int(scene.located.grid[row])
    sensitive = incident.sensitive or bool(scene.sensitive[row])
    return feature_of(
        incident,
        hidden=sensitive and not shown,
        sensitive=sensitive,
        grid=scene.plan.plan.grids[grid].code if grid >= 0 else "",
        certainty=CERTAINTIES[int(scene.located.certainty[row])],
        light=LIGHTS[int(scene.lights[row])],
        tz=scene.tz,
        near=near,
    )


def feature_of(
    incident: Incident,
    *,
    hidden: bool,
    grid: str,
    certainty: Certainty,
    light: Light,
    tz: str,
    near: Near,
    sensitive: bool = False,
) -> dict[str, Any]:
    """An incident as a GeoJSON feature, from what is known of it under one plan.

    hidden: nothing of its place but the grid is told, since it is sensitive; sensitive: it is, but this asker may see
    it. grid: code, "" = none.
    """
    lon, lat = incident.place.lon, incident.place.lat
    geometry = None
    beside = None
    if lon is not None and lat is not None and not hidden:
        geometry = {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}
        if certainty is Certainty.BOUNDARY:
            beside = near(lon, lat, grid)
    return {
        "type": "Feature",
        "id": incident.id,
        "geometry": geometry,
        "properties": {
            "id": incident.id,
            # A title often says where; of a sensitive matter only its type is shown.
            "title": "" if hidden else incident.title,
            "type": incident.task_type,
            "status": incident.status.value,
            "light": light.value,
            "grid": grid,
            "certainty": certainty.value,
            "occurred_at": iso(incident.occurred_at, tz),
            "due_at": iso(incident.due_at, tz),
            "closed_at": iso(incident.closed_at, tz),
            "address": "" if hidden else incident.place.address,
            "near": beside,
            "near_share": _share_in(incident, grid, beside),
            # With the accuracy, a share is a distance to a line.
            "grid_share": None if hidden else round(incident.grid_share, 4),
            "sensitive": hidden or sensitive,
        },
    }


def _share_in(incident: Incident, grid: str, beside: str | None) -> float | None:
    """The share of the grid beside, as stored; None where none is stored for it or another plan gives another grid."""
    if beside is None or grid != incident.grid_code:
        return None
    return next((round(one.share, 4) for one in incident.shares if one.grid_code == beside), None)


def whole_feature(scene: Scene, store: Store, incident_id: str, near: Near, *, shown: bool = False) -> dict[str, Any]:
    """One incident with its text and the story of its place. shown: as in `feature`. Raises NotFound."""
    row = find_row(scene, incident_id)
    if row is None:
        raise NotFound("There is no incident with this id.")
    incident = store.get_incident(incident_id)
    found = feature(scene, row, incident, near, shown=shown)
    hidden = found["properties"]["sensitive"] and not shown
    found["properties"] |= {
        "text": "" if hidden else incident.text,
        "level": incident.level,
        "departments": list(incident.departments),
        "accuracy_m": None if hidden else incident.place.accuracy_m,
        "datum": incident.place.datum,
        "method": incident.place.method.value,
        "precision": incident.place.precision,
        "channel": incident.channel,
        # Of a sensitive matter not even the channel's own number: with it the channel could tell who reported.
        "ref": "" if hidden else incident.channel_ref,
        "reported_at": iso(incident.reported_at, scene.tz),
        "plan": scene.plan.plan.id,
    }
    found["seq"] = scene.marks.seq
    return found
