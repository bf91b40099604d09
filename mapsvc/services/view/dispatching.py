"""Dispatching: how long reports wait until somebody is sent, and which joint calls still miss somebody."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.case import Call
from mapsvc.model.incident import CLOSED_STATUSES
from mapsvc.ports import Store
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.journal import iter_events
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import Mask

_FEWEST = 5
"""Of fewer dispatches no median is told."""
_UP_TO_MIN = (5, 10, 15, 30, 60, 120, 1440)
"""Classes of the waiting times, minutes; the last one is open."""
_MOST_CALLS, _AT_ONCE = 20, 10_000


def dispatch_times(scene: Scene, happened: Mask) -> dict[str, Any]:
    """Minutes from report to dispatch of what occurred in the interval: median, 90th percentile, how many, and how many
    under each bound and not under the one before (bound None = all the rest); None and [] where there are too few."""
    columns = scene.columns
    known = happened & (columns.dispatched_at > 0) & (columns.reported_at > 0)
    waited = (columns.dispatched_at[known] - columns.reported_at[known]) / 60.0
    waited = waited[waited >= 0]
    enough = len(waited) >= _FEWEST
    return {
        "dispatch_median_min": round(float(np.median(waited)), 1) if enough else None,
        "dispatch_p90_min": round(float(np.percentile(waited, 90)), 1) if enough else None,
        "dispatch_n": len(waited),
        "dispatch_classes": _classes(waited) if enough else [],
    }


def _classes(waited: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    counts = np.histogram(waited, (0.0, *_UP_TO_MIN, np.inf))[0]
    return [{"under_min": bound, "n": int(n)} for bound, n in zip((*_UP_TO_MIN, None), counts, strict=True)]


class JointCalls:
    """Which incidents have an open joint call: read once, then followed by the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seq: int | None = None
        self._ids: set[str] = set()

    def tell(self, scene: Scene) -> list[dict[str, Any]]:
        """Open joint calls, the longest waiting first: how many were called, and came. Sensitive ones have no title."""
        told, over = [], []
        seq, ids = self._follow(scene)
        for incident_id in ids:
            case = self._store.get_case(incident_id)
            calls = [call for call in case.calls if call.whistle and call.dropped_at is None]
            if case.incident.status in CLOSED_STATUSES or not any(call.is_open for call in calls):
                over.append(incident_id)
                continue
            kind = scene.registers.task_types.get(case.incident.task_type)
            hidden = case.incident.sensitive or bool(kind and kind.sensitive)
            title = "" if hidden else case.incident.title
            told.append(_tell(incident_id, title, case.incident.grid_code, calls, scene.tz))
        with self._lock:
            # What another thread read meanwhile may have opened one of them again.
            self._ids.difference_update(over if self._seq == seq else ())
        return sorted(told, key=lambda one: (one["called_at"], one["id"]))[:_MOST_CALLS]

    def _follow(self, scene: Scene) -> tuple[int, list[str]]:
        """The newest event; ids that had a joint call at the last look, or got one since."""
        with self._lock:
            seq = self._store.seq()
            if self._seq is None or seq < self._seq:
                self._ids = self._read(scene)
            else:
                for event in iter_events(self._store, self._seq, seq):
                    if any(call.get("whistle") for call in event.data.get("calls", ())):
                        self._ids.add(event.subject)
            self._seq = seq
            return seq, sorted(self._ids)

    def _read(self, scene: Scene) -> set[str]:
        targets = [f"department:{code}" for code in scene.registers.departments]
        targets += [f"post:{post.code}" for post in scene.registers.posts]
        found: set[str] = set()
        for start in range(0, len(targets), _AT_ONCE):
            part = self._store.list_called(targets[start : start + _AT_ONCE])
            found |= {incident_id for incident_id, call in part if call.whistle}
        return found


def _tell(incident_id: str, title: str, grid: str, calls: list[Call], tz: str) -> dict[str, Any]:
    return {
        "id": incident_id,
        "title": title,
        "grid": grid,
        "called": len(calls),
        "arrived": sum(call.arrived_at is not None for call in calls),
        "called_at": iso(min(call.called_at for call in calls), tz),
    }
