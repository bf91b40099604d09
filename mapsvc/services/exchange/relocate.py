"""Relocate: when a plan comes into force, the incidents stored already get its grids."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from mapsvc.errors import Overtaken
from mapsvc.ports import Basis, Clock, Progress, Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.scene.located import carried_places
from mapsvc.services.scene.placing import other_shares, share_texts

_CHUNK = 200_000
_NEVER = 2**62
"""After every number of the journal, and every fid."""


def relocate(
    store: Store, clock: Clock, assigner: Assigner, *, post: str, progress: Progress, after_fid: int = 0
) -> int:
    """Assign every stored incident, or those stored after `after_fid`, to the grids of the plan; how many there are.

    What comes or moves meanwhile is assigned too. Raises Busy where that is too much, or another edition came first.
    """
    seq, carried = store.seq(), store.find_assigned_plan()
    columns = store.load_columns(after_fid)
    codes = assigner.plan.codes
    grid, certainty = np.full(len(columns), -1, np.int32), np.zeros(len(columns), np.int8)
    own = np.zeros(len(columns))
    texts: list[str] = []
    for start in range(0, len(columns), _CHUNK):
        part = slice(start, start + _CHUNK)
        lon, lat = columns.lon[part], columns.lat[part]
        grid[part] = assigner.locate(lon, lat)
        judged = assigner.judge(lon, lat, grid[part], store.load_accuracy(columns.fid[part]))
        certainty[part], own[part] = judged.codes, judged.own
        texts += share_texts(judged, codes)
        progress("locating", min(start + _CHUNK, len(columns)), len(columns))
    # One write: a server killed here leaves all incidents with the old grids or all with the new.
    changed = (carried_places(columns, codes) != grid) | (columns.certainty != certainty)
    rows = np.flatnonzero(changed | other_shares(store, columns.fid, certainty, texts))
    store.reassign(
        assigner.plan.id,
        columns.fid[rows],
        codes,
        grid[rows],
        certainty[rows],
        grid_share=own[rows],
        shares=[texts[row] for row in rows.tolist()],
        basis=Basis(seq, int(columns.fid.max(initial=after_fid)), carried, assigner.place),
        at=clock.now(),
        post=post,
    )
    return len(columns)


def declare(store: Store, plan_id: str, *, at: int, post: str) -> None:
    """Have the store say whose grids the incidents carry, where it does not yet: asked before another edition waits
    for its day, since on that day nobody could tell.
    """
    if store.find_assigned_plan() is None:
        codes, none = store.get_plan(plan_id).codes, np.zeros(0, np.int64)
        # No row is assigned, so what came since does not matter; another edition that was assigned since does.
        only_if_unsaid = Basis(_NEVER, _NEVER, None)
        with suppress(Overtaken):
            store.reassign(
                plan_id,
                none,
                codes,
                none.astype(np.int32),
                none.astype(np.int8),
                basis=only_if_unsaid,
                at=at,
                post=post,
            )
