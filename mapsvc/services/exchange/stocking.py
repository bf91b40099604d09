"""Stocking: fill an empty store with a whole community at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mapsvc.model.incident import IncidentBatch
from mapsvc.model.plan import Plan
from mapsvc.model.stocks import Stocks
from mapsvc.ports import Added, Progress, Store, no_progress


@dataclass(frozen=True, slots=True)
class Stocked:
    """How much was stored."""

    grids: int
    sites: int
    incidents: int


def stock(
    store: Store,
    stocks: Stocks,
    *,
    at: int,
    post: str,
    source: str,
    progress: Progress = no_progress,
    then: Callable[[Added], object] | None = None,
) -> Stocked:
    """Store everything, the incidents located and graded. then: what is still to be done with the stored incidents
    before the load counts as whole. Raises Conflict where the plan is stored already."""
    steps = 4
    progress("storing registers", 0, steps)
    # The community comes last: a load cut short leaves a store that says it is empty, and can be loaded again.
    store.put_task_types(stocks.task_types, at=at, post=post)
    store.put_departments(stocks.departments, at=at, post=post)
    store.put_posts(stocks.posts, at=at, post=post)
    store.put_sites(stocks.sites, at=at, post=post, source=source)
    for network in sorted({area.network for area in stocks.areas}):
        own = [area for area in stocks.areas if area.network == network]
        store.put_jurisdictions(network, own, at=at, post=post)
    for name, value in stocks.settings.items():
        known_setting = store.find_setting(name)
        store.put_setting(name, value, revision=known_setting[1] if known_setting else 0, at=at, post=post)
    progress("storing the plan", 1, steps)
    known = {head.id for head in store.list_plans()}
    for plan in (*stocks.earlier, stocks.plan):
        if plan.id not in known:
            store.put_plan(plan, at=at, post=post)
    progress("locating incidents", 2, steps)
    located = locate_batch(stocks.batch, stocks.plan)
    progress("storing incidents", 3, steps)
    added = store.add_incidents(located, at=at, post=post, source=source)
    if then is not None:
        then(added)
    store.put_community(stocks.community, at=at, post=post)
    progress("done", steps, steps)
    return Stocked(len(stocks.plan.grids), len(stocks.sites), int(np.count_nonzero(added.is_new)))


def locate_batch(batch: IncidentBatch, plan: Plan) -> IncidentBatch:
    """The batch with grid_code, grid_share, shares and certainty set under `plan`."""
    from mapsvc.services.exchange.assigner import Assigner

    lon = np.broadcast_to(np.asarray(batch.column("lon"), np.float64), batch.n)
    lat = np.broadcast_to(np.asarray(batch.column("lat"), np.float64), batch.n)
    assigner = Assigner(plan)
    found = assigner.assign(lon, lat, batch.column("accuracy_m"))
    columns = {
        **batch.columns,
        "grid_code": assigner.codes[found.grid],
        "grid_share": found.share,
        "shares": found.shares,
        "certainty": found.certainty,
    }
    return replace(batch, columns=columns)
