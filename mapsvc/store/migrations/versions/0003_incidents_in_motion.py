"""Incidents in motion: calls, photos, settings, accounts, channels, webhooks, areas, addresses, and the chained journal.

A version is frozen: it repeats the columns of mapsvc.store.tables instead of importing them, so that later
changes there do not change what this version once made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from mapsvc.model.event import chain_hash
from mapsvc.store.gpkg_tables import create_rtree, register_attributes, register_features
from mapsvc.store.table_kinds import Geometry

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = "reported accepted rejected filed dispatched handling suspended resolved rework verified closed voided"
CERTAINTIES = "certain boundary outside unlocated"


def text(name: str, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", unique=unique)


def whole(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=default)


def maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE)


def key() -> sa.Column[int]:
    return sa.Column("fid", WHOLE, primary_key=True)


def yes_no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def shape(kind: str) -> sa.Column[bytes]:
    return sa.Column("geom", Geometry(kind), nullable=False)


def upgrade() -> None:
    widen_incidents()
    create_cases()
    create_access()
    create_places()
    chain_journal(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        create_layers(op.get_bind())


def widen_incidents() -> None:
    for column in (
        maybe("dispatched_at"),
        maybe("left_s"),
        text("shares"),
        sa.Column("given_x", sa.Double),
        sa.Column("given_y", sa.Double),
        text("merged_into"),
        whole("revision", "0"),
    ):
        op.add_column("incident", column)
    op.add_column("post", text("hours"))


def create_cases() -> None:
    op.create_table(
        "incident_call",
        key(),
        whole("incident"),
        whole("position"),
        text("target"),
        yes_no("lead"),
        whole("called_at"),
        yes_no("whistle"),
        maybe("taken_at"),
        maybe("arrived_at"),
        maybe("done_at"),
        maybe("dropped_at"),
        sa.UniqueConstraint("incident", "position"),
    )
    op.create_index("incident_call_of", "incident_call", ["target"])
    op.execute("CREATE INDEX incident_call_open ON incident_call (target) WHERE done_at IS NULL AND dropped_at IS NULL")
    op.create_table(
        "incident_photo",
        key(),
        whole("incident"),
        text("id"),
        text("media_type"),
        whole("n_bytes"),
        whole("width_px"),
        whole("height_px"),
        whole("added_at"),
        sa.UniqueConstraint("incident", "id"),
    )
    op.create_index("incident_photo_id", "incident_photo", ["id"])
    op.create_table(
        "webhook",
        key(),
        text("id", unique=True),
        text("name"),
        text("url"),
        text("secret"),
        text("kinds"),
        yes_no("active"),
        whole("after_seq"),
        whole("tries"),
        whole("next_at"),
        text("parked"),
        text("error"),
    )
    op.create_table("setting", key(), text("name", unique=True), whole("revision"), text("value"))


def create_access() -> None:
    op.create_table(
        "account",
        key(),
        text("code", unique=True),
        text("role"),
        text("name"),
        text("name_zh"),
        text("post"),
        text("department"),
        text("grid_codes"),
        text("password_hash"),
        yes_no("must_change"),
        yes_no("disabled"),
        yes_no("demo"),
        whole("created_at"),
    )
    op.create_table(
        "session",
        key(),
        text("token_hash", unique=True),
        text("account"),
        whole("created_at"),
        whole("seen_at"),
        whole("expires_at"),
    )
    op.create_index("session_of", "session", ["account"])
    op.create_table("sign_in_try", key(), text("key"), whole("at"))
    op.create_index("sign_in_try_of", "sign_in_try", ["key", "at"])
    op.create_table(
        "api_key",
        key(),
        text("id", unique=True),
        text("name"),
        text("key_hash", unique=True),
        text("channel"),
        text("account"),
        whole("created_at"),
        maybe("taken_back_at"),
    )
    op.create_table(
        "channel",
        key(),
        text("code", unique=True),
        text("name"),
        text("name_zh"),
        text("datum"),
        yes_no("public"),
        whole("per_minute"),
        yes_no("active"),
    )


def create_places() -> None:
    op.create_table(
        "address", key(), shape("POINT"), text("source"), text("id"), text("text"), text("precision")
    )
    op.create_table("correction", key(), shape("POINT"), text("key", unique=True), text("text"), text("precision"))
    op.create_table(
        "jurisdiction",
        key(),
        shape("GEOMETRY"),
        text("network"),
        text("code"),
        text("name"),
        text("name_zh"),
        text("department"),
        sa.UniqueConstraint("network", "code"),
    )


def chain_journal(connection: sa.Connection) -> None:
    """Each line of an older journal gets the hash of itself and of all before it; its words stay as they are."""
    op.add_column("event", text("hash"))
    op.create_index("event_of", "event", ["subject", "seq"])
    hashes = []
    before = ""
    lines = connection.exec_driver_sql("SELECT seq, at, post, kind, subject, data FROM event ORDER BY seq")
    for seq, at, post, kind, subject, data in lines:
        before = chain_hash(before, seq, at, post, kind, subject, data)
        hashes.append({"hash": before, "seq": seq})
    if hashes:
        connection.execute(sa.text("UPDATE event SET hash = :hash WHERE seq = :seq"), hashes)


def create_layers(connection: sa.Connection) -> None:
    connection.exec_driver_sql("DROP VIEW incident_readable")
    connection.exec_driver_sql(readable_view())
    register_features(connection, "jurisdiction", "GEOMETRY", "Areas of linked bodies: police, court, property ...")
    register_features(connection, "address", "POINT", "Addresses the geocoder knows")
    register_features(connection, "correction", "POINT", "Addresses that posts put right")
    register_attributes(connection, "incident_call", "Posts and departments called; incident: its fid")
    register_attributes(connection, "incident_photo", "Facts of photos; incident: its fid")
    register_attributes(connection, "setting", "Workflow, limits, calendar ... as JSON")
    register_attributes(connection, "channel", "Ways in for reports")
    # Accounts, sessions, keys and webhooks are no layers: nothing another program should show or change.
    create_rtree(connection, "jurisdiction")


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
        worded("channel"),
        "i.channel_ref, i.title, i.text",
        worded("task_type"),
        *map(dated, ("occurred_at", "reported_at", "dispatched_at", "due_at", "closed_at")),
        spelled("status", STATUSES),
        "i.level, i.sensitive",
        worded("grid"),
        "i.grid_share",
        spelled("certainty", CERTAINTIES),
        "i.shares, i.address, i.accuracy_m",
        *map(worded, ("datum", "method", "precision", "departments")),
        "i.given_x, i.given_y, i.left_s, i.merged_into, i.revision",
    ]
    return f"CREATE VIEW incident_readable AS SELECT {', '.join(columns)} FROM incident AS i"


def downgrade() -> None:
    raise NotImplementedError("What happened to incidents would be lost; keep a copy of the file instead.")
