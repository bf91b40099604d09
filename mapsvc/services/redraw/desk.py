"""Desk: what all parts of this room share: the store, the drafts in memory, the day, and how a draft is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from mapsvc.errors import Conflict, Stale
from mapsvc.model.draft import Draft, DraftStatus
from mapsvc.model.plan import PlanHead
from mapsvc.services.redraw.answers import draft_json
from mapsvc.services.redraw.arcs import ArcDesk
from mapsvc.services.redraw.block_book import BlockBook
from mapsvc.services.redraw.grounds import FindHotCells, Grounds
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.sessions import Sessions
from mapsvc.services.redraw.standings import Standings
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.scene import Stage

Json = dict[str, Any]
_AT_WORK = (DraftStatus.OPEN, DraftStatus.IN_REVIEW)


class Desk:
    """One for all drafts of a store."""

    def __init__(self, stage: Stage, find_hot_cells: FindHotCells | None = None) -> None:
        self.stage = stage
        self.store = stage.store
        self.sessions = Sessions(stage.store)
        self.standings = Standings(Grounds(stage, find_hot_cells))
        self.arcs = ArcDesk()
        self.blocks = BlockBook(stage)
        self._codes: Memo[dict[str, set[str]]] = Memo(2)
        self._heads: Memo[dict[str, PlanHead]] = Memo(2)
        self._editions: Memo[tuple[str | None]] = Memo(16)

    def draft(self, state: State) -> Json:
        """DRAFT."""
        return self.head(state.draft) | {"locked": sorted(state.locked)}

    def head(self, draft: Draft) -> Json:
        """DRAFT without locks, which need the shapes."""
        marks = self.stage.journal.marks()
        today = self.stage.today(marks)
        heads = self._heads.get(marks.plans, lambda: {head.id: head for head in self.store.list_plans()})
        now, then = (
            self._editions.get((marks.plans, day), lambda day=day: (self.in_force(day),))[0]  # type: ignore[misc]
            for day in (today, max(draft.valid_from or today, today))
        )
        behind = draft.status in _AT_WORK and (then or "") != draft.parent_id
        return draft_json(draft, heads, now, behind, self.stage.registers(marks).community.tz)

    def is_behind(self, draft: Draft) -> bool:
        """Whether another edition than the draft's parent is in force on the day the draft is for."""
        return draft.status in _AT_WORK and (self.replaced(draft) or "") != draft.parent_id

    def replaced(self, draft: Draft) -> str | None:
        """The edition that would end if the draft took effect on its day, or today where it has none yet."""
        return self.in_force(max(draft.valid_from or self.today(), self.today()))

    def in_force(self, day: date) -> str | None:
        """The id of the edition in force on a day."""
        head = self.store.find_plan_on(day)
        return head.id if head else None

    def newest(self, session: Session, revision: int) -> State:
        """The state, if the caller saw its revision. Raises Stale."""
        state = session.state()
        if revision != state.draft.revision:
            raise Stale("The draft changed meanwhile.", revision=state.draft.revision, details={"mergeable": False})
        return state

    def put(self, session: Session, draft: Draft, kind: str, post: str) -> State:
        """Store new facts of a draft."""
        stored = self.store.set_draft(draft, kind=kind, revision=draft.revision, at=self.now(), post=post)
        return session.changed(stored)

    def put_status(self, session: Session, draft: Draft, status: DraftStatus, kind: str, post: str) -> State:
        """Store a new step of a draft's life."""
        return self.put(session, replace(draft, status=status), kind, post)

    def used_codes(self) -> Mapping[str, Collection[str]]:
        """Code -> ids of the grids that carry or carried it in a stored plan: no other grid gets it."""
        return self._codes.get(self.stage.journal.marks().plans, self._read_codes)

    def _read_codes(self) -> dict[str, set[str]]:
        used: dict[str, set[str]] = {}
        for head in self.store.list_plans():
            for grid in self.store.get_plan(head.id).grids:
                used.setdefault(grid.code, set()).add(grid.id)
        return used

    def fids(self) -> Any:
        """Ids of the incidents by row, as numbers."""
        return self.stage.rows(self.stage.journal.marks()).snapshot.columns.fid

    def today(self) -> date:
        """The calendar day in the community."""
        return self.stage.today(self.stage.journal.marks())

    def tz(self) -> str:
        """The community's zone."""
        return self.stage.registers(self.stage.journal.marks()).community.tz

    def now(self) -> int:
        """Epoch seconds UTC."""
        return self.stage.clock.now()


def check_open(draft: Draft) -> None:
    """Raise Conflict unless the draft takes edits."""
    if draft.status is DraftStatus.IN_REVIEW:
        raise Conflict("The draft is in review. Send it back to the planner before it is changed.")
    check_alive(draft)


def check_alive(draft: Draft) -> None:
    """Raise Conflict where the draft is history."""
    if draft.status not in _AT_WORK:
        raise Conflict(f"The draft is {draft.status.value} and does not change any more.")
