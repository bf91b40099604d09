"""Case: an incident in motion: who was called, what was done, and the change that one step makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapsvc.model.incident import Incident


@dataclass(frozen=True, slots=True)
class Call:
    """A post or department called to an incident. Times are epoch seconds UTC, None = not yet.

    target: "post:CODE" or "department:CODE". lead: answers for the whole; one call of a case leads. whistle: called to
    the place together with others. dropped_at: the call was taken back (undone, returned, replaced).
    """

    target: str
    lead: bool
    called_at: int
    whistle: bool = False
    taken_at: int | None = None
    arrived_at: int | None = None
    done_at: int | None = None
    dropped_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still expected of it."""
        return self.done_at is None and self.dropped_at is None


@dataclass(frozen=True, slots=True)
class Photo:
    """Facts of a picture whose bytes lie outside the store. id: SHA-256 of the re-encoded file (hex)."""

    id: str
    media_type: str
    n_bytes: int
    width_px: int
    height_px: int
    added_at: int


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with everything that moves it. calls: in order of calling, dropped ones too."""

    incident: Incident
    calls: tuple[Call, ...] = ()
    photos: tuple[Photo, ...] = ()

    @property
    def revision(self) -> int:
        """Grows by one with every change; a step names the one it was decided on."""
        return self.incident.revision

    @property
    def open_calls(self) -> tuple[Call, ...]:
        """Calls of which something is expected."""
        return tuple(call for call in self.calls if call.is_open)


@dataclass(frozen=True, slots=True)
class Change:
    """What one step does to one incident; decided without I/O, stored whole or not at all.

    kind: of the event ("incident.dispatched"). fields: new values of Incident fields by name; a field of its Place by
    "lon", "lat", "datum", "method", "accuracy_m", "address", "precision". calls: all calls after the change, None = as
    they were. photos: added ones. data: JSON values for the event beside `revision`: what a history must show.
    """

    incident_id: str
    revision: int
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[Call, ...] | None = None
    photos: tuple[Photo, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
