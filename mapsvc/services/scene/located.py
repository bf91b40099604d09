"""Located incidents: the grid and certainty of every incident under one plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import IncidentColumns
from mapsvc.services.scene.plans import PlanInUse


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """grid: position in the plan's grids, -1 = none; certainty: codes. Both of the snapshot's length."""

    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]


def locate_columns(columns: IncidentColumns, plan: PlanInUse, *, stored: bool) -> Located:
    """Grids of all incidents under `plan`.

    stored: the incidents carry the grids of this plan, so the store's own assignment holds; it is used unless it
    names a grid that the plan does not have. Any other plan is asked through its own index.
    """
    if stored:
        lookup = np.array([*(plan.number_of.get(code, -2) for code in columns.grid_codes), -1], np.int32)
        grid: npt.NDArray[np.int32] = lookup[columns.grid]
        if not (grid == -2).any():
            return Located(grid, columns.certainty)
    return _locate(columns, plan)


def _locate(columns: IncidentColumns, plan: PlanInUse) -> Located:
    from mapsvc.geo.certainty import grade

    grid = plan.index.locate(columns.lon, columns.lat)
    polygons = [one.polygon for one in plan.plan.grids]
    certainty = grade(polygons, plan.plan.working_epsg, columns.lon, columns.lat, grid, None)
    return Located(grid, certainty)
