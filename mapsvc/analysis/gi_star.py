"""Gi and Gi*: the local G statistics of Getis and Ord, on any neighbour list and on a lattice.

    z_i = (sum_j w_ij x_j - mean W_i) / (s sqrt((n S1_i - W_i^2) / (n - 1)))

with W_i = sum_j w_ij, S1_i = sum_j w_ij^2, s^2 = sum (x - mean)^2 / n. Gi* counts a cell as its own neighbour;
Gi leaves it out, also from mean, s and n. z does not change when a row of weights is multiplied by a number.
Source: Ord and Getis (1995), Geographical Analysis 27, equations 14.2 and 14.3 in the numbering of R's spdep.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadQuery

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NEIGHBOURHOODS = {"queen": 9, "rook": 5}
"""Name of a lattice neighbourhood -> cells in it, the cell itself included."""


def local_g(
    values: npt.ArrayLike,
    origin: npt.ArrayLike,
    neighbour: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    star: bool = True,
) -> FloatArray:
    """z of Gi* (or of Gi with star=False) for n values and directed pairs origin -> neighbour.

    Pairs of a cell with itself are taken out, and for Gi* put back with weight 1, or with the mean weight
    of the cell's own pairs where weights are given, so that equal weights stay equal. Returns n floats;
    NaN where z is undefined: no variance, no neighbour, or every cell is a neighbour.
    """
    x = np.asarray(values, dtype=np.float64)
    i = np.asarray(origin, dtype=np.int64)
    j = np.asarray(neighbour, dtype=np.int64)
    w = np.ones(len(i)) if weights is None else np.asarray(weights, dtype=np.float64)
    keep = i != j
    i, j, w = i[keep], j[keep], w[keep]
    n = len(x)
    total, squares, sums = (_add_up(i, part, n) for part in (w, w * w, w * x[j]))
    if star:
        pairs = np.bincount(i, minlength=n)
        own = np.divide(total, pairs, out=np.ones(n), where=pairs > 0)
        return _z(sums + own * x, total + own, squares + own * own, n, x.mean(), _variance(x))
    mean, variance = _without_self(x)
    return _z(sums, total, squares, n - 1, mean, variance)


def gi_star_z(values: npt.ArrayLike, sums: npt.ArrayLike, neighbours: npt.ArrayLike) -> FloatArray:
    """z of Gi* with equal weights, from the sums over each neighbourhood.

    values: the n values of all cells; sums, neighbours: sum of values and number of cells (self included)
    in the neighbourhoods asked for, of one shape. NaN where undefined.
    """
    x = np.asarray(values, dtype=np.float64)
    count = np.asarray(neighbours, dtype=np.float64)
    return _z(np.asarray(sums, dtype=np.float64), count, count, len(x), float(x.sum()) / max(len(x), 1), _variance(x))


def lattice_sums(counts: npt.ArrayLike, used: BoolArray, neighbourhood: str = "queen") -> tuple[FloatArray, IntArray]:
    """Sum of counts and number of used cells in the neighbourhood of every cell of a lattice.

    counts, used: arrays (rows, cols); counts of unused cells do not count. The neighbourhood is cut to used
    cells, so a cell at the edge has fewer neighbours and not neighbours with nothing in them. Both results
    are (rows, cols) and 0 where the cell itself is unused. Sums of whole counts are exact.
    """
    if neighbourhood not in NEIGHBOURHOODS:
        raise BadQuery(f'Neighbours can be "queen" or "rook", not "{neighbourhood}".', field="neighbours")
    masked = np.where(used, np.asarray(counts, dtype=np.float64), 0.0)
    window = _window_3x3 if neighbourhood == "queen" else _window_cross
    sums = window(masked)
    neighbours = window(used.astype(np.float64)).astype(np.int64)
    return np.where(used, sums, 0.0), np.where(used, neighbours, 0)


def _window_3x3(a: FloatArray) -> FloatArray:
    """Sums of 3 x 3 windows: three shifted rows, then three shifted columns of that."""
    rows = a.copy()
    rows[1:] += a[:-1]
    rows[:-1] += a[1:]
    both = rows.copy()
    both[:, 1:] += rows[:, :-1]
    both[:, :-1] += rows[:, 1:]
    return both


def _window_cross(a: FloatArray) -> FloatArray:
    """Sums over a cell and the four cells that share an edge with it."""
    cross = a.copy()
    cross[1:] += a[:-1]
    cross[:-1] += a[1:]
    cross[:, 1:] += a[:, :-1]
    cross[:, :-1] += a[:, 1:]
    return cross


def _add_up(cell: IntArray, weights: FloatArray, n: int) -> FloatArray:
    """Sum of weights for each of n cells."""
    return np.asarray(np.bincount(cell, weights, n), dtype=np.float64)


def _variance(x: FloatArray) -> float:
    """Variance with n in the denominator, from centred values; 0 where all values are equal."""
    # Equal values can leave a rounding residue in the mean, which must not pass for variance.
    return 0.0 if len(x) == 0 or x.min() == x.max() else float(np.var(x))


def _without_self(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and variance (n - 1 in the denominator of n - 1 values) of all values but each one."""
    centred = x - x.mean()
    rest = max(len(x) - 1, 1)
    mean = -centred / rest
    variance = (np.sum(centred**2) - centred**2) / rest - mean**2
    scale = float(np.sum(centred**2)) / rest
    return mean + x.mean(), np.where(variance > 1e-12 * scale, variance, 0.0)


def _z(
    sums: FloatArray,
    total: FloatArray,
    squares: FloatArray,
    n: int,
    mean: FloatArray | float,
    variance: FloatArray | float,
) -> FloatArray:
    if n < 2:
        return np.full(np.shape(sums), np.nan)
    room = n * squares - total * total
    # A row that holds every cell has no room to vary; rounding must not turn that 0 into a tiny divisor.
    room = np.where(room > 1e-9 * n * squares, room, 0.0)
    spread = np.sqrt(variance * room / (n - 1))
    out = np.full(np.shape(sums), np.nan)
    np.divide(sums - mean * total, spread, out=out, where=(spread > 0) & (total > 0))
    return out
