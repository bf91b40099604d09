"""Summarise: Query -> columns -> analysis -> Report, made once for each journal number and set of parameters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.query import Query
from mapsvc.model.report import Report
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.scene import Scene, Stage
from mapsvc.services.scene.select import matching, occurred

Key = Literal["grid", "type", "period"]
Period = Literal["day", "week", "month"]
KEYS: tuple[Key, ...] = ("grid", "type", "period")
PERIODS: tuple[Period, ...] = ("day", "week", "month")


class Summaries:
    """Reports of coverage, counts and hot spots. Raise BadQuery for settings out of range, NotFound without a plan."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._reports: Memo[Report] = Memo(32)
        self._quality: Memo[Report] = Memo(4)

    def counts(self, query: Query, *, by: Sequence[str] = KEYS, period: str = "month") -> Report:
        """Incidents by grid, task type and period of occurrence."""
        keys = _known_keys(by)
        if period not in PERIODS:
            raise BadQuery(f'"{period}" is no period; choose day, week or month.', field="period")
        unit: Period = period
        scene = self._stage.scene(query)

        def make() -> Report:
            from mapsvc.analysis.counts import counts

            report = counts(
                _columns(scene),
                scene.plan.plan.codes,
                keys,
                period=unit,
                tz=scene.tz,
                select=_select(scene, query),
            )
            return replace(report, geometry=_shapes(scene, report)) if keys == ("grid",) else report

        return self._report(scene, query, ("counts", keys, period), make)

    def coverage(self, query: Query) -> Report:
        """How well the plan covers its frame, and how many incidents lie in it."""
        scene = self._stage.scene(query)

        def make() -> Report:
            from mapsvc.analysis.located import located_shares
            from mapsvc.analysis.partition_quality import partition_quality

            plan = scene.plan
            quality = self._quality.get(plan.key, lambda: partition_quality(plan.plan))
            shares = located_shares(_rows(_columns(scene), _select(scene, query)))
            return replace(
                quality,
                figures={**quality.figures, **shares.figures},
                units={**shares.units, **quality.units},
                notes=(*quality.notes, *shares.notes),
            )

        return self._report(scene, query, ("coverage",), make)

    def hotspots(
        self,
        query: Query,
        *,
        cell_m: float | None = None,
        alpha: float = 0.05,
        draws: int = 200_000,
        seed: int = 1,
    ) -> Report:
        """Cells where incidents gather more, or less, than chance arranges them; sensitive matters are left out."""
        scene = self._stage.scene(query)

        def make() -> Report:
            from mapsvc.analysis.hotspot import hotspots

            plan = scene.plan.plan
            # A cell of a sensitive matter would be its place: such types get no cells.
            chosen = _select(scene, query) & ~scene.sensitive
            return hotspots(
                scene.columns,
                plan.frame,
                plan.working_epsg,
                cell_m=cell_m,
                alpha=alpha,
                draws=draws,
                seed=seed,
                select=chosen,
            )

        return self._report(scene, query, ("hotspots", cell_m, alpha, draws, seed), make)

    def grid_hotspots(self, query: Query, *, alpha: float = 0.05, draws: int = 200_000, seed: int = 1) -> Report:
        """Grids whose neighbourhoods hold more reports per km2, or fewer, than chance; refused under 12 grids."""
        scene = self._stage.scene(query)

        def make() -> Report:
            from mapsvc.analysis.grid_hotspot import grid_hotspots

            grid = scene.located.grid[_select(scene, query)]
            n = np.bincount(grid[grid >= 0], minlength=len(scene.plan.plan.grids))
            return grid_hotspots(scene.plan.plan, n.tolist(), alpha=alpha, draws=draws, seed=seed)

        return self._report(scene, query, ("grid_hotspots", alpha, draws, seed), make)

    def _report(self, scene: Scene, query: Query, kind: Hashable, make: Callable[[], Report]) -> Report:
        minute = scene.now // 60 if query.lights else 0
        key = (scene.rows.snapshot.key, scene.marks.registers, scene.plan.key, query.without_page(), minute, kind)
        made = self._reports.get(key, make)
        return replace(made, plan_id=scene.plan.plan.id, seq=scene.marks.seq)


def _known_keys(by: Sequence[str]) -> tuple[Key, ...]:
    if unknown := [key for key in by if key not in KEYS]:
        raise BadQuery(f'"{unknown[0]}" is nothing to count by; choose from grid, type and period.', field="by")
    if not by:
        raise BadQuery("Say what to count by: grid, type or period.", field="by")
    # In the order asked, each once.
    return tuple(dict.fromkeys(cast(Sequence[Key], by)))


def _columns(scene: Scene) -> IncidentColumns:
    """The columns with grids and certainty under the scene's plan."""
    return replace(
        scene.columns, grid=scene.located.grid, certainty=scene.located.certainty, grid_codes=scene.plan.plan.codes
    )


def _shapes(scene: Scene, report: Report) -> list[Any]:
    """The polygon of each row's grid, None for the rows of no grid."""
    shapes = {grid.code: grid.polygon for grid in scene.plan.plan.grids}
    return [shapes.get(code) for code in report.table["grid"]]


def _select(scene: Scene, query: Query) -> npt.NDArray[np.bool_]:
    mask = matching(scene, query.without_page())
    within = occurred(scene, query.since, query.until)
    return mask if within is None else mask & within


def _rows(columns: IncidentColumns, mask: npt.NDArray[np.bool_]) -> IncidentColumns:
    """The chosen rows only."""
    if mask.all():
        return columns
    tables = ("task_types", "grid_codes")
    taken = {name: getattr(columns, name)[mask] for name in IncidentColumns.__dataclass_fields__ if name not in tables}
    return replace(columns, **taken)
