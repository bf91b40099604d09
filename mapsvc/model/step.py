"""Step: what a post asks of one incident, as it was asked."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = (1, 2, 3, 4)
"""General, larger, major, extreme."""
MAX_HOURS = 50_000.0
"""Nearly six years: real files have targets of four."""


@dataclass(frozen=True, slots=True)
class Step:
    """One transition or act.

    reason: a code of the step's list, or words where it has no list. level, task_type: new values, None = as they are.
    limit_hours: another limit than the table's; due_at: another moment to be closed by (epoch seconds UTC); at most
    one of the two. hours: what `extend` adds. target: who arrived. photos: ids of photos that show it.
    targets, lead, whistle: of `dispatch`: who is called, who answers for the whole, and whether all must come to the
    place. into: of `merge`.
    """

    name: str
    reason: str = ""
    note: str = ""
    level: int | None = None
    task_type: str | None = None
    limit_hours: float | None = None
    due_at: int | None = None
    hours: float | None = None
    target: str = ""
    photos: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    lead: str = ""
    whistle: bool = False
    into: str = ""
