"""The words' room: each repeated text of the incidents has a number, counted from 0 within its kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from mapsvc.store.tables import word

_FEW = 200
"""Up to so many words are looked up one by one; beyond it the whole kind is read."""


def texts_of(connection: sa.Connection, kind: str) -> dict[int, str]:
    """The text of each number of a kind."""
    found = connection.execute(sa.select(word.c.code, word.c.text).where(word.c.kind == kind))
    return {code: text for code, text in found}


def texts_of_all(connection: sa.Connection, wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
    """The texts of these numbers of each kind; a number without a text is left out."""
    if sum(map(len, wanted.values())) > _FEW:
        return {kind: texts_of(connection, kind) for kind in wanted}
    known: dict[str, dict[int, str]] = {kind: {} for kind in wanted}
    for kind, code, text in _look_up(connection, "code", wanted):
        known[kind][code] = text
    return known


def codes_of(connection: sa.Connection, kind: str, texts: Iterable[str]) -> dict[str, int]:
    """The number of each text of a kind; texts that are new get the next numbers. Needs a write transaction."""
    return codes_of_all(connection, {kind: set(texts)})[kind]


def codes_of_all(connection: sa.Connection, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, int]]:
    """The number of each text, by kind; texts that are new get the next numbers. Needs a write transaction."""
    known: dict[str, dict[str, int]] = {kind: {} for kind in wanted}
    if sum(map(len, wanted.values())) > _FEW:
        for kind in wanted:
            known[kind] = {text: code for code, text in texts_of(connection, kind).items()}
    else:
        for kind, code, text in _look_up(connection, "text", wanted):
            known[kind][text] = code
    for kind, texts in wanted.items():
        # Sorted: the same import into two stores gives the same numbers.
        if new := sorted(set(texts) - known[kind].keys()):
            known[kind] |= _add(connection, kind, new)
    return known


def _look_up(connection: sa.Connection, column: str, wanted: Mapping[str, Collection[Any]]) -> list[Any]:
    """(kind, code, text) of the words whose `column` is one of those wanted of its kind."""
    pairs = [(kind, value) for kind, values in wanted.items() for value in values]
    if not pairs:
        return []
    marks = ", ".join(["(?, ?)"] * len(pairs))
    # Marks only: every value is bound. The driver's own cursor, for this is on the path of every report.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(
            f"SELECT kind, code, text FROM word WHERE (kind, {column}) IN (VALUES {marks})",  # noqa: S608
            [item for pair in pairs for item in pair],
        )
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _add(connection: sa.Connection, kind: str, texts: list[str]) -> dict[str, int]:
    newest = connection.execute(sa.select(sa.func.max(word.c.code)).where(word.c.kind == kind)).scalar()
    start = 0 if newest is None else newest + 1
    codes = {text: start + i for i, text in enumerate(texts)}
    rows = [{"kind": kind, "code": code, "text": text} for text, code in codes.items()]
    connection.execute(sa.insert(word), rows)
    return codes
