"""Steps: what one step does to one case, decided without I/O, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mapsvc.casework.apply import apply, tell_calls, tell_fields, value_of
from mapsvc.casework.effects import Asked, effect
from mapsvc.casework.permit import allowed_steps, check_may
from mapsvc.casework.rules import Rules
from mapsvc.casework.wants import check_wants
from mapsvc.errors import IllegalStep
from mapsvc.model.account import Actor
from mapsvc.model.case import Case, Change
from mapsvc.model.flow import ACTS, TARGET_OF, Flow, joined
from mapsvc.model.incident import Status
from mapsvc.model.step import Step

KINDS: Mapping[str, str] = {
    "accept": "incident.accepted",
    "reject": "incident.rejected",
    "fast_close": "incident.closed",
    "file": "incident.filed",
    "merge": "incident.merged",
    "dispatch": "incident.dispatched",
    "take": "incident.taken",
    "return": "incident.returned",
    "resolve": "incident.resolved",
    "extend": "incident.extended",
    "suspend": "incident.suspended",
    "resume": "incident.resumed",
    "verify_ok": "incident.verified",
    "verify_fail": "incident.failed",
    "close": "incident.closed",
    "reopen": "incident.reopened",
    "urge": "incident.urged",
    "arrive": "incident.arrived",
    "feedback": "incident.feedback",
    "visit": "incident.visited",
}
"""Step -> kind of its event."""
HEARD = frozenset({"incident.feedback", "incident.visited"})
_WAYS: Mapping[Status, tuple[str, ...]] = {Status.REPORTED: ("accept", "file"), Status.ACCEPTED: ("file",)}
"""Steps that one button takes before a dispatch."""


def decide(case: Case, step: Step, rules: Rules, actor: Actor, now: int, *, heard: bool = False) -> tuple[Change, ...]:
    """The change that a step makes, as one entry. heard: see `check_wants`.

    Raises IllegalStep with the steps this actor may take from here, Forbidden, BadInput naming the member.
    """
    status = case.incident.status
    row = rules.flow.find(status, step.name)
    if row is None:
        allowed = allowed_steps(case, rules.flow.steps_from(status), actor)
        names = [one.name for one in allowed]
        raise IllegalStep(
            f'There is no step "{step.name[:40]}" from {status.value}; you can take: {joined(names)}.', allowed=names
        )
    check_may(case, row, actor)
    check_wants(case, step, row, rules, now, heard=heard)
    fields, calls = effect(Asked(case, step, row, rules, actor, now))
    # Whether it is hidden is always stored: the case may be so by its type alone, which changes just now.
    kept = {name for name, value in fields.items() if name == "sensitive" or value != value_of(case.incident, name)}
    changed = {name: value for name, value in fields.items() if name in kept}
    change = Change(case.incident.id, case.revision, KINDS[step.name], changed, calls)
    return (replace(change, data=told(case, change, step, status, undo=step.name not in ACTS)),)


def decide_dispatch(case: Case, step: Step, rules: Rules, actor: Actor, now: int) -> tuple[Change, ...]:
    """Everything that leads from reported, accepted, filed or rework to dispatched, change upon change.

    Undoing the last one takes back all of them. Raises as `decide`.
    """
    way = _WAYS.get(case.incident.status, ())
    check_way(case, rules.flow, way, actor)
    changes: list[Change] = []
    state = case
    for name in way:
        changes += decide(state, Step(name), rules, actor, now)
        state = apply(state, changes[-1])
    (last,) = decide(state, step, rules, actor, now)
    if way:
        whole = {"fields": _was(case, [*changes, last]), "calls": tell_calls(case.calls), "revision": case.revision}
        last = replace(last, data={**last.data, "was": whole})
        changes = [replace(one, data={k: v for k, v in one.data.items() if k != "was"}) for one in changes]
    return (*changes, last)


def check_way(case: Case, flow: Flow, way: tuple[str, ...], actor: Actor, last: str = "dispatch") -> None:
    """Raise IllegalStep naming this state where the steps of `way` and `last` do not lead through."""
    status: Status | None = case.incident.status
    for name in (*way, last):
        row = None if status is None else flow.find(status, name)
        status = None if row is None else (TARGET_OF[name] or row.source)
    if status is None:
        held = case.incident.status
        names = [row.name for row in allowed_steps(case, flow.steps_from(held), actor)]
        raise IllegalStep(f"No way leads from {held.value} to {last}; you can take: {joined(names)}.", allowed=names)


def told(case: Case, change: Change, step: Step, source: Status, *, undo: bool) -> dict[str, Any]:
    """The event's data: what a history shows, what a replay needs, and, where it can be undone, what was before."""
    data: dict[str, Any] = {"step": step.name, "from": source.value, "fields": tell_fields(change.fields)}
    data |= {name: value for name, value in (("reason", step.reason), ("note", step.note)) if value}
    if step.photos:
        data["photos"] = list(step.photos)
    if step.target:
        data["target"] = step.target
    if change.calls is not None:
        data["calls"] = tell_calls(change.calls)
    if undo:
        data["was"] = {"fields": _was(case, [change]), "calls": tell_calls(case.calls), "revision": case.revision}
    return data


def _was(case: Case, changes: list[Change]) -> dict[str, Any]:
    names = {name for change in changes for name in change.fields}
    return tell_fields({name: value_of(case.incident, name) for name in sorted(names)})
