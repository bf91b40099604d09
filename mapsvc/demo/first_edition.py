"""First edition: the plan before the one in force, when Lantern and Brick Lane were still one grid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import shapely

from mapsvc.demo.grids import COMMUNITY_CODE
from mapsvc.geo.topology.gaps import as_area
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

_OLDER_BY = timedelta(days=546)
_SPLIT = f"{COMMUNITY_CODE}005"
_NEW = f"{COMMUNITY_CODE}006"


def first_edition(plan: Plan) -> Plan:
    """Six grids: the one that was split keeps its code and id in `plan`, the other got new ones."""
    by_code = {grid.code: grid for grid in plan.grids}
    whole = _joined(by_code[_SPLIT], by_code[_NEW])
    grids = tuple(whole if grid.code == _SPLIT else grid for grid in plan.grids if grid.code != _NEW)
    first_day = None if plan.valid_from is None else plan.valid_from - _OLDER_BY
    return replace(plan, id="willow-bank-0", name="Willow Bank, six grids", grids=grids, valid_from=first_day)


def _joined(kept: Grid, other: Grid) -> Grid:
    # The two share every vertex of their line, so the union takes no new ones.
    shape = as_area(shapely.coverage_union_all([kept.polygon, other.polygon]))
    return replace(
        kept,
        name="Lantern and Brick Lane",
        name_zh="灯市砖巷",
        polygon=shape,
        area_m2=kept.area_m2 + other.area_m2,
        theme="One lane, one light",
        theme_zh="一巷一灯，同治同安",
    )
