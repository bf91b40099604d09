"""Proposals that balance load: the smallest change of the plan in force, and a fresh plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.blocks import Blocks
from mapsvc.geo.propose.proposal import Proposal


def smallest_change(
    blocks: Blocks,
    load: npt.ArrayLike,
    grid: npt.ArrayLike,
    k: int,
    within: float = 0.05,
    seed: int = 0,
    locked: Sequence[int] = (),
) -> Proposal:
    """The least change of `grid` (n, grid of each block, 0 to k - 1) that brings every load within `within`."""
    raise NotImplementedError


def fresh(
    blocks: Blocks,
    load: npt.ArrayLike,
    k: int,
    within: float = 0.05,
    seed: int = 0,
    locked: Sequence[int] = (),
) -> Proposal:
    """k new grids from the blocks of the grids that are not locked."""
    raise NotImplementedError
