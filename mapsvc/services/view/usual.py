"""Baselines of the desk: closed on time, and how usual today's count is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mapsvc.services.scene.interval import DAY_S, local_date, midnight
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import Mask

_PAST_DAYS = 58
"""Two more than the baseline looks back: the first of them may be cut."""


def reported_today(scene: Scene, fits: Mask) -> tuple[int, list[int] | None]:
    """What of `fits` occurred since midnight, and the usual range by this hour; None where the past is too short."""
    from mapsvc.analysis.on_time import usual_range

    start = midnight(local_date(scene.now, scene.tz), scene.tz)
    occurred = scene.columns.occurred_at
    recent = occurred[fits & (occurred >= scene.now - _PAST_DAYS * DAY_S) & (occurred <= scene.now)]
    usual = usual_range(recent, scene.now, scene.tz) if len(recent) else None
    return int(np.count_nonzero(recent >= start)), list(usual) if usual else None


def on_time_figures(scene: Scene, happened: Mask) -> dict[str, Any] | None:
    """Closed within the limit, of those closed that had one; None where there are too few."""
    from mapsvc.analysis.on_time import on_time_share

    columns = scene.columns
    # Most rows of most cities have no limit: judging only those that have one is much quicker.
    limited = np.flatnonzero(happened & (columns.due_at > 0))
    narrow = replace(
        columns,
        due_at=columns.due_at[limited],
        closed_at=columns.closed_at[limited],
        status=columns.status[limited],
    )
    found = on_time_share(narrow)
    if found is None:
        return None
    return {
        "share": round(found.share, 4),
        "of": found.of,
        "on_time": found.on_time,
        "low": round(found.low, 4),
        "high": round(found.high, 4),
    }
