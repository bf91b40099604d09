"""Draft: a plan being redrawn: where it started, its edits in order, and how far its review has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class DraftStatus(StrEnum):
    """The life of a draft. PUBLISHED and DISCARDED drafts are history and never change."""

    OPEN = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding that a planner keeps on purpose. key: `finding_key` of it; reason: the planner's words."""

    key: str
    reason: str
    post: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft without geometry.

    base_id: the plan whose shapes the edits apply to. parent_id: the edition it means to replace; the two differ
    where history is restored. Publishing compares parent_id with the edition in force (compare-and-swap).
    revision: grows by one with every change of any kind, edits, undo and review steps alike; the ETag.
    position: number of edits in effect; edits beyond it can be redone. edits: how many there are to redo up to.
    valid_from: the day the edition takes effect, edition_name: its name; both set when it goes to review.
    note: what the reviewer wrote when sending it back. locked: grid ids nobody may reshape in this draft.
    times: epoch seconds UTC.
    """

    id: str
    name: str
    base_id: str
    parent_id: str
    status: DraftStatus = DraftStatus.OPEN
    revision: int = 1
    position: int = 0
    edits: int = 0
    valid_from: date | None = None
    edition_name: str = ""
    note: str = ""
    locked: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    post: str = ""
    created_at: int = 0
    changed_at: int = 0

    @property
    def is_open(self) -> bool:
        """True while edits are taken."""
        return self.status is DraftStatus.OPEN


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of a draft: what was asked, why, and the exact change of shapes it made.

    position: 1, 2, 3 ... within the draft. revision: the draft's revision it made.
    command: the request as JSON values (`kind` and its arguments). delta: the change, as `geo.partition` writes it;
    its inverse undoes the edit bit for bit. effect: figures the history shows (incidents moved, open ones ...).
    """

    position: int
    revision: int
    command: Mapping[str, Any]
    reason: str
    delta: bytes
    post: str = ""
    at: int = 0
    effect: Mapping[str, Any] = field(default_factory=dict)
