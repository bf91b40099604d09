"""Effects: what each step does to the fields and calls of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mapsvc.casework.permit import called
from mapsvc.casework.rules import HOUR_S, Rules
from mapsvc.errors import BadInput, Forbidden
from mapsvc.model.account import Actor, Right
from mapsvc.model.case import Call, Case
from mapsvc.model.flow import ClockRule, Transition
from mapsvc.model.incident import CLOSED_STATUSES, Status
from mapsvc.model.step import Step

Fields = dict[str, Any]
Calls = tuple[Call, ...] | None
MAX_TARGETS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """One step under way: everything its effect depends on. now: epoch seconds UTC."""

    case: Case
    step: Step
    row: Transition
    rules: Rules
    actor: Actor
    now: int


def effect(asked: Asked) -> tuple[Fields, Calls]:
    """New fields and calls; None = the calls stay. Raises BadInput."""
    fields: Fields = {}
    step, row, incident = asked.step, asked.row, asked.case.incident
    if row.target is not row.source:
        fields["status"] = row.target
        if row.target in CLOSED_STATUSES:
            fields["closed_at"] = asked.now
    if step.level is not None and step.level != incident.level:
        fields["level"] = step.level
    if step.task_type is not None and step.task_type != incident.task_type:
        # A sensitive type hides the place; nothing that was hidden becomes open by a change of its type.
        hides = asked.rules.task_types[step.task_type].sensitive
        fields |= {"task_type": step.task_type, "sensitive": incident.sensitive or hides}
    special = _SPECIAL.get(row.name)
    if special is None:
        return fields, None
    more, calls = special(asked)
    return fields | more, calls


def _kind(asked: Asked) -> tuple[str, int]:
    """Task type and level as they are after the step."""
    incident = asked.case.incident
    return asked.step.task_type or incident.task_type, asked.step.level or incident.level


def _file(asked: Asked) -> tuple[Fields, Calls]:
    if asked.step.due_at is not None:
        return {"due_at": asked.step.due_at}, None
    if asked.step.limit_hours is not None:
        # The clock begins with the dispatch: until then the time granted waits.
        return {"left_s": round(asked.step.limit_hours * HOUR_S)}, None
    return {}, None


def _dispatch(asked: Asked) -> tuple[Fields, Calls]:
    calls = new_calls(asked.case, asked.step, asked.now)
    leaders = [
        call.target.partition(":")[2] for call in calls if call.is_open and call.target.startswith("department:")
    ]
    fields: Fields = {"left_s": None, **_clock(asked)}
    if leaders:
        fields["departments"] = tuple(leaders)
    return fields, calls


def _clock(asked: Asked) -> Fields:
    """dispatched_at and due_at of a dispatch."""
    incident, step, rules, now = asked.case.incident, asked.step, asked.rules, asked.now
    rule = rules.flow.rework_clock if incident.status is Status.REWORK else ClockRule.KEEP
    runs = incident.dispatched_at is not None and rule is ClockRule.KEEP
    began = incident.dispatched_at if runs else now
    if step.due_at is not None:
        return {"dispatched_at": began, "due_at": step.due_at}
    if step.limit_hours is not None:
        return {"dispatched_at": began, "due_at": now + round(step.limit_hours * HOUR_S)}
    if runs and incident.due_at is not None:
        return {"dispatched_at": began, "due_at": incident.due_at}
    if incident.status is Status.FILED and incident.due_at is not None:
        return {"dispatched_at": now, "due_at": incident.due_at}
    if incident.status is Status.FILED and incident.left_s is not None:
        return {"dispatched_at": now, "due_at": now + incident.left_s}
    return {"dispatched_at": now, "due_at": rules.due_at(*_kind(asked), now)}


def new_calls(case: Case, step: Step, now: int) -> tuple[Call, ...]:
    """The calls after a dispatch: open ones are replaced, the named targets are called, one of them leads."""
    targets = tuple(dict.fromkeys(step.targets))
    if not targets:
        raise BadInput("Say who is called: at least one post or department.", field="targets")
    if len(targets) > MAX_TARGETS:
        raise BadInput(f"At most {MAX_TARGETS} can be called at once.", field="targets")
    lead = step.lead or targets[0]
    if lead not in targets:
        raise BadInput("The one that leads is one of those called.", field="lead")
    if step.whistle and len(targets) < 2:
        raise BadInput("A joint call names at least two.", field="targets")
    fresh = (Call(target, target == lead, now, whistle=step.whistle) for target in targets)
    return (*dropped(case.calls, now), *fresh)


def dropped(calls: tuple[Call, ...], now: int) -> tuple[Call, ...]:
    """The calls with the open ones taken back."""
    return tuple(replace(call, dropped_at=now) if call.is_open else call for call in calls)


def _reached(asked: Asked) -> frozenset[str]:
    """Targets that take or arrive by this step: the named one, else the actor's own, else the leading one.

    Raises Forbidden where a post names another one.
    """
    case, step = asked.case, asked.step
    open_targets = {call.target for call in case.open_calls}
    if step.target:
        if step.target not in open_targets:
            raise BadInput("This post or department is not called here.", field="target")
        if step.target not in asked.actor.targets and not asked.actor.may(Right.DISPATCH):
            raise Forbidden("A post speaks for itself; of another one the dispatcher says so.", right=Right.DISPATCH)
        return frozenset({step.target})
    own = frozenset(call.target for call in called(case, asked.actor))
    return own or frozenset(call.target for call in case.open_calls if call.lead)


def _take(asked: Asked) -> tuple[Fields, Calls]:
    reached = _reached(asked)
    return {}, tuple(
        replace(call, taken_at=asked.now) if call.is_open and call.target in reached and not call.taken_at else call
        for call in asked.case.calls
    )


def _arrive(asked: Asked) -> tuple[Fields, Calls]:
    reached = _reached(asked)
    coming = [call for call in asked.case.open_calls if call.target in reached and call.arrived_at is None]
    if not coming:
        raise BadInput("It has arrived already, or nobody is called.", field="target")
    return {}, tuple(
        replace(call, taken_at=call.taken_at or asked.now, arrived_at=asked.now) if call in coming else call
        for call in asked.case.calls
    )


def _return(asked: Asked) -> tuple[Fields, Calls]:
    calls = dropped(asked.case.calls, asked.now)
    if asked.rules.flow.return_clock is ClockRule.RESTART:
        return {"dispatched_at": None, "due_at": None}, calls
    return {}, calls


def _resolve(asked: Asked) -> tuple[Fields, Calls]:
    done = (replace(call, done_at=asked.now) if call.is_open else call for call in asked.case.calls)
    return {}, tuple(done)


def _extend(asked: Asked) -> tuple[Fields, Calls]:
    due_at = asked.case.incident.due_at or asked.now
    if asked.step.due_at is not None:
        return {"due_at": asked.step.due_at}, None
    return {"due_at": asked.rules.run_on(*_kind(asked), round((asked.step.hours or 0) * HOUR_S), due_at)}, None


def _suspend(asked: Asked) -> tuple[Fields, Calls]:
    due_at = asked.case.incident.due_at
    left = None if due_at is None else asked.rules.left_s(*_kind(asked), due_at, asked.now)
    return {"left_s": left, "due_at": None}, None


def _resume(asked: Asked) -> tuple[Fields, Calls]:
    left = asked.case.incident.left_s
    due_at = None if left is None else asked.rules.run_on(*_kind(asked), left, asked.now)
    return {"left_s": None, "due_at": due_at}, None


def _reopen(asked: Asked) -> tuple[Fields, Calls]:
    return {"closed_at": None, "dispatched_at": None, "due_at": None, "left_s": None}, None


def _merge(asked: Asked) -> tuple[Fields, Calls]:
    if not asked.step.into or asked.step.into == asked.case.incident.id:
        raise BadInput("Say which other incident it repeats.", field="into")
    return {"merged_into": asked.step.into}, dropped(asked.case.calls, asked.now)


_SPECIAL: Mapping[str, Callable[[Asked], tuple[Fields, Calls]]] = {
    "file": _file,
    "dispatch": _dispatch,
    "take": _take,
    "arrive": _arrive,
    "return": _return,
    "resolve": _resolve,
    "extend": _extend,
    "suspend": _suspend,
    "resume": _resume,
    "reopen": _reopen,
    "merge": _merge,
}
