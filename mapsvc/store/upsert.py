"""Upsert: add or replace rows by a key, in SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def upsert(connection: sa.Connection, table: sa.Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows; a row whose key is there replaces all its columns but keeps its place.

    All rows have the same columns. Names come from our own tables, values are bound.
    """
    if not rows:
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(f":{name}" for name in names)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != key)
    insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})'  # noqa: S608 - names of our own tables
    statement = f'{insert} ON CONFLICT ("{key}") DO UPDATE SET {changes}'
    connection.execute(sa.text(statement), [dict(row) for row in rows])
