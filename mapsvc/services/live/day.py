"""One day again: the light of every incident that was open then, from moment to moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from mapsvc.model.event import Event
from mapsvc.model.incident import CLOSED_STATUSES, STATUSES, WAITING_STATUSES, Incident, Status
from mapsvc.model.light import Light
from mapsvc.model.query import Query
from mapsvc.services.scene.interval import iso, midnight
from mapsvc.services.scene.scene import HOUR_S, Scene, Stage

MOST = 5000
"""Incidents of one replay; the newest ones where there are more."""
_PAGE, _MOST_EVENTS = 1000, 200_000
Move = tuple[int, Status, int | None]
"""When (epoch seconds UTC), the state from then on, and its due date."""
_STATES = frozenset(status.value for status in STATUSES)


def replay_day(stage: Stage, day: date) -> dict[str, Any]:
    """`{day, from, to, seq, matched, hidden, incidents: [{id, lon, lat, grid, type, frames: [[epoch, light]]}]}`.

    A frame holds until the next; "closed" = no longer shown. Sensitive and unlocated ones have no place to be shown at
    and are counted as hidden.
    """
    scene = stage.scene(Query())
    start, end = midnight(day, scene.tz), midnight(day + timedelta(days=1), scene.tz)
    end = min(end, scene.now)
    columns = scene.columns
    born = np.where(columns.reported_at > 0, columns.reported_at, columns.occurred_at)
    alive = (born < end) & (~scene.rows.closed | (columns.closed_at >= start))
    shown = alive & ~scene.sensitive & np.isfinite(columns.lon)
    rows = np.flatnonzero(shown)[-MOST:]
    moves = _moves_since(stage, start) if len(rows) else {}
    incidents = stage.store.list_incidents(columns.fid[rows].tolist())
    told = [_incident(one, _moves(stage, one, moves), scene, start, end) for one in incidents]
    return {
        "day": day.isoformat(),
        "from": iso(start, scene.tz),
        "to": iso(end, scene.tz),
        "seq": scene.marks.seq,
        "matched": int(np.count_nonzero(alive)),
        "hidden": int(np.count_nonzero(alive & ~shown)),
        "incidents": told,
    }


def _incident(one: Incident, moves: Sequence[Move], scene: Scene, start: int, end: int) -> dict[str, Any]:
    kind = scene.registers.task_types.get(one.task_type)
    limit_s = int((kind.limit_hours if kind and kind.limit_hours else 24) * HOUR_S)
    soon_s = round(scene.registers.rules.flow.soon_share * limit_s)
    return {
        "id": one.id,
        "lon": round(one.place.lon or 0.0, 7),
        "lat": round(one.place.lat or 0.0, 7),
        "grid": one.grid_code,
        "type": one.task_type,
        "frames": frames(moves, soon_s, start, end),
    }


def frames(moves: Sequence[Move], soon_s: int, start: int, end: int) -> list[list[Any]]:
    """[moment, light] of one incident within start..end, each where the light changes."""
    found: list[list[Any]] = []
    for number, (since, status, due) in enumerate(moves):
        until = moves[number + 1][0] if number + 1 < len(moves) else end
        marks = [since, *((due - soon_s, due) if due is not None else ())]
        for moment in sorted({max(since, start), *(mark for mark in marks if since < mark < until and mark > start)}):
            if moment >= min(until, end):
                continue
            light = light_of(status, due, soon_s, moment).value
            if not found or found[-1][1] != light:
                found.append([moment, light])
    return found


def light_of(status: Status, due: int | None, soon_s: int, moment: int) -> Light:
    """The light at a moment, by the rule of `model.light`."""
    if status in CLOSED_STATUSES:
        return Light.CLOSED
    if status is Status.SUSPENDED:
        return Light.SUSPENDED
    if due is not None and due <= moment:
        return Light.RED
    if status in WAITING_STATUSES:
        return Light.WAITING
    return Light.YELLOW if due is not None and due - moment <= soon_s else Light.GREEN


def _moves_since(stage: Stage, start: int) -> Mapping[str, list[Event]]:
    """Events of incidents since a moment, by incident; the journal is in order of time but for steps of the clock."""
    low, high = 0, stage.store.seq()
    while low < high:
        middle = (low + high) // 2
        line = stage.store.list_events(after=middle, limit=1)
        if line and line[0].at < start:
            low = middle + 1
        else:
            high = middle
    found: dict[str, list[Event]] = defaultdict(list)
    after = low
    while (events := stage.store.list_events(after=after, limit=_PAGE)) and after - low < _MOST_EVENTS:
        after = events[-1].seq
        for event in events:
            if event.kind.startswith("incident."):
                found[event.subject].append(event)
    return found


def _moves(stage: Stage, one: Incident, since: Mapping[str, list[Event]]) -> list[Move]:
    """All states of an incident with their beginnings: from its history where it has one since then, else its times."""
    born = one.reported_at or one.occurred_at
    if one.id not in since or all("status" not in _fields(event) for event in since[one.id]):
        return _by_times(one, born)
    moves: list[Move] = [(born, Status.REPORTED, None)]
    for event in stage.store.list_history(one.id, limit=1000):
        fields = _fields(event)
        _, status, due = moves[-1]
        if fields.get("status") in _STATES:
            status = Status(fields["status"])
        if "due_at" in fields:
            due = fields["due_at"]
        if (status, due) != moves[-1][1:]:
            moves.append((event.at, status, due))
    return moves


def _fields(event: Event) -> Mapping[str, Any]:
    fields = event.data.get("fields")
    return fields if isinstance(fields, dict) else {}


def _by_times(one: Incident, born: int) -> list[Move]:
    """What the stored times tell: waiting, then sent, then closed."""
    over = one.status in CLOSED_STATUSES
    sent = one.dispatched_at
    if sent is None and one.status not in WAITING_STATUSES:
        sent = born
    moves: list[Move] = [(born, Status.REPORTED, None)] if sent is None or sent > born else []
    if sent is not None:
        moves.append((max(sent, born), Status.HANDLING if over else one.status, one.due_at))
    elif one.due_at is not None:
        moves = [(born, one.status, one.due_at)]
    if over:
        moves.append((max(one.closed_at or born, born), one.status, one.due_at))
    return moves
