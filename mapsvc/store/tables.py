"""Tables: one SQLAlchemy Core description for every SQL store. Places, plans, matters; no person has a column here.

Times are epoch seconds UTC. Texts that repeat (channel, task type, grid code, datum ...) are numbers in
`incident`; `word` holds the text of each number, and the view `incident_readable` puts both together.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

# GeoPackage knows INTEGER (64 bit) and no BIGINT.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Geometry(UserDefinedType[bytes]):
    """A GeoPackage geometry blob in lon/lat (EPSG:4326); the column's declared type is the geometry type."""

    cache_ok = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        """The type name in DDL."""
        return self.kind


metadata = sa.MetaData()


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", **options)


def _whole(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=default)


def _fid() -> sa.Column[int]:
    return sa.Column("fid", WHOLE, primary_key=True)


event = sa.Table(
    "event",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    _whole("at"),
    _text("post"),
    _text("kind"),
    _text("subject"),
    _text("data"),
)
community = sa.Table(
    "community",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    _text("name"),
    _text("name_zh"),
    _text("tz"),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    _text("note"),
)
task_type = sa.Table(
    "task_type",
    metadata,
    sa.Column("position", WHOLE, primary_key=True),
    _text("code", unique=True),
    _text("name"),
    _text("name_zh"),
    sa.Column("limit_hours", sa.Double),
    _text("lead_department"),
    sa.Column("sensitive", sa.Boolean, nullable=False),
    _text("icon"),
)
department = sa.Table(
    "department",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    _text("code", unique=True),
    _text("name"),
    _text("name_zh"),
)
post = sa.Table(
    "post",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    _text("code", unique=True),
    _text("role"),
    _text("name"),
    _text("name_zh"),
    _text("grid_codes"),
    _text("department"),
    _whole("strength"),
    sa.Column("required", sa.Boolean, nullable=False),
    _text("duty"),
    _text("duty_zh"),
    sa.Column("lon", sa.Double),
    sa.Column("lat", sa.Double),
)
site = sa.Table(
    "site",
    metadata,
    _fid(),
    sa.Column("geom", Geometry(), nullable=False),
    _text("id", unique=True),
    _text("kind"),
    _text("name"),
    _text("name_zh"),
    _text("address"),
    _text("address_zh"),
    _whole("households"),
)
plan = sa.Table(
    "plan",
    metadata,
    _fid(),
    sa.Column("geom", Geometry(), nullable=False),
    _text("id", unique=True),
    _text("name"),
    _whole("working_epsg"),
    _text("status"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    _whole("recorded_at"),
    _whole("revision"),
    sa.Column("parent_id", sa.Text),
    _text("code_scheme"),
    _text("source"),
)
grid = sa.Table(
    "grid",
    metadata,
    _fid(),
    sa.Column("geom", Geometry(), nullable=False),
    sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
    _whole("position"),
    _text("id"),
    _text("code"),
    _text("name"),
    _text("name_zh"),
    _text("kind"),
    sa.Column("area_m2", sa.Double, nullable=False),
    _text("theme"),
    _text("theme_zh"),
    _text("unit"),
    _text("unit_zh"),
    sa.UniqueConstraint("plan_id", "position"),
)
finding = sa.Table(
    "finding",
    metadata,
    _fid(),
    sa.Column("geom", Geometry()),
    sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
    _whole("position"),
    _text("rule"),
    _text("severity"),
    _text("message"),
    sa.Column("size", sa.Double, nullable=False),
    _text("unit"),
    _text("grids"),
    sa.Column("feature", WHOLE),
    _text("accepted"),
    sa.UniqueConstraint("plan_id", "position"),
)
draft = sa.Table(
    "draft",
    metadata,
    _fid(),
    _text("id", unique=True),
    _text("name"),
    sa.Column("base_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
    _text("parent_id"),
    _text("status"),
    _whole("revision"),
    _whole("position"),
    _whole("edits"),
    sa.Column("valid_from", sa.Date),
    _text("edition_name"),
    _text("note"),
    _text("locked"),
    _text("kept"),
    _text("post"),
    _whole("created_at"),
    _whole("changed_at"),
)
# lost: 0 for the draft's line, else the revision that overtook the edit.
draft_edit = sa.Table(
    "draft_edit",
    metadata,
    _fid(),
    sa.Column("draft_id", sa.Text, sa.ForeignKey("draft.id"), nullable=False),
    _whole("lost", "0"),
    _whole("position"),
    _whole("revision"),
    _text("command"),
    _text("reason"),
    sa.Column("delta", sa.LargeBinary, nullable=False),
    _text("post"),
    _whole("at"),
    _text("effect"),
    sa.UniqueConstraint("draft_id", "lost", "position"),
)
assigned_plan = sa.Table(
    "assigned_plan",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
)
word = sa.Table(
    "word",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("code", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "text"),
)
incident = sa.Table(
    "incident",
    metadata,
    _fid(),
    sa.Column("geom", Geometry("POINT")),
    _whole("channel", "0"),
    _text("channel_ref"),
    _whole("task_type", "0"),
    _whole("occurred_at", "0"),
    _whole("reported_at", "0"),
    sa.Column("closed_at", WHOLE),
    sa.Column("due_at", WHOLE),
    _whole("status", "0"),
    _whole("level", "1"),
    sa.Column("sensitive", sa.Boolean, nullable=False, server_default="0"),
    sa.Column("grid", WHOLE),
    sa.Column("grid_share", sa.Double, nullable=False, server_default="0"),
    _whole("certainty", "3"),
    sa.Column("accuracy_m", sa.Double),
    _whole("datum", "0"),
    _whole("method", "0"),
    _whole("precision", "0"),
    _whole("departments", "0"),
    _text("title"),
    _text("text"),
    _text("address"),
)
# Idempotency keys, see `refs`: 64 bits that stand for (channel, channel_ref). Rows other programs append have none.
incident_key = sa.Table(
    "incident_key",
    metadata,
    sa.Column("ref_key", WHOLE, primary_key=True, autoincrement=False),
    _whole("fid"),
)
WORD_COLUMNS = ("channel", "task_type", "grid", "datum", "method", "precision", "departments")
"""Columns of `incident` whose numbers are texts in `word`, each under its own kind."""
