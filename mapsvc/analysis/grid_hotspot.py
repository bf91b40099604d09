"""Hot spots among the grids themselves: Gi* on reports per km2 of neighbouring grids; refused for few grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.hotspot import MIN_EVENTS
from mapsvc.analysis.significance import check_settings, judge
from mapsvc.errors import BadInput
from mapsvc.geo.measure import area_m2
from mapsvc.model.plan import Plan
from mapsvc.model.report import Report

IntArray = npt.NDArray[np.int64]

MIN_GRIDS = 12
"""With fewer grids a neighbourhood holds a large part of the map, and no pattern can be told from chance."""
NEAR_DEG = 1e-6
"""Grids this close (about 0.1 m) are neighbours: imported borders do not always meet to the last digit."""
METHOD = "gi_star_grids"
TITLE = "Hot and cold grids (Gi* on reports per km2)"
COLUMNS = ("grid", "n", "per_km2", "neighbours", "z", "p", "q", "kind", "level", "p_hot", "p_cold")
UNITS = {"per_km2": "1/km2"}


def grid_hotspots(
    plan: Plan, counts: Sequence[int], *, alpha: float = 0.05, draws: int = 200_000, seed: int = 1
) -> Report:
    """Gi* of the grids of a plan: counts[i] events in grid i, taken per km2, neighbours are grids that touch.

    Refused with the reason under 12 grids, under 30 events and where all grids are alike. p from random shuffles of
    the densities over the grids, q by Benjamini-Hochberg. Raises BadInput when counts and grids differ in length,
    BadQuery for settings out of range.
    """
    check_settings(alpha=alpha, draws=draws, seed=seed)
    n = np.asarray(counts, dtype=np.int64)
    if len(n) != len(plan.grids):
        raise BadInput(f"There are {len(n)} counts for {len(plan.grids)} grids.")
    polygons = np.array([grid.polygon for grid in plan.grids], dtype=object)
    km2 = area_m2(polygons, plan.working_epsg) / 1e6
    density = np.divide(n, km2, out=np.zeros(len(n)), where=km2 > 0)
    parameters = {"alpha": alpha, "draws": draws, "epsg": plan.working_epsg, "value": "per_km2"}
    figures = {"grids": len(n), "events_used": int(n.sum())}
    if reason := _too_few(n, density):
        empty: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        return _report(plan, parameters, empty, figures, seed, refused=reason)
    origin, neighbour = neighbour_pairs(polygons)
    around = np.bincount(origin, minlength=len(n)) + 1
    sums = np.asarray(np.bincount(origin, density[neighbour], len(n)), dtype=np.float64) + density
    judged = judge(density, sums, around, alpha=alpha, draws=draws, seed=seed)
    arrays: dict[str, npt.NDArray[Any]] = {"n": n, "per_km2": density} | judged.columns()
    table: dict[str, list[Any]] = {"grid": list(plan.codes)}
    for name, values in arrays.items():
        table[name] = [None if value != value else value for value in values.tolist()]
    figures |= {"hot": int(np.count_nonzero(judged.side > 0)), "cold": int(np.count_nonzero(judged.side < 0))}
    return _report(plan, parameters, {name: table[name] for name in COLUMNS}, figures, seed)


def neighbour_pairs(polygons: npt.NDArray[np.object_]) -> tuple[IntArray, IntArray]:
    """All ordered pairs (i, j), i != j, of lon/lat polygons that touch or overlap, as two arrays."""
    origin, neighbour = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=NEAR_DEG)
    other = origin != neighbour
    return origin[other].astype(np.int64), neighbour[other].astype(np.int64)


def _too_few(n: IntArray, density: npt.NDArray[np.float64]) -> str:
    if len(n) < MIN_GRIDS:
        return (
            f"The plan has {len(n)} grids; hot spots among grids need at least {MIN_GRIDS}. "
            "Ask for hot spots on square cells instead."
        )
    if n.sum() < MIN_EVENTS:
        return f"Only {n.sum()} events lie in the grids; hot spots need at least {MIN_EVENTS}."
    if np.count_nonzero(n) == 1:
        return "All events lie in one grid, so there is nothing to compare it with."
    # Areas measured to the last digit never agree; equal grids must not pass for different ones.
    if np.ptp(density) <= 1e-9 * density.max():
        return "Every grid has the same number of events per km2, so no grid can stand out."
    return ""


def _report(
    plan: Plan,
    parameters: Mapping[str, Any],
    table: Mapping[str, list[Any]],
    figures: Mapping[str, Any],
    seed: int,
    *,
    refused: str = "",
) -> Report:
    return Report(
        METHOD,
        TITLE,
        parameters,
        table,
        plan_id=plan.id,
        seed=seed,
        units=UNITS,
        figures=figures,
        geometry=[] if refused else [grid.polygon for grid in plan.grids],
        notes=(
            "Grids differ in size and shape, so the answer depends on how the lines were drawn; cells of equal size "
            "are the better question. Neighbours are grids that touch; densities are reports per km2, not rates.",
        ),
        refused=refused,
    )
