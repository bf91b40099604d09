"""Drafts: start, read, name, lock, explain, discard: all that does not touch a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mapsvc.errors import BadQuery, NotFound, Refused
from mapsvc.model.draft import Draft, DraftStatus, Kept
from mapsvc.model.query import Query
from mapsvc.services.redraw.answers import edits_json, lost_json
from mapsvc.services.redraw.checks import before_review, checks_json
from mapsvc.services.redraw.desk import Desk, Json, check_alive, check_open
from mapsvc.services.redraw.finding_key import finding_key
from mapsvc.services.redraw.ids import add_with_free_id
from mapsvc.services.redraw.maps import Maps
from mapsvc.services.redraw.mending import mended_base
from mapsvc.services.redraw.state import State

_SHOWN_LOST = 50


class Drafts:
    """Raises NotFound, Conflict, Stale, Refused, BadQuery; a refused call changes nothing."""

    def __init__(self, desk: Desk, maps: Maps) -> None:
        self._desk = desk
        self._maps = maps

    def list(self) -> list[Json]:
        """All drafts but the discarded, last changed first."""
        drafts = self._desk.store.list_drafts()
        return [self._desk.head(one) for one in drafts if one.status is not DraftStatus.DISCARDED]

    def head(self, draft_id: str) -> Json:
        """DRAFT without locks, edits and checks: quick."""
        return self._desk.head(self._desk.store.get_draft(draft_id))

    def get(self, draft_id: str) -> Json:
        """DRAFT with its line of edits, its checks, and what is missing before it can be reviewed."""
        with self._desk.sessions.open(draft_id) as session:
            state, edits = session.state(), session.edits
        findings = self._maps.findings_of(state)
        return self._desk.draft(state) | {
            "edits": edits_json(edits, state.draft, self._desk.tz()),
            "lost": lost_json(self._desk.store.list_lost_edits(draft_id)[:_SHOWN_LOST], self._desk.tz()),
            "checks": checks_json(state, findings),
            "before_review": before_review(state, edits, findings),
        }

    def keep(self, draft_id: str, revision: int, key: str, reason: str, *, post: str) -> Json:
        """Keep a finding on purpose."""
        with self._desk.sessions.open(draft_id) as session:
            state = self._desk.newest(session, revision)
            check_open(state.draft)
            if all(finding_key(one) != key for one in self._maps.findings_of(state)):
                raise NotFound("The draft has no such finding now.")
            others = tuple(one for one in state.draft.kept if one.key != key)
            draft = replace(state.draft, kept=(*others, Kept(key, reason, post)))
            return self._desk.draft(self._desk.put(session, draft, "draft.kept", post))

    def start(self, name: str, plan_id: str | None, *, fix_m: float | None = None, post: str) -> Json:
        """A new draft of a plan (None: of the one in force).

        fix_m: close gaps and overlaps up to this wide first, where the plan cannot be redrawn as it is.
        """
        desk = self._desk
        in_force = desk.in_force(desk.today())
        base_id = plan_id or in_force or desk.stage.plan(Query()).plan.id
        try:
            # A plan that is no partition is refused before anything is stored.
            desk.sessions.shapes_of(base_id)
        except Refused:
            if fix_m is None:
                raise
            base_id = mended_base(desk, desk.store.get_plan(base_id), fix_m, post=post)

        def add(free: str) -> None:
            desk.store.add_draft(Draft(free, name, base_id, in_force or ""), at=desk.now(), post=post)

        return desk.draft(desk.sessions.state(add_with_free_id(desk.store, name, "draft", add)))

    def set(self, draft_id: str, revision: int, changes: Mapping[str, Any], *, post: str) -> Json:
        """Name, valid_from, edition_name, locked (codes), of checked types."""
        with self._desk.sessions.open(draft_id) as session:
            state = self._desk.newest(session, revision)
            check_open(state.draft)
            draft = replace(state.draft, **{name: changes[name] for name in changes if name != "locked"})
            if "locked" in changes:
                draft = replace(draft, locked=_ids(state, changes["locked"]))
            return self._desk.draft(self._desk.put(session, draft, "draft.changed", post))

    def discard(self, draft_id: str, revision: int, *, post: str) -> Json:
        """The draft stays as history and takes no more edits."""
        with self._desk.sessions.open(draft_id) as session:
            state = self._desk.newest(session, revision)
            check_alive(state.draft)
            gone = self._desk.put_status(session, state.draft, DraftStatus.DISCARDED, "draft.discarded", post)
            return self._desk.draft(gone)

    def explain(self, draft_id: str, revision: int, position: int, reason: str, *, post: str) -> Json:
        """Say why an edit was made."""
        desk = self._desk
        with desk.sessions.open(draft_id) as session:
            state = desk.newest(session, revision)
            check_open(state.draft)
            if not 1 <= position <= len(session.edits):
                raise NotFound(f"The draft has no edit {position}.")
            kept = desk.store.set_reason(draft_id, position, reason, revision=revision, at=desk.now(), post=post)
            session.explained(position, reason)
            return desk.draft(session.changed(kept))


def _ids(state: State, codes: Sequence[str]) -> tuple[str, ...]:
    """Grid ids of these codes: a lock outlives a new code."""
    partition = state.partition
    ids = {code: partition.facts[n].id for n, code in zip(partition.numbers, partition.codes, strict=True)}
    for code in codes:
        if code not in ids:
            raise BadQuery(f'There is no grid "{code[:40]}" in this draft.', field="locked")
    return tuple(sorted({ids[code] for code in codes}))
