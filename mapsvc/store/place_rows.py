"""The room of areas and of corrected addresses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa

from mapsvc.model.address import Correction
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.store import gpkg
from mapsvc.store.tables import correction, jurisdiction
from mapsvc.store.upsert import upsert


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
