"""Sessions: the drafts in work, at most a few in memory; one lock a draft, so that no edit is lost."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mapsvc.model.draft import Draft
from mapsvc.model.plan import Plan
from mapsvc.ports import Store
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.memo import Memo

if TYPE_CHECKING:
    from mapsvc.geo.partition.partition import Partition

_KEPT_SESSIONS = 24
_KEPT_STARTS = 4
_PAGE = 1000
_STRIPES = 64
"""Two drafts may share a lock: that costs a wait, never an edit."""


class Sessions:
    """Working memory over a store that other processes may write to: every use compares revisions first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks = [threading.RLock() for _ in range(_STRIPES)]
        self._guard = threading.Lock()
        self._held: OrderedDict[str, Session] = OrderedDict()
        self._plans: Memo[tuple[Plan, Partition]] = Memo(_KEPT_STARTS)

    @contextmanager
    def open(self, draft_id: str) -> Iterator[Session]:
        """The session of a draft, as new as the store, for one user at a time. Raises NotFound, Refused."""
        with self._locks[hash(draft_id) % _STRIPES]:
            yield self._follow(self._store.get_draft(draft_id))

    def state(self, draft_id: str) -> State:
        """The newest state of a draft. Raises NotFound, Refused."""
        with self.open(draft_id) as session:
            return session.state()

    def find_state(self, session: Session, revision: int) -> State | None:
        """A session's state at an older revision; None where the line of edits has since become another one.

        What is no longer in memory, as after a restart, is found by the journal: it says how many edits were in effect.
        """
        state = session.find_state(revision)
        if state is not None or not 0 < revision < session.draft.revision:
            return state if state is None or state.start is session.start else None
        position = self._position_at(session.draft.id, revision)
        if position is None or position > len(session.edits):
            return None
        if any(edit.revision > revision for edit in session.edits[:position]):
            return None
        draft = replace(session.draft, revision=revision, position=position)
        return State(draft, session.base, session.start, *session.led(position))

    def _position_at(self, draft_id: str, revision: int) -> int | None:
        """How many edits were in effect at a revision, by the journal."""
        found: int | None = None
        after = 0
        while events := self._store.list_events(after=after, limit=_PAGE):
            after = events[-1].seq
            for event in events:
                if event.subject == draft_id and event.kind.startswith("draft.") and event.data["revision"] <= revision:
                    found = int(event.data["position"])
        return found

    def shapes_of(self, plan_id: str) -> tuple[Plan, Partition]:
        """A stored plan and its partition. Raises NotFound, Refused where the plan is no partition."""
        return self._plans.get(plan_id, lambda: self._cut(plan_id))

    def _cut(self, plan_id: str) -> tuple[Plan, Partition]:
        from mapsvc.geo.partition.partition import Partition

        plan = self._store.get_plan(plan_id)
        return plan, Partition.of(plan)

    def _follow(self, draft: Draft) -> Session:
        with self._guard:
            session = self._held.get(draft.id)
            if session is not None:
                self._held.move_to_end(draft.id)
        if session is not None and session.draft == draft:
            return session
        # Another process wrote, or this one stopped between the store and its memory: the store is what counts.
        base, start = self.shapes_of(draft.base_id)
        fresh = Session(base, start, draft, self._store.list_edits(draft.id))
        if session is not None and session.start is start:
            fresh.states = session.states
            same = _same_edits(session, fresh)
            fresh.shapes = {position: known for position, known in session.shapes.items() if position <= same}
        with self._guard:
            self._held[draft.id] = fresh
            self._held.move_to_end(draft.id)
            while len(self._held) > _KEPT_SESSIONS:
                self._held.popitem(last=False)
        return fresh


def _same_edits(old: Session, new: Session) -> int:
    """How many edits at the start of both lines are the same."""
    same = 0
    for one, other in zip(old.edits, new.edits, strict=False):
        if one.revision != other.revision or one.delta != other.delta:
            break
        same += 1
    return same
