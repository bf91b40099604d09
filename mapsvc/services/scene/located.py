"""Located incidents: the grid and certainty of every incident under one plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns
from mapsvc.model.plan import Plan
from mapsvc.services.scene.plans import PlanInUse

LoadAccuracy = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]
"""fids -> accuracy in metres, NaN where none is stated."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """grid: position in the plan's grids, -1 = none; certainty: codes. Both of the snapshot's length."""

    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]


def locate_columns(columns: IncidentColumns, plan: PlanInUse, load_accuracy: LoadAccuracy, *, stored: bool) -> Located:
    """Grids of all incidents under `plan`.

    stored: the incidents carry the grids of this plan, so the store's own assignment holds; it is used unless it
    names a grid that the plan does not have. Any other plan is asked through its own index.
    """
    if stored:
        grid = carried_places(columns, plan.plan.codes)
        if not (grid == -2).any():
            return Located(grid, columns.certainty)
    grid = plan.index.locate(columns.lon, columns.lat)
    return Located(grid, certainty_of(plan.plan, columns.lon, columns.lat, columns.fid, grid, load_accuracy))


def without_place(located: Located, rows: npt.NDArray[np.bool_]) -> Located:
    """The same with the chosen rows unlocated."""
    if not rows.any():
        return located
    unlocated = np.int8(CERTAINTY_CODE[Certainty.UNLOCATED])
    return Located(np.where(rows, np.int32(-1), located.grid), np.where(rows, unlocated, located.certainty))


def carried_places(columns: IncidentColumns, codes: Sequence[str]) -> npt.NDArray[np.int32]:
    """Index into `codes` of the grid that each incident carries; -1 = none, -2 = a grid that is not among them."""
    place = {code: number for number, code in enumerate(codes)}
    lookup = np.array([*(place.get(code, -2) for code in columns.grid_codes), -1], np.int32)
    found: npt.NDArray[np.int32] = lookup[columns.grid]
    return found


def certainty_of(
    plan: Plan,
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    fids: npt.NDArray[np.int64],
    grid: npt.NDArray[np.int32],
    load_accuracy: LoadAccuracy,
) -> npt.NDArray[np.int8]:
    """Certainty of points in their grids (index, -1 = none) with the accuracy each incident was stored with."""
    from mapsvc.geo.certainty import grade

    polygons = [one.polygon for one in plan.grids]
    return grade(polygons, plan.working_epsg, lon, lat, grid, load_accuracy(fids))
