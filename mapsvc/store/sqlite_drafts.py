"""The drafts' half of SqliteStore: each method is one snapshot or one transaction with its event."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mapsvc.model.draft import Draft, Edit
from mapsvc.model.event import Event
from mapsvc.ports import Publication
from mapsvc.store import (
    draft_edits,
    draft_rows,
    drafts,
    editions,
    events,
    incident_grids,
    journal,
    plans,
    publishing,
)
from mapsvc.store.sqlite_journal import SqliteJournal


class SqliteDrafts(SqliteJournal):
    """Drafts in the store's file; `SqliteStore` adds everything else."""

    def add_draft(self, draft: Draft, *, at: int, post: str) -> Event:
        """Store a new draft; Conflict if its id is taken, NotFound without its base."""
        kept = drafts.started(draft, at=at, post=post)
        with self._db.write() as connection:
            plans.check_free(connection, draft.id)
            plans.check_exists(connection, draft.base_id)
            draft_rows.add(connection, kept)
            return _tell(connection, "draft.started", kept, at, post, base=kept.base_id, parent=kept.parent_id)

    def get_draft(self, draft_id: str) -> Draft:
        """One draft; NotFound."""
        with self._db.read() as connection:
            return draft_rows.get(connection, draft_id)

    def list_drafts(self) -> list[Draft]:
        """All drafts, the last changed first."""
        with self._db.read() as connection:
            return draft_rows.list_all(connection)

    def list_edits(self, draft_id: str, after: int = 0, until: int | None = None) -> list[Edit]:
        """Edits of the draft's line with after < position <= until."""
        with self._db.read() as connection:
            draft_rows.get(connection, draft_id)
            return draft_edits.list_line(connection, draft_id, after, until)

    def list_lost_edits(self, draft_id: str) -> list[Edit]:
        """Edits that are no longer in the line, newest first."""
        with self._db.read() as connection:
            draft_rows.get(connection, draft_id)
            return draft_edits.list_lost(connection, draft_id)

    def add_edit(self, draft_id: str, edit: Edit, *, revision: int, at: int, post: str) -> Draft:
        """Append an edit after the draft's position; what could be redone is lost edits now."""
        with self._db.write() as connection:
            stored = draft_rows.get(connection, draft_id)
            changed, kept = drafts.edited(stored, edit, revision=revision, at=at, post=post)
            draft_edits.lose(connection, draft_id, after=stored.position, revision=changed.revision)
            draft_edits.add(connection, draft_id, [kept])
            draft_rows.put(connection, changed)
            _tell(connection, "draft.edited", changed, at, post, command=kept.command.get("kind"))
            return changed

    def move_in_draft(self, draft_id: str, position: int, *, revision: int, at: int, post: str) -> Draft:
        """Undo or redo to `position`."""
        with self._db.write() as connection:
            stored = draft_rows.get(connection, draft_id)
            changed = drafts.moved(stored, position, revision=revision, at=at)
            draft_rows.put(connection, changed)
            kind = "draft.undone" if position < stored.position else "draft.redone"
            _tell(connection, kind, changed, at, post)
            return changed

    def replace_edits(
        self, draft_id: str, edits: Sequence[Edit], draft: Draft, *, revision: int, at: int, post: str
    ) -> Draft:
        """The draft gets this line of edits and the facts of `draft`; the old line becomes lost edits."""
        with self._db.write() as connection:
            stored = draft_rows.get(connection, draft_id)
            changed, line = drafts.rebased(stored, edits, draft, revision=revision, at=at)
            plans.check_exists(connection, changed.base_id)
            draft_edits.lose(connection, draft_id, after=0, revision=changed.revision)
            draft_edits.add(connection, draft_id, line)
            draft_rows.put(connection, changed)
            told = {"base": changed.base_id, "parent": changed.parent_id}
            _tell(connection, "draft.rebased", changed, at, post, **told)
            return changed

    def set_reason(self, draft_id: str, position: int, reason: str, *, revision: int, at: int, post: str) -> Draft:
        """Write why an edit was made."""
        with self._db.write() as connection:
            stored = draft_rows.get(connection, draft_id)
            changed = drafts.explained(stored, position, revision=revision, at=at)
            draft_edits.set_reason(connection, draft_id, position, reason)
            draft_rows.put(connection, changed)
            _tell(connection, "draft.explained", changed, at, post, edit=position)
            return changed

    def set_draft(self, draft: Draft, *, kind: str, revision: int, at: int, post: str) -> Draft:
        """Replace the facts of a draft, its edits stay."""
        with self._db.write() as connection:
            stored = draft_rows.get(connection, draft.id)
            changed = drafts.revised(stored, draft, revision=revision, at=at)
            draft_rows.put(connection, changed)
            _tell(connection, kind, changed, at, post)
            return changed

    def publish_draft(self, publication: Publication, *, at: int, post: str) -> Event:
        """Make an edition of a draft: all of it in this transaction, or nothing."""
        plan, wanted = publication.plan, publishing.assignment_of(publication)
        with self._db.write() as connection:
            stored = draft_rows.get(connection, publication.draft_id)
            done = drafts.published(stored, revision=publication.revision, at=at)
            publishing.check_parent(publication, plans.find_on(connection, editions.first_day(plan)))
            publishing.check_last(publication, plans.list_heads(connection))
            rerouting = None
            if wanted is not None:
                rerouting = incident_grids.Rerouting(connection, wanted, publication.basis)
            ended = plans.put(connection, plan, at=at)
            draft_rows.put(connection, done)
            moved = rerouting.reassign(plan.id) if rerouting is not None else None
            told = journal.append(connection, events.plan_published(plan, ended, stored.id, moved, at=at, post=post))
            if rerouting is not None:
                rerouting.tell(plan.id, at=at, post=post)
            return told


def _tell(connection: sa.Connection, kind: str, draft: Draft, at: int, post: str, **data: object) -> Event:
    return journal.append(connection, events.draft_changed(kind, draft, at=at, post=post, **data))
