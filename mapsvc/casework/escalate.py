"""Escalation: who is called when nobody takes a matter in time: the next rung of a ladder that is data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.casework.apply import tell_calls
from mapsvc.casework.rules import Rules
from mapsvc.errors import BadInput
from mapsvc.model.case import Call, Case, Change
from mapsvc.model.incident import Status
from mapsvc.model.post import Post

MOST_RUNGS = 10
ESCALATED = "incident.escalated"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: posts of these roles that serve the incident's grid, and these targets."""

    roles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


DEFAULT_LADDER = (
    Rung(("grid_chief",)),
    Rung(("community_centre",), ("department:community_centre",)),
    Rung(("street_office",), ("department:street_office",)),
)
"""Handle at the lowest rung: the grid's chief, the community's centre, the street office."""


def read_ladder(value: Any) -> tuple[Rung, ...]:
    """The ladder of a setting `{"rungs": [{"roles": [], "targets": []}]}`. Raises BadInput naming the member."""
    rungs = value.get("rungs") if isinstance(value, dict) else None
    if rungs is None or set(value) != {"rungs"} or not isinstance(rungs, list) or len(rungs) > MOST_RUNGS:
        raise BadInput(f"rungs is a list of at most {MOST_RUNGS} rungs.", field="rungs")
    return tuple(_rung(one, f"rungs[{number}]") for number, one in enumerate(rungs))


def write_ladder(ladder: Sequence[Rung]) -> dict[str, Any]:
    """The ladder as `read_ladder` takes it."""
    return {"rungs": [{"roles": list(rung.roles), "targets": list(rung.targets)} for rung in ladder]}


def _rung(given: Any, where: str) -> Rung:
    if not isinstance(given, dict) or not given or not set(given) <= {"roles", "targets"}:
        raise BadInput("A rung has roles, targets or both.", field=where)
    for name, values in given.items():
        if not isinstance(values, list) or not all(isinstance(one, str) and 0 < len(one) <= 80 for one in values):
            raise BadInput(f"{name} is a list of short texts.", field=f"{where}.{name}")
    for target in given.get("targets", ()):
        if target.partition(":")[0] not in ("post", "department") or not target.partition(":")[2]:
            raise BadInput('A target is "post:CODE" or "department:CODE".', field=f"{where}.targets")
    return Rung(tuple(given.get("roles", ())), tuple(given.get("targets", ())))


def sign_due(case: Case, rules: Rules) -> int | None:
    """When somebody must have taken the matter, counted from the newest open call; None where nothing is awaited."""
    calls = case.open_calls
    incident = case.incident
    if incident.status is not Status.DISPATCHED or not calls or any(call.taken_at is not None for call in calls):
        return None
    return rules.sign_at(incident.task_type, incident.level, max(call.called_at for call in calls))


def escalate(
    case: Case, rules: Rules, posts: Sequence[Post], targets: Sequence[str], ladder: Sequence[Rung], now: int
) -> Change | None:
    """The change that calls the next rung, None where it is not time or the ladder has no further rung.

    targets: all that can be called ("department:CODE"); a rung nobody stands on is stepped over. The first calls stay:
    they may still take it.
    """
    due = sign_due(case, rules)
    if due is None or due > now:
        return None
    called = {call.target for call in case.calls}
    standing = [_called_by(rung, posts, targets, case.incident.grid_code) for rung in ladder]
    reached = max((number for number, names in enumerate(standing) if called & set(names)), default=-1)
    for number in range(reached + 1, len(standing)):
        new = [name for name in standing[number] if name not in called]
        if new:
            calls = (*case.calls, *(Call(name, lead=False, called_at=now) for name in new))
            told = {"rung": number + 1, "targets": new, "due_at": due, "calls": tell_calls(calls)}
            return Change(case.incident.id, case.revision, ESCALATED, calls=calls, data=told)
    return None


def _called_by(rung: Rung, posts: Sequence[Post], targets: Sequence[str], grid: str) -> list[str]:
    """The targets that stand on a rung for this grid. A post without grids serves all of them."""
    named = [
        f"post:{post.code}"
        for post in posts
        if post.role in rung.roles and post.strength > 0 and (not post.grid_codes or grid in post.grid_codes)
    ]
    known = {f"post:{post.code}" for post in posts} | set(targets)
    return [*named, *(name for name in rung.targets if name in known and name not in named)]
