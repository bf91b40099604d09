"""The sum of k counts drawn from n cells without replacement: what a neighbourhood holds when place has no say.

Under the null "any arrangement of these counts over these cells is equally likely" the sum over a neighbourhood
of k cells is the sum of k counts drawn without replacement. Its distribution is the same for every cell with k
neighbours, so one table for each k serves the whole map (pooled permutation). Two ways to the table:

- exact: the number of ways to reach sum s with k cells is the coefficient of z^k t^s in prod_v (1 + z t^v)^(m_v),
  where m_v cells hold count v. All terms are positive: nothing cancels, the error is a few units in the last place.
- drawn: R random draws, p = (M + 1) / (R + 1), for values that are no whole numbers or tables that would cost more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EXACT_COST = 2e9
"""Additions that an exact table may cost before draws are used; one to two seconds on one core."""
EXACT_TABLE = 20_000_000
"""Numbers that an exact table may hold (160 MB)."""
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class SumNull:
    """Distribution of a neighbourhood sum under the null.

    support: the possible sums, ascending; prob: their probabilities, summing to 1.
    draws: number of draws behind prob, 0 where it is exact.
    """

    support: FloatArray
    prob: FloatArray
    draws: int = 0

    def tails(self, sums: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """P(S >= s), P(S <= s) and the two-sided p of each sum, ties counted in every tail.

        Two-sided p: the probability of a sum whose smaller tail is no larger than the smaller tail of s.
        For a symmetric distribution that is twice the tail; where the other tail cannot be that small,
        as with rare counts that can only be hot, nothing is added for it.
        """
        s = np.asarray(sums, dtype=np.float64)
        upper = np.append(np.cumsum(self.prob[::-1])[::-1], 0.0)
        lower = np.insert(np.cumsum(self.prob), 0, 0.0)
        slack = _TIE * max(1.0, float(np.abs(self.support).max(initial=0.0)))
        at_least = upper[np.searchsorted(self.support, s - slack, side="left")]
        at_most = lower[np.searchsorted(self.support, s + slack, side="right")]
        extreme = np.minimum(upper[:-1], lower[1:])
        order = np.argsort(extreme, kind="stable")
        weight = np.insert(np.cumsum(self.prob[order]), 0, 0.0)
        smaller = np.minimum(at_least, at_most)
        two_sided = weight[np.searchsorted(extreme[order], smaller * (1 + _TIE), side="right")]
        return self._p(at_least), self._p(at_most), self._p(two_sided)

    def _p(self, share: FloatArray) -> FloatArray:
        """A probability: as it is when exact, with the observed map counted among the draws otherwise."""
        p = (share * self.draws + 1.0) / (self.draws + 1.0) if self.draws else share
        return np.minimum(p, 1.0)


def exact_cost(counts: IntArray, k_max: int) -> float:
    """Additions that `exact_nulls` needs: for each distinct count, the steps of k times the sums reached so far."""
    values, cells = np.unique(counts, return_counts=True)
    reach = np.minimum(float(np.sort(counts)[-k_max:].sum()), values.astype(np.float64) * k_max) + 1.0
    steps = sum(np.minimum(cells, k) for k in range(1, k_max + 1))
    return float(np.sum(reach * steps))


def exact_nulls(counts: IntArray, ks: IntArray) -> dict[int, SumNull]:
    """The exact `SumNull` for each k in ks. counts: whole numbers >= 0, one a cell; 1 <= k <= n."""
    k_max = int(ks.max())
    table = ways(*np.unique(counts, return_counts=True), k_max, int(np.sort(counts)[-k_max:].sum()))
    nulls = {}
    for k in map(int, np.unique(ks)):
        support = np.flatnonzero(table[k])
        nulls[k] = SumNull(support.astype(np.float64), table[k][support] / float(comb(len(counts), k)))
    return nulls


def ways(values: IntArray, cells: IntArray, k_max: int, top: int) -> FloatArray:
    """Number of ways to choose k cells with sum s, as an array (k_max + 1, top + 1) of floats.

    values: distinct counts, ascending; cells: how many cells hold each. Sums above top are left out.
    """
    table = np.zeros((k_max + 1, top + 1))
    table[0, 0] = 1.0
    for value, m in zip(values.tolist(), cells.tolist(), strict=True):
        # Values ascend, so nothing beyond k_max of the present value is reached yet.
        reach = min(top, k_max * value) + 1
        for k in range(k_max, 0, -1):
            for c in range(1, min(m, k) + 1):
                if (shift := c * value) < reach:
                    table[k, shift:reach] += float(comb(m, c)) * table[k - c, : reach - shift]
    return table


def drawn_nulls(values: FloatArray, ks: IntArray, *, draws: int, seed: int) -> dict[int, SumNull]:
    """A `SumNull` from `draws` random draws for each k in ks, 1 <= k <= n; the same seed gives the same table."""
    rng = np.random.default_rng(seed)
    picks = _distinct_picks(rng, len(values), int(ks.max()), draws)
    running = np.cumsum(values[picks], axis=1)
    nulls = {}
    for k in map(int, np.unique(ks)):
        support, times = np.unique(running[:, k - 1], return_counts=True)
        nulls[k] = SumNull(support, times / draws, draws)
    return nulls


def pooled_nulls(values: FloatArray, ks: IntArray, *, draws: int, seed: int) -> dict[int, SumNull]:
    """The table for each k in ks: exact for whole counts where that is affordable, drawn otherwise."""
    if not len(ks):
        return {}
    k_max = int(ks.max())
    whole = bool(np.all(values >= 0) and np.all(values == np.floor(values)))
    if whole and float(np.sort(values)[-k_max:].sum() + 1.0) * (k_max + 1) <= EXACT_TABLE:
        counts = values.astype(np.int64)
        if exact_cost(counts, k_max) <= EXACT_COST:
            return exact_nulls(counts, ks)
    return drawn_nulls(values, ks, draws=draws, seed=seed)


def _distinct_picks(rng: np.random.Generator, n: int, k: int, draws: int) -> IntArray:
    """draws rows of k different cell numbers; the first j of a row are a fair draw of j cells."""
    picks = np.empty((draws, k), dtype=np.int64)
    for j in range(k):
        # A number among the n - j cells that are left, then moved past each taken one below it.
        pick = rng.integers(0, n - j, size=draws)
        for taken in np.sort(picks[:, :j], axis=1).T:
            pick += pick >= taken
        picks[:, j] = pick
    return picks
