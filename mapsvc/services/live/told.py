"""Told: one line of the journal as everybody may read it, made and encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson

from mapsvc.model.event import Event
from mapsvc.model.incident import STATUS_CODE, Incident
from mapsvc.model.light import LIGHTS, Light, light_codes
from mapsvc.model.query import Query
from mapsvc.services.live.drill import Drill
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.registers import Registers
from mapsvc.services.scene.scene import HOUR_S, Stage
from mapsvc.services.view import point
from mapsvc.services.view.incidents import Near, feature_of

OPEN_PARTS = frozenset(
    (
        "community",
        "departments",
        "draft",
        "incident",
        "incidents",
        "jurisdictions",
        "plan",
        "plans",
        "posts",
        "setting",
        "sites",
        "task_types",
    )
)
"""Kinds whose subject is no secret; of all others only the kind is told."""
SEEN = "incident.seen"
"""Who looked at the place of a sensitive matter is for the audit, not for everybody."""


@dataclass(frozen=True, eq=False)
class Told:
    """One event as it is sent. body: its JSON text; the same bytes serve the stream, polling and webhooks."""

    seq: int
    kind: str
    body: bytes

    @property
    def name(self) -> str:
        """The name of the event in the stream: "incident", "incidents" or "journal"."""
        part = "" if self.kind == SEEN else self.kind.partition(".")[0]
        return part if part in ("incident", "incidents") else "journal"

    @cached_property
    def frame(self) -> bytes:
        """The event as a frame of `text/event-stream`."""
        return b"id: %d\nevent: %b\ndata: %b\n\n" % (self.seq, self.name.encode(), self.body)


class Teller:
    """Makes Told of events; those of a drill say so."""

    def __init__(self, stage: Stage, drill: Drill) -> None:
        self._stage = stage
        self._drill = drill

    def tell(self, events: Sequence[Event]) -> list[Told]:
        """The events as everybody may read them, in order. The incidents are shown as they are now."""
        features = self._features(
            [event.subject for event in events if event.kind.startswith("incident.") and event.kind != SEEN]
        )
        tz = self._stage.registers(self._stage.journal.marks()).community.tz
        return [Told(event.seq, event.kind, orjson.dumps(self._members(event, features, tz))) for event in events]

    def _members(self, event: Event, features: dict[str, dict[str, Any]], tz: str) -> dict[str, Any]:
        told: dict[str, Any] = {"seq": event.seq, "kind": event.kind}
        if self._drill.has(event.seq):
            told["drill"] = True
        part = event.kind.partition(".")[0]
        if part not in OPEN_PARTS or event.kind == SEEN:
            return told
        told |= {"at": iso(event.at, tz), "subject": event.subject, "post": event.post}
        if part == "incident" and event.subject in features:
            told["feature"] = features[event.subject]
        if part == "incidents":
            named = (("first", "first_fid"), ("last", "last_fid"), ("n", "n"))
            told |= {name: event.data[key] for name, key in named if key in event.data}
        return told

    def _features(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Features by incident id, as in /api/incidents."""
        fids = sorted({int(one[1:]) for one in ids if one[1:].isdigit()})
        if not fids:
            return {}
        marks = self._stage.journal.marks()
        registers = self._stage.registers(marks)
        incidents = self._stage.store.list_incidents(fids)
        lights = lights_of(incidents, registers, self._stage.clock.now())
        plan = self._stage.plan(Query(), marks)

        def near(lon: float, lat: float, own: str) -> str | None:
            return point.nearest_other(lon, lat, own, plan)

        return {one.id: _feature(one, light, registers, near) for one, light in zip(incidents, lights, strict=True)}


def lights_of(incidents: Sequence[Incident], registers: Registers, now: int) -> list[Light]:
    """The light of each incident at `now`, by the rule of `scene.light_rows`."""
    due = np.array([one.due_at or 0 for one in incidents], np.int64)
    status = np.array([STATUS_CODE[one.status] for one in incidents], np.int8)
    limit_s = np.array([_limit_s(one, registers) for one in incidents], np.int64)
    codes = light_codes(status, due, limit_s, now, registers.rules.flow.soon_share)
    return [LIGHTS[code] for code in codes.tolist()]


def _limit_s(incident: Incident, registers: Registers) -> int:
    if not incident.due_at:
        return 0
    if incident.dispatched_at:
        return incident.due_at - incident.dispatched_at
    kind = registers.task_types.get(incident.task_type)
    hours = kind.limit_hours if kind else None
    return int(hours * HOUR_S) if hours else incident.due_at - incident.occurred_at


def _feature(incident: Incident, light: Light, registers: Registers, near: Near) -> dict[str, Any]:
    kind = registers.task_types.get(incident.task_type)
    return feature_of(
        incident,
        hidden=incident.sensitive or bool(kind and kind.sensitive),
        grid=incident.grid_code,
        certainty=incident.certainty,
        light=light,
        tz=registers.community.tz,
        near=near,
    )
