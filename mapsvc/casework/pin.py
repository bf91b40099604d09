"""Pin: an incident gets another place; where that is another grid, its calls follow, with reason and history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mapsvc.casework.apply import differing, tell_calls, tell_fields, value_of
from mapsvc.casework.permit import acts_here, called
from mapsvc.errors import BadInput, Conflict, Forbidden
from mapsvc.model.account import Actor, Right
from mapsvc.model.case import Call, Case, Change
from mapsvc.model.incident import Certainty, Status
from mapsvc.model.place import Method, Share

MOVED = "incident.moved"


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where it is now. lon, lat: WGS 84; datum, given: as it was said; the rest as `scene.placing` found it."""

    lon: float
    lat: float
    datum: str
    given: tuple[float, float] | None
    accuracy_m: float | None
    grid_code: str
    certainty: Certainty
    grid_share: float
    shares: tuple[Share, ...]


def may_move(case: Case, actor: Actor) -> bool:
    """Whether this actor may move the pin: who may handle it in its grid, or is called to it."""
    return acts_here(case, actor, Right.HANDLE) or (actor.may(Right.HANDLE) and bool(called(case, actor)))


def check_move(case: Case, actor: Actor, reason: str) -> None:
    """Raise Forbidden, Conflict or BadInput unless this actor may move the pin now."""
    if not may_move(case, actor):
        right = "" if actor.may(Right.HANDLE) else Right.HANDLE.value
        raise Forbidden("A pin is moved by who handles matters of its grid, or is called to it.", right=right)
    if case.incident.status in (Status.VOIDED, Status.REJECTED):
        raise Conflict("This incident is void: its place stays as it was.")
    if not reason:
        raise BadInput("Say why the place is another one.", field="reason")


def decide_move(
    case: Case, to: NewPlace, old_posts: Collection[str], new_targets: Mapping[str, str], reason: str, now: int
) -> Change:
    """The change of place.

    old_posts: targets that serve the old grid and not the new one; new_targets: who takes over from which of them.
    Open calls of the old ones are taken back and made anew for the new ones; those with nobody to take over stay.
    """
    incident = case.incident
    fields: dict[str, Any] = {
        "lon": to.lon,
        "lat": to.lat,
        "datum": to.datum,
        "given": to.given,
        "accuracy_m": to.accuracy_m,
        "method": Method.MAP_CLICK,
        "precision": "",
        "grid_code": to.grid_code,
        "certainty": to.certainty,
        "grid_share": to.grid_share,
        "shares": to.shares,
    }
    routed = [call for call in case.open_calls if call.target in old_posts and call.target in new_targets]
    calls = _reroute(case.calls, routed, new_targets, now) if routed else None
    if any(call.lead for call in routed) and incident.status is Status.HANDLING:
        # The one that leads now has not taken it yet.
        fields["status"] = Status.DISPATCHED
    changed = differing(incident, fields)
    data: dict[str, Any] = {
        "step": "place",
        "from": incident.status.value,
        "reason": reason,
        "grids": [incident.grid_code, to.grid_code],
        "told": [call.target for call in routed],
        "fields": tell_fields(changed),
    }
    if calls is not None:
        data["calls"] = tell_calls(calls)
    was = tell_fields({name: value_of(incident, name) for name in sorted(changed)})
    data["was"] = {"fields": was, "calls": tell_calls(case.calls), "revision": case.revision}
    return Change(incident.id, case.revision, MOVED, changed, calls, data=data)


def _reroute(calls: tuple[Call, ...], routed: list[Call], new_targets: Mapping[str, str], now: int) -> tuple[Call, ...]:
    kept = [replace(call, dropped_at=now) if call in routed else call for call in calls]
    for call in routed:
        target = new_targets[call.target]
        place = next((k for k, one in enumerate(kept) if one.is_open and one.target == target), None)
        if place is None:
            kept.append(Call(target, call.lead, now, whistle=call.whistle))
        else:
            # It is called already: where the old one led, it leads now.
            kept[place] = replace(kept[place], lead=kept[place].lead or call.lead)
    return tuple(kept)
