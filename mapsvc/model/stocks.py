"""Stocks: a whole community as values, ready to be stored at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapsvc.model.community import Community
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.plan import Plan
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType


@dataclass(frozen=True, slots=True, eq=False)
class Stocks:
    """A community with everything it keeps.

    plan: ids fixed, areas measured; earlier: editions before it, oldest first. batch: WGS 84 points, no grids yet.
    areas: of linked networks. settings: by name, as `Store.put_setting` takes them.
    """

    community: Community
    plan: Plan
    sites: tuple[Site, ...]
    departments: tuple[Department, ...]
    posts: tuple[Post, ...]
    task_types: tuple[TaskType, ...]
    batch: IncidentBatch
    earlier: tuple[Plan, ...] = ()
    areas: tuple[Jurisdiction, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
