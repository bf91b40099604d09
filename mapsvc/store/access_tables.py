"""Tables of accounts (posts, never people), sessions, keys and channels. Of secrets only hashes are kept."""

from __future__ import annotations

import sqlalchemy as sa

from mapsvc.store.table_kinds import maybe, metadata, number, text, whole, yes_no

account = sa.Table(
    "account",
    metadata,
    number(),
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
session = sa.Table(
    "session",
    metadata,
    number(),
    text("token_hash", unique=True),
    text("account"),
    whole("created_at"),
    whole("seen_at"),
    whole("expires_at"),
    sa.Index("session_of", "account"),
)
sign_in_try = sa.Table(
    "sign_in_try",
    metadata,
    number(),
    text("key"),
    whole("at"),
    sa.Index("sign_in_try_of", "key", "at"),
)
api_key = sa.Table(
    "api_key",
    metadata,
    number(),
    text("id", unique=True),
    text("name"),
    text("key_hash", unique=True),
    text("channel"),
    text("account"),
    whole("created_at"),
    maybe("taken_back_at"),
)
channel = sa.Table(
    "channel",
    metadata,
    number(),
    text("code", unique=True),
    text("name"),
    text("name_zh"),
    text("datum"),
    yes_no("public"),
    whole("per_minute"),
    yes_no("active"),
)
