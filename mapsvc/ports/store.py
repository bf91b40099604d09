"""The whole store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from mapsvc.model.event import Event, Link
from mapsvc.ports.account_store import AccountStore
from mapsvc.ports.case_store import CaseStore
from mapsvc.ports.incident_store import IncidentStore
from mapsvc.ports.plan_store import PlanStore
from mapsvc.ports.register_store import RegisterStore


class Store(PlanStore, IncidentStore, CaseStore, RegisterStore, AccountStore, Protocol):
    """Keeps plans, registers, incidents and the journal.

    Every write is one transaction together with its event; either both are kept or neither. `seq` grows by
    one with every event and never repeats. Values read back equal the values put in, coordinates bit for bit.
    Safe to use from several threads. Raises NotFound, Conflict, Busy.
    """

    def close(self) -> None:
        """Release files and connections; the store is unusable afterwards."""

    def info(self) -> Mapping[str, Any]:
        """Facts for /ready: kind, path, library versions, schema version, whether they are safe."""

    def seq(self) -> int:
        """Number of the newest event, 0 in an empty store."""

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""

    def list_history(self, subject: str, limit: int = 200) -> list[Event]:
        """Events whose subject this is, oldest first; of more than `limit` the newest."""

    def add_note(self, kind: str, subject: str, data: Mapping[str, Any], *, at: int, post: str) -> Event:
        """A line of the journal that tells of something and changes nothing: "incident.seen" (a sensitive matter was
        looked at), "incident.overdue" (its due date passed), or a kind of "geocode.", "webhook.", "account.",
        "channel." or "photo."; BadInput for another."""

    def iter_links(self, after: int = 0) -> Iterator[Link]:
        """The journal as stored, link by link, for checking its chain; text as it lies in the store."""
