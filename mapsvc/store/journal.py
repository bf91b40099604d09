"""The journal room: events in order, each written in the transaction of its change."""

from __future__ import annotations

import json

import sqlalchemy as sa

from mapsvc.model.event import Event
from mapsvc.store.events import Entry
from mapsvc.store.tables import event


def last_seq(connection: sa.Connection) -> int:
    """Number of the newest event, 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(event.c.seq), 0))).scalar_one())


def append(connection: sa.Connection, entry: Entry) -> Event:
    """Write the next event. Only inside a write transaction: that is what keeps seq without gaps."""
    seq = last_seq(connection) + 1
    connection.execute(
        sa.insert(event).values(
            seq=seq,
            at=entry.at,
            post=entry.post,
            kind=entry.kind,
            subject=entry.subject,
            data=json.dumps(dict(entry.data), ensure_ascii=False),
        )
    )
    return Event(seq, entry.at, entry.post, entry.kind, entry.subject, dict(entry.data))


def list_after(connection: sa.Connection, after: int, limit: int) -> list[Event]:
    """Events with seq > after, oldest first."""
    found = connection.execute(
        sa.select(event).where(event.c.seq > after).order_by(event.c.seq).limit(max(limit, 0))
    ).mappings()
    return [
        Event(row["seq"], row["at"], row["post"], row["kind"], row["subject"], json.loads(row["data"])) for row in found
    ]
