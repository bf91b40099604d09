"""Under another plan incidents are located and graded as they would be if they carried its grids."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
from square import NOW, StillClock

from mapsvc.config import Config
from mapsvc.model.query import Query
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble, load_demo_into


def test_the_same_shapes_under_an_earlier_date_give_the_same_grids_and_certainties(tmp_path: Path) -> None:
    services = assemble(Config(tmp_path), MemoryStore(), StillClock(NOW))
    load_demo_into(services)
    now = services.view.stage.scene(Query())
    before = replace(now.plan.plan, id="before", valid_from=dt.date(2020, 1, 1), valid_to=None)
    services.store.put_plan(before, at=NOW, post="test")
    then = services.view.stage.scene(Query(as_of=dt.date(2020, 6, 1)))
    assert then.plan.plan.id == "before"
    assert np.array_equal(then.located.grid, now.located.grid)
    assert np.array_equal(then.located.certainty, now.located.certainty)
    assert len(np.unique(then.located.certainty)) > 1
