"""Registers as of one journal mark: community, task types, departments, posts, and the rules of incidents in motion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mapsvc.casework.flow_json import read_flow
from mapsvc.casework.limits_json import read_calendar, read_limits
from mapsvc.casework.rules import Rules
from mapsvc.casework.weights import Weights, read_weights
from mapsvc.errors import BadInput
from mapsvc.model.calendar import Calendar
from mapsvc.model.community import Community
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.limit import Limit
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Store

Value = TypeVar("Value")
_NO_LIMITS: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Registers:
    """Small tables read whole; task types and departments by code. weights: of recommendations. post_of: by code."""

    community: Community
    task_types: Mapping[str, TaskType]
    departments: Mapping[str, Department]
    posts: tuple[Post, ...]
    rules: Rules = field(default_factory=Rules)
    weights: Weights = field(default_factory=Weights)
    post_of: Mapping[str, Post] = field(default_factory=dict)


def read_registers(store: Store) -> Registers:
    """All registers; a store without a community serves an unnamed one in UTC."""
    community = store.find_community() or Community(name="")
    task_types = {row.code: row for row in store.list_task_types()}
    rules = Rules(
        flow=_setting(store, "workflow", read_flow, DEFAULT_FLOW),
        limits=_setting(store, "limits", read_limits, _NO_LIMITS),
        calendar=_setting(store, "calendar", read_calendar, Calendar()),
        task_types=task_types,
        tz=community.tz,
    )
    posts = tuple(store.list_posts())
    return Registers(
        community,
        task_types,
        {row.code: row for row in store.list_departments()},
        posts,
        rules,
        _setting(store, "recommend", read_weights, Weights()),
        {post.code: post for post in posts},
    )


def _setting(store: Store, name: str, read: Callable[[Any], Value], default: Value) -> Value:
    found = store.find_setting(name)
    if found is None:
        return default
    try:
        return read(found[0])
    except BadInput:
        # A table of another version of this program stops nobody: what everybody knows holds until it is mended.
        return default
