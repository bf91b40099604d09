"""The edits' room. An edit is never deleted: one that left its draft's line carries the revision that overtook it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mapsvc.model.draft import Edit
from mapsvc.store.tables import draft_edit

_IN_LINE = 0


def list_line(connection: sa.Connection, draft_id: str, after: int = 0, until: int | None = None) -> list[Edit]:
    """Edits of the line with after < position <= until, in order."""
    query = _of(draft_id).where(draft_edit.c.lost == _IN_LINE, draft_edit.c.position > after)
    if until is not None:
        query = query.where(draft_edit.c.position <= until)
    return _edits(connection, query.order_by(draft_edit.c.position))


def list_lost(connection: sa.Connection, draft_id: str) -> list[Edit]:
    """Edits that left the line, the last overtaken first."""
    query = _of(draft_id).where(draft_edit.c.lost != _IN_LINE)
    return _edits(connection, query.order_by(draft_edit.c.lost.desc(), draft_edit.c.position.desc()))


def add(connection: sa.Connection, draft_id: str, edits: Sequence[Edit]) -> None:
    """Append edits to the line at their positions."""
    if edits:
        connection.execute(sa.insert(draft_edit), [_row(draft_id, edit) for edit in edits])


def lose(connection: sa.Connection, draft_id: str, *, after: int, revision: int) -> None:
    """Edits of the line with position > after leave it, overtaken by this revision."""
    in_line = (draft_edit.c.draft_id == draft_id, draft_edit.c.lost == _IN_LINE, draft_edit.c.position > after)
    connection.execute(sa.update(draft_edit).where(*in_line).values(lost=revision))


def set_reason(connection: sa.Connection, draft_id: str, position: int, reason: str) -> None:
    """Write why an edit of the line was made."""
    one = (draft_edit.c.draft_id == draft_id, draft_edit.c.lost == _IN_LINE, draft_edit.c.position == position)
    connection.execute(sa.update(draft_edit).where(*one).values(reason=reason))


def _of(draft_id: str) -> sa.Select[Any]:
    return sa.select(draft_edit).where(draft_edit.c.draft_id == draft_id)


def _edits(connection: sa.Connection, query: sa.Select[Any]) -> list[Edit]:
    return [
        Edit(
            position=row["position"],
            revision=row["revision"],
            command=json.loads(row["command"]),
            reason=row["reason"],
            delta=row["delta"],
            post=row["post"],
            at=row["at"],
            effect=json.loads(row["effect"]),
        )
        for row in connection.execute(query).mappings()
    ]


def _row(draft_id: str, edit: Edit) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "lost": _IN_LINE,
        "position": edit.position,
        "revision": edit.revision,
        "command": json.dumps(edit.command, ensure_ascii=False),
        "reason": edit.reason,
        "delta": edit.delta,
        "post": edit.post,
        "at": edit.at,
        "effect": json.dumps(edit.effect, ensure_ascii=False),
    }
