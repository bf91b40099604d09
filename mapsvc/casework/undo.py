"""Undo: a compensating change, made from what the last event says was before. Nothing is taken out of the journal."""

from __future__ import annotations

from dataclasses import replace

from mapsvc.casework.apply import differing, hear_calls, hear_fields, tell_calls, tell_fields
from mapsvc.casework.permit import acts_here
from mapsvc.errors import Forbidden
from mapsvc.model.account import Actor, Right
from mapsvc.model.case import Case, Change
from mapsvc.model.event import Event

UNDONE = "incident.undone"


def may_undo(case: Case, event: Event, actor: Actor) -> bool:
    """Whether this actor may take it back: the post that did it, or the centre of the incident's grid."""
    return event.post == actor.code or acts_here(case, actor, Right.DISPATCH)


def decide_undo(case: Case, event: Event, actor: Actor, now: int) -> Change:
    """Fields and calls as they were before `event`, whose data hold `was`; who was called by it is called off.

    Raises Forbidden.
    """
    if not may_undo(case, event, actor):
        raise Forbidden("Only the post that did it, or the centre of its grid, can undo it.")
    before = hear_fields(event.data["was"]["fields"])
    fields = differing(case.incident, before)
    calls = hear_calls(event.data["was"]["calls"])
    # Calls are only ever added behind the others.
    fresh = case.calls[len(calls) :]
    after = (*calls, *(replace(call, dropped_at=now) if call.is_open else call for call in fresh))
    data = {
        "step": "undo",
        "of": event.seq,
        "undone": event.data.get("step", ""),
        "from": case.incident.status.value,
        "fields": tell_fields(fields),
        "calls": tell_calls(after),
    }
    return Change(case.incident.id, case.revision, UNDONE, fields, after, data=data)
