"""Counts: how many incidents by grid, task type and period, as a long table that adds up to the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.located import INSIDE, PLACES, UNLOCATED, place_codes
from mapsvc.analysis.periods import PeriodUnit, periods
from mapsvc.errors import BadQuery
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.report import Report

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
By = Literal["grid", "type", "period"]

OUTSIDE_LABEL = "(outside)"
UNLOCATED_LABEL = "(unlocated)"
UNDATED_LABEL = "(undated)"
_DENSE = 20_000_000


@dataclass(frozen=True, slots=True)
class _Axis:
    """One column of the table: the labels and which label each incident has. The last `extra` labels are shown only
    where they have incidents."""

    name: str
    labels: tuple[str, ...]
    codes: IntArray
    extra: int


def counts(
    columns: IncidentColumns,
    grid_codes: Sequence[str],
    by: Sequence[By],
    *,
    period: PeriodUnit = "month",
    tz: str,
    select: BoolArray | None = None,
) -> Report:
    """Number of incidents n for each combination of `by`, in the order of `by`; the rows add up to the total.

    grid_codes: codes of the plan in its order. Incidents in no grid are counted as "(outside)" or "(unlocated)",
    those without a time as "(undated)". One dimension alone lists its zeros too (every grid, every type, every
    period between the first and the last); combinations are listed where n > 0.
    select: which incidents, default all. Raises BadQuery for an unknown or repeated dimension, period or zone.
    """
    if not by or len(set(by)) != len(by) or not set(by) <= {"grid", "type", "period"}:
        raise BadQuery("by takes grid, type and period, each at most once and at least one.", field="by")
    chosen = np.arange(len(columns)) if select is None else np.flatnonzero(select)
    places = place_codes(columns)[chosen]
    makers = {
        "grid": lambda: _grid_axis(columns, grid_codes, chosen, places),
        "type": lambda: _type_axis(columns, chosen),
        "period": lambda: _period_axis(columns, chosen, period, tz),
    }
    axes = [makers[name]() for name in by]
    table = _table(axes, len(chosen))
    n_places = np.bincount(places, minlength=len(PLACES)).tolist()
    return Report(
        method="counts",
        title="Incidents by " + ", ".join("task type" if name == "type" else name for name in by),
        parameters={"by": list(by), "period": period, "tz": tz},
        table=table,
        figures={"total": len(chosen)} | dict(zip(PLACES, n_places, strict=True)),
        notes=(f"Days, weeks (from Monday) and months are cut by local clocks in {tz}.",) if "period" in by else (),
    )


def _grid_axis(
    columns: IncidentColumns, grid_codes: Sequence[str], chosen: IntArray, places: npt.NDArray[np.int8]
) -> _Axis:
    """Grids of the plan first, then codes that incidents carry but the plan does not, then the two without a grid."""
    stored = columns.grid_codes or tuple(grid_codes)
    labels = tuple(dict.fromkeys([*grid_codes, *stored]))
    place_of = {code: place for place, code in enumerate(labels)}
    outside, unlocated = len(labels), len(labels) + 1
    lookup = np.array([place_of[code] for code in stored] + [-1], dtype=np.int64)
    grid = lookup[columns.grid[chosen]]
    codes = np.where(places == INSIDE, grid, np.where(places == UNLOCATED, unlocated, outside))
    extra = len(labels) - len(dict.fromkeys(grid_codes))
    return _Axis("grid", (*labels, OUTSIDE_LABEL, UNLOCATED_LABEL), codes, extra + 2)


def _type_axis(columns: IncidentColumns, chosen: IntArray) -> _Axis:
    return _Axis("type", tuple(columns.task_types), columns.task_type[chosen].astype(np.int64), 0)


def _period_axis(columns: IncidentColumns, chosen: IntArray, unit: PeriodUnit, tz: str) -> _Axis:
    cut = periods(columns.occurred_at[chosen], unit, tz)
    return _Axis("period", (*cut.labels(), UNDATED_LABEL), np.where(cut.index < 0, len(cut.firsts), cut.index), 1)


def _table(axes: list[_Axis], n: int) -> dict[str, list[str] | list[int]]:
    """The long table: a column of labels for each axis, then n, in the order of the labels."""
    size = 1
    combined = np.zeros(n, dtype=np.int64)
    for axis in axes:
        combined = combined * len(axis.labels) + axis.codes
        size *= len(axis.labels)
    if len(axes) == 1:
        every = np.bincount(combined, minlength=size)
        always = np.arange(size) < size - axes[0].extra
        keys = np.flatnonzero((every > 0) | always)
        number = every[keys]
    elif size <= _DENSE:
        every = np.bincount(combined, minlength=size)
        keys = np.flatnonzero(every)
        number = every[keys]
    else:
        keys, number = np.unique(combined, return_counts=True)
    table: dict[str, list[str] | list[int]] = {}
    for axis, place in zip(axes, np.unravel_index(keys, [len(axis.labels) for axis in axes]), strict=True):
        table[axis.name] = np.array(axis.labels, dtype=object)[place].tolist()
    return table | {"n": number.tolist()}
