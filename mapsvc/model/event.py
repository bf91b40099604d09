"""Event: one line of the journal. `seq` is the one clock that orders everything."""

from __future__ import annotations

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
