"""The room that remembers which edition's grids the incidents carry."""

from __future__ import annotations

import sqlalchemy as sa

from mapsvc.store.tables import assigned_plan
from mapsvc.store.upsert import upsert

_THE_ROW = 1


def find(connection: sa.Connection) -> str | None:
    """Id of the plan, None while nobody said so."""
    found: str | None = connection.execute(sa.select(assigned_plan.c.plan_id)).scalar()
    return found


def put(connection: sa.Connection, plan_id: str) -> None:
    """From now on the incidents carry the grids of this plan."""
    upsert(connection, assigned_plan, "id", [{"id": _THE_ROW, "plan_id": plan_id}])
