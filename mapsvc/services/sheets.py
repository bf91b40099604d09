"""Sheets: a plan, or one grid of it, made ready for paper: shapes in metres, names in one language, its edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.grid import Grid, GridKind
from mapsvc.model.grid_code import read_cn15
from mapsvc.model.plan import Plan
from mapsvc.model.query import Query
from mapsvc.model.sheet import Role, Sheet, SheetArea, SheetGround
from mapsvc.model.site import BASE_KINDS
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage

if TYPE_CHECKING:
    from mapsvc.geo.crs import Projector

Bounds = tuple[float, float, float, float]
_DETAIL = 8000
"""Shapes keep what this part of the sheet's longer side can show: a tenth of a millimetre on paper."""
_MARGIN = 0.06
_REACH = 0.8
"""Paper has its own shape: the map may show this much more than was asked, as a part of the longer side."""
_CITY_M = 16000.0
"""A sheet wider than this shows no single building."""
KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is drawn around a place; shapes in metres of the working CRS."""

    frame: BaseGeometry
    areas: tuple[SheetArea, ...]
    ground: tuple[SheetGround, ...]


class Sheets:
    """Makes sheets of the plan that a query names."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def plan_sheet(self, query: Query, lang: str) -> Sheet:
        """All grids of the plan. Raises BadQuery, NoPlan."""
        plan = self._stage.plan(query)
        return self._sheet(plan, None, lang)

    def grid_sheet(self, code: str, query: Query, lang: str) -> Sheet:
        """One grid with what lies around it. Raises NotFound, BadQuery, NoPlan."""
        plan = self._stage.plan(query)
        number = plan.number_of.get(code)
        if number is None:
            raise NotFound("This plan has no grid with this code.")
        return self._sheet(plan, number, lang)

    def around(self, used: PlanInUse, bounds: Bounds, lang: str) -> Surroundings:
        """What a map of `bounds` (metres of the working CRS) shows: the frame, grids and ground, with names."""
        from mapsvc.geo.crs import projector

        plane = projector(used.plan.working_epsg)
        reach = _widened(bounds, _REACH)
        frame = _drawn(plane, [used.plan.frame], reach)[0]
        return Surroundings(frame, _areas(used, None, plane, reach, lang), self._ground(plane, reach, lang))

    def _sheet(self, used: PlanInUse, number: int | None, lang: str) -> Sheet:
        from mapsvc.geo.crs import projector

        marks = self._stage.journal.marks()
        community = self._stage.registers(marks).community
        plan = used.plan
        plane = projector(plan.working_epsg)
        shown = plan.frame if number is None else plan.grids[number].polygon
        bounds = _widened(plane.geometry([shown])[0].bounds, _MARGIN)
        reach = _widened(bounds, _REACH)
        name = _name(community.name, community.name_zh, lang)
        printed = datetime.fromtimestamp(self._stage.clock.now(), UTC).astimezone(ZoneInfo(community.tz))
        return Sheet(
            heading=name if number is None else grid_title(plan.grids[number], lang),
            community=name,
            status=plan.status,
            edition=plan.name,
            plan_id=plan.id,
            valid_from=plan.valid_from.isoformat() if plan.valid_from else "",
            valid_to=plan.valid_to.isoformat() if plan.valid_to else "",
            printed_at=f"{printed:%Y-%m-%d %H:%M}",
            seq=marks.seq,
            digest=used.digest,
            working_epsg=plan.working_epsg,
            bounds=bounds,
            frame=_drawn(plane, [plan.frame], reach)[0],
            areas=_areas(used, number, plane, reach, lang),
            ground=self._ground(plane, reach, lang),
            facts=_plan_facts(plan) if number is None else _grid_facts(used, number, lang),
            synthetic=community.synthetic,
            is_grid=number is not None,
        )

    def _ground(self, plane: Projector, bounds: Bounds, lang: str) -> tuple[SheetGround, ...]:
        """Water, parks, streets and buildings in the window, bottom to top."""
        lon, lat = plane.inverse(np.array([bounds[0], bounds[2]]), np.array([bounds[1], bounds[3]]))
        box = (float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]))
        kinds = [kind for kind in BASE_KINDS if kind != "building" or bounds[2] - bounds[0] < _CITY_M]
        sites = sorted(self._stage.store.list_sites(kinds, box), key=lambda site: BASE_KINDS.index(site.kind))
        shapes = _drawn(plane, [site.geometry for site in sites], bounds)
        return tuple(
            SheetGround(site.kind, shape, _name(site.name, site.name_zh, lang))
            for site, shape in zip(sites, shapes, strict=True)
            if not shape.is_empty
        )


