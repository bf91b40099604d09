"""Proposal: what a balancing run offers, as values. Grids and blocks are named by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a plan stands. deviation: the largest |load / mean - 1| of the grids that take part; ratio: busiest / mean.

    cut_edges, cut_m: adjacent block pairs between two grids and the length of their lines in metres; compactness: mean
    Polsby-Popper of the grids that take part, from block areas and lines.
    """

    deviation: float
    ratio: float
    cut_edges: int
    cut_m: float
    compactness: float


@dataclass(frozen=True, slots=True)
class Step:
    """Blocks that go from one grid to another, in one piece; applied in order, every grid stays in one piece.

    load, area_m2: of the blocks. deviation, ratio: of the whole plan (was, now). giver, taker: load of the two grids
    in units of the mean load (was, now). cut_m: what the step adds to the lines between grids, in metres. splits: True
    only where grids wander so far that no order of steps keeps all in one piece: this one tears one until a later step.
    """

    blocks: IntArray
    source: int
    target: int
    load: float
    area_m2: float
    deviation: tuple[float, float]
    ratio: tuple[float, float]
    giver: tuple[float, float]
    taker: tuple[float, float]
    cut_m: float
    splits: bool = False

    def why(self, names: Sequence[str]) -> str:
        """The reason in figures; names: of the grids by index."""
        giver, taker = names[self.source], names[self.target]
        return (
            f"{giver} goes from {self.giver[0]:.2f} to {self.giver[1]:.2f} of the mean load, "
            f"{taker} from {self.taker[0]:.2f} to {self.taker[1]:.2f}."
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A balanced plan and the way there.

    owner: (n,) grid of each block. steps: in the order to apply them; a fresh plan has none. was, now: the plan
    before and after. moved_load: load of the blocks that change grid, moved_share: as a share of the load that takes
    part. reached: True when now.deviation <= within. heaviest: the block with the most load, -1 without blocks;
    heaviest_share: its load in units of a grid's mean load. notes: what else to know, plain sentences.
    """

    owner: IntArray
    steps: tuple[Step, ...]
    was: Shape
    now: Shape
    moved_load: float
    moved_share: float
    moved_area_m2: float
    reached: bool
    heaviest: int
    heaviest_share: float
    notes: tuple[str, ...] = ()
