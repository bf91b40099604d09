"""The incidents' writing room: a batch becomes rows of the table `incident` as fast as the driver takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from mapsvc.model.incident import BATCH_DEFAULTS, IncidentBatch
from mapsvc.store import refs, words
from mapsvc.store.batch import Rows, keep
from mapsvc.store.gpkg import encode_points
from mapsvc.store.tables import WORD_COLUMNS, incident

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Columns = dict[str, Any]
_TEXTS = ("title", "text", "address", "shares")
_SAME = (*_TEXTS, "reported_at", "level", "grid_share", "accuracy_m", "sensitive")
"""Columns whose default in the table is the batch's default: left out of the statement where nobody gave them."""


def add(
    connection: sa.Connection,
    integrity_error: type[Exception],
    batch: IncidentBatch,
    key_of: refs.KeyOf = refs.keys_of,
) -> tuple[BoolArray, IntArray, range]:
    """Append the new rows; returns is_new (n,), the fid of each row (n,), and the new fids, in row order without gaps.

    integrity_error is the driver's own class for a broken unique index.
    """
    rows = Rows(batch)
    columns = _columns(connection, rows)
    given = rows.text("channel_ref")
    keys = key_of(rows.channel, given)
    first = next_fid(connection)
    is_new, known = _claim(connection, integrity_error, columns["channel"], given, keys, first)
    _insert(connection, first, columns | {"channel_ref": given}, is_new)
    return is_new, _fids(given, is_new, known, first), range(first, first + int(is_new.sum()))


def _fids(given: list[str], is_new: BoolArray, known: Mapping[str, int], first: int) -> IntArray:
    """Where each row is now: behind the others, where it was before, or where its twin in the batch went."""
    fids = first - 1 + np.cumsum(is_new)
    again = np.flatnonzero(~is_new).tolist()
    if again:
        twins = {given[i]: fid for i, fid in enumerate(fids.tolist()) if is_new[i]}
        fids[again] = [known[given[i]] if given[i] in known else twins[given[i]] for i in again]
    return fids


def _claim(
    connection: sa.Connection,
    integrity_error: type[Exception],
    channel_code: int,
    given: list[str],
    keys: npt.NDArray[np.int64],
    first: int,
) -> tuple[BoolArray, dict[str, int]]:
    """Claim the keys of the rows that are new (n,); returns those, and the fids of the references stored before."""
    if len(np.unique(keys)) == len(keys):
        # Most batches hold new rows only: claim all, and let the keys say whether it was so.
        # Not begin_nested: after a full disk SQLite has dropped the savepoint, and its complaint would hide why.
        connection.exec_driver_sql("SAVEPOINT claim")
        try:
            refs.put(connection, keys, first)
            return np.ones(len(keys), dtype=np.bool_), {}
        except integrity_error:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT claim")
    is_new, keys, known = refs.place(connection, channel_code, given, keys)
    refs.put(connection, keys[is_new], first)
    return is_new, known


def next_fid(connection: sa.Connection) -> int:
    """The fid of the next incident."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(incident.c.fid), 0))).scalar_one()) + 1


def _columns(connection: sa.Connection, rows: Rows) -> Columns:
    """The table's columns from the batch: an array or list of n values, or one plain value for all rows."""
    (lon, lat), (given_x, given_y) = rows.points(), rows.given()
    columns: Columns = {"geom": encode_points(lon, lat) if not np.isnan(lon).all() else None}
    rows.methods()
    columns |= _worded(connection, rows)
    for name in ("occurred_at", "status", "certainty"):
        columns[name] = rows.integer(name)
    for name in ("dispatched_at", "closed_at", "due_at"):
        columns[name] = _nullable(rows.integer(name))
    if not np.isnan(given_x).all():
        # SQLite takes NaN for NULL.
        columns |= {"given_x": given_x, "given_y": given_y}
    for name in _SAME:
        if rows.is_constant(name) and _is_default(name, rows.constant(name)):
            continue
        columns[name] = _plain(rows, name)
    return columns


def _worded(connection: sa.Connection, rows: Rows) -> Columns:
    """The columns whose texts are words, as numbers; no grid is NULL, not a word."""
    texts: dict[str, str | list[str]] = {"channel": rows.channel}
    for kind in WORD_COLUMNS[1:]:
        name = "grid_code" if kind == "grid" else kind
        texts[kind] = str(rows.constant(name)) if rows.is_constant(name) else rows.text(name)
    wanted = {kind: {given} if isinstance(given, str) else set(given) for kind, given in texts.items()}
    wanted["grid"].discard("")
    codes = words.codes_of_all(connection, wanted)
    return {
        kind: codes[kind].get(given) if isinstance(given, str) else list(map(codes[kind].get, given))
        for kind, given in texts.items()
    }


def _nullable(times: npt.NDArray[np.int64]) -> Any:
    """0 = none becomes NULL, which other programs understand."""
    return [time or None for time in times.tolist()] if times.any() else None


def _is_default(name: str, value: Any) -> bool:
    default = BATCH_DEFAULTS[name]
    return bool(value == default or (value != value and default != default))


def _plain(rows: Rows, name: str) -> Any:
    if name in _TEXTS:
        return rows.text(name)
    if name == "sensitive":
        return rows.flag(name).astype(np.int64)
    return rows.integer(name) if name in ("reported_at", "level") else rows.real(name)


def _insert(connection: sa.Connection, first_fid: int, columns: Columns, is_new: BoolArray) -> None:
    n = int(is_new.sum())
    if n == 0:
        return
    names = [name for name, values in columns.items() if values is not None]
    parts: list[Iterable[Any]] = [range(first_fid, first_fid + n)]
    for name in names:
        values = columns[name]
        parts.append(keep(values, is_new) if isinstance(values, np.ndarray | list) else repeat(values, n))
    marks = ", ".join("?" * len(parts))
    statement = f"INSERT INTO incident (fid, {', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own column names
    # The driver's own executemany takes the rows as they are zipped; SQLAlchemy would build them all first.
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(statement, zip(*parts, strict=True))  # type: ignore[arg-type]
    finally:
        cursor.close()
