"""Redraw: the door of this room. Every call names a draft; every write names the revision it was made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from mapsvc.errors import Conflict, NotFound, Stale
from mapsvc.model.draft import Draft, DraftStatus, Edit
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.model.query import Query
from mapsvc.services.redraw import editing, facts
from mapsvc.services.redraw.answers import draft_json, edits_json, origin_of
from mapsvc.services.redraw.arcs import ArcDesk, Box
from mapsvc.services.redraw.command_json import read_commands
from mapsvc.services.redraw.editing import Made
from mapsvc.services.redraw.needs import DraftNeeds
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.sessions import Sessions
from mapsvc.services.redraw.state import State, changed_arcs
from mapsvc.services.scene.scene import Stage

Json = dict[str, Any]


class Redraw:
    """Drafts of plans. Raises NotFound, Conflict, Stale, Clash, Refused, BadQuery; a refused call changes nothing."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store = stage.store
        self.sessions = Sessions(stage.store)
        self._desk = ArcDesk()

    # reading
    def list(self) -> list[Json]:
        """All drafts but the discarded, last changed first."""
        return [self.draft_json(one) for one in self._store.list_drafts() if one.status is not DraftStatus.DISCARDED]

    def get(self, draft_id: str) -> Json:
        """DRAFT with its line of edits."""
        state = self.sessions.state(draft_id)
        return self._draft(state) | {"edits": edits_json(self._store.list_edits(draft_id), state.draft, self._tz())}

    def find_plan(self, plan_id: str) -> Plan | None:
        """The draft with this id as a plan value, None where there is none."""
        try:
            return self.sessions.state(plan_id).plan
        except NotFound:
            return None

    def arcs(self, draft_id: str, bbox: Box | None, z: int | None) -> Json:
        """ARCS."""
        return self._desk.arcs(self.sessions.state(draft_id), bbox, z)

    def revision(self, draft_id: str) -> int:
        """The newest revision of a draft."""
        return self._store.get_draft(draft_id).revision

    # facts
    def start(self, name: str, plan_id: str | None, *, post: str) -> Json:
        """A new draft of a plan (None: of the one in force)."""
        in_force = self._in_force()
        base_id = plan_id or in_force
        if base_id is None:
            base_id = self._stage.plan(Query()).plan.id
        self.sessions.shapes_of(base_id)

        def add(free: str) -> None:
            draft = Draft(free, name, base_id, in_force or "")
            self._store.add_draft(draft, at=self._now(), post=post)

        return self._draft(self.sessions.state(facts.add_with_free_id(self._store, name, "draft", add)))

    def set(self, draft_id: str, revision: int, changes: Mapping[str, Any], *, post: str) -> Json:
        """Name, date, edition name, locks. changes: as in the contract, types checked already."""
        with self.sessions.open(draft_id) as session:
            state = self._newest(session, revision)
            facts.check_open(state.draft)
            draft = replace(state.draft, **{name: changes[name] for name in changes if name != "locked"})
            if "locked" in changes:
                draft = facts.with_locks(draft, state, changes["locked"])
            return self._set(session, draft, "draft.changed", post)

    def discard(self, draft_id: str, revision: int, *, post: str) -> Json:
        """The draft stays as history and takes no more edits."""
        with self.sessions.open(draft_id) as session:
            state = self._newest(session, revision)
            if state.draft.status in (DraftStatus.PUBLISHED, DraftStatus.DISCARDED):
                raise Conflict(f"The draft is {state.draft.status.value} and does not change any more.")
            return self._set(session, replace(state.draft, status=DraftStatus.DISCARDED), "draft.discarded", post)

    def explain(self, draft_id: str, revision: int, position: int, reason: str, *, post: str) -> Json:
        """Say why an edit was made."""
        with self.sessions.open(draft_id) as session:
            state = self._newest(session, revision)
            facts.check_open(state.draft)
            if not 1 <= position <= len(session.edits):
                raise NotFound(f"The draft has no edit {position}.")
            draft = self._store.set_reason(draft_id, position, reason, revision=revision, at=self._now(), post=post)
            session.explained(position, reason)
            return self._draft(session.changed(draft))

    # shapes
    def preview(self, draft_id: str, revision: int, command: Any, *, n: int | None, since: int | None) -> Json:
        """EFFECT of an edit that is not made."""
        with self.sessions.open(draft_id) as session:
            state = self._seen(session, revision, command)
        made = editing.make(state, self._commands(state, command), None)
        return {"n": n, "revision": revision, **self._effect(state, made)}

    def edit(self, draft_id: str, revision: int, command: Any, reason: str, *, merge: bool, post: str) -> Json:
        """Do it: CHANGE."""
        with self.sessions.open(draft_id) as session:
            now = session.state()
            facts.check_open(now.draft)
            if revision == now.draft.revision:
                made = editing.make(now, self._commands(now, command), None)
            else:
                made = self._merged(session, revision, command, merge)
            return self._add(session, now, made, command, reason, post)

    def go_to(self, draft_id: str, revision: int, position: int | None, step: int, *, post: str) -> Json:
        """Undo or redo to a position, or by one step back (-1) or forth (1): CHANGE."""
        with self.sessions.open(draft_id) as session:
            before = self._newest(session, revision)
            facts.check_open(before.draft)
            wanted = before.draft.position + step if position is None else position
            if not 0 <= wanted <= before.draft.edits:
                raise Conflict("There is nothing to undo." if step < 0 else "There is nothing to redo.")
            draft = self._store.move_in_draft(draft_id, wanted, revision=revision, at=self._now(), post=post)
            after = session.changed(draft)
            return self._change(before, after)

    def _commands(self, state: State, command: Any) -> Sequence[Any]:
        return read_commands(command, DraftNeeds(state, self._stage))

    def _merged(self, session: Session, revision: int, command: Any, merge: bool) -> Made:
        now, seen = session.state(), session.find_state(revision)
        if not merge or seen is None or seen.start is not now.start:
            raise editing.late(seen, now, lambda state: self._commands(state, command), None)
        return editing.merge(seen, now, editing.make(seen, self._commands(seen, command), None))

    def _add(self, session: Session, now: State, made: Made, command: Any, reason: str, post: str) -> Json:
        at = self._now()
        edit = Edit(0, 0, command, reason, made.delta.to_bytes(), post, at)
        draft = self._store.add_edit(now.draft.id, edit, revision=now.draft.revision, at=at, post=post)
        edit = replace(edit, position=draft.position, revision=draft.revision)
        return self._change(now, session.added(draft, edit, made.partition), made)

    def _change(self, before: State, after: State, made: Made | None = None) -> Json:
        removed, added = changed_arcs(before.partition, after.partition)
        change = self._draft(after) | {
            "removed": sorted(removed),
            "added": self._desk.added(added),
            "origin": origin_of(after.partition),
        }
        grids = self._desk.grids(after)
        if grids != self._desk.grids(before):
            change["grids"] = grids
        return change | {"effect": {}, "findings": {"type": "FeatureCollection", "features": []}}

    def _effect(self, state: State, made: Made) -> Json:
        return {}

    # small steps
    def _seen(self, session: Session, revision: int, command: Any) -> State:
        now = session.state()
        if revision != now.draft.revision:
            seen = session.find_state(revision)
            raise editing.late(seen, now, lambda state: self._commands(state, command), None)
        return now

    def _newest(self, session: Session, revision: int) -> State:
        state = session.state()
        if revision != state.draft.revision:
            raise Stale("The draft changed meanwhile.", revision=state.draft.revision, details={"mergeable": False})
        return state

    def _set(self, session: Session, draft: Draft, kind: str, post: str) -> Json:
        stored = self._store.set_draft(draft, kind=kind, revision=draft.revision, at=self._now(), post=post)
        return self._draft(session.changed(stored))

    def _draft(self, state: State) -> Json:
        return self.draft_json(state.draft) | {"locked": sorted(state.locked)}

    def draft_json(self, draft: Draft) -> Json:
        """DRAFT without locks, which need the shapes."""
        heads: dict[str, PlanHead] = {head.id: head for head in self._store.list_plans()}
        in_force = self._in_force()
        behind = draft.status in (DraftStatus.OPEN, DraftStatus.IN_REVIEW) and self._replaced(draft) != draft.parent_id
        return draft_json(draft, heads, in_force, behind, self._tz())

    def _replaced(self, draft: Draft) -> str:
        head = self._store.find_plan_on(max(draft.valid_from or self._today(), self._today()))
        return head.id if head else ""

    def _in_force(self) -> str | None:
        head = self._store.find_plan_on(self._today())
        return head.id if head else None

    def _today(self) -> date:
        return self._stage.today(self._stage.journal.marks())

    def _tz(self) -> str:
        return self._stage.registers(self._stage.journal.marks()).community.tz

    def _now(self) -> int:
        return self._stage.clock.now()
