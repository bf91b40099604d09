"""Flows: the least load that must cross each line between grids to bring all into the band (a transport problem)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MISS = 1e4
"""Price of a unit of load that stays outside the band: paid only where no flow can help."""


def flows(board: Board, owner: IntArray) -> tuple[IntArray, FloatArray]:
    """Ways (sorted keys giver * k + taker) over open lines, and the load to move along each.

    Solved by HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10, 119-142), which is deterministic.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    k = board.k
    one, two = owner[board.pairs[:, 0]], owner[board.pairs[:, 1]]
    across = (one != two) & board.is_open
    one, two = one[across], two[across]
    ways = np.unique(np.concatenate([one * k + two, two * k + one]))
    if not len(ways):
        return ways, np.empty(0)
    giver, taker = ways // k, ways % k
    way = np.arange(len(ways))
    grid = np.arange(k)
    # Unknowns: flow of each way, then surplus and lack left at each grid. In the band must lie: total - out + in
    # - surplus + lack.
    rows = np.concatenate([giver, taker, grid, grid])
    columns = np.concatenate([way, way, len(ways) + grid, len(ways) + k + grid])
    signs = np.repeat([-1.0, 1.0, -1.0, 1.0], [len(ways), len(ways), k, k])
    balance = coo_array((signs, (rows, columns)), shape=(k, len(ways) + 2 * k)).tocsr()
    from scipy.sparse import vstack

    total = board.totals(owner)[1] / board.mean
    low, high = board.band[0] / board.mean, board.band[1] / board.mean
    found = linprog(
        np.concatenate([np.ones(len(ways)), np.full(2 * k, _MISS)]),
        A_ub=vstack([balance, -balance]),
        b_ub=np.concatenate([high - total, total - low]),
        method="highs",
    )
    if found.x is None:
        return ways, np.zeros(len(ways))
    return ways, np.maximum(found.x[: len(ways)], 0.0) * board.mean
