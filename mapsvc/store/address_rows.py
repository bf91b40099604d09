"""The room of addresses: a million in, and out again, in a second or two.

Reading, SQLite packs the rows itself, as it does for the columns of incidents: a JSON array of a chunk's texts is five
times as fast as a tuple for each row, and other threads run meanwhile.
"""

from __future__ import annotations

import json

import numpy as np
import sqlalchemy as sa

from mapsvc.model.address import AddressBook
from mapsvc.store import gpkg
from mapsvc.store.tables import address

_CHUNK = 20_000
_INSERT = "INSERT INTO address (fid, geom, source, id, text, precision) VALUES (?, ?, ?, ?, ?, ?)"
_IS_PLAIN = f"length(geom) = {gpkg.POINT_BYTES} AND substr(geom, 9, 1) = x'01'"
_PACKING = sa.text(
    f"""
    SELECT max(fid), min(fid), json_group_array(text), json_group_array(precision), json_group_array(id),
        CAST(group_concat(CASE WHEN {_IS_PLAIN} THEN substr(geom, 14) END, '') AS BLOB), total(NOT ({_IS_PLAIN}))
    FROM (SELECT fid, geom, text, precision, id FROM address WHERE fid > :after ORDER BY fid LIMIT {_CHUNK})
    """  # noqa: S608 - made of the names above
)


def replace(connection: sa.Connection, source: str, book: AddressBook) -> None:
    """These are all addresses of a source now, behind those of all other sources."""
    connection.execute(sa.delete(address).where(address.c.source == source))
    first = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(address.c.fid), 0))).scalar_one()) + 1
    n = len(book)
    blobs = gpkg.encode_points(np.asarray(book.lon, np.float64), np.asarray(book.lat, np.float64))
    precisions = map(str, book.precisions)
    rows = zip(range(first, first + n), blobs, [source] * n, book.ids, book.texts, precisions, strict=True)
    # The driver's own executemany takes the rows as they are zipped; SQLAlchemy would build them all first.
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(_INSERT, rows)  # type: ignore[arg-type]
    finally:
        cursor.close()


def load(connection: sa.Connection) -> AddressBook:
    """All addresses, in the order stored."""
    texts: list[str] = []
    precisions: list[str] = []
    ids: list[str] = []
    points = [np.zeros((0, 2))]
    after = 0
    while True:
        last, first, *packed, coordinates, odd = connection.execute(_PACKING, {"after": after}).one()
        if last is None:
            break
        for values, text in zip((texts, precisions, ids), packed, strict=True):
            values += json.loads(text)
        points.append(_odd(connection, first, last) if odd else np.frombuffer(coordinates, dtype="<f8").reshape(-1, 2))
        after = last
    lonlat = np.concatenate(points)
    return AddressBook(texts, lonlat[:, 0].copy(), lonlat[:, 1].copy(), precisions, ids)


def _odd(connection: sa.Connection, first: int, last: int) -> gpkg.FloatArray:
    """The points of a chunk some of which another program wrote in its own form."""
    query = sa.select(address.c.geom).where(address.c.fid.between(first, last)).order_by(address.c.fid)
    return gpkg.decode_points(list(connection.execute(query).scalars()))