def grid_title(grid: Grid, lang: str) -> str:
    """ "06 Brick Lane": a grid's number always goes with its name; of a 15-digit code the last two figures."""
    try:
        short = f"{read_cn15(grid.code, invented=True).sequence:02d}"
    except BadInput:
        short = grid.code
    name = _name(grid.name, grid.name_zh, lang)
    star = " ★" if grid.kind is GridKind.SPECIAL else ""
    return f"{short} {name}{star}" if name and name not in (grid.code, short) else f"{short}{star}"


def _areas(used: PlanInUse, number: int | None, plane: Projector, reach: Bounds, lang: str) -> tuple[SheetArea, ...]:
    """The grids that meet the window, each with a label point that is in view."""
    plan = used.plan
    shapes = _drawn(plane, [grid.polygon for grid in plan.grids], reach)
    lon, lat = np.array(used.labels, dtype=np.float64).reshape(-1, 2).T
    x, y = plane.forward(lon, lat)
    window = shapely.box(*reach)
    beside = set() if number is None else set(used.neighbours[number])
    areas = []
    for index, (grid, shape) in enumerate(zip(plan.grids, shapes, strict=True)):
        if not shape.intersects(window):
            continue
        role = Role.ONE if number is None else Role.OWN if index == number else Role.NEIGHBOUR
        # A grid that only shows a corner is drawn, but named only where it touches the one in question.
        named = number is None or index == number or grid.code in beside
        label = (float(x[index]), float(y[index]))
        areas.append(SheetArea(grid_title(grid, lang) if named else "", shape, label, role))
    return tuple(areas)


def _drawn(plane: Projector, shapes: Iterable[BaseGeometry], bounds: Bounds) -> list[Any]:
    """Shapes in metres, with no more detail than paper shows."""
    tolerance_m = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / _DETAIL
    flat = plane.geometry(list(shapes))
    return list(shapely.simplify(flat, tolerance_m, preserve_topology=True)) if len(flat) else []


def _widened(bounds: Bounds, share: float) -> Bounds:
    west, south, east, north = bounds
    margin = max(east - west, north - south, 1.0) * share
    return west - margin, south - margin, east + margin, north + margin


def _plan_facts(plan: Plan) -> tuple[tuple[str, Mapping[str, str]], ...]:
    area_km2 = sum(grid.area_m2 for grid in plan.grids) / KM2
    return (
        ("sheet.fact.grids", {"n": str(len(plan.grids))}),
        ("sheet.fact.area", {"km2": f"{area_km2:.3f}"}),
        ("sheet.fact.open", {"n": str(len(plan.open_findings))}),
    )


def _grid_facts(used: PlanInUse, number: int, lang: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    grid = used.plan.grids[number]
    titles = {other.code: grid_title(other, lang) for other in used.plan.grids}
    beside = (", " if lang == "en" else "、").join(titles[code] for code in used.neighbours[number])
    facts: list[tuple[str, Mapping[str, str]]] = [
        ("sheet.fact.code", {"code": grid.code}),
        ("sheet.fact.area", {"km2": f"{grid.area_m2 / KM2:.4f}"}),
    ]
    unit = _name(grid.unit, grid.unit_zh, lang)
    if unit:
        facts.append(("sheet.fact.unit", {"unit": unit}))
    if beside:
        facts.append(("sheet.fact.beside", {"grids": beside}))
    return tuple(facts)


def _name(name: str, name_zh: str, lang: str) -> str:
    return (name_zh or name) if lang == "zh" else (name or name_zh)
