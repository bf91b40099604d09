"""Drafts with their edits, and which edition's grids the incidents carry.

A version is frozen: it repeats the columns of mapsvc.store.tables instead of importing them, so that later
changes there do not change what this version once made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from mapsvc.store.gpkg_tables import register_attributes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", unique=unique)


def whole(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=default)


def key(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, primary_key=True)


def upgrade() -> None:
    op.create_table(
        "draft",
        key("fid"),
        text("id", unique=True),
        text("name"),
        sa.Column("base_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
        text("parent_id"),
        text("status"),
        whole("revision"),
        whole("position"),
        whole("edits"),
        sa.Column("valid_from", sa.Date),
        text("edition_name"),
        text("note"),
        text("locked"),
        text("kept"),
        text("post"),
        whole("created_at"),
        whole("changed_at"),
    )
    op.create_table(
        "draft_edit",
        key("fid"),
        sa.Column("draft_id", sa.Text, sa.ForeignKey("draft.id"), nullable=False),
        whole("lost", "0"),
        whole("position"),
        whole("revision"),
        text("command"),
        text("reason"),
        sa.Column("delta", sa.LargeBinary, nullable=False),
        text("post"),
        whole("at"),
        text("effect"),
        sa.UniqueConstraint("draft_id", "lost", "position"),
    )
    op.create_table(
        "assigned_plan", key("id"), sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False)
    )
    # The journal of an older file tells which plan the incidents were last assigned to.
    op.execute(
        "INSERT INTO assigned_plan (id, plan_id) SELECT 1, subject FROM event "
        "WHERE kind = 'incidents.reassigned' AND subject IN (SELECT id FROM plan) ORDER BY seq DESC LIMIT 1"
    )
    if op.get_bind().dialect.name == "sqlite":
        register_attributes(op.get_bind(), "draft", "Plans being redrawn")
        register_attributes(op.get_bind(), "draft_edit", "Edits of the drafts; lost: the revision that overtook it")
        register_attributes(op.get_bind(), "assigned_plan", "The plan whose grids the incidents carry")


def downgrade() -> None:
    raise NotImplementedError("Drafts would be lost; keep a copy of the file instead.")
