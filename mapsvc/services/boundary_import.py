"""Boundary import: file -> grids -> findings -> mended or accepted -> plan, published only without open findings."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.ports import BoundaryFile, Clock, FileReader, Progress, Store
from mapsvc.services.assigner import Assigner
from mapsvc.services.relocate import relocate
from mapsvc.services.today import today

NOT_ACCEPTABLE = frozenset({Rule.INVALID_RING, Rule.DUPLICATE_CODE, Rule.EMPTY_GEOMETRY})
"""What no reason excuses: such a grid has no inside, or no name of its own. Rings are mended with a tolerance of 0."""


@dataclass(frozen=True, slots=True)
class BoundaryCheck:
    """A file and what is wrong with it; nothing is stored.

    grids: in code order, areas measured; features: their numbers in the file; crs and encoding: as read.
    """

    grids: tuple[Grid, ...]
    features: tuple[int, ...]
    findings: tuple[Finding, ...]
    frame: Any
    working_epsg: int
    crs: str
    encoding: str
    source: str


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


def check_boundaries(
    reader: FileReader,
    path: Path,
    *,
    crs: str | None,
    code: str | None,
    name: str | None,
    name_zh: str | None,
    frame: Path | None,
) -> BoundaryCheck:
    """Read a file and check its partition. Raises BadFile, CrsUnknown."""
    from mapsvc.geo.crs import working_epsg
    from mapsvc.geo.topology import check_partition

    file = reader.read_boundaries(path, crs=crs, code=code, name=name, name_zh=name_zh)
    grids, features = _sorted(file)
    outline = _read_frame(reader, frame, crs) if frame else _default_frame(path, grids)
    epsg = working_epsg(*outline.bounds)
    measured = _measured(grids, epsg)
    findings = check_partition(measured, outline, epsg, features=features)
    return BoundaryCheck(measured, features, findings, outline, epsg, file.crs, file.encoding, path.name)


def _sorted(file: BoundaryFile) -> tuple[tuple[Grid, ...], tuple[int, ...]]:
    """Grids in code order, equal codes in file order, with their feature numbers."""
    numbers = file.features or tuple(range(1, len(file.grids) + 1))
    order = sorted(range(len(file.grids)), key=lambda place: (file.grids[place].code, place))
    return tuple(file.grids[place] for place in order), tuple(numbers[place] for place in order)


def _read_frame(reader: FileReader, path: Path, crs: str | None) -> Any:
    """The union of all polygons of a frame file; its CRS is the one stated for the grids, unless it says another."""
    try:
        file = reader.read_boundaries(path, crs=crs, code=None, name=None)
    except CrsUnknown:
        file = reader.read_boundaries(path, crs=None, code=None, name=None)
    for number, grid in zip(file.features, file.grids, strict=True):
        if not grid.polygon.is_valid:
            reason = shapely.is_valid_reason(grid.polygon)
            raise BadFile(f"The frame is not valid: {reason}.", file=path.name, where=f"feature {number}")
    frame = shapely.union_all([grid.polygon for grid in file.grids])
    if frame.is_empty:
        raise BadFile("The frame is empty.", file=path.name)
    return frame


def _default_frame(path: Path, grids: Sequence[Grid]) -> Any:
    from mapsvc.geo.topology import default_frame

    frame = default_frame(grids)
    if frame is None or frame.is_empty:
        raise BadFile("No feature of the file has an area.", file=path.name)
    return frame


def _measured(grids: Sequence[Grid], epsg: int) -> tuple[Grid, ...]:
    from mapsvc.geo.measure import area_m2

    areas = area_m2([grid.polygon for grid in grids], epsg)
    return tuple(replace(grid, area_m2=float(area)) for grid, area in zip(grids, areas, strict=True))


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
    post: str,
    progress: Progress,
) -> BoundaryImport:
    """Import a plan; it is published when no finding is left open, else kept as a draft.

    fix_m: heal up to this width in metres (0 = rings only), None = repair nothing. accept: the reason under which
    the findings that remain are kept on purpose. Raises BadFile, CrsUnknown; then nothing is stored.
    """
    progress("reading", 0, None)
    checked = check_boundaries(reader, path, crs=crs, code=code, name=name, name_zh=name_zh, frame=frame)
    healed: tuple[Finding, ...] = ()
    if fix_m is not None:
        progress("healing", 0, len(checked.grids))
        checked, joined = join_parts(checked)
        checked, mended = _heal(checked, fix_m, has_frame=frame is not None)
        healed = joined + mended
    findings = (*healed, *(_accept(finding, accept) for finding in checked.findings))
    plan = Plan(
        id=uuid.uuid4().hex,
        name=(plan_name or path.stem).strip()[:200],
        frame=checked.frame,
        working_epsg=checked.working_epsg,
        grids=_with_ids(store, checked.grids),
        valid_from=valid_from or today(store, clock),
        source=f"{path.name}, read in {checked.crs}",
        findings=findings,
    )
    published = not plan.open_findings
    plan = replace(plan, status=PlanStatus.PUBLISHED if published else PlanStatus.DRAFT)
    progress("storing", 0, None)
    store.put_plan(plan, at=clock.now(), post=post)
    stored = store.get_plan(plan.id)
    relocated = 0
    head = store.find_plan_on(today(store, clock))
    if published and head is not None and head.id == plan.id and store.count_incidents():
        relocated = relocate(store, clock, Assigner(stored), post=post, progress=progress)
    return BoundaryImport(
        plan=stored,
        findings=findings,
        healed=healed,
        published=published,
        relocated=relocated,
        next_step="" if published else _next_step(plan),
        crs=checked.crs,
        encoding=checked.encoding,
    )


def join_parts(checked: BoundaryCheck) -> tuple[BoundaryCheck, tuple[Finding, ...]]:
    """Features of the same code and name as one grid of several parts, each joint a finding.

    Cities publish the parts of a beat that lies apart as features of their own. Features that share a code but not
    a name stay as they are, and so does their finding.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for place, grid in enumerate(checked.grids):
        groups.setdefault((grid.code, grid.name, grid.name_zh), []).append(place)
    grids, features, findings = [], [], []
    for places in groups.values():
        first, numbers = checked.grids[places[0]], [checked.features[place] for place in places]
        if len(places) > 1:
            parts = [part for place in places for part in shapely.get_parts(checked.grids[place].polygon)]
            # not a union: the parts keep every vertex, and parts that overlap are still found by the checks
            first = replace(first, polygon=MultiPolygon([part for part in parts if not part.is_empty]))
            shown = ", ".join(str(number) for number in numbers)
            message = f"Features {shown} have the code {first.code} and were joined into one grid."
            findings.append(
                Finding(
                    Rule.HEALED, Severity.NOTE, message, first.polygon, float(len(places)), "features", (first.code,)
                )
            )
        grids.append(first)
        features.append(numbers[0])
    return replace(checked, grids=tuple(grids), features=tuple(features)), tuple(findings)


