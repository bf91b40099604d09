"""Significance of neighbourhood sums: p against the permutation null, q over the whole map, kind and level.

One family of tests holds every cell, hot or cold: Benjamini-Hochberg on the two-sided p, so at most the share alpha
of the cells called hot or cold is expected to be called so by chance, and on a map without pattern at most the share
alpha of runs shows anything at all. Source: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.gi_star import NEIGHBOURHOODS, gi_star_z
from mapsvc.analysis.permutation import pooled_nulls
from mapsvc.errors import BadQuery

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

KINDS = ("cold", "none", "hot")
MIN_DRAWS, MAX_DRAWS = 999, 2_000_000
MIN_CELL_M, MAX_CELL_M = 0.01, 1_000_000.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on n cells, arrays of length n.

    z: Gi*, NaN where undefined; p_hot, p_cold: P(S >= s), P(S <= s), ties in both; p: two-sided; q: BH over all cells.
    side: 1 hot, -1 cold, 0 neither; level: 0-3 for q >= alpha, < alpha, < alpha / 5, < alpha / 50.
    neighbours: cells in each neighbourhood, self included; draws: random draws behind p, 0 where p is exact.
    """

    neighbours: IntArray
    z: FloatArray
    p_hot: FloatArray
    p_cold: FloatArray
    p: FloatArray
    q: FloatArray
    side: npt.NDArray[np.int8]
    level: npt.NDArray[np.int8]
    draws: int

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """The columns neighbours, z, p, q, kind ("hot", "cold", "none"), level, p_hot, p_cold of a table."""
        kind = np.array(KINDS)[self.side + 1]
        return {
            "neighbours": self.neighbours,
            "z": self.z,
            "p": self.p,
            "q": self.q,
            "kind": kind,
            "level": self.level,
            "p_hot": self.p_hot,
            "p_cold": self.p_cold,
        }


def check_settings(
    *, alpha: float, draws: int, seed: int, neighbours: str = "queen", cell_m: float | None = None
) -> None:
    """Raise BadQuery for a setting that no hot-spot map can be made with."""
    if not 0.0 < alpha <= 0.5:
        raise BadQuery(f"alpha must lie above 0 and at most at 0.5, not at {alpha:g}.", field="alpha")
    if not MIN_DRAWS <= draws <= MAX_DRAWS:
        raise BadQuery(f"draws must lie between {MIN_DRAWS} and {MAX_DRAWS}, not at {draws}.", field="draws")
    if neighbours not in NEIGHBOURHOODS:
        raise BadQuery(f'neighbours can be "queen" or "rook", not "{neighbours}".', field="neighbours")
    if seed < 0:
        raise BadQuery(f"seed must be 0 or more, not {seed}.", field="seed")
    if cell_m is not None and not MIN_CELL_M <= cell_m <= MAX_CELL_M:
        raise BadQuery(
            f"cell_m must lie between {MIN_CELL_M:g} and {MAX_CELL_M:,.0f} m, not at {cell_m:g}.", field="cell_m"
        )


def judge(values: FloatArray, sums: FloatArray, neighbours: IntArray, *, alpha: float, draws: int, seed: int) -> Judged:
    """Verdicts from the values of n cells, the sums over their neighbourhoods and the cells in each (self included)."""
    nulls = pooled_nulls(values, neighbours, draws=draws, seed=seed)
    p_hot, p_cold, p = np.ones((3, len(values)))
    for k, null in nulls.items():
        at = neighbours == k
        p_hot[at], p_cold[at], p[at] = null.tails(sums[at])
    z = gi_star_z(values, sums, neighbours)
    q = adjusted(p)
    # A skewed null can put a sum on the other side of its mean than its smaller tail; such a cell is neither.
    side = np.where(p_hot < p_cold, z > 0, -1 * (z < 0)).astype(np.int8)
    side[~(q < alpha)] = 0
    level = (q < alpha).astype(np.int8) + (q < alpha / 5) + (q < alpha / 50)
    level[side == 0] = 0
    return Judged(
        neighbours,
        z,
        p_hot,
        p_cold,
        p,
        q,
        side,
        level.astype(np.int8),
        max((null.draws for null in nulls.values()), default=0),
    )


def adjusted(p: FloatArray) -> FloatArray:
    """Benjamini-Hochberg q of each p: the smallest false discovery rate at which it would be called."""
    order = np.argsort(p)
    n = len(p)
    step = p[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(step[::-1])[::-1], 1.0)
    return q
