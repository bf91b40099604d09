"""History: the journal of one incident as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.casework.merge import JOINED, PARTED
from mapsvc.casework.steps import HEARD
from mapsvc.model.event import Event
from mapsvc.model.flow import Flow
from mapsvc.model.incident import Incident
from mapsvc.services.cases.discretion import QUIET, SEEN
from mapsvc.services.scene.interval import iso

REPORTED = "incident.reported"


def tell_history(
    incident: Incident, events: Sequence[Event], flow: Flow, tz: str, *, shown: bool
) -> list[dict[str, Any]]:
    """One entry an event, oldest first. Looks at a sensitive place are for the audit, not for this list.

    shown: False leaves out what posts wrote in their own words, which may tell a place that is hidden.
    """
    told = [_tell(event, flow, tz, shown) for event in events if event.kind != SEEN]
    if not any(event.kind == REPORTED for event in events):
        # A batch has one event for all its rows: how each of them came in is known from the row itself.
        first = {"seq": 0, "at": iso(incident.reported_at, tz), "kind": REPORTED, "post": incident.channel}
        told.insert(0, {**first, "status": "reported", "reason": "", "note": "", "grids": []})
    return told


def _tell(event: Event, flow: Flow, tz: str, shown: bool) -> dict[str, Any]:
    data = event.data
    code = str(data.get("reason", ""))
    reason = flow.reason_of(str(data.get("step", "")), code) if code else None
    entry: dict[str, Any] = {
        "seq": event.seq,
        "at": iso(event.at, tz),
        "kind": event.kind,
        "post": event.post,
        "status": data.get("fields", {}).get("status") or data.get("from") or "",
        "reason": code if shown or reason is not None else "",
        "note": str(data.get("note", "")) if shown else "",
        "grids": list(data.get("grids", ())),
    }
    if reason is not None:
        entry |= {"reason_text": reason.text, "reason_text_zh": reason.text_zh}
    if event.kind == REPORTED:
        entry["status"] = "reported"
    if data.get("target"):
        entry["target"] = data["target"]
    return entry


def merged_of(events: Sequence[Event]) -> list[str]:
    """Ids of the incidents that repeat this one, in order of their merging."""
    found: dict[str, None] = {}
    for event in events:
        if event.kind == JOINED:
            found[str(event.data["other"])] = None
        elif event.kind == PARTED:
            found.pop(str(event.data["other"]), None)
    return list(found)


def was_heard(events: Sequence[Event]) -> bool:
    """Whether feedback or a return visit was noted since the last dispatch."""
    for event in reversed(events):
        if event.kind in HEARD:
            return True
        if event.kind == "incident.dispatched":
            return False
    return False


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last event, which can still be taken back until this moment (epoch seconds UTC)."""

    event: Event
    until: int


def find_undoable(events: Sequence[Event], flow: Flow, now: int) -> Undoable | None:
    """What can be undone now: the last thing a post did, within the time of the workflow."""
    last = next((event for event in reversed(events) if event.kind not in QUIET), None)
    if last is None or "was" not in last.data or now > last.at + flow.undo_s:
        return None
    return Undoable(last, last.at + flow.undo_s)
