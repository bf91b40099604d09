"""The journal of the memory store, and the lock that every part of it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import RLock
from typing import Any

from mapsvc.errors import BadInput
from mapsvc.model.event import Event, Link
from mapsvc.store.chain import link_of
from mapsvc.store.events import Entry, note


class MemoryJournal:
    """Events in a list, seq = position + 1. Values are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._events: list[Event] = []
        self._links: list[Link] = []

    def seq(self) -> int:
        """Number of the newest event."""
        with self._lock:
            return len(self._events)

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""
        with self._lock:
            start = max(after, 0)
            return self._events[start : start + max(limit, 0)]

    def list_history(self, subject: str, limit: int = 200) -> list[Event]:
        """Events whose subject this is, oldest first; of more than `limit` the newest."""
        with self._lock:
            found = [event for event in self._events if event.subject == subject]
        return found[max(len(found) - max(limit, 0), 0) :]

    def iter_links(self, after: int = 0) -> Iterator[Link]:
        """The journal link by link."""
        with self._lock:
            links = self._links[max(after, 0) :]
        yield from links

    def add_note(self, kind: str, subject: str, data: Mapping[str, Any], *, at: int, post: str) -> Event:
        """A line of the journal that tells of something and changes nothing."""
        with self._lock:
            return self._append(note(kind, subject, data, at=at, post=post))

    def _append(self, entry: Entry) -> Event:
        before = self._links[-1].hash if self._links else ""
        try:
            link = link_of(before, len(self._events) + 1, entry)
        except UnicodeEncodeError as error:
            raise BadInput("A text holds half a character (a lone surrogate) and cannot be stored.") from error
        event = Event(link.seq, entry.at, entry.post, entry.kind, entry.subject, dict(entry.data))
        self._links.append(link)
        self._events.append(event)
        return event
