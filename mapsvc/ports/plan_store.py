"""The store's promises about plans and drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mapsvc.model.draft import Draft, Edit
from mapsvc.model.event import Event
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.ports.basis import Basis


@dataclass(frozen=True, slots=True)
class Publication:
    """What `Store.publish_draft` stores. plan: the new edition, status PUBLISHED, its id new.

    assign: whether the incidents move to its grids now (it takes effect today or earlier). Then fids, grid (index
    into plan.codes, -1 = none), certainty, grid_share and shares (as `reassign` takes them) are the rows that change,
    worked out from `basis`.
    """

    draft_id: str
    revision: int
    plan: Plan
    parent_id: str | None
    basis: Basis
    assign: bool
    fids: npt.NDArray[np.int64]
    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]
    grid_share: npt.NDArray[np.float64] | None = None
    shares: Sequence[str] | None = None


class PlanStore(Protocol):
    """Plans, and drafts: each write to one checks `revision` against the stored one (Stale) and stores revision + 1."""

    def put_plan(self, plan: Plan, *, at: int, post: str) -> Event:
        """Store a new plan with its grids and findings; Conflict if the id exists.

        An edition ends where the next begins, whichever was put first: a published plan ends the edition in force
        on its valid_from, and itself on the first day of the next one. Its recorded_at is set to `at`.
        """

    def get_plan(self, plan_id: str) -> Plan:
        """The whole plan; NotFound if there is none."""

    def find_plan_on(self, day: date) -> PlanHead | None:
        """The edition in force on that day."""

    def list_plans(self) -> list[PlanHead]:
        """All plans, newest valid_from first, drafts before editions."""

    def find_assigned_plan(self) -> str | None:
        """Id of the edition whose grids the incidents carry now; None while nobody said so.

        Set by `reassign` (to its plan_id) and by `publish_draft` where it assigns. New incidents are stored with
        the grids of this plan.
        """

    def add_draft(self, draft: Draft, *, at: int, post: str) -> Event:
        """Store a new draft ("draft.started"); Conflict if a draft or a plan has its id, NotFound without its base."""

    def get_draft(self, draft_id: str) -> Draft:
        """One draft; NotFound."""

    def list_drafts(self) -> list[Draft]:
        """All drafts, the last changed first."""

    def list_edits(self, draft_id: str, after: int = 0, until: int | None = None) -> list[Edit]:
        """Edits of the draft's line (in effect, or undone and still to redo) with after < position <= until."""

    def list_lost_edits(self, draft_id: str) -> list[Edit]:
        """Edits that are no longer in the line: undone and then overtaken by another edit, newest first."""

    def add_edit(self, draft_id: str, edit: Edit, *, revision: int, at: int, post: str) -> Draft:
        """Append an edit after the draft's position ("draft.edited"); what could be redone is lost edits now. Conflict
        where the draft is not open. edit.position, edit.revision, edit.at and edit.post are set here."""

    def move_in_draft(self, draft_id: str, position: int, *, revision: int, at: int, post: str) -> Draft:
        """Undo or redo to 0 <= position <= edits ("draft.undone", "draft.redone"); BadInput for another, Conflict if
        it is not open or stands there already."""

    def replace_edits(
        self, draft_id: str, edits: Sequence[Edit], draft: Draft, *, revision: int, at: int, post: str
    ) -> Draft:
        """The draft gets this line of edits and the facts of `draft` (base, parent ...), e.g. after a rebase
        ("draft.rebased"); the old line becomes lost edits, all of the new one is in effect. Conflict for history."""

    def set_reason(self, draft_id: str, position: int, reason: str, *, revision: int, at: int, post: str) -> Draft:
        """Write why an edit was made ("draft.explained"); Conflict where the draft is not open."""

    def set_draft(self, draft: Draft, *, kind: str, revision: int, at: int, post: str) -> Draft:
        """Replace the facts of a draft (name, status ...), edits and base stay; event `kind`; Conflict for history."""

    def publish_draft(self, publication: Publication, *, at: int, post: str) -> Event:
        """Make an edition of a draft, in one transaction with its event ("plan.published").

        Checks that the draft is in review at `revision` (Stale), that the edition in force on plan.valid_from is
        `parent_id` and none takes effect later (Conflict), and, where it assigns, the basis as `reassign` does (Busy:
        compute again). Then stores the plan, ends the parent's validity, sets the draft PUBLISHED, and assigns the
        incidents given and those that came or moved since; open ones get a line each as with `reassign`, after the
        event of the edition, which is returned.
        """
