"""Rebase and merge: a draft's change together with another one: a new edition's, or that of another draft."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mapsvc.errors import BadQuery, Clash, Conflict, Refused
from mapsvc.model.draft import Edit
from mapsvc.services.redraw.desk import Desk, Json, check_open
from mapsvc.services.redraw.editing import carried_over, together
from mapsvc.services.redraw.editor import Editor
from mapsvc.services.redraw.mending import is_mended_from
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_ONE_BY_ONE = 50
"""More edits than this are carried over as one: each costs a look at the whole plan."""


class Rebase:
    """Raises NotFound, Conflict, Stale, Clash, BadQuery; a refused call changes nothing."""

    def __init__(self, desk: Desk, editor: Editor) -> None:
        self._desk = desk
        self._editor = editor

    def rebase(self, draft_id: str, revision: int, *, post: str) -> Json:
        """Bring the draft onto the edition that is in force on its day: DRAFT."""
        desk = self._desk
        with desk.sessions.open(draft_id) as session:
            state = desk.newest(session, revision)
            draft = state.draft
            check_open(draft)
            onto = desk.replaced(draft)
            if onto is None or onto == draft.parent_id:
                raise Conflict("The draft stands on the edition in force already.")
            moved = replace(draft, parent_id=onto)
            if draft.base_id != draft.parent_id and not is_mended_from(state.base, draft.parent_id):
                # History restored: its shapes are meant to come back as they were, whatever is in force.
                return desk.draft(desk.put(session, moved, "draft.rebased", post))
            edits = self._carried(session, state, onto)
            kept = replace(moved, base_id=onto, position=len(edits), edits=len(edits))
            desk.store.replace_edits(draft_id, edits, kept, revision=revision, at=desk.now(), post=post)
        return desk.draft(desk.sessions.state(draft_id))

    def merge(self, draft_id: str, revision: int, other_id: str, *, post: str) -> Json:
        """Take over the changes of another draft of the same plan: CHANGE."""
        begun = time.perf_counter()
        if other_id == draft_id:
            raise BadQuery("A draft cannot be merged with itself.", field="draft")
        other = self._desk.sessions.state(other_id)
        with self._desk.sessions.open(draft_id) as session:
            state = self._desk.newest(session, revision)
            check_open(state.draft)
            if other.draft.base_id != state.draft.base_id:
                raise Conflict("The two drafts start from different plans. Bring both onto the same edition first.")
            both = together(state.start, state.delta, other.delta)
            delta = state.delta.inverse().then(both)
            if delta.is_empty:
                raise Conflict("The other draft changes nothing that this one does not.")
            made = carried_over(state, delta)
            told = {"kind": "merge_draft", "draft": other_id}
            reason = f"Changes of the draft {other.draft.name}"
            return self._editor.add(session, state, made, told, reason, post, begun)

    def _carried(self, session: Session, state: State, onto: str) -> list[Edit]:
        """The draft's edits as edits of another edition. Raises Clash where both changed the same line."""
        theirs = self._theirs(state, onto)
        _, target = self._desk.sessions.shapes_of(onto)
        done = [edit for edit in session.edits if edit.position <= state.draft.position]
        if len(done) <= _ONE_BY_ONE:
            try:
                shapes = [
                    state.start.after(together(state.start, theirs, session.led(edit.position)[1])) for edit in done
                ]
                return _as_edits(target, done, shapes)
            except (Clash, Refused):
                # An edit that was taken back later may clash where the whole does not.
                pass
        told: dict[str, Any] = {"kind": "rebase", "from": state.draft.base_id, "edits": len(done)}
        reasons = "; ".join(dict.fromkeys(edit.reason for edit in done if edit.reason))
        whole = Edit(0, 0, told, reasons or f"Brought onto {onto}", b"", done[-1].post if done else "")
        return _as_edits(target, [whole], [state.start.after(together(state.start, theirs, state.delta))])

    def _theirs(self, state: State, onto: str) -> Delta:
        """What the new edition changed, in the lattice of the draft's start."""
        from mapsvc.geo.edit.apply import apply
        from mapsvc.model.redraw import Adopt

        plan, _ = self._desk.sessions.shapes_of(onto)
        try:
            return apply(state.start, Adopt(plan.grids, plan.frame, allow_pieces=True, allow_gaps=True)).delta
        except Refused as refused:
            told = f"The draft cannot be brought onto {onto}: {refused}"
            raise Clash(told, refused.findings) from refused


def _as_edits(target: Partition, edits: Sequence[Edit], shapes: Sequence[Partition]) -> list[Edit]:
    """Each edit with the change that leads from the shapes before it to its own, in the lattice of `target`."""
    from mapsvc.geo.edit.apply import apply
    from mapsvc.model.redraw import Adopt

    carried: list[Edit] = []
    now = target
    for edit, wanted in zip(edits, shapes, strict=True):
        done = apply(now, Adopt(wanted.plan().grids, wanted.frame, allow_pieces=True, allow_gaps=True))
        if not done.delta.is_empty:
            carried.append(replace(edit, position=len(carried) + 1, delta=done.delta.to_bytes()))
        now = done.partition
    return carried
