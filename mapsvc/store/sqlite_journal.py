"""The journal of SqliteStore, and the database that every part of it works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mapsvc.model.event import Event, Link
from mapsvc.store import events, journal
from mapsvc.store.connection import Database

_PAGE = 5000


class SqliteJournal:
    """Reading the journal; writing it is part of every change."""

    _db: Database

    def seq(self) -> int:
        """Number of the newest event."""
        with self._db.read() as connection:
            return journal.last_seq(connection)

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""
        with self._db.read() as connection:
            return journal.list_after(connection, after, limit)

    def list_history(self, subject: str, limit: int = 200) -> list[Event]:
        """Events whose subject this is, oldest first; of more than `limit` the newest."""
        with self._db.read() as connection:
            return journal.list_of(connection, subject, limit)

    def add_note(self, kind: str, subject: str, data: Mapping[str, Any], *, at: int, post: str) -> Event:
        """A line of the journal that tells of something and changes nothing."""
        entry = events.note(kind, subject, data, at=at, post=post)
        with self._db.write() as connection:
            return journal.append(connection, entry)

    def iter_links(self, after: int = 0) -> Iterator[Link]:
        """The journal link by link. Page by page: no snapshot is held while the caller thinks."""
        while True:
            with self._db.read() as connection:
                links = journal.list_links(connection, after, _PAGE)
            if not links:
                return
            yield from links
            after = links[-1].seq
