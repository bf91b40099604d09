"""Exact arithmetic on lattice steps: int64 throughout, so that no answer depends on rounding.

Within `LIMIT` of the origin a cross product stays below 8e18; sums of areas may wrap on the way and still end right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Int = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
LIMIT = 10**9
"""Steps from the origin that a vertex may lie away: 10 degrees."""


def pack(steps: Int) -> Int:
    """(n, 2) steps to (n,) keys, one for each lattice point."""
    return steps[..., 0] * np.int64(1 << 32) + steps[..., 1]


def pack_one(x: int, y: int) -> int:
    """The key of one lattice point."""
    return (x << 32) + y


def twice_swept(steps: Int) -> int:
    """Twice the signed area between a line of (n, 2) steps and the origin; adds up over the lines of a ring."""
    x, y = steps[:, 0], steps[:, 1]
    with np.errstate(over="ignore"):
        return int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def turn(ax: Int, ay: Int, bx: Int, by: Int, cx: Int, cy: Int) -> Int:
    """Positive where c lies to the left of the line from a to b, 0 on it."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


def meets_pixel(segments: Int, points: Int) -> Bool:
    """True where a segment (n, 4: x0, y0, x1, y1) passes through the closed unit square about a point (n, 2).

    The separating axes of a segment and a square are x, y and the segment's normal; all three are exact here.
    """
    x0, y0, x1, y1 = segments.T
    x, y = points.T
    dx, dy = x1 - x0, y1 - y0
    beside = np.abs(dx * (y - y0) - dy * (x - x0))
    # beside <= half the sum, without doubling what may be near the largest integer.
    near = beside <= (np.abs(dx) + np.abs(dy)) // 2
    within_x = (x >= np.minimum(x0, x1)) & (x <= np.maximum(x0, x1))
    within_y = (y >= np.minimum(y0, y1)) & (y <= np.maximum(y0, y1))
    met: Bool = near & within_x & within_y
    return met


def cross_properly(one: Int, two: Int) -> Bool:
    """True where two segments (n, 4 each) cross in a point inside both."""
    ax, ay, bx, by = one.T
    cx, cy, dx, dy = two.T
    split_one = np.sign(turn(cx, cy, dx, dy, ax, ay)) * np.sign(turn(cx, cy, dx, dy, bx, by)) < 0
    split_two = np.sign(turn(ax, ay, bx, by, cx, cy)) * np.sign(turn(ax, ay, bx, by, dx, dy)) < 0
    crossed: Bool = split_one & split_two
    return crossed


def same_codes(*groups: Int) -> list[Int]:
    """A code for every directed segment (m, 4) of several groups; equal codes are equal segments."""
    sizes = np.cumsum([len(group) for group in groups])
    every = np.concatenate(groups)
    keys = np.concatenate([pack(every[:, :2]), pack(every[:, 2:])])
    node = np.unique(keys, return_inverse=True)[1].ravel().astype(np.int64)
    code = node[: len(every)] * np.int64(1 << 31) + node[len(every) :]
    return [code[end - len(group) : end] for end, group in zip(sizes.tolist(), groups, strict=True)]


def undirected(segments: Int) -> Int:
    """The segments (m, 4), each from its lower key to its higher."""
    swap = pack(segments[:, :2]) > pack(segments[:, 2:])
    return np.where(swap[:, None], segments[:, [2, 3, 0, 1]], segments)


def segments_of(steps: Int) -> Int:
    """(n - 1, 4) segments of a line of (n, 2) steps."""
    return np.hstack([steps[:-1], steps[1:]])
