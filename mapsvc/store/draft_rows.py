"""The drafts' room: one row a draft, without geometry and without its edits."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from mapsvc.errors import NotFound
from mapsvc.model.draft import Draft, DraftStatus, Kept
from mapsvc.store.tables import draft


def exists(connection: sa.Connection, draft_id: str) -> bool:
    """True where there is a draft with this id."""
    return connection.execute(sa.select(draft.c.fid).where(draft.c.id == draft_id)).first() is not None


def get(connection: sa.Connection, draft_id: str) -> Draft:
    """One draft; NotFound."""
    row = connection.execute(sa.select(draft).where(draft.c.id == draft_id)).mappings().first()
    if row is None:
        raise NotFound(f'There is no draft "{draft_id}".')
    return _draft(row)


def list_all(connection: sa.Connection) -> list[Draft]:
    """All drafts, the last changed first, and among equals the last started."""
    query = sa.select(draft).order_by(draft.c.changed_at.desc(), draft.c.fid.desc())
    return [_draft(row) for row in connection.execute(query).mappings()]


def add(connection: sa.Connection, given: Draft) -> None:
    """Store a new draft."""
    connection.execute(sa.insert(draft).values(_row(given)))


def put(connection: sa.Connection, given: Draft) -> None:
    """Replace the row of a draft."""
    connection.execute(sa.update(draft).where(draft.c.id == given.id).values(_row(given)))


def _row(given: Draft) -> dict[str, Any]:
    kept = [[one.key, one.reason, one.post] for one in given.kept]
    return {
        "id": given.id,
        "name": given.name,
        "base_id": given.base_id,
        "parent_id": given.parent_id,
        "status": given.status.value,
        "revision": given.revision,
        "position": given.position,
        "edits": given.edits,
        "valid_from": given.valid_from,
        "edition_name": given.edition_name,
        "note": given.note,
        "locked": json.dumps(list(given.locked), ensure_ascii=False),
        "kept": json.dumps(kept, ensure_ascii=False),
        "post": given.post,
        "created_at": given.created_at,
        "changed_at": given.changed_at,
    }


def _draft(row: sa.RowMapping) -> Draft:
    values = {name: row[name] for name in row if name != "fid"}
    values["status"] = DraftStatus(row["status"])
    values["locked"] = tuple(json.loads(row["locked"]))
    values["kept"] = tuple(Kept(*one) for one in json.loads(row["kept"]))
    return Draft(**values)
