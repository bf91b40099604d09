"""The words' room: each repeated text of the incidents has a number, counted from 0 within its kind."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from mapsvc.store.tables import word


def texts_of(connection: sa.Connection, kind: str) -> dict[int, str]:
    """The text of each number of a kind."""
    found = connection.execute(sa.select(word.c.code, word.c.text).where(word.c.kind == kind))
    return {code: text for code, text in found}


def codes_of(connection: sa.Connection, kind: str, texts: Iterable[str]) -> dict[str, int]:
    """The number of each text of a kind; texts that are new get the next numbers. Needs a write transaction."""
    known = {text: code for code, text in texts_of(connection, kind).items()}
    # Sorted: the same import into two stores gives the same numbers.
    new = sorted(set(texts) - known.keys())
    if new:
        start = max(known.values(), default=-1) + 1
        rows = [{"kind": kind, "code": start + i, "text": text} for i, text in enumerate(new)]
        connection.execute(sa.insert(word), rows)
        known |= {row["text"]: row["code"] for row in rows}  # type: ignore[misc]
    return known
