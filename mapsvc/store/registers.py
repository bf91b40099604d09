"""The registers' room: community, task types, departments, posts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from mapsvc.model.community import Community
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.store import tables
from mapsvc.store.upsert import upsert


def find_community(connection: sa.Connection) -> Community | None:
    """The one community, if it was put."""
    row = connection.execute(sa.select(tables.community)).mappings().first()
    if row is None:
        return None
    return Community(row["name"], row["name_zh"], row["tz"], bool(row["synthetic"]), row["note"])


def put_community(connection: sa.Connection, community: Community) -> None:
    """Set or replace the community."""
    upsert(connection, tables.community, "id", [{"id": 1, **asdict(community)}])


def list_task_types(connection: sa.Connection) -> list[TaskType]:
    """Task types in the order they were put: the key counts up and an upsert keeps it."""
    found = connection.execute(sa.select(tables.task_type).order_by(tables.task_type.c.position)).mappings()
    return [
        TaskType(
            code=row["code"],
            name=row["name"],
            name_zh=row["name_zh"],
            limit_hours=row["limit_hours"],
            lead_department=row["lead_department"],
            sensitive=bool(row["sensitive"]),
            icon=row["icon"],
        )
        for row in found
    ]


def put_task_types(connection: sa.Connection, task_types: Sequence[TaskType]) -> None:
    """Add or replace by code."""
    upsert(connection, tables.task_type, "code", [asdict(task_type) for task_type in task_types])


def list_departments(connection: sa.Connection) -> list[Department]:
    """Departments in code order."""
    found = connection.execute(sa.select(tables.department).order_by(tables.department.c.code)).mappings()
    return [Department(row["code"], row["name"], row["name_zh"]) for row in found]


def put_departments(connection: sa.Connection, departments: Sequence[Department]) -> None:
    """Add or replace by code."""
    upsert(connection, tables.department, "code", [asdict(department) for department in departments])


def list_posts(connection: sa.Connection) -> list[Post]:
    """Posts in code order."""
    found = connection.execute(sa.select(tables.post).order_by(tables.post.c.code)).mappings()
    return [
        Post(
            code=row["code"],
            role=row["role"],
            name=row["name"],
            name_zh=row["name_zh"],
            grid_codes=tuple(json.loads(row["grid_codes"])),
            department=row["department"],
            strength=row["strength"],
            required=bool(row["required"]),
            duty=row["duty"],
            duty_zh=row["duty_zh"],
            lon=row["lon"],
            lat=row["lat"],
            hours=row["hours"],
        )
        for row in found
    ]


def put_posts(connection: sa.Connection, posts: Sequence[Post]) -> None:
    """Add or replace by code."""
    rows = [{**asdict(post), "grid_codes": json.dumps(post.grid_codes, ensure_ascii=False)} for post in posts]
    upsert(connection, tables.post, "code", rows)
