"""Crosswalk: what lies in grid x of one plan and in grid y of another. The rows add up to the totals of either plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.compare import Ground
from mapsvc.geo.compare.matching import overlaps
from mapsvc.model.plan import Plan
from mapsvc.model.report import Report

IntArray = npt.NDArray[np.int64]

OUTSIDE, UNLOCATED = -1, -2
OUTSIDE_LABEL = "(outside)"
UNLOCATED_LABEL = "(unlocated)"
BY = ("incidents", "addresses", "area")


def crosswalk_incidents(a: Plan, b: Plan, first: IntArray, second: IntArray) -> Report:
    """Incidents by grid under a and grid under b.

    first, second: position of each incident's grid in either plan, -1 = in none, -2 = the incident has no point.
    """
    table, figures = _counted(a, b, first, second, {})
    return _report(a, b, "incidents", table, figures, ())


def crosswalk_addresses(a: Plan, b: Plan, first: IntArray, second: IntArray, households: IntArray) -> Report:
    """Buildings, and their households, by grid under a and grid under b; a building is where its inner point is."""
    table, figures = _counted(a, b, first, second, {"households": households})
    notes = ("A building counts where its representative point lies.",)
    return _report(a, b, "addresses", table, figures, notes)


def crosswalk_area(a: Plan, b: Plan, ground: Ground) -> Report:
    """Shared m2 of every two grids, measured in b's working CRS; geometry: the ground they share, lon/lat."""
    n_a, n_b = len(a.grids), len(b.grids)
    shared = overlaps(ground)
    # -1 goes last, as in the other tables.
    keys = sorted(shared, key=lambda key: (key[0] % (n_a + 1), key[1] % (n_b + 1)))
    area = np.array([shared[key] for key in keys], dtype=np.float64)
    first = np.array([key[0] for key in keys], dtype=np.int64)
    second = np.array([key[1] for key in keys], dtype=np.int64)
    table: dict[str, Any] = {**_labels(a, b, first, second), "area_m2": area.tolist(), "share": _share(first, area)}
    stays = np.array([x == y for x, y in zip(table["from"], table["to"], strict=True)], dtype=bool)
    figures = {
        "total_m2": float(area.sum()),
        "stays_m2": float(area[stays].sum()),
        "changes_m2": float(area[~stays].sum()),
        "from_total_m2": float(area[first >= 0].sum()),
        "to_total_m2": float(area[second >= 0].sum()),
    }
    notes = ("Ground is cut in lon/lat and measured in metres: sums over a grid agree with its area to 1e-5.",)
    return _report(a, b, "area", table, figures, notes, _shapes(ground, keys))


def _counted(
    a: Plan, b: Plan, first: IntArray, second: IntArray, weights: Mapping[str, IntArray]
) -> tuple[dict[str, Any], dict[str, Any]]:
    # Positions count up from 0, then -1 (outside) and -2 (unlocated): modulo puts those two last.
    n_a, n_b = len(a.grids) + 2, len(b.grids) + 2
    column = np.where(second >= 0, second, n_b - 3 - second)
    row = np.where(first >= 0, first, n_a - 3 - first)
    keys, place = np.unique(row * n_b + column, return_inverse=True)
    count = np.bincount(place, minlength=len(keys))
    rows, columns = np.divmod(keys, n_b)
    froms = np.where(rows < n_a - 2, rows, n_a - 3 - rows)
    tos = np.where(columns < n_b - 2, columns, n_b - 3 - columns)
    labels = _labels(a, b, froms, tos)
    table: dict[str, Any] = {**labels, "count": count.tolist(), "share": _share(froms, count)}
    stays = np.array([x == y for x, y in zip(labels["from"], labels["to"], strict=True)], dtype=bool)
    figures: dict[str, Any] = {"total": int(count.sum()), "stays": int(count[stays].sum())}
    figures["changes"] = figures["total"] - figures["stays"]
    for name, values in weights.items():
        # Float sums of whole numbers below 2^53 are exact.
        total = np.bincount(place, weights=values, minlength=len(keys)).astype(np.int64)
        table[name] = total.tolist()
        figures[name] = int(total.sum())
        figures[f"{name}_changes"] = int(total[~stays].sum())
    return table, figures


def _labels(a: Plan, b: Plan, first: IntArray, second: IntArray) -> dict[str, list[str]]:
    last = [UNLOCATED_LABEL, OUTSIDE_LABEL]
    codes_a = np.array([*a.codes, *last], dtype=object)
    codes_b = np.array([*b.codes, *last], dtype=object)
    return {"from": codes_a[first].tolist(), "to": codes_b[second].tolist()}


def _share(first: IntArray, size: npt.NDArray[Any]) -> list[float | None]:
    """Share of each row in all rows of its first grid."""
    _, place = np.unique(first, return_inverse=True)
    total = np.bincount(place, weights=size)[place] if len(first) else np.empty(0)
    return [part / whole if whole else None for part, whole in zip(size.tolist(), total.tolist(), strict=True)]


def _shapes(ground: Ground, keys: Sequence[tuple[int, int]]) -> list[Any]:
    parts: dict[tuple[int, int], list[Any]] = {key: [] for key in keys}
    for i, j, shape in zip(ground.first.tolist(), ground.second.tolist(), ground.shapes, strict=True):
        parts[i, j] += shapely.get_parts(shape).tolist()
    return [found[0] if len(found) == 1 else shapely.multipolygons(found) for found in parts.values()]


def _report(
    a: Plan,
    b: Plan,
    by: str,
    table: dict[str, Any],
    figures: dict[str, Any],
    notes: tuple[str, ...],
    geometry: Sequence[Any] | None = None,
) -> Report:
    what = {"incidents": "Incidents", "addresses": "Buildings and households", "area": "Area"}[by]
    return Report(
        method="crosswalk",
        title=f"{what} from {a.name} to {b.name}",
        parameters={"from_plan": a.id, "to_plan": b.id, "by": by},
        table=table,
        plan_id=a.id,
        units={name: "m2" for name in (*table, *figures) if name.endswith("_m2")},
        figures=figures,
        geometry=geometry,
        notes=("share: of all of the first grid. A grid stays where its code does.", *notes),
    )
