"""The journal's chain: what an event looks like as it is stored, and the hash that ties it to all before it. No I/O."""

from __future__ import annotations

import json

from mapsvc.model.event import Event, Link, chain_hash
from mapsvc.store.events import Entry


def link_of(before: str, seq: int, entry: Entry) -> Link:
    """The line of an entry. before: hash of the line before it, "" for the first one.

    The JSON text has one form (sorted keys, no spaces), so that equal events give equal hashes in every store.
    """
    data = json.dumps(dict(entry.data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    told = chain_hash(before, seq, entry.at, entry.post, entry.kind, entry.subject, data)
    return Link(seq, entry.at, entry.post, entry.kind, entry.subject, data, told)


def event_of(link: Link) -> Event:
    """The event of a line."""
    return Event(link.seq, link.at, link.post, link.kind, link.subject, json.loads(link.data))
