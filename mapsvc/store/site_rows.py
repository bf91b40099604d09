"""The sites' room."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mapsvc.model.site import Site
from mapsvc.store import gpkg
from mapsvc.store.boxes import Box, meets
from mapsvc.store.tables import site as table
from mapsvc.store.upsert import upsert

# The rtree rounds to 32 bits, which loses numbers under 1e-38 altogether; the exact test below decides.
_WIDER = 1e-9
_NEAR = sa.text(
    "SELECT id FROM rtree_site_geom WHERE maxx >= :west AND minx <= :east AND maxy >= :south AND miny <= :north"
).columns(id=sa.Integer)


def put(connection: sa.Connection, sites: Sequence[Site]) -> None:
    """Add or replace by id."""
    blobs = gpkg.encode([site.geometry for site in sites])
    rows = [
        {
            "geom": blob,
            "id": site.id,
            "kind": site.kind,
            "name": site.name,
            "name_zh": site.name_zh,
            "address": site.address,
            "address_zh": site.address_zh,
            "households": site.households,
        }
        for site, blob in zip(sites, blobs, strict=True)
    ]
    upsert(connection, table, "id", rows)


def find_all(connection: sa.Connection, kinds: Sequence[str], bbox: Box | None) -> list[Site]:
    """Sites of these kinds (empty = all) whose box meets bbox, in id order."""
    query = sa.select(table).order_by(table.c.id)
    if kinds:
        query = query.where(table.c.kind.in_(list(kinds)))
    values = {}
    if bbox is not None:
        query = query.where(table.c.fid.in_(_NEAR))
        west, south, east, north = bbox
        values = {"west": west - _WIDER, "south": south - _WIDER, "east": east + _WIDER, "north": north + _WIDER}
    found = [
        Site(
            id=row["id"],
            kind=row["kind"],
            geometry=gpkg.decode(row["geom"]),
            name=row["name"],
            name_zh=row["name_zh"],
            address=row["address"],
            address_zh=row["address_zh"],
            households=row["households"],
        )
        for row in connection.execute(query, values).mappings()
    ]
    return [site for site in found if meets(site, bbox)]
