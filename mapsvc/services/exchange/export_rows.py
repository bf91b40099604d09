"""Export rows: a layer of the store as chunks of columns with geometries, ready for any file format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from mapsvc.errors import NotFound
from mapsvc.model.finding import Finding
from mapsvc.model.grid import Grid
from mapsvc.model.incident import CERTAINTIES, Incident
from mapsvc.model.plan import Plan
from mapsvc.model.site import Site
from mapsvc.ports import Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.scene.plans import PlanInUse

_CHUNK = 20_000

SCHEMAS: Mapping[str, Mapping[str, type]] = {
    "grids": {
        "code": str, "name": str, "name_zh": str, "kind": str, "area_m2": float, "theme": str, "theme_zh": str,
        "unit": str, "unit_zh": str, "id": str, "plan": str,
    },
    "incidents": {
        "id": str, "channel": str, "channel_ref": str, "task_type": str, "title": str, "text": str, "address": str,
        "occurred_at": str, "reported_at": str, "closed_at": str, "due_at": str, "status": str, "level": int,
        "grid_code": str, "grid_share": float, "certainty": str, "datum": str, "method": str, "accuracy_m": float,
        "precision": str, "departments": str, "sensitive": bool,
    },
    "places": {
        "id": str, "kind": str, "name": str, "name_zh": str, "address": str, "address_zh": str, "households": int,
    },
    "findings": {
        "rule": str, "severity": str, "message": str, "size": float, "unit": str, "grids": str, "feature": int,
        "accepted": str,
    },
}  # fmt: skip
"""Columns of each layer; every one may be empty."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Parallel lists by column, and one geometry (lon/lat) or None a row."""

    columns: Mapping[str, list[Any]]
    geometries: list[Any]


def iter_chunks(store: Store, layer: str, plan: PlanInUse | None) -> Iterator[Chunk]:
    """The rows of a layer.

    plan: whose grids and findings; for incidents, the plan that says their grid (None = as they are stored).
    """
    schema = SCHEMAS[layer]
    if layer == "incidents":
        yield from _incidents(store, schema, plan)
    elif layer == "places":
        yield from _chunks(store.list_sites(), schema, _of_site, lambda site: site.geometry)
    elif plan is None:
        raise NotFound("There is no plan yet.")
    elif layer == "grids":
        yield from grid_chunks(plan.plan)
    else:
        yield from _chunks(plan.plan.findings, schema, _of_finding, lambda finding: finding.where)


def grid_chunks(plan: Plan) -> Iterator[Chunk]:
    """The grids of a plan, in code order."""
    yield from _chunks(plan.grids, SCHEMAS["grids"], lambda grid: _of_grid(grid, plan.id), lambda grid: grid.polygon)


def _chunks(
    values: Sequence[Any],
    schema: Mapping[str, type],
    row_of: Callable[[Any], tuple[Any, ...]],
    geometry_of: Callable[[Any], Any],
) -> Iterator[Chunk]:
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        rows = [row_of(value) for value in part]
        columns = {name: [row[place] for row in rows] for place, name in enumerate(schema)}
        yield Chunk(columns, [geometry_of(value) for value in part])


def _incidents(store: Store, schema: Mapping[str, type], plan: PlanInUse | None) -> Iterator[Chunk]:
    community = store.find_community()
    zone = ZoneInfo(community.tz) if community else UTC

    def instant(at: int | None) -> str | None:
        return datetime.fromtimestamp(at, zone).isoformat() if at else None

    assigner = None if plan is None else Assigner(plan.plan)
    sensitive = {kind.code for kind in store.list_task_types() if kind.sensitive}
    fids = store.load_columns().fid
    for start in range(0, len(fids), _CHUNK):
        incidents = store.list_incidents(fids[start : start + _CHUNK].tolist())
        if assigner is not None:
            incidents = _under(assigner, incidents)
        # A type that became sensitive hides what was reported before.
        incidents = [replace(one, sensitive=True) if one.task_type in sensitive else one for one in incidents]
        yield from _chunks(incidents, schema, lambda one: _of_incident(one, instant), _point)


def _under(assigner: Assigner, incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents with the grid, share and certainty they have under another plan."""
    places = [(one.place.lon, one.place.lat, one.place.accuracy_m) for one in incidents]
    # None becomes NaN: not located, or no accuracy stated.
    lon, lat, accuracy_m = np.array(places, dtype=np.float64).reshape(-1, 3).T
    found = assigner.assign(lon, lat, accuracy_m)
    return [
        replace(one, grid_code=assigner.codes[grid], grid_share=share, certainty=CERTAINTIES[certainty])
        for one, grid, share, certainty in zip(
            incidents, found.grid.tolist(), found.share.tolist(), found.certainty.tolist(), strict=True
        )
    ]


def _point(incident: Incident) -> Any:
    place = incident.place
    if incident.sensitive or place.lon is None or place.lat is None:
        return None
    return shapely.Point(place.lon, place.lat)


def _of_incident(one: Incident, instant: Callable[[int | None], str | None]) -> tuple[Any, ...]:
    """A sensitive incident leaves the house with its grid, never with its point, address or words."""
    open_ = not one.sensitive
    place = one.place
    return (
        one.id, one.channel, one.channel_ref if open_ else "", one.task_type, one.title if open_ else "",
        one.text if open_ else "", place.address if open_ else "", instant(one.occurred_at), instant(one.reported_at),
        instant(one.closed_at), instant(one.due_at), one.status.value, one.level, one.grid_code,
        one.grid_share if open_ else None, one.certainty.value, place.datum, place.method.value,
        place.accuracy_m if open_ else None, place.precision, " ".join(one.departments), one.sensitive,
    )  # fmt: skip


def _of_grid(grid: Grid, plan_id: str) -> tuple[Any, ...]:
    return (
        grid.code, grid.name, grid.name_zh, grid.kind.value, grid.area_m2, grid.theme, grid.theme_zh, grid.unit,
        grid.unit_zh, grid.id, plan_id,
    )  # fmt: skip


def _of_site(site: Site) -> tuple[Any, ...]:
    return site.id, site.kind, site.name, site.name_zh, site.address, site.address_zh, site.households


def _of_finding(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.rule.value, finding.severity.value, finding.message, finding.size, finding.unit,
        " ".join(finding.grids), finding.feature, finding.accepted,
    )  # fmt: skip
