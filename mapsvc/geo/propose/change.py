"""The smallest change: from the plan in force into the band, then back home with all that need not have moved."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.improve import balance, polish

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STARTS = ((1_000, 8), (3_000, 4), (8_000, 2))
"""Up to so many blocks, so many seeded starts; beyond, one."""
TRIES = 6_000_000
"""Polishing flips tried in one start."""
KEEP = 8.0
"""What a block of mean load costs that leaves its grid, in lines between two blocks: change outweighs shape."""


def least_change(board: Board, home: IntArray, seed: int) -> IntArray:
    """(n,) grid of each block: the best of several seeded starts from `home`.

    The best is inside the band, then has the least load moved, then the shortest lines.
    """
    n = len(home)
    # A block without load still is a change: a twentieth of a usual block.
    change = KEEP * (board.load * n / (board.mean * board.k) + 0.05)
    sweeps = int(np.clip(TRIES // n, 60, 1_500))
    best, best_rank = home.copy(), (board.off(home), 0.0, board.cut(home))
    if best_rank[0] == 0.0:
        return best
    for start in range(starts_for(n)):
        rng = np.random.default_rng([seed, start])
        owner = home.copy()
        balance(board, owner, home, change, rng)
        polish(board, owner, home, change, rng, sweeps, hot=3.0)
        rank = (board.off(owner), round(float(change[owner != home].sum()), 6), round(board.cut(owner), 6))
        if rank < best_rank:
            best, best_rank = owner, rank
    return best


def starts_for(blocks: int) -> int:
    """How many seeded starts so many blocks get."""
    return next((count for limit, count in STARTS if blocks <= limit), 1)
