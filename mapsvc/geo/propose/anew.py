"""A fresh plan: grids seeded by a power diagram, flipped into the band, and inside it to short lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.change import starts_for
from mapsvc.geo.propose.improve import Search
from mapsvc.geo.propose.seeding import seed_grids

IntArray = npt.NDArray[np.int64]

TRIES = 10_000_000
"""Polishing flips tried in one start."""


def fresh_grids(board: Board, seed: int) -> IntArray:
    """(n,) grid of each block: the best of several seeded starts, inside the band and with short lines."""
    n = len(board.load)
    nowhere, free = np.full(n, -1, dtype=np.int64), np.zeros(n)
    sweeps = int(np.clip(TRIES // n, 60, 2_000))
    best, best_rank = np.zeros(n, dtype=np.int64), (np.inf, np.inf)
    for start in range(min(starts_for(n), 4)):
        search = Search(board, nowhere, free, np.random.default_rng([seed, start]))
        owner = seed_grids(board, search.rng)
        search.balance(owner)
        search.polish(owner, sweeps, hot=1.5)
        rank = (board.off(owner), round(board.cut(owner), 6))
        if rank < best_rank:
            best, best_rank = owner, rank
    return best
