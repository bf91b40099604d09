"""Event: one line of the journal. `seq` is the one clock that orders everything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, once, in order.

    seq: 1, 2, 3 ... without gaps, given by the store; at: epoch seconds UTC, informative only.
    post: the post (never a person) or "cli"; kind: "plan.published", "incidents.imported", ...
    subject: id of the thing, data: JSON values. A bulk import writes one event a batch.
    """

    seq: int
    at: int
    post: str
    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the journal as it is stored. data: its JSON text, character by character; hash: hex SHA-256 of
    the hash before it and the line (`chain_hash`)."""

    seq: int
    at: int
    post: str
    kind: str
    subject: str
    data: str
    hash: str


def chain_hash(before: str, seq: int, at: int, post: str, kind: str, subject: str, data: str) -> str:
    """The hash that ties a line to all lines before it. before: "" for the first one; data: JSON text as stored.

    Lengths are part of what is hashed, so that no text can pass for the border between two fields.
    """
    parts = [before, str(seq), str(at), post, kind, subject, data]
    told = b"".join(b"%d:%b" % (len(raw), raw) for raw in (part.encode() for part in parts))
    return hashlib.sha256(told).hexdigest()
