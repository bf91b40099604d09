"""Editor: the one place where lines of a draft change: preview, edit, undo, redo; on the newest revision or merged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mapsvc.errors import Conflict
from mapsvc.model.draft import Edit
from mapsvc.model.effect import Effect
from mapsvc.model.finding import Finding
from mapsvc.model.redraw import Command
from mapsvc.services.redraw import editing
from mapsvc.services.redraw.answers import origin_of
from mapsvc.services.redraw.command_json import read_commands
from mapsvc.services.redraw.desk import Desk, Json, check_open
from mapsvc.services.redraw.editing import Made
from mapsvc.services.redraw.effects import collection, effect_json, summary, weigh_change
from mapsvc.services.redraw.needs import DraftNeeds
from mapsvc.services.redraw.new_code import check_codes
from mapsvc.services.redraw.proposals import Proposals
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta


class Editor:
    """Raises NotFound, Conflict, Stale, Clash, Refused, BadQuery; a refused call changes nothing."""

    def __init__(self, desk: Desk, proposals: Proposals) -> None:
        self._desk = desk
        self._proposals = proposals

    def preview(self, draft_id: str, revision: int, command: Any, *, n: int | None, since: int | None) -> Json:
        """EFFECT of an edit that is not made."""
        begun = time.perf_counter()
        with self._desk.sessions.open(draft_id) as session:
            state = session.state()
            if revision != state.draft.revision:
                raise editing.late(
                    self._desk.sessions.find_state(session, revision), state, lambda one: self._made(one, command)
                )
            older = state if since is None else find_older(self._desk, session, since)
        made = self._made(state, command)
        before, delta = state.partition, made.delta
        if older.partition is not before:
            before, delta = older.partition, _difference(older, state).then(delta)
        effect = weigh_change(self._desk.standings, state, before, made.partition, delta, keep=False)
        told = effect_json(effect, self._desk.fids(), made.findings, lines=True)
        return {"n": n, "revision": revision, "ms": _ms(begun), **told}

    def edit(self, draft_id: str, revision: int, command: Any, reason: str, *, merge: bool, post: str) -> Json:
        """Do it: CHANGE."""
        return self._edit(draft_id, revision, command, None, reason, merge=merge, post=post)

    def edit_with(
        self,
        draft_id: str,
        revision: int,
        commands: Sequence[Command],
        told: Mapping[str, Any],
        reason: str,
        *,
        post: str,
    ) -> Json:
        """As `edit`, of commands that did not come as JSON (a file edited elsewhere): `told` stands in the history."""
        return self._edit(draft_id, revision, told, commands, reason, merge=False, post=post)

    def go_to(self, draft_id: str, revision: int, position: int | None, step: int, *, post: str) -> Json:
        """Undo or redo to a position, or by one step back (-1) or forth (1): CHANGE."""
        begun, desk = time.perf_counter(), self._desk
        with desk.sessions.open(draft_id) as session:
            before = desk.newest(session, revision)
            check_open(before.draft)
            wanted = before.draft.position + step if position is None else position
            if not 0 <= wanted <= before.draft.edits:
                raise Conflict("There is nothing to undo." if step < 0 else "There is nothing to redo.")
            draft = desk.store.move_in_draft(draft_id, wanted, revision=revision, at=desk.now(), post=post)
            delta = session.way(before.draft.position, wanted)
            after = session.changed(draft)
            effect = weigh_change(desk.standings, after, before.partition, after.partition, delta, keep=True)
            return self._change(before, after, delta, effect, (), begun)

    def _edit(
        self,
        draft_id: str,
        revision: int,
        told: Mapping[str, Any],
        commands: Sequence[Command] | None,
        reason: str,
        *,
        merge: bool,
        post: str,
    ) -> Json:
        begun = time.perf_counter()
        with self._desk.sessions.open(draft_id) as session:
            now = session.state()
            check_open(now.draft)
            if revision == now.draft.revision:
                made = self._made(now, told, commands)
            else:
                seen = self._desk.sessions.find_state(session, revision)
                if not merge or seen is None or seen.start is not now.start:
                    raise editing.late(seen, now, lambda state: self._made(state, told, commands))
                made = editing.merge(seen, now, self._made(seen, told, commands))
            return self.add(session, now, made, told, reason, post, begun)

    def add(
        self, session: Session, now: State, made: Made, told: Mapping[str, Any], reason: str, post: str, begun: float
    ) -> Json:
        """Store a change as the next edit of the draft: CHANGE."""
        desk, at = self._desk, self._desk.now()
        effect = weigh_change(desk.standings, now, made.before, made.partition, made.delta, keep=True)
        edit = Edit(0, 0, told, reason, made.delta.to_bytes(), post, at, summary(effect))
        draft = desk.store.add_edit(now.draft.id, edit, revision=now.draft.revision, at=at, post=post)
        stored = replace(edit, position=draft.position, revision=draft.revision)
        after = session.added(draft, stored, made.partition, made.delta)
        return self._change(now, after, made.delta, effect, made.findings, begun)

    def _made(self, state: State, told: Any, commands: Sequence[Command] | None = None) -> Made:
        if commands is None:
            commands = read_commands(told, DraftNeeds(state, self._desk, self._proposals))
        epsg = state.start.epsg
        made = editing.make(state, commands, lambda shapes: self._desk.standings.weigh(epsg, shapes))
        check_codes(made.delta, self._desk.used_codes)
        return made

    def _change(
        self, before: State, after: State, delta: Delta, effect: Effect, findings: Sequence[Finding], begun: float
    ) -> Json:
        desk = self._desk
        change = desk.draft(after) | {
            "removed": sorted(delta.removed),
            "added": desk.arcs.added(delta.added),
            "origin": origin_of(after.partition),
        }
        if before.partition.facts is not after.partition.facts:
            change["grids"] = desk.arcs.grids(after)
        told = effect_json(effect, desk.fids(), findings, lines=False)
        change["effect"] = {"revision": after.draft.revision, "ms": _ms(begun), **told}
        return change | {"findings": collection(findings)}


def find_older(desk: Desk, session: Session, revision: int) -> State:
    """The state at an older revision. Raises Conflict where it is no longer known."""
    state = desk.sessions.find_state(session, revision)
    if state is None or state.start is not session.start:
        raise Conflict(f"Revision {revision} of the draft is no longer known.")
    return state


def _difference(before: State, after: State) -> Any:
    from mapsvc.geo.partition.difference import difference

    return difference(before.partition, after.partition)


def _ms(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000.0, 2)
