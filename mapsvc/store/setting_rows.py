"""The room of settings and webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from mapsvc.errors import NotFound
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.store.tables import setting, webhook
from mapsvc.store.upsert import upsert


def find(connection: sa.Connection, name: str) -> tuple[Mapping[str, Any], int] | None:
    """The value and its revision; None while nobody set it."""
    row = connection.execute(sa.select(setting.c.value, setting.c.revision).where(setting.c.name == name)).one_or_none()
    return None if row is None else (json.loads(row[0]), row[1])


def put(connection: sa.Connection, name: str, value: str, revision: int) -> None:
    """Set the value (JSON text) under this revision."""
    upsert(connection, setting, "name", [{"name": name, "value": value, "revision": revision}])


def list_webhooks(connection: sa.Connection) -> list[Webhook]:
    """All of them in id order."""
    return [_webhook(row) for row in connection.execute(sa.select(webhook).order_by(webhook.c.id)).mappings()]


def put_webhook(connection: sa.Connection, new: Webhook) -> None:
    """Add or replace by id."""
    row = {
        "id": new.id,
        "name": new.name,
        "url": new.url,
        "secret": new.secret,
        "kinds": json.dumps(new.kinds),
        "active": new.active,
    }
    upsert(connection, webhook, "id", [row | _delivery(new.delivery)])


def set_delivery(connection: sa.Connection, webhook_id: str, delivery: Delivery) -> None:
    """How far a webhook got; NotFound."""
    done = connection.execute(sa.update(webhook).where(webhook.c.id == webhook_id).values(_delivery(delivery)))
    if not done.rowcount:
        raise NotFound(f'There is no webhook "{webhook_id}".')


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "after_seq": delivery.after,
        "tries": delivery.tries,
        "next_at": delivery.next_at,
        "parked": json.dumps(delivery.parked),
        "error": delivery.error,
    }


def _webhook(row: Mapping[Any, Any]) -> Webhook:
    return Webhook(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        secret=row["secret"],
        kinds=tuple(json.loads(row["kinds"])),
        active=bool(row["active"]),
        delivery=Delivery(
            row["after_seq"], row["tries"], row["next_at"], tuple(json.loads(row["parked"])), row["error"]
        ),
    )
