"""Uncertain counts: between which numbers a grid's count lies, when the grids of some points are known as shares only.

The count is a sum of independent yes-or-no draws (Poisson-binomial): exact by convolution up to _EXACT points a grid,
beyond by the normal of equal mean and variance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_EXACT = 40
_TAIL = 0.025
_NORMAL = 1.959964
"""Standard deviations on either side that hold 95 % of a normal."""


def count_intervals(
    certain: IntArray, point: IntArray, grid: npt.NDArray[np.int32], share: FloatArray
) -> tuple[IntArray, IntArray]:
    """Lowest and highest count of each grid that hold 95 % of the probability.

    certain: (n,) points a grid holds for sure. point, grid, share: candidates of the others; grid -1 = outside.
    """
    low, high = certain.copy(), certain.copy()
    inside = (grid >= 0) & (share > 0)
    # A point may name a grid once only, so each pair is one draw.
    order = np.lexsort((point[inside], grid[inside]))
    of_grid, chance = grid[inside][order], np.minimum(share[inside][order], 1.0)
    used, first, drawn = np.unique(of_grid, return_index=True, return_counts=True)
    few = drawn <= _EXACT
    low[used[few]], high[used[few]] = _exact(chance, first[few], drawn[few])
    mean = np.add.reduceat(chance, first) if len(first) else np.zeros(0)
    spread = np.sqrt(np.add.reduceat(chance * (1.0 - chance), first)) if len(first) else np.zeros(0)
    many = ~few
    low[used[many]] = np.maximum(np.ceil(mean - _NORMAL * spread - 0.5), 0)[many].astype(np.int64)
    high[used[many]] = np.minimum(np.floor(mean + _NORMAL * spread + 0.5), drawn)[many].astype(np.int64)
    low[used] += certain[used]
    high[used] += certain[used]
    return low, high


def _exact(chance: FloatArray, first: npt.NDArray[np.intp], drawn: npt.NDArray[np.intp]) -> tuple[IntArray, IntArray]:
    """Quantiles of each sum of draws: the distributions of all grids grow together, one draw at a time."""
    most = int(drawn.max(initial=0))
    odds = np.zeros((len(first), most + 1))
    odds[:, 0] = 1.0
    for turn in range(most):
        rows = np.flatnonzero(drawn > turn)
        p = chance[first[rows] + turn][:, None]
        grown = odds[rows] * (1.0 - p)
        grown[:, 1:] += odds[rows, :-1] * p
        odds[rows] = grown
    below = odds.cumsum(axis=1)
    # The smallest number that is not too rarely reached from below, and the like from above.
    low = (below < _TAIL - 1e-12).sum(axis=1)
    high = (below < 1.0 - _TAIL - 1e-12).sum(axis=1)
    return low.astype(np.int64), high.astype(np.int64)
