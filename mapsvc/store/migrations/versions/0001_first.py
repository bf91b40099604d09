"""The first schema: journal, registers, plans, sites and incidents as GeoPackage layers.

A version is frozen: it repeats the columns of mapsvc.store.tables instead of importing them, so that later
changes there do not change what this version once made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from mapsvc.store.gpkg_tables import create_base, create_rtree, register_attributes, register_features
from mapsvc.store.tables import Geometry

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = "reported accepted rejected filed dispatched handling suspended resolved rework verified closed voided"
CERTAINTIES = "certain boundary outside unlocated"


def text(name: str, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", unique=unique)


def whole(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=default)


def key(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, primary_key=True)


def yes_no(name: str, default: str | None = None) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=default)


def upgrade() -> None:
    create_registers()
    create_plans()
    create_incidents()
    if op.get_bind().dialect.name == "sqlite":
        create_layers(op.get_bind())


def create_registers() -> None:
    op.create_table("event", key("seq"), whole("at"), text("post"), text("kind"), text("subject"), text("data"))
    op.create_table(
        "community", key("id"), text("name"), text("name_zh"), text("tz"), yes_no("synthetic"), text("note")
    )
    op.create_table(
        "task_type",
        key("position"),
        text("code", unique=True),
        text("name"),
        text("name_zh"),
        sa.Column("limit_hours", sa.Double),
        text("lead_department"),
        yes_no("sensitive"),
        text("icon"),
    )
    op.create_table("department", key("id"), text("code", unique=True), text("name"), text("name_zh"))
    op.create_table(
        "post",
        key("id"),
        text("code", unique=True),
        text("role"),
        text("name"),
        text("name_zh"),
        text("grid_codes"),
        text("department"),
        whole("strength"),
        yes_no("required"),
        text("duty"),
        text("duty_zh"),
        sa.Column("lon", sa.Double),
        sa.Column("lat", sa.Double),
    )
    op.create_table(
        "site",
        key("fid"),
        sa.Column("geom", Geometry(), nullable=False),
        text("id", unique=True),
        text("kind"),
        text("name"),
        text("name_zh"),
        text("address"),
        text("address_zh"),
        whole("households"),
    )


def create_plans() -> None:
    op.create_table(
        "plan",
        key("fid"),
        sa.Column("geom", Geometry(), nullable=False),
        text("id", unique=True),
        text("name"),
        whole("working_epsg"),
        text("status"),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        whole("recorded_at"),
        whole("revision"),
        sa.Column("parent_id", sa.Text),
        text("code_scheme"),
        text("source"),
    )
    op.create_table(
        "grid",
        key("fid"),
        sa.Column("geom", Geometry(), nullable=False),
        sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
        whole("position"),
        text("id"),
        text("code"),
        text("name"),
        text("name_zh"),
        text("kind"),
        sa.Column("area_m2", sa.Double, nullable=False),
        text("theme"),
        text("theme_zh"),
        text("unit"),
        text("unit_zh"),
        sa.UniqueConstraint("plan_id", "position"),
    )
    op.create_table(
        "finding",
        key("fid"),
        sa.Column("geom", Geometry()),
        sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
        whole("position"),
        text("rule"),
        text("severity"),
        text("message"),
        sa.Column("size", sa.Double, nullable=False),
        text("unit"),
        text("grids"),
        sa.Column("feature", WHOLE),
        text("accepted"),
        sa.UniqueConstraint("plan_id", "position"),
    )


def create_incidents() -> None:
    op.create_table(
        "word",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("code", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "text"),
    )
    op.create_table(
        "incident",
        key("fid"),
        sa.Column("geom", Geometry("POINT")),
        whole("channel", "0"),
        text("channel_ref"),
        whole("task_type", "0"),
        whole("occurred_at", "0"),
        whole("reported_at", "0"),
        sa.Column("closed_at", WHOLE),
        sa.Column("due_at", WHOLE),
        whole("status", "0"),
        whole("level", "1"),
        yes_no("sensitive", "0"),
        sa.Column("grid", WHOLE),
        sa.Column("grid_share", sa.Double, nullable=False, server_default="0"),
        whole("certainty", "3"),
        sa.Column("accuracy_m", sa.Double),
        whole("datum", "0"),
        whole("method", "0"),
        whole("precision", "0"),
        whole("departments", "0"),
        text("title"),
        text("text"),
        text("address"),
    )
    op.create_table(
        "incident_key", sa.Column("ref_key", WHOLE, primary_key=True, autoincrement=False), whole("fid")
    )


def create_layers(connection: sa.Connection) -> None:
    create_base(connection)
    connection.exec_driver_sql(readable_view())
    register_features(connection, "plan", "GEOMETRY", "Frames of the plans")
    register_features(connection, "grid", "GEOMETRY", "Grids of all plans")
    register_features(connection, "site", "GEOMETRY", "Places: buildings, streets, water ...")
    register_features(connection, "finding", "GEOMETRY", "What the checks found in the plans")
    register_features(connection, "incident", "POINT", "Incidents; numbers stand for texts in the table word")
    register_features(connection, "incident_readable", "POINT", "Incidents with texts and ISO times (read only)")
    for table in ("event", "community", "task_type", "department", "post", "word"):
        register_attributes(connection, table, "")
    # No rtree on incident: it makes an import about three times slower, and the service never asks for it. QGIS
    # ("Create Spatial Index") or GDAL's SELECT CreateSpatialIndex('incident', 'geom') adds one that is then kept.
    for table in ("plan", "grid", "site"):
        create_rtree(connection, table)


def readable_view() -> str:
    def spelled(column: str, names: str) -> str:
        cases = " ".join(f"WHEN {code} THEN '{name}'" for code, name in enumerate(names.split()))
        return f"CASE i.{column} {cases} END AS {column}"

    def worded(column: str) -> str:
        return f"(SELECT text FROM word WHERE kind = '{column}' AND code = i.{column}) AS {column}"

    def dated(column: str) -> str:
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', nullif(i.{column}, 0), 'unixepoch') AS {column}"

    columns = [
        "i.fid AS OGC_FID, i.geom AS geom, 'i' || i.fid AS id",
        *map(worded, ("channel",)),
        "i.channel_ref, i.title, i.text",
        worded("task_type"),
        dated("occurred_at"),
        dated("reported_at"),
        dated("due_at"),
        dated("closed_at"),
        spelled("status", STATUSES),
        "i.level, i.sensitive",
        worded("grid"),
        "i.grid_share",
        spelled("certainty", CERTAINTIES),
        "i.address, i.accuracy_m",
        *map(worded, ("datum", "method", "precision", "departments")),
    ]
    return f"CREATE VIEW incident_readable AS SELECT {', '.join(columns)} FROM incident AS i"


def downgrade() -> None:
    raise NotImplementedError("The first version has nothing before it; delete the file instead.")
