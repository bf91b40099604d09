"""The exact predicates against fractions of whole numbers, up to the far corners of the lattice."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.geo.partition.exact import LIMIT, cross_properly, meets_pixel, pack, pack_one, turn, twice_swept

NEAR = st.integers(-6, 6)
FAR = st.integers(-LIMIT, LIMIT)
POINT = st.one_of(st.tuples(NEAR, NEAR), st.tuples(FAR, FAR))
Point = tuple[int, int]


def row(*points: Point) -> np.ndarray:
    return np.array([[value for point in points for value in point]], dtype=np.int64)


def side(a: Point, b: Point, c: Point) -> int:
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def clipped(a: Point, b: Point, p: Point) -> bool:
    """Whether a segment meets the closed unit square about p, by clipping its parameter (Liang and Barsky 1984)."""
    low, high = Fraction(0), Fraction(1)
    half = Fraction(1, 2)
    for axis in (0, 1):
        step = b[axis] - a[axis]
        start, end = p[axis] - half - a[axis], p[axis] + half - a[axis]
        if step == 0:
            if not start <= 0 <= end:
                return False
            continue
        first, second = sorted((start / step, end / step))
        low, high = max(low, first), min(high, second)
    return low <= high


@settings(deadline=None)
@given(POINT, POINT, POINT)
def test_a_segment_meets_the_pixel_of_a_point_exactly_where_clipping_says_so(a: Point, b: Point, p: Point) -> None:
    assert bool(meets_pixel(row(a, b), row(p))[0]) is clipped(a, b, p)


@settings(deadline=None)
@given(POINT, POINT, st.integers(1, 999), st.tuples(st.integers(-1, 1), st.integers(-1, 1)))
def test_points_beside_a_long_segment_are_told_apart(a: Point, b: Point, share: int, off: Point) -> None:
    p = tuple(a[k] + round(Fraction((b[k] - a[k]) * share, 1000)) + off[k] for k in (0, 1))
    assert bool(meets_pixel(row(a, b), row((p[0], p[1])))[0]) is clipped(a, b, (p[0], p[1]))


@settings(deadline=None)
@given(POINT, POINT, POINT, POINT)
def test_segments_cross_where_each_parts_the_ends_of_the_other(a: Point, b: Point, c: Point, d: Point) -> None:
    expected = side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
    assert bool(cross_properly(row(a, b), row(c, d))[0]) is expected
    assert int(np.sign(turn(*row(a, b, c)[0]))) == side(a, b, c)


@settings(deadline=None)
@given(st.lists(POINT, min_size=3, max_size=12))
def test_the_area_of_a_ring_is_exact_however_far_it_lies(points: list[Point]) -> None:
    ring = [*points, points[0]]
    expected = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
    assert (twice_swept(np.array(ring, dtype=np.int64)) - expected) % (1 << 64) == 0


@settings(deadline=None)
@given(POINT, POINT)
def test_two_points_have_one_key_only_if_they_are_one(a: Point, b: Point) -> None:
    assert (pack_one(*a) == pack_one(*b)) is (a == b)
    assert int(pack(row(a))[0]) == pack_one(*a)
