"""The room of areas, addresses and corrections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa

from mapsvc.model.address import AddressBook, Correction
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.store import gpkg
from mapsvc.store.tables import address, correction, jurisdiction
from mapsvc.store.upsert import upsert

_INSERT = "INSERT INTO address (fid, geom, source, id, text, precision) VALUES (?, ?, ?, ?, ?, ?)"
_LOAD = "SELECT geom, text, precision, id FROM address ORDER BY fid"


def list_areas(connection: sa.Connection, network: str) -> list[Jurisdiction]:
    """Areas of one network ("" = all), in order of network and code."""
    query = sa.select(jurisdiction).order_by(jurisdiction.c.network, jurisdiction.c.code)
    if network:
        query = query.where(jurisdiction.c.network == network)
    return [
        Jurisdiction(
            network=row["network"],
            code=row["code"],
            name=row["name"],
            geometry=gpkg.decode(row["geom"]),
            department=row["department"],
            name_zh=row["name_zh"],
        )
        for row in connection.execute(query).mappings()
    ]


def replace_areas(connection: sa.Connection, network: str, areas: Sequence[Jurisdiction]) -> None:
    """These are all areas of a network now."""
    connection.execute(sa.delete(jurisdiction).where(jurisdiction.c.network == network))
    if not areas:
        return
    rows = [
        {
            "geom": blob,
            "network": area.network,
            "code": area.code,
            "name": area.name,
            "name_zh": area.name_zh,
            "department": area.department,
        }
        for area, blob in zip(areas, gpkg.encode([area.geometry for area in areas]), strict=True)
    ]
    connection.execute(sa.insert(jurisdiction), rows)


def replace_addresses(connection: sa.Connection, source: str, book: AddressBook) -> None:
    """These are all addresses of a source now, behind those of all other sources."""
    connection.execute(sa.delete(address).where(address.c.source == source))
    first = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(address.c.fid), 0))).scalar_one()) + 1
    n = len(book)
    blobs = gpkg.encode_points(np.asarray(book.lon, np.float64), np.asarray(book.lat, np.float64))
    rows = zip(
        range(first, first + n), blobs, [source] * n, book.ids, book.texts, map(str, book.precisions), strict=True
    )
    # The driver's own executemany takes the rows as they are zipped; SQLAlchemy would build them all first.
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(_INSERT, rows)  # type: ignore[arg-type]
    finally:
        cursor.close()


def load_addresses(connection: sa.Connection) -> AddressBook:
    """All addresses, in the order stored."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_LOAD)
        rows = cursor.fetchall()
    finally:
        cursor.close()
    if not rows:
        return AddressBook([], np.zeros(0), np.zeros(0), [], [])
    blobs, texts, precisions, ids = map(list, zip(*rows, strict=True))
    points = gpkg.decode_points(blobs)
    return AddressBook(texts, points[:, 0].copy(), points[:, 1].copy(), precisions, ids)


def list_corrections(connection: sa.Connection) -> list[Correction]:
    """What posts taught, oldest first."""
    query = sa.select(correction).order_by(correction.c.fid)
    rows = connection.execute(query).mappings().all()
    points = gpkg.decode_points([row["geom"] for row in rows]).tolist()
    return [
        Correction(row["key"], row["text"], lon, lat, row["precision"])
        for row, (lon, lat) in zip(rows, points, strict=True)
    ]


def put_correction(connection: sa.Connection, new: Correction) -> None:
    """Add or replace by its key."""
    blob = gpkg.encode_points(np.array([new.lon]), np.array([new.lat]))[0]
    row = {"geom": blob, "key": new.key, "text": new.text, "precision": str(new.precision)}
    upsert(connection, correction, "key", [row])
