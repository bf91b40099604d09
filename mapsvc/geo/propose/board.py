"""The board a balancing run plays on: blocks that take part, their neighbours, and who has which."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LENGTH_COUNTS = 0.7
"""Share of a line's cost that follows its length; the rest is the same for every line."""


@dataclass(frozen=True, slots=True)
class Board:
    """n blocks and k grids, numbered without holes. The graph is kept as rows of neighbours (see `kernels`).

    load: (n,). x, y: (n,) centres in metres. pairs: (m, 2), cost: (m,) of a line there, is_open: (m,) not walled.
    band: (low, high) load of a grid; mean: of the grids.
    """

    k: int
    load: FloatArray
    x: FloatArray
    y: FloatArray
    pairs: IntArray
    cost: FloatArray
    is_open: BoolArray
    first: IntArray
    near: IntArray
    near_cost: FloatArray
    near_open: BoolArray
    mean: float
    band: tuple[float, float]
    notes: IntArray
    queue: IntArray
    stamp: IntArray

    @classmethod
    def of(
        cls,
        k: int,
        load: FloatArray,
        xy: tuple[FloatArray, FloatArray],
        pairs: IntArray,
        border_m: FloatArray,
        is_open: BoolArray,
        within: float,
        mean: float | None = None,
    ) -> Board:
        """A board; mean: None = all load shared by k grids."""
        n = len(load)
        mean = float(load.sum()) / k if mean is None else mean
        # Mostly the length, which makes the perimeter, and a part for every line, which makes the cut edges.
        usual = float(border_m.mean()) if len(border_m) else 1.0
        cost = np.where(is_open, 1.0 - LENGTH_COUNTS + LENGTH_COUNTS * border_m / max(usual, 1e-9), 0.0)
        ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
        order = np.lexsort((np.concatenate([pairs[:, 1], pairs[:, 0]]), ends))
        first = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=n), out=first[1:])
        near = np.ascontiguousarray(np.concatenate([pairs[:, 1], pairs[:, 0]])[order])
        twice = np.concatenate([np.arange(len(pairs))] * 2)[order]
        # A hair inside the band, so that sums in another order are inside it too.
        edge = within * (1 - 1e-9)
        return cls(
            k,
            load,
            *xy,
            pairs,
            cost,
            is_open,
            first,
            near,
            cost[twice],
            is_open[twice],
            mean,
            (mean * (1 - edge), mean * (1 + edge)),
            np.zeros((2, n), dtype=np.int64),
            np.zeros(n + 1, dtype=np.int64),
            np.zeros(1, dtype=np.int64),
        )

    def without_walls(self) -> Board:
        """The same board, all lines open; a walled line still costs nothing, so grids gladly end there."""
        return replace(self, is_open=np.ones_like(self.is_open), near_open=np.ones_like(self.near_open))

    def totals(self, owner: IntArray) -> tuple[IntArray, FloatArray]:
        """Blocks and load of each grid."""
        size = np.bincount(owner, minlength=self.k).astype(np.int64)
        return size, np.bincount(owner, weights=self.load, minlength=self.k).astype(np.float64)

    def misses(self, owner: IntArray) -> FloatArray:
        """How far each grid is outside the band, in units of the mean; 0 inside."""
        total = self.totals(owner)[1]
        low, high = self.band
        outside: FloatArray = np.maximum(0.0, np.maximum(low - total, total - high)) / self.mean
        return outside

    def off(self, owner: IntArray) -> float:
        """How far the worst grid is outside the band; 0 when all are inside."""
        return float(self.misses(owner).max())

    def deviation(self, owner: IntArray) -> float:
        """Largest |load / mean - 1| of the grids."""
        return float(np.abs(self.totals(owner)[1] / self.mean - 1.0).max())

    def cut(self, owner: IntArray) -> float:
        """Cost of the lines between grids."""
        return float(self.cost[owner[self.pairs[:, 0]] != owner[self.pairs[:, 1]]].sum())

    @property
    def walls(self) -> bool:
        """Whether any pair is walled."""
        return not bool(self.is_open.all())

    @property
    def graph(self) -> tuple[IntArray, IntArray, FloatArray, BoolArray, bool, IntArray, IntArray, IntArray]:
        """The arguments of a kernel after owner, load, size and total."""
        return (
            self.first,
            self.near,
            self.near_cost,
            self.near_open,
            self.walls,
            self.notes,
            self.queue,
            self.stamp,
        )
