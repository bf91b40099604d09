"""Discretion: who may see where a sensitive matter is; each such look is an event, at most once an hour."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from mapsvc.model.account import Actor
from mapsvc.model.case import Call, Case
from mapsvc.model.event import Event
from mapsvc.ports import Clock, Store

SEEN = "incident.seen"
QUIET = frozenset({SEEN, "incident.overdue"})
"""Events that no post decided: nothing that was done can be overtaken by one of them."""
_EACH_S = 3600
_KEPT = 50_000
_ONE_BY_ONE = 100
"""Of more incidents at once, all calls of the actor are read instead."""


def may_see_place(case: Case, actor: Actor) -> bool:
    """Whether the place, title and text are open to this actor: nothing hides them, or it is called to the matter."""
    return not case.incident.sensitive or is_called(case.calls, actor)


def is_called(calls: Iterable[Call], actor: Actor) -> bool:
    """Whether the actor is, or was, called and not called off."""
    return any(call.target in actor.targets and call.dropped_at is None for call in calls)


class Discretion:
    """Remembers in this process who looked when; the journal remembers it for all of them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: dict[tuple[str, str], int] = {}

    def open_of(self, incident_ids: Sequence[str], actor: Actor) -> frozenset[str]:
        """Those of these sensitive incidents whose places this actor may see."""
        if not actor.targets or not incident_ids:
            return frozenset()
        if len(incident_ids) <= _ONE_BY_ONE:
            return frozenset(one for one in incident_ids if is_called(self._store.get_case(one).calls, actor))
        found = self._store.list_called(sorted(actor.targets), open_only=False)
        return frozenset(one for one, call in found if call.dropped_at is None).intersection(incident_ids)

    def look(self, incident_ids: Sequence[str], actor: Actor) -> bool:
        """Write down that the actor sees the places of these sensitive incidents; False where that was done before."""
        now = self._clock.now()
        with self._lock:
            new = [one for one in incident_ids if now - self._looked.get((actor.code, one), -_EACH_S) >= _EACH_S]
        due = [one for one in new if not self._has_looked(one, actor, now)]
        for incident_id in due:
            self._store.add_note(SEEN, incident_id, {}, at=now, post=actor.code)
        with self._lock:
            if len(self._looked) > _KEPT:
                self._looked = {key: at for key, at in self._looked.items() if now - at < _EACH_S}
            self._looked |= {(actor.code, one): now for one in new}
        return bool(due)

    def _has_looked(self, incident_id: str, actor: Actor, now: int) -> bool:
        events: list[Event] = self._store.list_history(incident_id)
        return any(event.kind == SEEN and event.post == actor.code and now - event.at < _EACH_S for event in events)
