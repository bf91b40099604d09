"""Tables of places that the geocoder and the dispatcher ask: addresses, corrections, areas of linked bodies."""

from __future__ import annotations

import sqlalchemy as sa

from mapsvc.store.table_kinds import Geometry, metadata, number, text

# No index on source and none on the points: a million addresses come at once and are read as a whole.
address = sa.Table(
    "address",
    metadata,
    number(),
    sa.Column("geom", Geometry("POINT"), nullable=False),
    text("source"),
    text("id"),
    text("text"),
    text("precision"),
)
correction = sa.Table(
    "correction",
    metadata,
    number(),
    sa.Column("geom", Geometry("POINT"), nullable=False),
    text("key", unique=True),
    text("text"),
    text("precision"),
)
jurisdiction = sa.Table(
    "jurisdiction",
    metadata,
    number(),
    sa.Column("geom", Geometry(), nullable=False),
    text("network"),
    text("code"),
    text("name"),
    text("name_zh"),
    text("department"),
    sa.UniqueConstraint("network", "code"),
)
