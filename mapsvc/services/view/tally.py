"""Tally: what the desk counts, decided on columns in one pass a figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty
from mapsvc.model.light import LIGHT_CODE, Light
from mapsvc.model.query import Query
from mapsvc.services.scene.interval import Interval, choose_interval
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import Mask, matching, occurred

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts of one question.

    fits: rows that match all but the interval; happened: those that occurred in it.
    open_rows: numbers of rows still open, whenever they occurred.
    per_grid, open_, overdue, waiting: one number a grid; the last entry counts rows in no grid. low, high: between
    which numbers per_grid lies with 95 % probability, since rows near a line may lie beyond it; a number a grid.
    by_certainty, open_certainty: one number a certainty code. per_type, open_type: one a task type code.
    """

    interval: Interval
    fits: Mask
    happened: Mask
    open_rows: npt.NDArray[np.int64]
    total: int
    closed: int
    sensitive: int
    open_sensitive: int
    per_grid: Counts
    low: Counts
    high: Counts
    open_: Counts
    overdue: Counts
    waiting: Counts
    by_certainty: Counts
    open_certainty: Counts
    per_type: Counts
    open_type: Counts
    per_day: Counts


def tally(scene: Scene, query: Query) -> Tally:
    """Count the rows of `query` under the scene's plan."""
    columns, located, closed = scene.columns, scene.located, scene.rows.closed
    oldest, newest = scene.rows.span or (None, None)
    interval = choose_interval(query, oldest, newest, scene.now, scene.tz)
    fits = matching(scene, query)
    within = occurred(scene, interval.since, interval.until)
    happened = fits if within is None else fits & within
    open_rows = np.flatnonzero(fits & ~closed)
    grids = len(scene.plan.plan.grids)
    types = len(columns.task_types)
    lights = scene.lights[open_rows]
    open_grid = located.grid[open_rows]
    per_grid = _per_grid(_taken(located.grid, happened), grids)
    low, high = _interval(scene, happened, per_grid)
    return Tally(
        interval=interval,
        fits=fits,
        happened=happened,
        open_rows=open_rows,
        total=int(np.count_nonzero(happened)),
        closed=int(np.count_nonzero(happened & closed)),
        sensitive=int(np.count_nonzero(happened & scene.sensitive)),
        open_sensitive=int(np.count_nonzero(scene.sensitive[open_rows])),
        per_grid=per_grid,
        low=low,
        high=high,
        open_=_per_grid(open_grid, grids),
        overdue=_per_grid(open_grid[lights == LIGHT_CODE[Light.RED]], grids),
        waiting=_per_grid(open_grid[lights == LIGHT_CODE[Light.WAITING]], grids),
        by_certainty=np.bincount(_taken(located.certainty, happened), minlength=len(CERTAINTY_CODE)),
        open_certainty=np.bincount(located.certainty[open_rows], minlength=len(CERTAINTY_CODE)),
        per_type=np.bincount(_taken(columns.task_type, happened), minlength=types),
        open_type=np.bincount(columns.task_type[open_rows], minlength=types),
        per_day=np.bincount(_taken(scene.rows.days.index, happened), minlength=scene.rows.days.count),
    )


def _taken(values: npt.NDArray[np.generic], mask: Mask) -> npt.NDArray[np.generic]:
    # Copying what is wanted whole would cost more than counting it.
    return values if mask.all() else values[mask]


def _per_grid(grid: npt.NDArray[np.generic], grids: int) -> Counts:
    """Counts by grid position, with the rows of no grid (-1) moved to the end."""
    counts = np.bincount(grid.astype(np.int64) + 1, minlength=grids + 1)
    return np.roll(counts, -1)


def _interval(scene: Scene, happened: Mask, per_grid: Counts) -> tuple[Counts, Counts]:
    """Between which numbers the counts of the grids lie, rows near a line being known as shares only."""
    from mapsvc.analysis.uncertain_counts import count_intervals

    doubtful = scene.doubtful()
    # Which lines a sensitive matter lies near would say more than its grid.
    counts = happened[doubtful.rows] & ~scene.sensitive[doubtful.rows]
    owner = scene.located.grid[doubtful.rows[counts]]
    certain = per_grid[:-1] - np.bincount(owner[owner >= 0], minlength=len(per_grid) - 1)
    kept = counts[doubtful.point]
    return count_intervals(certain, doubtful.point[kept], doubtful.grid[kept], doubtful.share[kept])


def certainty_counts(counts: Counts) -> dict[str, int]:
    """Boundary, unlocated, outside and inside; inside counts the boundary ones too."""
    boundary = int(counts[CERTAINTY_CODE[Certainty.BOUNDARY]])
    return {
        "boundary": boundary,
        "unlocated": int(counts[CERTAINTY_CODE[Certainty.UNLOCATED]]),
        "outside": int(counts[CERTAINTY_CODE[Certainty.OUTSIDE]]),
        "inside": int(counts[CERTAINTY_CODE[Certainty.CERTAIN]]) + boundary,
    }
