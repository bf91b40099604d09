"""Registers as of one journal mark: community, task types, departments, posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapsvc.model.community import Community
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Store


@dataclass(frozen=True, slots=True, eq=False)
class Registers:
    """Small tables read whole; task types and departments by code."""

    community: Community
    task_types: Mapping[str, TaskType]
    departments: Mapping[str, Department]
    posts: tuple[Post, ...]


def read_registers(store: Store) -> Registers:
    """All registers; a store without a community serves an unnamed one in UTC."""
    return Registers(
        store.find_community() or Community(name=""),
        {row.code: row for row in store.list_task_types()},
        {row.code: row for row in store.list_departments()},
        tuple(store.list_posts()),
    )