def _heal(checked: BoundaryCheck, fix_m: float, *, has_frame: bool) -> tuple[BoundaryCheck, tuple[Finding, ...]]:
    """The file after healing, checked again, and one finding for each repair."""
    from mapsvc.geo.heal import heal
    from mapsvc.geo.topology import check_partition, default_frame

    healed = heal(checked.grids, checked.frame, checked.working_epsg, fix_m)
    grids = _measured(healed.grids, checked.working_epsg)
    # without a frame file the outline follows the repaired rings, or every repair would leave a gap at the rim
    frame = checked.frame if has_frame else default_frame(grids)
    findings = check_partition(grids, frame, checked.working_epsg, features=checked.features)
    return replace(checked, grids=grids, frame=frame, findings=findings), tuple(healed.findings)


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
    if rules & {Rule.DUPLICATE_CODE, Rule.EMPTY_GEOMETRY}:
        return (
            "A code is used twice, or a feature has no area: correct the file, or give another --code column. "
            "--fix 0 joins features of the same code and name into one grid."
        )
    if Rule.INVALID_RING in rules:
        return "Mend the rings first: import again with --fix 0 (rings only) or --fix METRES (gaps and overlaps too)."
    return "Mend the findings with --fix METRES, or keep them on purpose with --accept REASON, and import again."
