"""Review: a draft goes to review, comes back with a note, or becomes an edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mapsvc.errors import BadQuery, Behind, Busy, CannotTell, Conflict, Refused
from mapsvc.model.draft import Draft, DraftStatus
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.query import Query
from mapsvc.ports import Basis, Publication
from mapsvc.services.redraw.assignment import Assigned, assign, nothing
from mapsvc.services.redraw.checks import before_review
from mapsvc.services.redraw.desk import Desk, Json, check_open
from mapsvc.services.redraw.ids import readable_id, taken_ids
from mapsvc.services.redraw.maps import Maps
from mapsvc.services.redraw.mending import is_mended_from
from mapsvc.services.redraw.state import State
from mapsvc.services.redraw.turn import Turn
from mapsvc.services.redraw.whole import Wholes
from mapsvc.services.scene.columns import Rewrite
from mapsvc.services.scene.placing import locator

_TRIES = 6
_SENTENCES = {
    "edits": "The draft changes nothing yet.",
    "findings": "Findings neither mended nor kept with a reason: {count}.",
    "reasons": "Edits without a reason: {count}.",
}


class Review:
    """Raises NotFound, Conflict, Stale, Behind, Refused, BadQuery; a refused call changes nothing."""

    def __init__(self, desk: Desk, maps: Maps, wholes: Wholes, turn: Turn) -> None:
        self._desk = desk
        self._maps = maps
        self._wholes = wholes
        self._turn = turn

    def send(self, draft_id: str, revision: int, valid_from: date | None, edition_name: str, *, post: str) -> Json:
        """To review, with the day the edition takes effect and its name."""
        with self._desk.sessions.open(draft_id) as session:
            state = self._desk.newest(session, revision)
            check_open(state.draft)
            draft = replace(
                state.draft,
                valid_from=valid_from or state.draft.valid_from,
                edition_name=edition_name or state.draft.edition_name,
                note="",
            )
            findings = self._maps.findings_of(state)
            for told in before_review(state, session.edits, findings):
                if not told["ok"]:
                    sentence = _SENTENCES[told["check"]].format(**told)
                    raise Refused(sentence, [one for one in findings if one.is_open], field=told["check"])
            self._check_day(draft)
            if not draft.edition_name:
                raise BadQuery("An edition has a name.", field="edition_name")
            return self._desk.draft(
                self._desk.put_status(session, draft, DraftStatus.IN_REVIEW, "draft.submitted", post)
            )

    def send_back(self, draft_id: str, revision: int, note: str, *, post: str) -> Json:
        """Back to the planner with a note."""
        with self._desk.sessions.open(draft_id) as session:
            draft = self._desk.newest(session, revision).draft
            _check_in_review(draft)
            back = self._desk.put_status(session, replace(draft, note=note), DraftStatus.OPEN, "draft.returned", post)
            return self._desk.draft(back)

    def publish(self, draft_id: str, revision: int, *, post: str) -> Json:
        """The draft becomes an edition, in one transaction: `{plan, valid_from, reassigned, revision}`."""
        for attempt in range(_TRIES):
            with self._desk.sessions.open(draft_id) as session:
                state = self._desk.newest(session, revision)
                _check_in_review(state.draft)
                self._check_day(state.draft)
                self._check_parent(state.draft)
                plan = self._edition(state)
                try:
                    moved = self._publish(state, plan, post)
                except Busy:
                    # Incidents came in while the rows were worked out: once more with them.
                    if attempt == _TRIES - 1:
                        raise
                    continue
                except Conflict:
                    self._check_parent(state.draft)
                    if plan.id not in taken_ids(self._desk.store):
                        raise
                    continue
                told = {"plan": plan.id, "valid_from": str(plan.valid_from), "reassigned": moved}
                return told | {"revision": self._desk.store.get_draft(draft_id).revision}
        raise Busy("The edition could not be stored for now; the same call may succeed later.")

    def _publish(self, state: State, plan: Plan, post: str) -> int:
        desk, draft = self._desk, state.draft
        now = plan.valid_from is not None and plan.valid_from <= desk.today()
        rows, basis = nothing(), Basis(0, 0, None)
        if now:
            rows, carried = self._rows(state)
            # The draft's shapes are the edition's.
            locate = locator(desk.stage.plan(Query(plan_id=draft.id)))
            basis = Basis(rows.seq, rows.last_fid, carried, locate)
        else:
            self._turn.declare()
        publication = Publication(
            draft.id,
            draft.revision,
            plan,
            draft.parent_id or None,
            basis,
            now,
            rows.fids,
            rows.grid,
            rows.certainty,
            rows.grid_share,
            rows.shares,
        )
        event = desk.store.publish_draft(publication, at=desk.now(), post=post)
        if now:
            desk.stage.follow(Rewrite(event.seq, rows.seq, rows.rows, plan.codes, rows.grid, rows.certainty))
        return rows.moved

    def _rows(self, state: State) -> tuple[Assigned, str | None]:
        """The incidents that change, and the plan whose grids they carry now as the store says it."""
        self._turn.catch_up()
        told = self._desk.store.find_assigned_plan()
        carried = told or self._desk.in_force(self._desk.today())
        everything = carried is None or is_mended_from(state.base, carried)
        try:
            step = self._wholes.step_from(state, carried)
        except CannotTell:
            step, everything = self._wholes.between(state.start, state.start, state.partition), True
        return assign(self._desk, self._wholes.weigh(step), everything=everything), told

    def _edition(self, state: State) -> Plan:
        draft = state.draft
        accepted = tuple(one for one in self._maps.findings_of(state) if one.accepted)
        return replace(
            state.plan,
            id=readable_id(draft.edition_name, "edition", taken_ids(self._desk.store)),
            name=draft.edition_name,
            status=PlanStatus.PUBLISHED,
            parent_id=draft.parent_id or None,
            source=f"draft {draft.id}",
            findings=accepted,
        )

    def _check_day(self, draft: Draft) -> None:
        day, today = draft.valid_from, self._desk.today()
        if day is None:
            raise BadQuery("An edition has a day from which it is in force.", field="valid_from")
        if day < today:
            raise BadQuery(f"An edition takes effect today ({today}) at the earliest.", field="valid_from")
        heads = [one for one in self._desk.store.list_plans() if one.status is PlanStatus.PUBLISHED]
        parents = [one for one in heads if one.id == draft.parent_id]
        if parents and parents[0].valid_from is not None and day < parents[0].valid_from:
            told = f"The edition it replaces is in force from {parents[0].valid_from}; it cannot take effect before."
            raise BadQuery(told, field="valid_from")
        later = [head.valid_from for head in heads if head.valid_from is not None and head.valid_from > day]
        if later:
            told = f"An edition that takes effect on {min(later)} is published already and does not hold these changes."
            raise BadQuery(f"{told} Take that day or a later one.", field="valid_from")

    def _check_parent(self, draft: Draft) -> None:
        if self._desk.is_behind(draft):
            raise Behind(
                "Another edition has come into force since this draft was started. Bring the draft onto it first.",
                parent=draft.parent_id or None,
                in_force=self._desk.replaced(draft),
            )


def _check_in_review(draft: Draft) -> None:
    if draft.status is not DraftStatus.IN_REVIEW:
        raise Conflict("The draft is not in review.")
