from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.services.view.classes import concentration, equal_groups


def test_ten_different_values_make_five_pairs() -> None:
    breaks, classes = equal_groups(np.arange(10.0))
    assert classes == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert breaks == [0, 2, 4, 6, 8, 9]


@settings(deadline=None)
@given(st.lists(st.one_of(st.integers(0, 6).map(float), st.just(float("nan"))), max_size=40))
def test_equal_values_share_a_class_and_lie_between_its_breaks(values: list[float]) -> None:
    breaks, classes = equal_groups(np.array(values))
    assert len(breaks) == 6
    assert breaks == sorted(breaks)
    seen: dict[float, int] = {}
    for value, number in zip(values, classes, strict=True):
        if value != value:
            assert number == -1
            continue
        assert seen.setdefault(value, number) == number
        assert breaks[number] <= value <= breaks[number + 1] or breaks[number] <= value == breaks[number]
        if value < breaks[5]:
            assert value < breaks[number + 1]


def test_all_grids_equal_means_one_class() -> None:
    assert equal_groups(np.zeros(4))[1] == [0, 0, 0, 0]


def test_no_grids_have_no_classes() -> None:
    assert equal_groups(np.array([])) == ([0.0] * 6, [])


def test_half_of_all_lies_in_the_fewest_grids_that_hold_half() -> None:
    assert concentration(np.array([1, 50, 30, 19])) == {"half_in": 1, "tenth_in": 1}
    assert concentration(np.array([25, 25, 25, 25])) == {"half_in": 2, "tenth_in": 1}
    assert concentration(np.array([0, 0])) == {"half_in": 0, "tenth_in": 0}
    assert concentration(np.array([], np.int64)) == {"half_in": 0, "tenth_in": 0}
