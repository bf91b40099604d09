"""Counts with an interval: exact for few points, normal for many, and what is certain has none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.uncertain_counts import count_intervals


def of(certain: list[int], pairs: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    point, grid, share = np.array(pairs).reshape(-1, 3).T
    low, high = count_intervals(np.array(certain), point.astype(int), grid.astype(np.int32), share)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def test_grids_whose_points_are_all_certain_have_one_number() -> None:
    assert of([97, 0], []) == [(97, 97), (0, 0)]
    assert of([5], [(0, 0, 1.0), (1, -1, 1.0)]) == [(6, 6)]


def test_one_point_between_two_grids_may_be_in_either_and_a_doubt_below_a_fortieth_is_none() -> None:
    assert of([96, 11], [(0, 0, 0.7), (0, 1, 0.3)]) == [(96, 97), (11, 12)]
    assert of([96, 11], [(0, 0, 0.98), (0, 1, 0.02)]) == [(97, 97), (11, 11)]
    assert of([3], [(0, 0, 0.6), (0, -1, 0.4)]) == [(3, 4)]


@pytest.mark.parametrize("n", [4, 40, 41, 300])
def test_the_interval_holds_what_drawing_them_gives(n: int) -> None:
    rng = np.random.default_rng(n)
    share = rng.uniform(0.1, 0.9, n)
    (low, high), (other_low, other_high) = of(
        [10, 20], [(i, 0, p) for i, p in enumerate(share)] + [(i, 1, 1 - p) for i, p in enumerate(share)]
    )
    drawn = 10 + (rng.random((40_000, n)) < share).sum(axis=1)
    assert np.mean((drawn >= low) & (drawn <= high)) >= 0.949
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=1)
    # What one has, the other has not.
    assert (low - 10 + other_high - 20, high - 10 + other_low - 20) == pytest.approx((n, n), abs=1)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-1, 4), st.floats(0, 1)), max_size=120))
def test_the_interval_lies_between_none_and_all_of_the_doubtful_points(pairs: list[tuple[int, float]]) -> None:
    told = of([7] * 5, [(i, grid, share) for i, (grid, share) in enumerate(pairs)])
    for grid, (low, high) in enumerate(told):
        assert 7 <= low <= high <= 7 + sum(one == grid and share > 0 for one, share in pairs)
