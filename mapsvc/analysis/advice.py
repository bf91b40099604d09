"""Advice on new lines: beside a street instead of on it, through a hot cell, farther from the post. Nothing blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mapsvc.analysis.beside_street import beside_streets
from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.analysis.ground import Ground
from mapsvc.analysis.standing import Standing
from mapsvc.model.effect import GridEffect, HotCut
from mapsvc.model.finding import Finding, Rule, Severity

if TYPE_CHECKING:
    from mapsvc.geo.partition.partition import Partition

FARTHER = 1.10
"""From this many times the old distance to the farthest door on, a note says so."""


def cut_hot_cells(ground: Ground, was: Standing, now: Standing, new_lines: Any) -> tuple[HotCut, ...]:
    """Hot cells that a new line crosses and whose incidents it divides otherwise than before; most incidents first."""
    if new_lines is None or not ground.hot_cells:
        return ()
    shapes = np.array([cell.polygon for cell in ground.hot_cells], dtype=object)
    cut = []
    for place in np.flatnonzero(shapely.intersects(shapes, new_lines)).tolist():
        cell = ground.hot_cells[place]
        numbers, counts = np.unique(now.owner[cell.rows], return_counts=True)
        inside = numbers >= 0
        if np.count_nonzero(inside) < 2 or np.array_equal(was.owner[cell.rows], now.owner[cell.rows]):
            continue
        codes = [now.partition.grid(number).code for number in numbers[inside].tolist()]
        parts = dict(sorted(zip(codes, counts[inside].tolist(), strict=True)))
        cut.append(HotCut(cell.id, len(cell.rows), parts))
    return tuple(sorted(cut, key=lambda one: (-one.count, one.id)))


def advise(
    ground: Ground,
    lines: ChangedLines,
    partition: Partition,
    new_lines: Any,
    hot_cells: Sequence[HotCut],
    grids: Iterable[GridEffect],
) -> tuple[Finding, ...]:
    """All advice on a change: streets first, then hot cells, then posts."""
    codes = tuple(sorted({grid.code for grid in grids}))
    beside: tuple[Finding, ...] = ()
    if new_lines is not None and ground.streets is not None:
        beside = beside_streets(ground.streets, new_lines, ground.epsg, codes)
    shapes = {cell.id: cell.polygon for cell in ground.hot_cells}
    return (
        *beside,
        *(_hot_cell_finding(one, shapes[one.id]) for one in hot_cells),
        *_farther_findings(ground, partition, grids),
    )


def _hot_cell_finding(cut: HotCut, shape: Any) -> Finding:
    shares = [f"{count} to {code}" for code, count in cut.parts.items()]
    message = f"The new line cuts a hot cell: of {cut.count} reports, {_listed(shares)}."
    return Finding(Rule.HOT_CELL_CUT, Severity.NOTE, message, shape, float(cut.count), "features", tuple(cut.parts))


def _farther_findings(ground: Ground, partition: Partition, grids: Iterable[GridEffect]) -> list[Finding]:
    found = []
    for grid in grids:
        was, now = grid.farthest_m
        if was is None or now is None or now <= FARTHER * was:
            continue
        where = partition.polygon(grid.number)
        message = f"The farthest door of {grid.code} is {now:.0f} m from its post; it was {was:.0f} m."
        found.append(Finding(Rule.FARTHER_FROM_POST, Severity.NOTE, message, where, now, "m", (grid.code,)))
    return found


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
