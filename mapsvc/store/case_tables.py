"""Tables of incidents in motion: calls, photos, webhooks that are told, and the settings that rule the steps."""

from __future__ import annotations

import sqlalchemy as sa

from mapsvc.store.table_kinds import maybe, metadata, number, text, whole, yes_no

IS_OPEN = "done_at IS NULL AND dropped_at IS NULL"
"""What makes a call one of which something is expected."""

# incident: the fid of its incident; position: 0, 1, 2 ... in order of calling.
incident_call = sa.Table(
    "incident_call",
    metadata,
    number(),
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
    sa.Index("incident_call_of", "target"),
    sa.Index("incident_call_open", "target", sqlite_where=sa.text(IS_OPEN), postgresql_where=sa.text(IS_OPEN)),
)
incident_photo = sa.Table(
    "incident_photo",
    metadata,
    number(),
    whole("incident"),
    text("id"),
    text("media_type"),
    whole("n_bytes"),
    whole("width_px"),
    whole("height_px"),
    whole("added_at"),
    sa.UniqueConstraint("incident", "id"),
    sa.Index("incident_photo_id", "id"),
)
webhook = sa.Table(
    "webhook",
    metadata,
    number(),
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
setting = sa.Table(
    "setting",
    metadata,
    number(),
    text("name", unique=True),
    whole("revision"),
    text("value"),
)
