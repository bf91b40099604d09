"""Select: Query -> which rows, decided on columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery
from mapsvc.model.incident import CERTAINTIES, STATUSES
from mapsvc.model.light import LIGHTS
from mapsvc.model.query import Query
from mapsvc.services.scene.scene import Scene

Mask = npt.NDArray[np.bool_]


def check_names(scene: Scene, query: Query) -> None:
    """Raise BadQuery for a type, status, grid, light or certainty that does not exist here."""
    types = {*scene.registers.task_types, *scene.columns.task_types}
    _check(query.task_types, types, "type", "task type")
    _check(query.statuses, [status.value for status in STATUSES], "status", "status")
    _check(query.grids, scene.plan.number_of, "grid", "grid of this plan")
    _check(query.lights, [light.value for light in LIGHTS], "light", "light")
    _check(query.certainties, [certainty.value for certainty in CERTAINTIES], "certainty", "certainty")


def _check(given: Collection[str], known: Collection[str], field: str, noun: str) -> None:
    for name in sorted(given):
        if name not in known:
            raise BadQuery(f'"{name}" is no {noun}.', field=field)


def matching(scene: Scene, query: Query) -> Mask:
    """Rows that fit everything in `query` but the interval and the page."""
    check_names(scene, query)
    columns = scene.columns
    mask = np.ones(len(columns), np.bool_)
    if query.task_types:
        mask &= _lookup(columns.task_types, query.task_types)[columns.task_type]
    if query.statuses:
        mask &= _lookup([status.value for status in STATUSES], query.statuses)[columns.status]
    if query.grids:
        mask &= _lookup(scene.plan.plan.codes, query.grids)[scene.located.grid]
    if query.lights:
        mask &= _lookup([light.value for light in LIGHTS], query.lights)[scene.lights]
    if query.certainties:
        mask &= _lookup([one.value for one in CERTAINTIES], query.certainties)[scene.located.certainty]
    if query.bbox is not None:
        west, south, east, north = query.bbox
        # A box around a sensitive matter would tell where it is: such rows are in no box.
        mask &= ~scene.sensitive
        mask &= (columns.lon >= west) & (columns.lon <= east) & (columns.lat >= south) & (columns.lat <= north)
    return mask


def _lookup(names: Sequence[str], wanted: Collection[str]) -> Mask:
    """One flag a code; the extra last one answers code -1: no."""
    return np.array([*(name in wanted for name in names), False])


def occurred(scene: Scene, since: int | None, until: int | None) -> Mask | None:
    """Rows that occurred in since <= t < until; None = all of them."""
    if since is None and until is None:
        return None
    moments = scene.columns.occurred_at
    mask = np.ones(len(moments), np.bool_)
    if since is not None:
        mask &= moments >= since
    if until is not None:
        mask &= moments < until
    return mask
