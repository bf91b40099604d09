"""Improving an assignment in place: along flows, by flips that seek balance, by flips inside the band."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.flows import flows

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_FLOORS = (2.0, 1.0, 0.5, 0.0, -0.5, -1.0, -2.0, -4.0, -1e9, -1e9)
"""What a move must save of the lines, pass by pass: moves that shorten them come first."""
_ROUNDS = 10
_KEEP = (0.3, 0.1, 0.03, 0.01)
"""Regard for what stays, from one run of flips to the next."""
_LOCAL_TRIES = 500
_DRAWN = 500_000
"""Tries whose chance is drawn at a time: all at once would fill the memory."""


def balance(board: Board, owner: IntArray, home: IntArray, change: FloatArray, rng: np.random.Generator) -> bool:
    """Bring all grids into the band: flows and short flips in turn, longer flips, then flips about what is still out.

    home: (n,) where blocks would rather stay, -1 = nowhere; change: (n,) what it costs to leave. True when all are in.
    """
    # Without a home there is nothing that flows could spare, and they leave ragged lines.
    for _ in range(_ROUNDS if (home >= 0).any() else 0):
        if board.off(owner) == 0.0:
            return True
        push_along_flows(board, owner, rng)
        if board.off(owner) == 0.0:
            return True
        _flip(board, owner, home, change * 0.1, rng, np.linspace(1.0, 0.1, 60), np.geomspace(20.0, 2_000.0, 60))
    for keep in _KEEP:
        if board.off(owner) == 0.0:
            return True
        _flip(board, owner, home, change * keep, rng, np.linspace(1.0, 0.1, 200), np.geomspace(50.0, 5_000.0, 200))
        if board.off(owner) > 0.0:
            push_along_flows(board, owner, rng)
    return _balance_locally(board, owner, home, change, rng)


def push_along_flows(board: Board, owner: IntArray, rng: np.random.Generator) -> int:
    """Move border blocks along the flows of the transport problem; returns how many moved."""
    from mapsvc.geo.propose.kernels import push

    ways, flow = flows(board, owner)
    order = np.stack([rng.permutation(len(owner)) for _ in _FLOORS]).astype(np.int64)
    size, total = board.totals(owner)
    return push(owner, board.load, size, total, *board.graph, order, np.array(_FLOORS), ways, flow, board.mean * 1e-6)


def polish(
    board: Board,
    owner: IntArray,
    home: IntArray,
    change: FloatArray,
    rng: np.random.Generator,
    sweeps: int,
    hot: float,
) -> None:
    """Flips that never leave the band further: cheaper change first, then shorter lines."""
    heat = np.append(np.geomspace(hot, hot / 30, max(sweeps - 3, 1)), [0.0, 0.0, 0.0])
    _flip(board, owner, home, change, rng, heat, np.full(len(heat), -1.0))


def _balance_locally(
    board: Board, owner: IntArray, home: IntArray, change: FloatArray, rng: np.random.Generator
) -> bool:
    """Hot flips about one grid out of the band after the other; kept where they help, over more ground where not."""
    failed = 0
    heat, pull = np.linspace(1.0, 0.1, 100), np.geomspace(20.0, 5_000.0, 100)
    for turn in range(_LOCAL_TRIES):
        misses = board.misses(owner)
        if misses.max() == 0.0:
            return True
        grid = int(misses.argmax()) if turn % 2 == 0 else int(rng.choice(np.flatnonzero(misses)))
        among = _around(board, owner, grid, rings=1 + min(failed // 6, 5))
        tried = owner.copy()
        _flip(board, tried, home, change * (0.1 if failed < 12 else 0.0), rng, heat, pull, among)
        if board.misses(tried).sum() < misses.sum() * (1 - 1e-9):
            owner[:] = tried
            failed = 0
        else:
            failed += 1
    return board.off(owner) == 0.0


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


def _flip(
    board: Board,
    owner: IntArray,
    home: IntArray,
    change: FloatArray,
    rng: np.random.Generator,
    heat: FloatArray,
    pull: FloatArray,
    among: IntArray | None = None,
) -> None:
    from mapsvc.geo.propose.kernels import flip

    blocks = np.arange(len(owner)) if among is None else among
    n = len(blocks)
    size, total = board.totals(owner)
    stride = max(1, _DRAWN // n)
    for at in range(0, len(heat), stride):
        part = slice(at, at + stride)
        sweeps = len(heat[part])
        picks = blocks[rng.integers(0, n, (sweeps, n))]
        dice = rng.random((sweeps, n, 2))
        flip(
            owner, board.load, size, total, *board.graph, home, change, picks, dice, heat[part], pull[part], *board.band
        )
