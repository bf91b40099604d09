"""Relocate: when a plan comes into force, the incidents stored already get its grids."""

from __future__ import annotations

import numpy as np

from mapsvc.ports import Clock, Progress, Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.scene.located import carried_places, certainty_of

_CHUNK = 200_000


def relocate(
    store: Store, clock: Clock, assigner: Assigner, *, post: str, progress: Progress, after_fid: int = 0
) -> int:
    """Assign every stored incident, or those stored after `after_fid`, to the grids of the plan; how many there are."""
    columns = store.load_columns(after_fid)
    grid, certainty = np.full(len(columns), -1, np.int32), np.zeros(len(columns), np.int8)
    for start in range(0, len(columns), _CHUNK):
        part = slice(start, start + _CHUNK)
        lon, lat = columns.lon[part], columns.lat[part]
        grid[part] = assigner.locate(lon, lat)
        certainty[part] = certainty_of(assigner.plan, lon, lat, columns.fid[part], grid[part], store.load_accuracy)
        progress("locating", min(start + _CHUNK, len(columns)), len(columns))
    # One write: a server killed here leaves all incidents with the old grids or all with the new.
    codes, at = assigner.plan.codes, clock.now()
    rows = np.flatnonzero((carried_places(columns, codes) != grid) | (columns.certainty != certainty))
    store.reassign(assigner.plan.id, columns.fid[rows], codes, grid[rows], certainty[rows], at=at, post=post)
    return len(columns)


def declare(store: Store, plan_id: str, *, at: int, post: str) -> None:
    """Have the store say whose grids the incidents carry, where it does not yet: asked before another edition waits
    for its day, since on that day nobody could tell.
    """
    if store.find_assigned_plan() is None:
        codes = store.get_plan(plan_id).codes
        store.reassign(
            plan_id, np.zeros(0, np.int64), codes, np.zeros(0, np.int32), np.zeros(0, np.int8), at=at, post=post
        )
