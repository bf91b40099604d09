"""The drafts' half of MemoryStore: everything is checked before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mapsvc.errors import NotFound
from mapsvc.model.draft import Draft, Edit
from mapsvc.model.event import Event
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.ports import Basis, Publication
from mapsvc.store import drafts, editions, events, publishing
from mapsvc.store.assignment import Assignment
from mapsvc.store.events import Entry
from mapsvc.store.memory_incidents import MemoryIncidents
from mapsvc.store.memory_journal import MemoryJournal
from mapsvc.store.rerouted import entry_of, rerouted
from mapsvc.store.since import check_assigned, fids_since, with_since


class MemoryDrafts(MemoryJournal):
    """Drafts in dictionaries; `MemoryStore` holds the plans and the incidents."""

    _plans: dict[str, Plan]
    _incidents: MemoryIncidents
    _assigned: str | None

    def __init__(self) -> None:
        super().__init__()
        self._drafts: dict[str, Draft] = {}
        self._lines: dict[str, tuple[Edit, ...]] = {}
        self._lost: dict[str, tuple[Edit, ...]] = {}

    # what MemoryStore adds
    def _check_free(self, name: str) -> None:
        raise NotImplementedError

    def _keep_plan(self, plan: Plan, *, at: int) -> str | None:
        raise NotImplementedError

    def _heads(self) -> list[PlanHead]:
        raise NotImplementedError

    def get_plan(self, plan_id: str) -> Plan:
        """The whole plan; NotFound if there is none."""
        raise NotImplementedError

    def add_draft(self, draft: Draft, *, at: int, post: str) -> Event:
        """Store a new draft; Conflict if its id is taken, NotFound without its base."""
        with self._lock:
            self._check_free(draft.id)
            self.get_plan(draft.base_id)
            kept = drafts.started(draft, at=at, post=post)
            self._drafts[draft.id], self._lines[draft.id], self._lost[draft.id] = kept, (), ()
            return self._tell("draft.started", kept, at, post, base=kept.base_id, parent=kept.parent_id)

    def get_draft(self, draft_id: str) -> Draft:
        """One draft; NotFound."""
        with self._lock:
            if draft_id not in self._drafts:
                raise NotFound(f'There is no draft "{draft_id}".')
            return self._drafts[draft_id]

    def list_drafts(self) -> list[Draft]:
        """All drafts, the last changed first, and among equals the last started."""
        with self._lock:
            newest_first = list(self._drafts.values())[::-1]
        return sorted(newest_first, key=lambda draft: -draft.changed_at)

    def list_edits(self, draft_id: str, after: int = 0, until: int | None = None) -> list[Edit]:
        """Edits of the draft's line with after < position <= until."""
        with self._lock:
            self.get_draft(draft_id)
            line = self._lines[draft_id]
        return [edit for edit in line if after < edit.position and (until is None or edit.position <= until)]

    def list_lost_edits(self, draft_id: str) -> list[Edit]:
        """Edits that are no longer in the line, newest first."""
        with self._lock:
            self.get_draft(draft_id)
            return list(self._lost[draft_id])

    def add_edit(self, draft_id: str, edit: Edit, *, revision: int, at: int, post: str) -> Draft:
        """Append an edit after the draft's position; what could be redone is lost edits now."""
        with self._lock:
            stored = self.get_draft(draft_id)
            changed, kept = drafts.edited(stored, edit, revision=revision, at=at, post=post)
            self._lose(draft_id, stored.position)
            self._lines[draft_id] = (*self._lines[draft_id], kept)
            self._drafts[draft_id] = changed
            self._tell("draft.edited", changed, at, post, command=kept.command.get("kind"))
            return changed

    def move_in_draft(self, draft_id: str, position: int, *, revision: int, at: int, post: str) -> Draft:
        """Undo or redo to `position`."""
        with self._lock:
            stored = self.get_draft(draft_id)
            changed = drafts.moved(stored, position, revision=revision, at=at)
            self._drafts[draft_id] = changed
            self._tell("draft.undone" if position < stored.position else "draft.redone", changed, at, post)
            return changed

    def replace_edits(
        self, draft_id: str, edits: Sequence[Edit], draft: Draft, *, revision: int, at: int, post: str
    ) -> Draft:
        """The draft gets this line of edits and the facts of `draft`; the old line becomes lost edits."""
        with self._lock:
            changed, line = drafts.rebased(self.get_draft(draft_id), edits, draft, revision=revision, at=at)
            self.get_plan(changed.base_id)
            self._lose(draft_id, 0)
            self._lines[draft_id], self._drafts[draft_id] = line, changed
            told = {"base": changed.base_id, "parent": changed.parent_id}
            self._tell("draft.rebased", changed, at, post, **told)
            return changed

    def set_reason(self, draft_id: str, position: int, reason: str, *, revision: int, at: int, post: str) -> Draft:
        """Write why an edit was made."""
        with self._lock:
            changed = drafts.explained(self.get_draft(draft_id), position, revision=revision, at=at)
            line = list(self._lines[draft_id])
            line[position - 1] = replace(line[position - 1], reason=reason)
            self._lines[draft_id], self._drafts[draft_id] = tuple(line), changed
            self._tell("draft.explained", changed, at, post, edit=position)
            return changed

    def set_draft(self, draft: Draft, *, kind: str, revision: int, at: int, post: str) -> Draft:
        """Replace the facts of a draft, its edits stay."""
        with self._lock:
            changed = drafts.revised(self.get_draft(draft.id), draft, revision=revision, at=at)
            self._drafts[draft.id] = changed
            self._tell(kind, changed, at, post)
            return changed

    def publish_draft(self, publication: Publication, *, at: int, post: str) -> Event:
        """Make an edition of a draft."""
        plan, wanted = publication.plan, publishing.assignment_of(publication)
        with self._lock:
            stored = self.get_draft(publication.draft_id)
            done = drafts.published(stored, revision=publication.revision, at=at)
            publishing.check_parent(publication, editions.find_in_force(self._heads(), editions.first_day(plan)))
            publishing.check_last(publication, self._heads())
            if wanted is not None:
                wanted = self._with_newer(wanted, publication.basis)
            ended = self._keep_plan(plan, at=at)
            self._drafts[stored.id] = done
            moved: int | None = None
            lines: list[Entry] = []
            if wanted is not None:
                moved, lines = self._reassign(plan.id, wanted, at=at, post=post)
            told = self._append(events.plan_published(plan, ended, stored.id, moved, at=at, post=post))
            self._append_all(lines)
            return told

    def _with_newer(self, wanted: Assignment, basis: Basis | None) -> Assignment:
        """The assignment with what came or moved since placed by its basis; Busy where that does not hold any more."""
        if basis is None:
            return wanted
        check_assigned(basis, self._assigned)
        newer = np.arange(basis.last_fid + 1, len(self._incidents) + 1, dtype=np.int64)
        fids = fids_since(basis, self.list_events(basis.seq, self.seq()), newer)
        columns = self._incidents.columns_of(fids)
        return with_since(wanted, basis, columns.fid, columns.lon, columns.lat, self._incidents.accuracy_m(columns.fid))

    def _reassign(self, plan_id: str, wanted: Assignment, *, at: int, post: str) -> tuple[int, list[Entry]]:
        """Assign; how many rows there were, and the lines that tell of open ones with another grid."""
        fids = np.unique(wanted.fids)
        before, had_plan = self._incidents.carried(fids), self._assigned is not None
        n = self._incidents.assign(wanted)
        self._assigned = plan_id
        pairs = rerouted(before, self._incidents.carried(fids), had_plan=had_plan)
        for old, _ in pairs:
            self._incidents.change(old.fid, {"revision": old.revision + 1})
        return n, [entry_of(plan_id, old, new, at=at, post=post) for old, new in pairs]

    def _append_all(self, lines: Sequence[Entry]) -> None:
        for line in lines:
            self._append(line)

    def _lose(self, draft_id: str, after: int) -> None:
        line = self._lines[draft_id]
        self._lost[draft_id] = (*reversed(line[after:]), *self._lost[draft_id])
        self._lines[draft_id] = line[:after]

    def _tell(self, kind: str, draft: Draft, at: int, post: str, **data: object) -> Event:
        return self._append(events.draft_changed(kind, draft, at=at, post=post, **data))
