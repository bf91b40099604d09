"""Permit: who may take which step of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mapsvc.errors import Forbidden
from mapsvc.model.account import Actor, Right, Role
from mapsvc.model.case import Call, Case
from mapsvc.model.flow import Transition, Who

LEAD_STEPS = frozenset({"take", "return", "resolve"})
"""Steps that move the whole matter: one body answers for it, so only the leading call takes them."""


def called(case: Case, actor: Actor, *, lead: bool = False) -> tuple[Call, ...]:
    """Open calls that reach this actor; lead: the leading one only."""
    return tuple(call for call in case.open_calls if call.target in actor.targets and (call.lead or not lead))


def acts_here(case: Case, actor: Actor, right: Right) -> bool:
    """Whether the actor has the right where the incident is: in its grid, or in one it may well lie in."""
    incident = case.incident
    codes = {incident.grid_code, *(share.grid_code for share in incident.shares if share.grid_code)}
    return any(actor.may(right, code) for code in codes)


def _is_dispatcher(case: Case, actor: Actor, name: str) -> bool:
    return acts_here(case, actor, Right.DISPATCH)


def _is_worker(case: Case, actor: Actor, name: str) -> bool:
    reached = bool(called(case, actor)) and actor.may(Right.HANDLE)
    return acts_here(case, actor, Right.HANDLE) or reached


def _is_handler(case: Case, actor: Actor, name: str) -> bool:
    return actor.may(Right.HANDLE) and bool(called(case, actor, lead=name in LEAD_STEPS))


_IS: Mapping[Who, Callable[[Case, Actor, str], bool]] = {
    Who.DISPATCHER: _is_dispatcher,
    Who.WORKER: _is_worker,
    Who.HANDLER: _is_handler,
}
_NAMED = {
    Who.DISPATCHER: "the centre of its grid",
    Who.WORKER: "a worker of its grid",
    Who.HANDLER: "the post or department called to it",
}


def may_take(case: Case, row: Transition, actor: Actor) -> bool:
    """Whether this actor may take this step of this case."""
    if actor.role is Role.ADMIN and not actor.grid_codes:
        return True
    return any(_IS[who](case, actor, row.name) for who in row.who)


def check_may(case: Case, row: Transition, actor: Actor) -> None:
    """Raise Forbidden, saying who may, unless this actor may take the step."""
    if may_take(case, row, actor):
        return
    who = " or ".join(_NAMED[one] for one in row.who)
    right = Right.DISPATCH if tuple(row.who) == (Who.DISPATCHER,) and Right.DISPATCH not in actor.rights else ""
    raise Forbidden(f'"{row.name}" is a step of {who or "nobody"}.', right=right)


def allowed_steps(case: Case, rows: Sequence[Transition], actor: Actor) -> tuple[Transition, ...]:
    """The rows that this actor may take now."""
    return tuple(row for row in rows if may_take(case, row, actor))
