"""Advice: everything a recommendation is asked for, gathered; and its answer as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mapsvc.casework.post_table import PostTable, make_table
from mapsvc.casework.recommend import Advice, Candidate, Question, Reason, recommend
from mapsvc.errors import BadInput
from mapsvc.model.case import Case
from mapsvc.model.incident import Incident
from mapsvc.model.place import Share
from mapsvc.model.query import Query
from mapsvc.services.cases.areas import Areas
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.registers import Registers
from mapsvc.services.scene.scene import Stage

POST, DEPARTMENT = "post", "department"


class Advisor:
    """Asks `casework.recommend` about stored incidents."""

    def __init__(self, stage: Stage, areas: Areas) -> None:
        self._stage = stage
        self._areas = areas
        self._tables: Memo[PostTable] = Memo(2)

    def ask(self, case: Case, *, shown: bool = True) -> Advice:
        """Who should go to this incident now. shown: False where the asker may not know more of its place than the
        grid; then nothing of the answer follows from the place."""
        incident = case.incident if shown else _without_place(case.incident)
        marks = self._stage.journal.marks()
        registers, plan = self._stage.registers(marks), self._plan()
        x, y = plane_point(incident, plan)
        shares = shares_of(incident)
        kind = registers.task_types.get(incident.task_type)
        asked = Question(
            x,
            y,
            shares,
            kind.lead_department if kind else "",
            self._stage.clock.now(),
            registers.community.tz,
            neighbours=frozenset(_neighbours(plan, shares)),
            areas=self._areas.holding(incident.place.lon, incident.place.lat),
            loads=self._stage.store.count_open_calls(),
            before=frozenset(call.target for call in case.calls),
            is_sensitive=incident.sensitive,
        )
        key = (marks.registers, plan.plan.working_epsg)
        table = self._tables.get(key, lambda: make_table(registers.posts, plan.plan.working_epsg))
        return recommend(asked, table, registers.departments, registers.weights)

    def _plan(self) -> PlanInUse:
        return self._stage.plan(Query(plan_id=self._stage.store.find_assigned_plan()))


def _without_place(incident: Incident) -> Incident:
    return replace(incident, place=replace(incident.place, lon=None, lat=None), shares=())


def plane_point(incident: Incident, plan: PlanInUse) -> tuple[float | None, float | None]:
    """Metres of the plan's working CRS, None while unlocated."""
    from mapsvc.geo.crs import projector

    lon, lat = incident.place.lon, incident.place.lat
    if lon is None or lat is None:
        return None, None
    x, y = projector(plan.plan.working_epsg).forward(lon, lat)
    return float(x), float(y)


def shares_of(incident: Incident) -> tuple[Share, ...]:
    """Grids it may lie in, likeliest first; the one grid it lies in where that is certain or nobody knows better."""
    named = tuple(share for share in incident.shares if share.grid_code)
    if named:
        return named
    return (Share(incident.grid_code, 1.0),) if incident.grid_code else ()


def _neighbours(plan: PlanInUse, shares: Sequence[Share]) -> set[str]:
    found: set[str] = set()
    for share in shares:
        number = plan.number_of.get(share.grid_code)
        found |= set(plan.neighbours[number]) if number is not None else set()
    return found - {share.grid_code for share in shares}


def tell_advice(advice: Advice, registers: Registers, tz: str) -> dict[str, Any]:
    """`lead` and `candidates` of GET recommend."""
    lead = advice.targets[0] if advice.targets else ""
    told = [_tell(one, one.target in advice.targets, lead, registers, tz) for one in advice.candidates]
    return {"lead": lead, "candidates": told}


def _tell(one: Candidate, chosen: bool, lead: str, registers: Registers, tz: str) -> dict[str, Any]:
    name, name_zh = name_of(one.target, registers)
    post = one.post
    return {
        "target": one.target,
        "name": name,
        "name_zh": name_zh,
        "lead": one.target == lead,
        "recommended": chosen,
        "role": post.role if post else "department",
        "distance_m": None if one.distance_m is None else round(one.distance_m, 1),
        "lon": post.lon if post else None,
        "lat": post.lat if post else None,
        "load": one.load,
        "on_duty": one.on_duty,
        "reasons": [_reason(reason, tz) for reason in one.reasons],
    }


def _reason(reason: Reason, tz: str) -> dict[str, Any]:
    values = dict(reason.values)
    if "until" in values:
        values["until"] = iso(values["until"], tz)
    return {"code": reason.code, "values": values}


def name_of(target: str, registers: Registers) -> tuple[str, str]:
    """Names of a post or department in both languages; its code where nobody knows it any more."""
    kind, _, code = target.partition(":")
    found = registers.departments.get(code) if kind == DEPARTMENT else registers.post_of.get(code)
    return (found.name, found.name_zh) if found else (code, "")


def check_targets(targets: Sequence[str], registers: Registers) -> None:
    """Raise BadInput naming the first target that cannot be called."""
    for k, target in enumerate(targets):
        kind, _, code = target.partition(":")
        field = f"targets[{k}]"
        if kind == DEPARTMENT and code in registers.departments:
            continue
        if kind != POST or code not in registers.post_of:
            raise BadInput(f'There is no post or department "{target[:60]}".', field=field)
        if registers.post_of[code].strength <= 0:
            raise BadInput(f'Nobody stands behind the post "{code}" now.', field=field)
