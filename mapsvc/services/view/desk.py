"""The desk: every figure that the command map shows, as one JSON-ready answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery
from mapsvc.model.plan import Plan
from mapsvc.model.query import Query
from mapsvc.services.scene.interval import iso, local_date, timeline
from mapsvc.services.scene.scene import Scene
from mapsvc.services.view.classes import concentration, equal_groups
from mapsvc.services.view.dispatching import dispatch_times
from mapsvc.services.view.tally import Tally, certainty_counts, tally
from mapsvc.services.view.usual import on_time_figures, reported_today

MEASURES = ("count", "per_km2", "open", "overdue")
CITY_SCALE = 40
"""Above this many grids counts are shown per km2: the grids of a city are too unequal for raw counts."""

KM2 = 1e6


def desk(scene: Scene, query: Query, measure: str | None, basemap: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of GET /api/desk (docs/api.md)."""
    query = query.without_page()
    counted = tally(scene, query)
    plan = scene.plan.plan
    shown = measure or ("per_km2" if len(plan.grids) > CITY_SCALE else "count")
    if shown not in MEASURES:
        raise BadQuery(f'"{shown}" is no measure; choose one of {", ".join(MEASURES)}.', field="measure")
    return {
        "seq": scene.marks.seq,
        "now": iso(scene.now, scene.tz),
        "community": community_of(scene),
        "plan": plan_of(plan),
        "interval": _interval(scene, counted),
        "figures": _figures(scene, counted),
        "grids": grid_rows(scene, counted),
        "measure": _measure(scene, counted, shown),
        "timeline": _timeline(scene, counted),
        "types": _types(scene, counted),
        "concentration": concentration(counted.per_grid[:-1]),
        "basemap": dict(basemap),
    }


def community_of(scene: Scene) -> dict[str, Any]:
    """The community, as pages show it."""
    community = scene.registers.community
    return {
        "name": community.name,
        "name_zh": community.name_zh,
        "tz": community.tz,
        "synthetic": community.synthetic,
        "note": community.note,
    }


def plan_of(plan: Plan) -> dict[str, Any]:
    """The plan without its geometry."""
    accepted = sum(1 for finding in plan.findings if finding.accepted)
    return {
        "id": plan.id,
        "name": plan.name,
        "status": plan.status.value,
        "revision": plan.revision,
        "valid_from": plan.valid_from.isoformat() if plan.valid_from else None,
        "valid_to": plan.valid_to.isoformat() if plan.valid_to else None,
        "bbox": [round(value, 7) for value in plan.frame.bounds],
        "grids": len(plan.grids),
        "working_epsg": plan.working_epsg,
        "findings": {"open": len(plan.open_findings), "accepted": accepted, "total": len(plan.findings)},
    }


def _interval(scene: Scene, counted: Tally) -> dict[str, Any]:
    interval = counted.interval
    return {
        "from": iso(interval.since, scene.tz),
        "to": iso(interval.until, scene.tz),
        "days": interval.days,
        "data_from": iso(interval.data_since, scene.tz),
        "data_to": iso(interval.data_until, scene.tz),
    }


def _figures(scene: Scene, counted: Tally) -> dict[str, Any]:
    still_open = certainty_counts(counted.open_certainty)
    today, usual = reported_today(scene, counted.fits)
    return {
        "total": counted.total,
        "open": len(counted.open_rows),
        "closed": counted.closed,
        "overdue": int(counted.overdue.sum()),
        "waiting": int(counted.waiting.sum()),
        **certainty_counts(counted.by_certainty),
        "sensitive": counted.sensitive,
        "open_boundary": still_open["boundary"],
        "open_unlocated": still_open["unlocated"],
        "open_outside": still_open["outside"],
        "open_sensitive": counted.open_sensitive,
        "reported_today": today,
        "usual_today": usual,
        "on_time": on_time_figures(scene, counted.happened),
        **dispatch_times(scene, counted.happened),
    }


def per_km2(counts: npt.NDArray[np.int64], area_m2: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Counts over areas in reports per km2; NaN where a grid has no area."""
    density: npt.NDArray[np.float64] = np.full(len(area_m2), np.nan)
    np.divide(counts * KM2, area_m2, out=density, where=area_m2 > 0)
    return density


def grid_rows(scene: Scene, counted: Tally) -> list[dict[str, Any]]:
    """One row a grid, in plan order."""
    density = per_km2(counted.per_grid[:-1], scene.plan.area_m2)
    rows = []
    for number, (grid, label) in enumerate(zip(scene.plan.plan.grids, scene.plan.labels, strict=True)):
        known = bool(np.isfinite(density[number]))
        rows.append(
            {
                "code": grid.code,
                "name": grid.name,
                "name_zh": grid.name_zh,
                "kind": grid.kind.value,
                "area_m2": round(grid.area_m2, 1),
                "count": int(counted.per_grid[number]),
                "count_low": int(counted.low[number]),
                "count_high": int(counted.high[number]),
                "open": int(counted.open_[number]),
                "overdue": int(counted.overdue[number]),
                "waiting": int(counted.waiting[number]),
                "per_km2": float(f"{density[number]:.4g}") if known else None,
                "label": [round(value, 6) for value in label] if np.isfinite(label[0]) else None,
            }
        )
    return rows


def _measure(scene: Scene, counted: Tally, name: str) -> dict[str, Any]:
    if name == "per_km2":
        density = per_km2(counted.per_grid[:-1], scene.plan.area_m2)
        values = np.array([float(f"{value:.4g}") for value in density])
    else:
        source = {"count": counted.per_grid, "open": counted.open_, "overdue": counted.overdue}[name]
        values = source[:-1].astype(np.float64)
    breaks, classes = equal_groups(values)
    if name != "per_km2":
        return {"name": name, "breaks": [int(value) for value in breaks], "classes": classes}
    return {"name": name, "breaks": breaks, "classes": classes}


def _timeline(scene: Scene, counted: Tally) -> dict[str, Any]:
    interval = counted.interval
    since = local_date(interval.since, scene.tz)
    until = local_date(max(interval.since, interval.until - 1), scene.tz)
    # An open end that lies centuries off must not become centuries of empty bars.
    if interval.data_since is not None and interval.data_until is not None:
        first = local_date(interval.data_since, scene.tz)
        last = max(local_date(interval.data_until, scene.tz), local_date(scene.now, scene.tz))
        since, until = max(since, first - timedelta(days=366)), min(until, last + timedelta(days=366))
    return timeline(scene.rows.days, counted.per_day, since, until)


def _types(scene: Scene, counted: Tally) -> list[dict[str, Any]]:
    known = scene.registers.task_types
    number = {code: place for place, code in enumerate(scene.columns.task_types)}
    rows = []
    for code in [*known, *(code for code in number if code not in known)]:
        kind = known.get(code)
        place = number.get(code)
        rows.append(
            {
                "code": code,
                "name": kind.name if kind else code,
                "name_zh": kind.name_zh if kind else "",
                "count": int(counted.per_type[place]) if place is not None else 0,
                "open": int(counted.open_type[place]) if place is not None else 0,
                "sensitive": bool(kind and kind.sensitive),
                "icon": kind.icon if kind else "dot",
            }
        )
    return rows
