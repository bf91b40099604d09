"""The journal room: events in order, each written in the transaction of its change and chained to the one before."""

from __future__ import annotations

import sqlalchemy as sa

from mapsvc.model.event import Event, Link
from mapsvc.store.chain import event_of, link_of
from mapsvc.store.events import Entry
from mapsvc.store.tables import event

_LAST = sa.text("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")
_INSERT = sa.text(
    "INSERT INTO event (seq, at, post, kind, subject, data, hash) "
    "VALUES (:seq, :at, :post, :kind, :subject, :data, :hash)"
)
_LINE = (event.c.seq, event.c.at, event.c.post, event.c.kind, event.c.subject, event.c.data, event.c.hash)


def last_seq(connection: sa.Connection) -> int:
    """Number of the newest event, 0 where there is none."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM event").scalar_one())


def append(connection: sa.Connection, entry: Entry) -> Event:
    """Write the next event. Only inside a write transaction: that is what keeps seq without gaps."""
    seq, before = connection.execute(_LAST).one_or_none() or (0, "")
    link = link_of(before, seq + 1, entry)
    row = {"at": link.at, "post": link.post, "kind": link.kind, "subject": link.subject, "data": link.data}
    connection.execute(_INSERT, row | {"seq": link.seq, "hash": link.hash})
    return Event(link.seq, entry.at, entry.post, entry.kind, entry.subject, dict(entry.data))


def list_links(connection: sa.Connection, after: int, limit: int) -> list[Link]:
    """The lines with seq > after as they are stored, oldest first."""
    query = sa.select(*_LINE).where(event.c.seq > after).order_by(event.c.seq).limit(max(limit, 0))
    return [Link(*row) for row in connection.execute(query)]


def list_after(connection: sa.Connection, after: int, limit: int) -> list[Event]:
    """Events with seq > after, oldest first."""
    return [event_of(link) for link in list_links(connection, after, limit)]


def list_of(connection: sa.Connection, subject: str, limit: int) -> list[Event]:
    """The newest events of a subject, oldest first."""
    query = sa.select(*_LINE).where(event.c.subject == subject).order_by(event.c.seq.desc()).limit(max(limit, 0))
    return [event_of(Link(*row)) for row in connection.execute(query)][::-1]


def list_of_incidents(connection: sa.Connection, after: int) -> list[Event]:
    """Events with seq > after that tell of one incident or of many, oldest first."""
    kinds = (event.c.kind.like("incident.%"), event.c.kind.like("incidents.%"))
    query = sa.select(*_LINE).where(event.c.seq > after, sa.or_(*kinds)).order_by(event.c.seq)
    return [event_of(Link(*row)) for row in connection.execute(query)]
