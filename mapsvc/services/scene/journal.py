"""Journal marks: how far each part of the store has moved, so that caches follow instead of being rebuilt."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mapsvc.model.event import Event
from mapsvc.ports import Store

_PAGE = 1000
_APPENDED = frozenset({"incidents.imported", "incidents.added", "incidents.reported"})
_PUBLISHED = "plan.published"
"""Of a draft, it may move incidents in the same transaction; then its data say `assigned`."""
_PARTS = {
    "community": "registers",
    "task_types": "registers",
    "departments": "registers",
    "posts": "registers",
    "setting": "registers",
    "jurisdictions": "registers",
    "sites": "sites",
    "plan": "plans",
    "plans": "plans",
    "draft": "drafts",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """`seq` of the newest event, and of the newest one that touched each part.

    appended: rows came at the end; rewritten: rows may have changed in place. drafts: drafts never touch a row.
    """

    seq: int
    registers: int
    sites: int
    plans: int
    appended: int
    rewritten: int
    drafts: int = 0


def advance(marks: Marks, events: Iterable[Event]) -> Marks:
    """The marks after these events; an unknown kind counts as a rewrite, the safe side."""
    for event in events:
        part = "appended" if event.kind in _APPENDED else _PARTS.get(event.kind.partition(".")[0], "rewritten")
        moved = {"rewritten": event.seq} if event.kind == _PUBLISHED and event.data.get("assigned") else {}
        marks = replace(marks, **{"seq": event.seq, part: event.seq, **moved})
    return marks


class Journal:
    """Follows the event journal of one store; safe to ask from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._marks: Marks | None = None

    def marks(self) -> Marks:
        """The marks of now: one cheap query while nothing has happened."""
        seq = self._store.seq()
        marks = self._marks
        if marks is not None and marks.seq == seq:
            return marks
        with self._lock:
            marks = self._marks
            if marks is None or seq < marks.seq:
                # First call, or the file was swapped for another: everything counts as new.
                marks = Marks(seq, seq, seq, seq, seq, seq)
            while marks.seq < seq:
                events = self._store.list_events(after=marks.seq, limit=_PAGE)
                if not events:
                    break
                marks = advance(marks, events)
            self._marks = marks
            return marks
