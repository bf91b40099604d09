"""CASE of the HTTP contract: an incident in motion as this actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mapsvc.casework.duplicates import Duplicate
from mapsvc.casework.flow_json import tell_reasons
from mapsvc.casework.permit import allowed_steps
from mapsvc.casework.rules import HOUR_S, Rules
from mapsvc.casework.undo import may_undo
from mapsvc.model.account import Actor
from mapsvc.model.case import Call, Case, Photo
from mapsvc.model.event import Event
from mapsvc.model.flow import Transition
from mapsvc.model.incident import Incident
from mapsvc.model.limit import Limit, Unit
from mapsvc.model.place import Share
from mapsvc.services.cases.advice import name_of, shares_of
from mapsvc.services.cases.history import find_undoable
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.registers import Registers
from mapsvc.services.view.point import line_at, shares_at


def tell_steps(case: Case, rules: Rules, actor: Actor) -> list[dict[str, Any]]:
    """Steps and acts that this actor may take now."""
    if case.incident.merged_into:
        return []
    return [_step(row) for row in allowed_steps(case, rules.flow.steps_from(case.incident.status), actor)]


def _step(row: Transition) -> dict[str, Any]:
    return {
        "name": row.name,
        "to": row.target.value,
        "title": row.title,
        "title_zh": row.title_zh,
        "needs": [need.value for need in row.needs],
        "reasons": tell_reasons(row.reasons),
    }


def tell_calls(calls: Sequence[Call], registers: Registers, tz: str) -> list[dict[str, Any]]:
    """Calls in order of calling, dropped ones too."""
    told = []
    for call in calls:
        name, name_zh = name_of(call.target, registers)
        named = {"target": call.target, "name": name, "name_zh": name_zh, "lead": call.lead, "whistle": call.whistle}
        times = ("called_at", "taken_at", "arrived_at", "done_at", "dropped_at")
        told.append(named | {time: iso(getattr(call, time), tz) for time in times})
    return told


def tell_limit(incident: Incident, rules: Rules, now: int) -> dict[str, Any]:
    """Seconds to take it and to close it, working ones where `working`; left_s: on the clock, or where it stopped."""
    limit = rules.limit(incident.task_type, incident.level)
    left = incident.left_s
    if incident.due_at is not None and incident.dispatched_at is not None and incident.closed_at is None:
        left = rules.left_s(incident.task_type, incident.level, incident.due_at, now)
    return {
        "sign_s": seconds_of(limit.sign, limit, rules),
        "resolve_s": seconds_of(limit.resolve, limit, rules),
        "working": limit.is_working,
        "left_s": left,
    }


def seconds_of(count: float | None, limit: Limit, rules: Rules) -> int | None:
    """A count of the limit's unit in seconds; a working day is as long as its hours of work."""
    if count is None:
        return None
    if limit.unit is Unit.WORKING_DAYS:
        return round(count) * 60 * sum(end - begin for begin, end in rules.calendar.hours)
    return round(count * HOUR_S)


def tell_line(incident: Incident, plan: PlanInUse) -> dict[str, Any] | None:
    """The nearest line and the grid beyond it (None = outside); None while unlocated or without lines."""
    lon, lat = incident.place.lon, incident.place.lat
    if lon is None or lat is None:
        return None
    return line_at(plan, lon, lat, plan.number_of.get(incident.grid_code, -1))


def tell_shares(incident: Incident, plan: PlanInUse) -> list[dict[str, Any]]:
    """Grids it may lie in, likeliest first; outside the plan has the code "".

    Those of a matter near a line are stored; of one whose grid counts as certain they are worked out here, so that
    nobody reads 100 % where it is 93.
    """
    return [{"grid": share.grid_code, "share": round(share.share, 4)} for share in _shares(incident, plan)]


def _shares(incident: Incident, plan: PlanInUse) -> Sequence[Share]:
    place, number = incident.place, plan.number_of.get(incident.grid_code)
    if incident.shares or place.lon is None or place.lat is None or number is None:
        return incident.shares or shares_of(incident)
    return shares_at(plan, place.lon, place.lat, number, place.accuracy_m)


def tell_departments(registers: Registers) -> list[dict[str, Any]]:
    """All departments in code order: a whistle may call any of them."""
    return [
        {"target": f"department:{code}", "name": one.name, "name_zh": one.name_zh}
        for code, one in sorted(registers.departments.items())
    ]


def tell_photos(photos: Sequence[Photo]) -> list[dict[str, Any]]:
    """Facts of the pictures."""
    return [{"id": photo.id, "width_px": photo.width_px, "height_px": photo.height_px} for photo in photos]


def tell_duplicates(found: Sequence[Duplicate], incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """Suggestions, best first; those that are no longer stored are left out."""
    known = {incident.id: incident for incident in incidents}
    told = []
    for one in found:
        other = known.get(f"i{one.fid}")
        if other is not None and not other.sensitive:
            told.append(
                {
                    "id": other.id,
                    "title": other.title,
                    "type": other.task_type,
                    "distance_m": one.distance_m,
                    "minutes": one.minutes,
                    "score": one.score,
                    "status": other.status.value,
                }
            )
    return told


def tell_undo(case: Case, events: Sequence[Event], rules: Rules, actor: Actor, now: int) -> dict[str, Any] | None:
    """Until when this actor can take the last step back; None where it cannot."""
    found = find_undoable(events, rules.flow, now)
    if found is None or not may_undo(case, found.event, actor):
        return None
    return {"until": iso(found.until, rules.tz), "seq": found.event.seq}
