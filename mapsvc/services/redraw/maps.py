"""Maps: what a draft looks like and what it does as a whole; nothing here is stored."""

from __future__ import annotations

import time

from mapsvc.errors import CannotTell, NotFound
from mapsvc.model.finding import Finding, Severity
from mapsvc.services.redraw.arcs import Box
from mapsvc.services.redraw.changes import changes
from mapsvc.services.redraw.checks import findings_of
from mapsvc.services.redraw.desk import Desk, Json
from mapsvc.services.redraw.editor import find_older
from mapsvc.services.redraw.effects import collection, effect_json
from mapsvc.services.redraw.moved import moved
from mapsvc.services.redraw.state import State
from mapsvc.services.redraw.whole import Step, Wholes


class Maps:
    """Raises NotFound, CannotTell where a draft and the plan it replaces cannot be compared."""

    def __init__(self, desk: Desk, wholes: Wholes) -> None:
        self._desk = desk
        self._wholes = wholes

    def arcs(self, draft_id: str, bbox: Box | None, z: int | None) -> Json:
        """ARCS."""
        return self._desk.arcs.arcs(self._desk.sessions.state(draft_id), bbox, z)

    def blocks(self, draft_id: str, bbox: Box | None) -> Json:
        """Blocks and buildings that meet bbox, for whole-block moves."""
        state = self._desk.sessions.state(draft_id)
        found = self._desk.blocks.get(state, self._desk.standings.ground(state.start.epsg))
        return {**found.features(bbox), "revision": state.draft.revision}

    def effect(self, draft_id: str, since: int | None) -> Json:
        """EFFECT of the whole draft against the plan it replaces, or against an older revision of it."""
        from mapsvc.analysis.consequences import consequences

        begun = time.perf_counter()
        with self._desk.sessions.open(draft_id) as session:
            state = session.state()
            older = None if since is None else find_older(self._desk, session, since)
        if older is None:
            effect = self._wholes.effect(state)
        else:
            step = self._wholes.between(state.start, older.partition, state.partition)
            weighed = self._wholes.weigh(step)
            effect = consequences(weighed.ground, weighed.was, weighed.now, step.delta)
        ms = round((time.perf_counter() - begun) * 1000.0, 2)
        told = effect_json(effect, self._desk.fids(), (), lines=False)
        return {"revision": state.draft.revision, "ms": ms, **told}

    def moved(
        self, draft_id: str, *, only_open: bool, limit: int, after: str | None, position: int | None
    ) -> tuple[Json, str | None]:
        """Incidents that change grid by the whole draft, or by its edit at `position`."""
        state, step = self._step(draft_id, position)
        told, following = moved(self._desk, self._wholes.weigh(step), only_open=only_open, limit=limit, after=after)
        return {**told, "revision": state.draft.revision}, following

    def changes(self, draft_id: str) -> Json:
        """Areas that change grid, lines that go and lines that come."""
        state, step = self._step(draft_id, None)
        return {**changes(self._wholes.weigh(step)), "revision": state.draft.revision}

    def findings(self, draft_id: str) -> Json:
        """All findings of the draft, worst first."""
        state = self._desk.sessions.state(draft_id)
        order = list(Severity)
        found = sorted(self.findings_of(state), key=lambda one: (not one.is_open, order.index(one.severity), -one.size))
        return {**collection(found), "revision": state.draft.revision}

    def findings_of(self, state: State) -> tuple[Finding, ...]:
        """Findings of a state, with what was answered."""
        try:
            advice = self._wholes.effect(state).findings
        except CannotTell:
            # A plan that is no partition may be in force: its successor is drawn and checked all the same.
            advice = ()
        return findings_of(state, advice)

    def _step(self, draft_id: str, position: int | None) -> tuple[State, Step]:
        with self._desk.sessions.open(draft_id) as session:
            state = session.state()
            if position is None:
                return state, self._wholes.step(state)
            if not 1 <= position <= len(session.edits):
                raise NotFound(f"The draft has no edit {position}.")
            return state, self._wholes.edit(session, position)
