"""Mending: a plan with small gaps and overlaps becomes one that can be redrawn; the repairs are told as findings."""

from __future__ import annotations

from dataclasses import replace

from mapsvc.errors import Refused
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.ids import add_with_free_id

MOST_FIX_M = 50.0


def mended_base(desk: Desk, plan: Plan, fix_m: float, *, post: str) -> str:
    """Id of a stored plan whose gaps and overlaps up to fix_m metres wide are closed.

    Nothing is stored where that is not enough: Refused, with what is left.
    """
    from mapsvc.geo.heal import heal
    from mapsvc.geo.measure import area_m2
    from mapsvc.geo.partition.partition import Partition

    healed = heal(plan.grids, plan.frame, plan.working_epsg, fix_m)
    areas = area_m2([grid.polygon for grid in healed.grids], plan.working_epsg).tolist()
    grids = tuple(replace(grid, area_m2=area) for grid, area in zip(healed.grids, areas, strict=True))
    kept = tuple(finding for finding in plan.findings if finding.accepted)
    mended = replace(
        plan,
        name=f"{plan.name}, mended",
        grids=grids,
        status=PlanStatus.DRAFT,
        valid_from=None,
        valid_to=None,
        parent_id=plan.id,
        source=f"{plan.id}, mended within {fix_m:g} m",
        findings=(*kept, *healed.findings),
    )
    try:
        Partition.of(mended)
    except Refused as refused:
        told = f"After mending within {fix_m:g} m the plan still cannot be redrawn: {refused}"
        raise Refused(told, refused.findings, field="fix_m") from refused

    def add(free: str) -> None:
        desk.store.put_plan(replace(mended, id=free), at=desk.now(), post=post)

    return add_with_free_id(desk.store, f"{plan.id} mended", "mended", add)


def is_mended_from(base: Plan, plan_id: str | None) -> bool:
    """Whether `base` was made by mending the plan with this id."""
    return base.status is PlanStatus.DRAFT and base.parent_id is not None and base.parent_id == plan_id
