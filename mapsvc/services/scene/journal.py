"""Journal marks: how far each part of the store has moved, so that caches follow instead of being rebuilt."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mapsvc.model.event import Event
from mapsvc.ports import Store

_PAGE = 1000
_PUBLISHED = "plan.published"
"""Of a draft, it may move incidents in the same transaction; then its data say `assigned`."""
_REPORTED = "incident.reported"
_KINDS = {
    _REPORTED: "appended",
    "incidents.imported": "appended",
    "incidents.added": "appended",
    "incidents.reported": "appended",
    "incident.seen": "",
    "incident.overdue": "",
}
_PARTS = {
    "incident": "changed",
    "community": "registers",
    "task_types": "registers",
    "departments": "registers",
    "posts": "registers",
    "setting": "registers",
    "jurisdictions": "registers",
    "sites": "sites",
    "addresses": "sites",
    "plan": "plans",
    "plans": "plans",
    "draft": "drafts",
} | dict.fromkeys(("account", "session", "key", "channel", "webhook", "geocode", "photo"), "")
"""The first word of an event's kind -> the part it touches, "" = none that is cached here."""


@dataclass(frozen=True, slots=True)
class Marks:
    """`seq` of the newest event, and of the newest one that touched each part.

    appended: rows came at the end; changed: one incident changed, named by the event's subject; rewritten: any rows may
    have changed in place. drafts: drafts never touch a row.
    """

    seq: int
    registers: int
    sites: int
    plans: int
    appended: int
    rewritten: int
    drafts: int = 0
    changed: int = 0


def part_of(kind: str) -> str:
    """The field of `Marks` that an event of this kind moves; an unknown kind counts as a rewrite, the safe side."""
    return _KINDS[kind] if kind in _KINDS else _PARTS.get(kind.partition(".")[0], "rewritten")


def advance(marks: Marks, events: Iterable[Event]) -> Marks:
    """The marks after these events."""
    for event in events:
        moved = {"seq": event.seq}
        if part := part_of(event.kind):
            moved[part] = event.seq
        if event.kind == _PUBLISHED and event.data.get("assigned"):
            moved["rewritten"] = event.seq
        marks = replace(marks, **moved)
    return marks


def iter_events(store: Store, after: int, until: int) -> Iterator[Event]:
    """The events with after < seq <= until, page by page."""
    while after < until:
        events = store.list_events(after=after, limit=min(_PAGE, until - after))
        if not events:
            return
        yield from events
        after = events[-1].seq


def changed_fids(events: Iterable[Event]) -> list[int]:
    """The fids of the incidents that changed in place, each once, ascending."""
    # An incident's id is "i" and its fid; the store made it, so it can be read without a check.
    return sorted({int(event.subject[1:]) for event in events if part_of(event.kind) == "changed"})


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
            # Asked again: while this thread waited for its turn, others may have followed beyond what it knew.
            seq = self._store.seq()
            if marks is None or seq < marks.seq:
                # First call, or the file was swapped for another: everything counts as new.
                marks = Marks(seq, seq, seq, seq, seq, seq, 0, seq)
            marks = self._marks = advance(marks, iter_events(self._store, marks.seq, seq))
            return marks
