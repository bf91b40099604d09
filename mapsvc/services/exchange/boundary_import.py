"""Boundary import: file -> grids -> findings -> mended or accepted -> plan, published only without open findings."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mapsvc.errors import BadInput
from mapsvc.model.community import Community
from mapsvc.model.finding import Finding, Rule
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.ports import Clock, FileReader, Progress, Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.exchange.boundary_check import BoundaryCheck, checked, read_boundaries
from mapsvc.services.exchange.boundary_mend import heal_boundaries, join_parts
from mapsvc.services.exchange.relocate import declare, relocate
from mapsvc.services.exchange.today import today, today_of

MOST_FIX_M = 1000.0
"""A gap wider than this is a missing grid, not a slip of the pen."""
NOT_ACCEPTABLE = frozenset({Rule.INVALID_RING, Rule.DUPLICATE_CODE, Rule.EMPTY_GEOMETRY})
"""What no reason excuses: such a grid has no inside, or no name of its own. Rings are mended with a tolerance of 0."""


@dataclass(frozen=True, slots=True)
class BoundaryImport:
    """The stored plan. findings: all of them, also the accepted; relocated: incidents that got its grids.

    healed: findings of the repairs alone; next_step: what to do when the plan stayed a draft, else "". crs and
    encoding: as the file was read.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    healed: tuple[Finding, ...]
    published: bool
    relocated: int
    next_step: str = ""
    crs: str = ""
    encoding: str = ""


def import_boundaries(
    store: Store,
    reader: FileReader,
    clock: Clock,
    path: Path,
    *,
    crs: str | None,
    code: str | None,
    name: str | None,
    name_zh: str | None,
    frame: Path | None,
    fix_m: float | None,
    accept: str | None,
    plan_name: str | None,
    valid_from: date | None,
    community: Community | None,
    post: str,
    progress: Progress,
) -> BoundaryImport:
    """Import a plan; it is published when no finding is left open, else kept as a draft.

    fix_m: heal up to this width in metres (0 = rings only), None = repair nothing. accept: the reason under which
    the findings that remain are kept on purpose. community: what the store serves from now on, None = as before.
    Raises BadFile, CrsUnknown, BadInput; then nothing is stored.
    """
    progress("reading", 0, None)
    if fix_m is not None and not 0.0 <= fix_m <= MOST_FIX_M:
        raise BadInput(f"Healing takes a width from 0 to {MOST_FIX_M:g} m, not {fix_m:g}.", field="fix")
    read = read_boundaries(reader, path, crs=crs, code=code, name=name, name_zh=name_zh, frame=frame)
    read, healed = _mended(read, fix_m, has_frame=frame is not None, progress=progress)
    plan = Plan(
        id=uuid.uuid4().hex,
        name=(plan_name or path.stem).strip()[:200],
        frame=read.frame,
        working_epsg=read.working_epsg,
        grids=_with_ids(store, read.grids),
        valid_from=valid_from or today_of(community or store.find_community(), clock),
        source=f"{path.name}, read in {read.crs}",
        findings=(*healed, *(_accept(finding, accept) for finding in read.findings)),
    )
    progress("storing", 0, None)
    kept = _keep(store, clock, plan, post)
    if community is not None and community != store.find_community():
        store.put_community(community, at=clock.now(), post=post)
    return BoundaryImport(
        plan=kept,
        findings=kept.findings,
        healed=healed,
        published=kept.status is PlanStatus.PUBLISHED,
        relocated=_relocate(store, clock, kept, post, progress),
        next_step=_next_step(kept),
        crs=read.crs,
        encoding=read.encoding,
    )


def _mended(
    read: BoundaryCheck, fix_m: float | None, *, has_frame: bool, progress: Progress
) -> tuple[BoundaryCheck, tuple[Finding, ...]]:
    """The grids with what was asked mended and the rest checked, and the findings of the repairs."""
    healed: tuple[Finding, ...] = ()
    if fix_m is not None:
        progress("healing", 0, len(read.grids))
        read, joined = join_parts(read)
        read, mended = heal_boundaries(read, fix_m, has_frame=has_frame)
        healed = joined + mended
    progress("checking", 0, len(read.grids))
    return checked(read), healed


def _keep(store: Store, clock: Clock, plan: Plan, post: str) -> Plan:
    """The plan as stored: an edition if nothing is open, else a draft."""
    status = PlanStatus.DRAFT if plan.open_findings else PlanStatus.PUBLISHED
    store.put_plan(replace(plan, status=status), at=clock.now(), post=post)
    return store.get_plan(plan.id)


def _relocate(store: Store, clock: Clock, plan: Plan, post: str, progress: Progress) -> int:
    """Move the incidents to the grids of an edition that is in force today; how many moved."""
    head = store.find_plan_on(today(store, clock))
    if head is None or not store.count_incidents():
        return 0
    if head.id != plan.id:
        if plan.status is PlanStatus.PUBLISHED:
            declare(store, head.id, at=clock.now(), post=post)
        return 0
    return relocate(store, clock, Assigner(plan), post=post, progress=progress)


def _accept(finding: Finding, reason: str | None) -> Finding:
    reason = (reason or "").strip()[:500]
    return finding.accept(reason) if reason and finding.is_open and finding.rule not in NOT_ACCEPTABLE else finding


def _with_ids(store: Store, grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """Ids: the one the code had in the newest plan that knows it, else a new one."""
    known: dict[str, str] = {}
    wanted = {grid.code for grid in grids}
    for head in store.list_plans():
        if wanted <= known.keys():
            break
        if head.status in (PlanStatus.PUBLISHED, PlanStatus.RETIRED):
            for grid in store.get_plan(head.id).grids:
                known.setdefault(grid.code, grid.id)
    used: set[str] = set()
    made = []
    for grid in grids:
        own = known.get(grid.code, "")
        # equal codes in one file are a finding; they still need ids of their own
        own = own if own and own not in used else uuid.uuid4().hex
        used.add(own)
        made.append(replace(grid, id=own))
    return tuple(made)


def _next_step(plan: Plan) -> str:
    rules = {finding.rule for finding in plan.open_findings}
    if not rules:
        return ""
    if rules & {Rule.DUPLICATE_CODE, Rule.EMPTY_GEOMETRY}:
        return (
            "A code is used twice, or a feature has no area: correct the file, or give another --code column. "
            "--fix 0 joins features of the same code and name into one grid."
        )
    if Rule.INVALID_RING in rules:
        return "Mend the rings first: import again with --fix 0 (rings only) or --fix METRES (gaps and overlaps too)."
    return "Mend the findings with --fix METRES, or keep them on purpose with --accept REASON, and import again."
