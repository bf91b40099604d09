"""Dispatching: how long reports wait until somebody is sent, and which joint calls still miss somebody."""

from __future__ import annotations

from typing import Any

import numpy as np

from mapsvc.model.case import Call
from mapsvc.ports import Store
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import Mask

_FEWEST = 5
"""Of fewer dispatches no median is told."""
_MOST_CALLS, _MOST_POSTS = 20, 1000


def dispatch_times(scene: Scene, happened: Mask) -> dict[str, Any]:
    """Minutes from report to dispatch of what occurred in the interval: median, 90th percentile, how many; the first
    two are None where there are too few."""
    columns = scene.columns
    known = happened & (columns.dispatched_at > 0) & (columns.reported_at > 0)
    waited = (columns.dispatched_at[known] - columns.reported_at[known]) / 60.0
    waited = waited[waited >= 0]
    enough = len(waited) >= _FEWEST
    return {
        "dispatch_median_min": round(float(np.median(waited)), 1) if enough else None,
        "dispatch_p90_min": round(float(np.percentile(waited, 90)), 1) if enough else None,
        "dispatch_n": len(waited),
    }


def joint_calls(scene: Scene, store: Store) -> list[dict[str, Any]]:
    """Open joint calls, the longest waiting first: who was called, and who has arrived. A sensitive one has no title.

    Where there are more than 1,000 posts, those that call a department.
    """
    targets = [f"department:{code}" for code in scene.registers.departments]
    if len(scene.registers.posts) <= _MOST_POSTS:
        targets += [f"post:{post.code}" for post in scene.registers.posts]
    # Each call of a joint call is open until the lead says done, so any target leads to its incident.
    found = store.list_called(targets)
    ids = list(dict.fromkeys(incident_id for incident_id, call in found if call.whistle))[:_MOST_CALLS]
    sensitive = scene.registers.task_types
    told = []
    for incident_id in ids:
        case = store.get_case(incident_id)
        calls = [call for call in case.calls if call.whistle and call.dropped_at is None]
        kind = sensitive.get(case.incident.task_type)
        hidden = case.incident.sensitive or bool(kind and kind.sensitive)
        told.append(_tell(incident_id, "" if hidden else case.incident.title, case.incident.grid_code, calls, scene.tz))
    return sorted(told, key=lambda one: (one["called_at"], one["id"]))


def _tell(incident_id: str, title: str, grid: str, calls: list[Call], tz: str) -> dict[str, Any]:
    return {
        "id": incident_id,
        "title": title,
        "grid": grid,
        "called": len(calls),
        "arrived": sum(call.arrived_at is not None for call in calls),
        "called_at": iso(min(call.called_at for call in calls), tz),
    }
