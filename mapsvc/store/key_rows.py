"""The room of keys and channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mapsvc.model.account import ApiKey
from mapsvc.model.channel import Channel
from mapsvc.store.tables import api_key, channel
from mapsvc.store.upsert import upsert


def list_keys(connection: sa.Connection) -> list[ApiKey]:
    """All keys in id order."""
    return [_key(row) for row in connection.execute(sa.select(api_key).order_by(api_key.c.id)).mappings()]


def find_key(connection: sa.Connection, key_hash: str) -> ApiKey | None:
    """The key with this hash."""
    row = connection.execute(sa.select(api_key).where(api_key.c.key_hash == key_hash)).mappings().one_or_none()
    return None if row is None else _key(row)


def put_key(connection: sa.Connection, key: ApiKey) -> None:
    """Add or replace by id."""
    upsert(connection, api_key, "id", [asdict(key)])


def list_channels(connection: sa.Connection) -> list[Channel]:
    """All channels in code order."""
    return [_channel(row) for row in connection.execute(sa.select(channel).order_by(channel.c.code)).mappings()]


def find_channel(connection: sa.Connection, code: str) -> Channel | None:
    """One channel by its code."""
    row = connection.execute(sa.select(channel).where(channel.c.code == code)).mappings().one_or_none()
    return None if row is None else _channel(row)


def put_channel(connection: sa.Connection, new: Channel) -> None:
    """Add or replace by code."""
    upsert(connection, channel, "code", [asdict(new)])


def _key(row: Mapping[Any, Any]) -> ApiKey:
    names = ("id", "name", "key_hash", "channel", "account", "created_at", "taken_back_at")
    return ApiKey(*(row[name] for name in names))


def _channel(row: Mapping[Any, Any]) -> Channel:
    return Channel(
        code=row["code"],
        name=row["name"],
        name_zh=row["name_zh"],
        datum=row["datum"],
        public=bool(row["public"]),
        per_minute=row["per_minute"],
        active=bool(row["active"]),
    )
