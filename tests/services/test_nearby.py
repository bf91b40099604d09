from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.geo.certainty import near
from mapsvc.geo.locate import GridIndex
from mapsvc.services.scene.nearby import Nearby

PLAN = square_plan()
POLYGONS = [grid.polygon for grid in PLAN.grids]
INDEX = GridIndex.build(POLYGONS)
NEARBY = Nearby(PLAN)


@settings(deadline=None)
@given(st.floats(-0.5, 3.5), st.floats(-0.5, 3.5))
def test_one_point_gets_the_same_neighbours_as_measuring_them_all(across: float, up: float) -> None:
    lon, lat = WEST + across * STEP, SOUTH + up * STEP
    own = INDEX.locate_one(lon, lat)
    slow = near(POLYGONS, PLAN.codes, 4542, lon, lat, k=3)
    quick = NEARBY.near(lon, lat, own, 3)
    assert [index for index, _, _ in quick] == [index for index, _, _ in slow]
    assert np.allclose([row[1:] for row in quick], [row[1:] for row in slow])


def test_a_plan_of_one_grid_has_nothing_near() -> None:
    from dataclasses import replace

    alone = Nearby(replace(PLAN, grids=PLAN.grids[:1]))
    assert alone.near(WEST + STEP / 2, SOUTH + STEP / 2, 0) == []
