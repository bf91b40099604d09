"""Improving an assignment in place: along flows, by flips that seek balance, by flips inside the band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.flows import flows

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_FLOORS = (2.0, 1.0, 0.5, 0.0, -0.5, -1.0, -2.0, -4.0, -1e9, -1e9)
"""What a move must save of the lines, pass by pass: moves that shorten them come first."""
_LIMITS = (1e-6, 0.6, 1.5)
"""In units of the mean: what of a flow is nothing; where pushing stops with the giver, and with the taker."""
_ROUNDS = 10
_KEEP = (0.3, 0.1, 0.03, 0.01)
"""Regard for what stays, from one run of flips to the next."""
_LOCAL_TRIES, _LOCAL_FAILS = 500, 60
_DRAWN = 500_000
"""Tries whose chance is drawn at a time: all at once would fill the memory."""


@dataclass(frozen=True, slots=True)
class Search:
    """One seeded search. home: (n,) where blocks would rather stay, -1 = nowhere; change: (n,) what leaving it costs.

    core: (n,) grid of each block at the start, None = free: the blocks of a grid that stay must hang together, and then
    the way there falls into steps.
    """

    board: Board
    home: IntArray
    change: FloatArray
    rng: np.random.Generator
    core: IntArray | None = None

    def balance(self, owner: IntArray) -> bool:
        """Bring all grids into the band: flows and short flips in turn, longer flips, then flips about what is still
        out. True when all are in."""
        off = self.board.off
        # Without a home there is nothing that flows could spare, and they leave ragged lines.
        for _ in range(_ROUNDS if (self.home >= 0).any() else 0):
            if off(owner) == 0.0:
                return True
            self._push(owner)
            if off(owner) == 0.0:
                return True
            self._flip(owner, 0.1, np.linspace(1.0, 0.1, 60), np.geomspace(20.0, 2_000.0, 60))
        for keep in _KEEP:
            if off(owner) == 0.0:
                return True
            self._flip(owner, keep, np.linspace(1.0, 0.1, 200), np.geomspace(50.0, 5_000.0, 200))
            if off(owner) > 0.0:
                self._push(owner)
        return self.balance_locally(owner)

    def polish(self, owner: IntArray, sweeps: int, hot: float) -> None:
        """Flips that never leave the band further: cheaper change first, then shorter lines."""
        heat = np.append(np.geomspace(hot, hot / 30, max(sweeps - 3, 1)), [0.0, 0.0, 0.0])
        self._flip(owner, 1.0, heat, np.full(len(heat), -1.0))

    def balance_locally(self, owner: IntArray) -> bool:
        """Hot flips about one grid out of the band after the other; kept where they help, else over more ground."""
        failed = 0
        heat, pull = np.linspace(1.0, 0.1, 100), np.geomspace(20.0, 5_000.0, 100)
        for turn in range(_LOCAL_TRIES):
            misses = self.board.misses(owner)
            if misses.max() == 0.0:
                return True
            if failed > _LOCAL_FAILS or np.count_nonzero(misses) > max(8, 0.05 * self.board.k):
                return False
            grid = int(misses.argmax()) if turn % 2 == 0 else int(self.rng.choice(np.flatnonzero(misses)))
            among = _around(self.board, owner, grid, rings=1 + min(failed // 6, 5))
            tried = owner.copy()
            self._flip(tried, 0.1 if failed < 12 else 0.0, heat, pull, among)
            if self.board.misses(tried).sum() < misses.sum() * (1 - 1e-9):
                owner[:] = tried
                failed = 0
            else:
                failed += 1
        return self.board.off(owner) == 0.0

    @property
    def _bound(self) -> tuple[IntArray, bool]:
        return (self.home, False) if self.core is None else (self.core, True)

    def _push(self, owner: IntArray) -> int:
        """Move border blocks along the flows of the transport problem; returns how many moved."""
        from mapsvc.geo.propose.kernels import push

        board = self.board
        ways, flow = flows(board, owner)
        order = np.stack([self.rng.permutation(len(owner)) for _ in _FLOORS]).astype(np.int64)
        size, total = board.totals(owner)
        core, bound = self._bound
        tiny, least, most = (share * board.mean for share in _LIMITS)
        state = (owner, board.load, size, total, *board.graph, core, bound)
        return push(*state, order, np.array(_FLOORS), ways, flow, tiny, least, most)

    def _flip(
        self, owner: IntArray, keep: float, heat: FloatArray, pull: FloatArray, among: IntArray | None = None
    ) -> None:
        from mapsvc.geo.propose.kernels import flip

        board = self.board
        blocks = np.arange(len(owner)) if among is None else among
        n = len(blocks)
        size, total = board.totals(owner)
        change = self.change * keep
        stride = max(1, _DRAWN // n)
        for at in range(0, len(heat), stride):
            part = slice(at, at + stride)
            sweeps = len(heat[part])
            picks = blocks[self.rng.integers(0, n, (sweeps, n))]
            dice = self.rng.random((sweeps, n, 2))
            core, bound = self._bound
            state = (owner, board.load, size, total, *board.graph, core, bound, self.home, change)
            flip(*state, picks, dice, heat[part], pull[part], board.band[0], board.band[1])


def _around(board: Board, owner: IntArray, grid: int, rings: int) -> IntArray:
    """The blocks of a grid and of those within so many grids of it."""
    chosen = np.zeros(board.k, dtype=np.bool_)
    chosen[grid] = True
    one, two = owner[board.pairs[:, 0]], owner[board.pairs[:, 1]]
    for _ in range(rings):
        grown = chosen.copy()
        grown[one[chosen[two]]] = True
        grown[two[chosen[one]]] = True
        chosen = grown
    return np.flatnonzero(chosen[owner])
