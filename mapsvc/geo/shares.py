"""Shares: how probable it is that a point of known accuracy lies in each of the grids around it.

The error is a round normal one, the accuracy its 68 % radius, so sigma = r / sqrt(-2 ln 0.32). The mass of the normal
over a polygon is an integral over its outline (Green's theorem in polar form about the point): the winding number, less
for each edge the integral of exp(-rho^2 / 2 sigma^2) over the angle it is seen under, which is Owen's T function (Owen
1956). So it is exact for any polygon with holes and parts. The normal is cut at five sigmas, four in a million of it:
edges farther out change nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.outlines import Outlines

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
OwnerArray = npt.NDArray[np.int32]

SIGMA = 1.0 / np.sqrt(-2.0 * np.log(1.0 - 0.68))
"""Standard deviation along one axis over the 68 % radius of a round normal error (Rayleigh distribution)."""
_CUT = 5.0
"""Sigmas at which the normal is cut."""
_TAIL = float(np.exp(-_CUT * _CUT / 2.0))
REACH = _CUT * SIGMA
"""Accuracies within which a line can change a share."""
_NUDGE = 1e-7
"""Sigmas that a point is moved aside, so that it never lies on an edge or a vertex, where angles jump."""
_SURE = 1e-12
"""The rounding of a sum over edges."""
_SLIT = 1e-7
_MOST_PAIRS = 4_000_000
"""Pairs of point and edge taken at once: 400 MB."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Candidates, point by point in the order asked, the largest share first; the shares of a point sum to 1.

    point: (c,) number of the point; grid: index in the plan, -1 = outside it; share: above 0.
    """

    point: IntArray
    grid: OwnerArray
    share: FloatArray

    def of_grid(self, owner: OwnerArray) -> FloatArray:
        """The share that each of n points has in its grid of `owner`; 0 where it is no candidate."""
        found = np.zeros(len(owner))
        own = self.grid == owner[self.point]
        found[self.point[own]] = self.share[own]
        return found

    def take(self, kept: npt.NDArray[np.bool_]) -> Shares:
        """The candidates of the points marked, which are counted anew."""
        number = np.cumsum(kept) - 1
        rows = kept[self.point]
        return Shares(number[self.point[rows]], self.grid[rows], self.share[rows])


def find_shares(outlines: Outlines, x: FloatArray, y: FloatArray, owner: OwnerArray, accuracy_m: FloatArray) -> Shares:
    """Candidates of n points, given as metres of the working CRS.

    owner: index of the grid each lies in, -1 = none; accuracy_m: 68 % radius, above 0. Where grids overlap, their
    shares are scaled so that they sum to 1.
    """
    parts, start = [], 0
    while start < len(x):
        stop = start + _fitting(outlines, x[start:], y[start:], accuracy_m[start:])
        part = slice(start, stop)
        found = _find(outlines, x[part], y[part], owner[part], accuracy_m[part] * SIGMA)
        parts.append(Shares(found.point + start, found.grid, found.share))
        start = stop
    if not parts:
        return Shares(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0))
    return Shares(
        np.concatenate([part.point for part in parts]),
        np.concatenate([part.grid for part in parts]),
        np.concatenate([part.share for part in parts]),
    )


def _fitting(outlines: Outlines, x: FloatArray, y: FloatArray, accuracy_m: FloatArray) -> int:
    """How many of the points can be asked at once: told by how many edges a few of them have near."""
    if len(x) * len(outlines) <= _MOST_PAIRS:
        return len(x)
    some = np.unique(np.linspace(0, len(x) - 1, 16).astype(int))
    widest = np.full(len(some), accuracy_m[: _MOST_PAIRS // 64].max() * REACH)
    pairs = len(outlines.near(x[some], y[some], widest).point) / len(some)
    return min(max(1, int(_MOST_PAIRS / (4 * pairs + 1))), _MOST_PAIRS // 64)


def _find(outlines: Outlines, x: FloatArray, y: FloatArray, owner: OwnerArray, sigma: FloatArray) -> Shares:
    near = outlines.near(x, y, _CUT * sigma)
    size = sigma[near.point]
    ends = [values / size for values in (near.x0, near.y0, near.x1, near.y1)]
    seen = _seen(*ends)
    # One number for a pair of point and grid; -1, the outside, has none of its own.
    grids = max(len(outlines.polygons), 1)
    inside = np.flatnonzero(owner >= 0)
    left, right = outlines.left[near.edge], outlines.right[near.edge]
    twin = np.flatnonzero(right >= 0)
    key = np.concatenate(
        [near.point * grids + left, near.point[twin] * grids + right[twin], inside * grids + owner[inside]]
    )
    # What runs round the point one way for the grid on the left, runs the other way for the one on the right.
    seen = np.concatenate([seen, -seen[twin]])
    key, pair = np.unique(key, return_inverse=True)
    point, grid = key // grids, (key % grids).astype(np.int32)
    mass = np.bincount(pair[: len(seen)], seen, minlength=len(key)).astype(np.float64)
    # A share lies between 0 and 1, so the sign of the mass tells the winding number; the owner only where it is 0.
    winding = np.where(np.abs(mass) > _SURE, mass > 0, grid == owner[point])
    share = winding - mass
    return _rest(len(x), point, grid, np.clip(share, 0.0, 1.0))


def _seen(x0: FloatArray, y0: FloatArray, x1: FloatArray, y1: FloatArray) -> FloatArray:
    """The mass of the error beyond each edge, as seen from the point; positive where the edge runs counter-clockwise.

    (1 / 2 pi) times the integral of (exp(-rho^2 / 2) - exp(-cut^2 / 2)) / (1 - exp(-cut^2 / 2)) over the angle under
    which the part of the edge within the cut is seen. All in sigmas.
    """
    from scipy.special import owens_t

    length = np.hypot(x1 - x0, y1 - y0)
    found = np.zeros(len(length))
    with np.errstate(invalid="ignore", divide="ignore"):
        along_x, along_y = (x1 - x0) / length, (y1 - y0) / length
        # The nudge, one radian from the east, is the same for all edges of a point.
        x, y = x0 - _NUDGE * np.cos(1.0), y0 - _NUDGE * np.sin(1.0)
        height = x * along_y - y * along_x
        start = x * along_x + y * along_y
        most = np.sqrt(np.maximum(_CUT * _CUT - height * height, 0.0))
        low, high = np.clip(start, -most, most), np.clip(start + length, -most, most)
        # Half of the edges in the box around a point may lie beyond the cut: their parts within it have no length.
        seen = np.flatnonzero((length > 0) & (high > low) & (height != 0))
        height = height[seen]
        low, high = low[seen] / height, high[seen] / height
        angle = (np.arctan(high) - np.arctan(low)) / (2.0 * np.pi)
        found[seen] = (owens_t(height, high) - owens_t(height, low) - _TAIL * angle) / (1.0 - _TAIL)
    return found


def _rest(n: int, point: IntArray, grid: OwnerArray, share: FloatArray) -> Shares:
    """The candidates with what is left for the outside, largest first."""
    total = np.bincount(point, share, minlength=n).astype(np.float64)
    # The two sides of a line are cut into pieces each from its own end, which leaves slits of a nanometre.
    full = np.abs(1.0 - total) < _SLIT
    outside = np.where(full, 0.0, np.maximum(1.0 - total, 0.0))
    share = share / np.where(full, total, np.maximum(total, 1.0))[point]
    point = np.concatenate([point, np.arange(n)])
    grid = np.concatenate([grid, np.full(n, -1, np.int32)])
    share = np.concatenate([share, outside])
    order = np.lexsort((grid, -share, point))
    order = order[share[order] > 0]
    return Shares(point[order], grid[order], share[order])
