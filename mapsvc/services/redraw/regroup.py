"""Regroup: a fresh plan's grids, each named as the old grid that it shares most ground with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.grid import Grid
from mapsvc.services.redraw.block_book import BlockSet
from mapsvc.services.redraw.state import State


def regrouped(state: State, blocks: BlockSet, owner: npt.NDArray[np.int64]) -> tuple[Grid, ...]:
    """The grids that a fresh plan makes of the blocks. owner: (n,) new grid of each block, 0 to k - 1.

    A new grid keeps id, code and names of the old one it overlaps most; the pairs together overlap as much as can be.
    """
    from scipy.optimize import linear_sum_assignment

    groups = np.unique(owner)
    old = [state.partition.grid(number) for number in state.partition.numbers]
    shared = np.zeros((len(groups), len(old)))
    np.add.at(shared, (np.searchsorted(groups, owner), blocks.blocks.grid), blocks.blocks.area_m2)
    rows, columns = linear_sum_assignment(-shared)
    named: dict[int, Grid] = {int(row): old[int(column)] for row, column in zip(rows, columns, strict=True)}
    made: list[Any] = []
    for place, group in enumerate(groups.tolist()):
        polygon = blocks.blocks.union(np.flatnonzero(owner == group))
        made.append(replace(named[place], polygon=polygon, area_m2=0.0))
    return tuple(made)
