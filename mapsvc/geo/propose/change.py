"""The smallest change: from the plan in force into the band, then back home with all that need not have moved."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.flows import flows
from mapsvc.geo.propose.improve import Search

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STARTS = ((1_000, 8), (3_000, 4), (8_000, 2))
"""Up to so many blocks, so many seeded starts; beyond, one."""
TRIES = 6_000_000
"""Polishing flips tried in one start."""
KEEP = 8.0
"""What a block of mean load costs that leaves its grid, in lines between two blocks: change outweighs shape."""
AGAIN = 3
FAR = 0.4
"""Where flows move more than this share of all load, grids cannot keep their cores: that search is left out."""


def least_change(board: Board, home: IntArray, seed: int) -> IntArray:
    """(n,) grid of each block: the best of several seeded starts from `home`, (n,).

    The best is inside the band, then has the least load moved, then the shortest lines. Grids keep a core in one piece,
    so that the way there falls into steps; only where that cannot balance them are they free to wander.
    """
    if board.off(home) == 0.0:
        return home
    # A block without load still is a change: a twentieth of a usual block.
    change = KEEP * (board.load * len(home) / (board.mean * board.k) + 0.05)
    best = home
    if flows(board, home)[1].sum() <= FAR * board.load.sum():
        best = _best_start(board, home, change, seed, home)
    if board.off(best) > 0.0:
        free = _best_start(board, home, change, seed, None)
        best = min(best, free, key=lambda owner: _rank(board, home, change, owner))
    return best


def _best_start(board: Board, home: IntArray, change: FloatArray, seed: int, core: IntArray | None) -> IntArray:
    sweeps = int(np.clip(TRIES // len(home), 60, 1_500))
    best = home
    for start in range(starts_for(len(home))):
        search = Search(board, home, change, np.random.default_rng([seed, start]), core)
        owner = home.copy()
        search.balance(owner)
        search.polish(owner, sweeps, hot=3.0)
        if core is None:
            # Grids that wandered off are better called by the name of the grid whose ground they took.
            owner = as_named_before(owner, home, board.load + board.mean * 1e-6)
            search.polish(owner, sweeps, hot=1.0)
        for _ in range(AGAIN if board.off(owner) > 0.0 else 0):
            # The last grids out of the band often find their way from other ground.
            if search.balance_locally(owner):
                search.polish(owner, sweeps, hot=1.0)
                break
        if _rank(board, home, change, owner) < _rank(board, home, change, best):
            best = owner
    return best


def _rank(board: Board, home: IntArray, change: FloatArray, owner: IntArray) -> tuple[float, float, float]:
    return board.off(owner), round(float(change[owner != home].sum()), 6), round(board.cut(owner), 6)


def as_named_before(owner: IntArray, home: IntArray, weight: FloatArray) -> IntArray:
    """The same grids, each by the number of the grid of `home` with which it shares most weight (all together).

    Where there are more grids than before, the others get numbers that `home` never used.
    """
    from scipy.optimize import linear_sum_assignment

    old, new = np.unique(home), np.unique(owner)
    shared = np.zeros((len(new), len(old)))
    place = np.searchsorted(new, owner)
    np.add.at(shared, (place, np.searchsorted(old, home)), weight)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    name = np.full(len(new), -1, dtype=np.int64)
    name[rows] = old[columns]
    unnamed = np.flatnonzero(name < 0)
    name[unnamed] = int(home.max()) + 1 + np.arange(len(unnamed))
    return name[place]


def starts_for(blocks: int) -> int:
    """How many seeded starts so many blocks get."""
    return next((count for limit, count in STARTS if blocks <= limit), 1)
