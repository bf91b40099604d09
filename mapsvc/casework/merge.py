"""Merge: a duplicate is voided into another incident, and taken out again. Both sides keep it in their history."""

from __future__ import annotations

from mapsvc.casework.apply import apply, tell_fields
from mapsvc.casework.permit import acts_here
from mapsvc.casework.rules import Rules
from mapsvc.casework.steps import check_way, decide
from mapsvc.errors import BadInput, Conflict, Forbidden
from mapsvc.model.account import Actor, Right
from mapsvc.model.case import Case, Change
from mapsvc.model.incident import Status
from mapsvc.model.step import Step

JOINED, PARTED, UNMERGED = "incident.joined", "incident.parted", "incident.unmerged"


def decide_merge(case: Case, into: Case, rules: Rules, actor: Actor, now: int) -> tuple[Change, ...]:
    """The duplicate is accepted where nobody did, and voided; the other one is told.

    Raises as `decide`; Conflict where the other one is itself void.
    """
    if into.incident.id == case.incident.id:
        raise BadInput("An incident does not repeat itself.", field="into")
    way = ("accept",) if case.incident.status is Status.REPORTED else ()
    check_way(case, rules.flow, way, actor, last="merge")
    if into.incident.merged_into or into.incident.status in (Status.VOIDED, Status.REJECTED):
        raise Conflict(f"{into.incident.id} is void itself: take the incident that stands.")
    changes: list[Change] = []
    state = case
    for name in way:
        changes += decide(state, Step(name), rules, actor, now)
        state = apply(state, changes[-1])
    changes += decide(state, Step("merge", into=into.incident.id), rules, actor, now)
    joined = Change(into.incident.id, into.revision, JOINED, data={"other": case.incident.id})
    return (*changes, joined)


def decide_unmerge(case: Case, into: Case | None, actor: Actor) -> tuple[Change, ...]:
    """The duplicate stands for itself again, accepted; the other one (None: not stored any more) is told.

    Raises Conflict, Forbidden.
    """
    incident = case.incident
    if not incident.merged_into:
        raise Conflict("This incident is not merged into another one.")
    if not acts_here(case, actor, Right.DISPATCH):
        right = "" if actor.may(Right.DISPATCH) else Right.DISPATCH.value
        raise Forbidden("Taking a duplicate out again is a step of the centre of its grid.", right=right)
    fields = {"status": Status.ACCEPTED, "merged_into": "", "closed_at": None}
    data = {
        "step": "unmerge",
        "from": incident.status.value,
        "fields": tell_fields(fields),
        "other": incident.merged_into,
    }
    changes = [Change(incident.id, case.revision, UNMERGED, fields, data=data)]
    if into is not None:
        changes.append(Change(into.incident.id, into.revision, PARTED, data={"other": incident.id}))
    return tuple(changes)
