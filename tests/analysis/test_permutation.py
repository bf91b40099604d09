"""The null distribution of a neighbourhood sum: exact against listing every choice, draws against exact."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis import permutation
from mapsvc.analysis.permutation import SumNull, drawn_nulls, exact_nulls, pooled_nulls, ways


def every_sum(counts: list[int], k: int) -> np.ndarray:
    return np.array([sum(choice) for choice in combinations(counts, k)])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=3, max_size=11), st.data())
def test_the_exact_table_equals_listing_every_choice_of_cells(counts: list[int], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, min(len(counts), 5)))
    null = exact_nulls(np.array(counts), np.array([k]))[k]
    sums = every_sum(counts, k)
    seen = np.arange(-1, sum(counts) + 2)
    p_hot, p_cold, p = null.tails(seen)
    np.testing.assert_allclose(p_hot, [(sums >= s).mean() for s in seen], atol=1e-12)
    np.testing.assert_allclose(p_cold, [(sums <= s).mean() for s in seen], atol=1e-12)
    smaller = np.minimum([(sums >= s).mean() for s in sums], [(sums <= s).mean() for s in sums])
    for s, two_sided in zip(seen, p, strict=True):
        own = min((sums >= s).mean(), (sums <= s).mean())
        assert two_sided == pytest.approx((smaller <= own + 1e-12).mean(), abs=1e-12)


def test_two_ones_among_four_cells_by_hand() -> None:
    # Choosing 2 of the cells 0 0 1 1: one way to 0, four to 1, one to 2.
    null = exact_nulls(np.array([0, 0, 1, 1]), np.array([2]))[2]
    assert null.support.tolist() == [0, 1, 2]
    np.testing.assert_allclose(null.prob, [1 / 6, 4 / 6, 1 / 6])
    p_hot, p_cold, p = null.tails([0, 1, 2])
    np.testing.assert_allclose(p_hot, [1, 5 / 6, 1 / 6])
    np.testing.assert_allclose(p_cold, [1 / 6, 5 / 6, 1])
    np.testing.assert_allclose(p, [2 / 6, 1, 2 / 6])


def test_rare_counts_pay_nothing_for_a_cold_side_they_cannot_have() -> None:
    counts = np.zeros(1000, dtype=int)
    counts[:5] = 1
    null = exact_nulls(counts, np.array([9]))[9]
    p_hot, _, p = null.tails([2.0])
    assert p[0] == p_hot[0] < 0.001


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=40), st.integers(1, 4))
def test_a_two_sided_p_is_below_any_level_at_most_that_often(counts: list[int], k: int) -> None:
    null = exact_nulls(np.array(counts), np.array([k]))[k]
    _, _, p = null.tails(null.support)
    for level in (0.01, 0.05, 0.2, 0.5):
        assert null.prob[p <= level].sum() <= level * (1 + 1e-9)


def test_the_table_counts_every_choice_once() -> None:
    counts = np.random.default_rng(5).negative_binomial(0.3, 0.02, 3000)
    values, cells = np.unique(counts, return_counts=True)
    table = ways(values, cells, 9, int(np.sort(counts)[-9:].sum()))
    for k in range(10):
        assert table[k].sum() == pytest.approx(comb(3000, k), rel=1e-12)


def test_draws_agree_with_the_exact_table_within_their_error() -> None:
    counts = np.random.default_rng(2).negative_binomial(0.5, 0.1, 400)
    ks = np.array([1, 4, 9])
    exact, drawn = exact_nulls(counts, ks), drawn_nulls(counts.astype(float), ks, draws=50_000, seed=4)
    for k in (1, 4, 9):
        sums = np.linspace(0, exact[k].support.max(), 40).round()
        one_sided = list(zip(exact[k].tails(sums)[:2], drawn[k].tails(sums)[:2], strict=True))
        for ours, theirs in one_sided:
            error = np.sqrt(ours * (1 - ours) / 50_000)
            assert np.all(np.abs(ours - theirs) <= 5 * error + 1.0 / 50_000)
        # The two-sided p jumps where a sum of the other side joins in, so only its bounds can be compared.
        smaller = np.minimum(one_sided[0][1], one_sided[1][1])
        p = drawn[k].tails(sums)[2]
        assert np.all((smaller - 1e-12 <= p) & (p <= 2 * smaller + 1e-12))


def test_draws_take_no_cell_twice_and_every_cell_equally_often() -> None:
    picks = permutation._distinct_picks(np.random.default_rng(1), 10, 9, 20_000)
    assert all(len(set(row)) == 9 for row in picks[:2000].tolist())
    for column in picks.T:
        times = np.bincount(column, minlength=10)
        assert np.all(np.abs(times - 2000) < 5 * np.sqrt(2000 * 0.9))


def test_drawn_p_counts_the_observed_map_and_is_never_zero() -> None:
    null = drawn_nulls(np.array([0.5, 1.5, 2.5, 3.5]), np.array([2]), draws=999, seed=1)[2]
    p_hot, p_cold, p = null.tails([1000.0])
    assert p_hot[0] == 1 / 1000
    assert p_cold[0] == 1.0
    assert p[0] == 1 / 1000


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    values, ks = np.arange(50) + 0.5, np.array([3])
    one, two, three = (drawn_nulls(values, ks, draws=2000, seed=seed)[3].prob for seed in (7, 7, 8))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, three)


def test_values_that_are_no_whole_numbers_are_drawn_and_counts_are_exact() -> None:
    ks = np.array([2])
    assert pooled_nulls(np.array([0.5, 1, 2, 3]), ks, draws=999, seed=1)[2].draws == 999
    assert pooled_nulls(np.array([0.0, 1, 2, 3]), ks, draws=999, seed=1)[2].draws == 0


def test_a_table_too_large_for_memory_is_drawn_instead() -> None:
    huge = np.zeros(40)
    huge[:3] = 5e6
    assert pooled_nulls(huge, np.array([9]), draws=999, seed=1)[9].draws == 999


def test_sums_that_differ_by_rounding_only_are_ties() -> None:
    null = SumNull(np.array([0.1 + 0.2, 1.0]), np.array([0.5, 0.5]))
    p_hot, p_cold, _ = null.tails([0.3])
    assert (p_hot[0], p_cold[0]) == (1.0, 0.5)
