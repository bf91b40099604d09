"""Editions: what changed between two plans, what follows which grid, and where each grid came from.

Plans are named by queries, so a draft's id or a day serve as well as an edition's id. Answers are counts and land;
no point is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery, Busy, NotFound
from mapsvc.model.query import Query
from mapsvc.model.report import Report
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Scene, Stage

if TYPE_CHECKING:
    from mapsvc.geo.compare import Comparison

IntArray = npt.NDArray[np.int64]
_TRIES = 5


class Editions:
    """Comparison, crosswalk and lineage. Raise BadQuery for an unknown plan or setting, BadInput for a tolerance."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._found: Memo[Comparison] = Memo(4)
        self._reports: Memo[Report] = Memo(16)

    def compare(self, a: Query, b: Query, tolerance_m: float = 5.0) -> Report:
        """Pieces of land that really moved from plan a to plan b, those only re-digitised, and each grid's lineage."""
        return self._told("compare", a, b, tolerance_m)

    def crosswalk(self, a: Query, b: Query, by: str = "incidents") -> Report:
        """From the grids of plan a to those of plan b: incidents, addresses or area."""
        from mapsvc.analysis import crosswalk

        if by not in crosswalk.BY:
            raise BadQuery(f"by is one of {', '.join(crosswalk.BY)}.", field="by")
        if by == "incidents":
            return self._crosswalk_incidents(a, b)
        marks = self._stage.journal.marks()
        before, after = self._stage.plan(a, marks), self._stage.plan(b, marks)
        key = (by, before.key, after.key, marks.sites)
        if by == "area":
            report = self._reports.get(
                key, lambda: crosswalk.crosswalk_area(before.plan, after.plan, self._comparison(before, after).ground)
            )
        else:
            report = self._reports.get(key, lambda: self._addresses(before, after))
        return replace(report, seq=marks.seq)

    def lineage(self, plan: Query, tolerance_m: float = 5.0) -> Report:
        """Where each grid of a plan came from: its parent's grids, or those of the edition before it."""
        return self._told("lineage", self.predecessor(plan), plan, tolerance_m)

    def lineage_lines(self, plan: Query, tolerance_m: float = 5.0) -> dict[str, Any]:
        """The same as nested JSON values: grids with their sources, and grids that ended with their heirs."""
        from mapsvc.analysis.lineage import lineage
        from mapsvc.analysis.plan_changes import all_lines, gone_lines

        before, after, seq = self._pair(self.predecessor(plan), plan)
        found = self._comparison(before, after, tolerance_m)
        told = lineage(found)
        return {
            "plan": after.plan.id,
            "parent": before.plan.id or None,
            "seq": seq,
            "tolerance_m": tolerance_m,
            "grids": all_lines(found, told),
            "gone": gone_lines(found, told),
        }

    def predecessor(self, query: Query) -> Query | None:
        """The plan that this one replaces: its parent, else the edition in force on the day before its first."""
        plan = self._stage.plan(query).plan
        if plan.parent_id:
            try:
                return Query(plan_id=self._stage.plan(Query(plan_id=plan.parent_id)).plan.id)
            except (NotFound, BadQuery):
                pass  # nobody keeps that plan any more, or never did
        head = self._stage.store.find_plan_on(plan.valid_from - timedelta(days=1)) if plan.valid_from else None
        return Query(plan_id=head.id) if head else None

    def _pair(self, a: Query | None, b: Query) -> tuple[PlanInUse, PlanInUse, int]:
        """Both plans and the journal number; a = None stands for a plan without grids, from which all came anew."""
        marks = self._stage.journal.marks()
        after = self._stage.plan(b, marks)
        if a is not None:
            return self._stage.plan(a, marks), after, marks.seq
        nothing = replace(after.plan, id="", name="", grids=())
        return PlanInUse(nothing, ("", 0), after.index_of), after, marks.seq

    def _told(self, kind: str, a: Query | None, b: Query, tolerance_m: float) -> Report:
        before, after, seq = self._pair(a, b)

        def make() -> Report:
            from mapsvc.analysis.lineage import lineage, lineage_report
            from mapsvc.analysis.plan_changes import plan_changes

            found = self._comparison(before, after, tolerance_m)
            told = lineage(found)
            return plan_changes(found, told) if kind == "compare" else lineage_report(found, told)

        return replace(self._reports.get((kind, before.key, after.key, tolerance_m), make), seq=seq)

    def _comparison(self, before: PlanInUse, after: PlanInUse, tolerance_m: float = 5.0) -> Comparison:
        from mapsvc.geo.compare import compare

        key = (before.key, after.key, tolerance_m)
        return self._found.get(key, lambda: compare(before.plan, after.plan, tolerance_m))

    def _crosswalk_incidents(self, a: Query, b: Query) -> Report:
        from mapsvc.analysis.crosswalk import crosswalk_incidents

        first, second = self._scenes(a, b)
        key = ("incidents", first.plan.key, second.plan.key, first.rows.snapshot.key, first.marks.registers)
        report = self._reports.get(
            key, lambda: crosswalk_incidents(first.plan.plan, second.plan.plan, *_grids_of_both(first, second))
        )
        return replace(report, seq=first.marks.seq)

    def _scenes(self, a: Query, b: Query) -> tuple[Scene, Scene]:
        """Both plans over one and the same snapshot of the incidents."""
        for _ in range(_TRIES):
            first, second = self._stage.scene(a), self._stage.scene(b)
            if first.rows.snapshot.key == second.rows.snapshot.key:
                return first, second
        raise Busy("Incidents come in faster than they can be counted; try again in a moment.")

    def _addresses(self, before: PlanInUse, after: PlanInUse) -> Report:
        import shapely

        from mapsvc.analysis.crosswalk import crosswalk_addresses

        buildings = [site for site in self._stage.store.list_sites(("building",)) if not site.geometry.is_empty]
        inner = shapely.point_on_surface(np.array([site.geometry for site in buildings], dtype=object))
        lon, lat = shapely.get_x(inner), shapely.get_y(inner)
        households = np.array([site.households for site in buildings], dtype=np.int64)
        first, second = (plan.index.locate(lon, lat).astype(np.int64) for plan in (before, after))
        return crosswalk_addresses(before.plan, after.plan, first, second, households)


def _grids_of_both(first: Scene, second: Scene) -> tuple[IntArray, IntArray]:
    """Grids under both plans; sensitive matters have none under a draft, and so go from nowhere to nowhere."""
    from mapsvc.analysis.crosswalk import UNLOCATED

    before, after = _grids(first), _grids(second)
    if first.plan.is_draft or second.plan.is_draft:
        before[first.sensitive] = after[first.sensitive] = UNLOCATED
    return before, after


def _grids(scene: Scene) -> IntArray:
    from mapsvc.analysis.crosswalk import UNLOCATED

    grid = scene.located.grid.astype(np.int64)
    no_point = ~np.isfinite(scene.columns.lon) & (grid < 0)
    return np.where(no_point, UNLOCATED, grid)
