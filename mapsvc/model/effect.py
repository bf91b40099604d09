"""Effect: what a change of the plan does to incidents, work, homes, shapes and distances, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.finding import Finding

Pair = tuple[float, float]
"""Was, now."""


@dataclass(frozen=True, slots=True)
class LoadSpread:
    """How evenly the incidents of the last `days` days lie on the grids.

    mean: incidents a grid now. ratio: busiest grid over the mean; spread: coefficient of variation (population
    standard deviation over the mean); both None where there is no load at all. `was_`: before.
    """

    days: int
    mean: float
    ratio: float | None
    was_ratio: float | None
    spread: float | None
    was_spread: float | None


@dataclass(frozen=True, slots=True)
class GridEffect:
    """One grid before and after; a grid made by the change was 0 of everything, one that is gone is 0 now.

    load: incidents of the last days. compactness: Polsby and Popper 1991, 1 = circle. pieces: parts of the polygon.
    farthest_m: from the nearest of the grid's posts to its farthest door, in metres; None where it has no post or no
    door.
    """

    number: int
    code: str
    name: str
    name_zh: str
    load: tuple[int, int]
    households: tuple[int, int]
    addresses: tuple[int, int]
    area_m2: Pair
    compactness: Pair
    pieces: tuple[int, int]
    farthest_m: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Others:
    """The grids without a change, summed."""

    grids: int
    load: int
    households: int
    addresses: int


@dataclass(frozen=True, slots=True)
class HotCut:
    """A hot cell that a new line cuts. count: its incidents; parts: how many go to which grid, by code."""

    id: str
    count: int
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """All consequences of a change.

    incidents: how many were looked at. moved, open: how many change grid, and how many of those are not closed;
    rows: (moved,) their row numbers, open ones first, newest first among equals. households, addresses: in doors
    that change grid. area_m2: ground that changes grid, land that joins or leaves the plan included. line_moved_m:
    farthest that a line between two grids moved, 0 where lines only came or went. grids: those with a change, in code
    order; others: the rest. lines: the new lines in lon/lat, None without one. findings: advice, nothing that blocks.
    """

    incidents: int
    moved: int
    open: int
    rows: npt.NDArray[np.int64]
    households: int
    addresses: int
    area_m2: float
    line_moved_m: float
    load: LoadSpread
    grids: tuple[GridEffect, ...]
    others: Others
    hot_cells: tuple[HotCut, ...] = ()
    findings: tuple[Finding, ...] = ()
    lines: Any = None
