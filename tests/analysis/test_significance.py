"""q, kind and level; and how often chance alone shows a hot cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.gi_star import lattice_sums
from mapsvc.analysis.significance import Judged, adjusted, check_settings, judge
from mapsvc.errors import BadQuery


def judge_lattice(counts: np.ndarray, alpha: float = 0.05) -> Judged:
    sums, neighbours = lattice_sums(counts, np.ones(counts.shape, dtype=bool))
    return judge(counts.ravel().astype(float), sums.ravel(), neighbours.ravel(), alpha=alpha, draws=9999, seed=1)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_q_is_that_of_scipy(p: list[float]) -> None:
    from scipy.stats import false_discovery_control

    np.testing.assert_allclose(adjusted(np.array(p)), false_discovery_control(p), atol=1e-14)


def share_with_a_find(mean: float, side: int, runs: int, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    hot = any_ = 0
    for _ in range(runs):
        found = judge_lattice(rng.poisson(mean, (side, side))).side
        hot += bool((found > 0).any())
        any_ += bool((found != 0).any())
    return hot / runs, any_ / runs


@pytest.mark.parametrize("mean", [0.02, 0.1, 0.5, 2.0])
def test_poisson_noise_shows_a_hot_cell_in_at_most_one_run_in_ten(mean: float) -> None:
    hot, _ = share_with_a_find(mean, 50, 100, seed=11)
    assert hot <= 0.10


@pytest.mark.slow
@pytest.mark.parametrize("side", [50, 75, 100])
@pytest.mark.parametrize("mean", [0.02, 0.1, 0.5, 2.0])
def test_poisson_noise_shows_anything_in_at_most_one_run_in_twenty(mean: float, side: int) -> None:
    hot, any_ = share_with_a_find(mean, side, 400, seed=side)
    assert hot <= 0.05
    # 400 runs at a true 5 % give more than 7.5 % about once in a hundred times.
    assert any_ <= 0.075


@pytest.mark.parametrize("mean", [0.5, 2.0])
def test_a_planted_block_at_five_times_the_rate_is_found_and_little_else(mean: float) -> None:
    rng = np.random.default_rng(4)
    rate = np.full((60, 60), mean)
    rate[20:25, 30:35] *= 5
    near = np.zeros((60, 60), dtype=bool)
    near[19:26, 29:36] = True
    found = judge_lattice(rng.poisson(rate)).side.reshape(60, 60) > 0
    assert found[21:24, 31:34].all()
    assert found[~near].sum() <= 2


def test_an_emptied_block_is_cold() -> None:
    rate = np.full((40, 40), 6.0)
    rate[10:16, 10:16] = 0.3
    judged = judge_lattice(np.random.default_rng(1).poisson(rate))
    side = judged.side.reshape(40, 40)
    assert (side[11:15, 11:15] == -1).all()
    assert not (side > 0).any()
    assert judged.columns()["kind"].reshape(40, 40)[12, 12] == "cold"


def test_one_crowded_address_is_not_a_hot_spot() -> None:
    # Any arrangement has one such cell, so nine neighbourhoods in 2,500 hold it by chance.
    counts = np.random.default_rng(2).poisson(0.5, (50, 50))
    counts[25, 25] = 400
    assert not judge_lattice(counts).side.any()


def test_levels_follow_q_and_alpha() -> None:
    rng = np.random.default_rng(3)
    rate = np.full((40, 40), 2.0)
    rate[5:12, 5:12] = 8.0
    counts = rng.poisson(rate)
    for alpha in (0.05, 0.2):
        judged = judge_lattice(counts, alpha)
        hot = judged.side > 0
        assert set(judged.level[hot]) == {1, 2, 3}
        assert np.all(judged.level[hot & (judged.q < alpha / 50)] == 3)
        assert np.all(judged.level[hot & (judged.q >= alpha / 5)] == 1)
        assert np.all(judged.level[judged.side == 0] == 0)
        assert np.all(judged.q[judged.side != 0] < alpha)


def test_hot_cells_have_positive_z_and_cold_cells_negative() -> None:
    counts = np.random.default_rng(9).negative_binomial(0.4, 0.05, (40, 40))
    counts[5:9, 5:9] += 40
    judged = judge_lattice(counts)
    assert (judged.z[judged.side > 0] > 0).all()
    assert (judged.side > 0).any()
    assert (judged.z[judged.side < 0] < 0).all()


@pytest.mark.parametrize(
    ("given_settings", "field"),
    [
        ({"alpha": 0.0, "draws": 999}, "alpha"),
        ({"alpha": float("nan"), "draws": 999}, "alpha"),
        ({"alpha": 0.05, "draws": 10}, "draws"),
        ({"alpha": 0.05, "draws": 999, "seed": -1}, "seed"),
        ({"alpha": 0.05, "draws": 999, "cell_m": 1e-300}, "cell_m"),
        ({"alpha": 0.05, "draws": 999, "cell_m": 1e300}, "cell_m"),
        ({"alpha": 0.05, "draws": 999, "neighbours": "x"}, "neighbours"),
        ({"alpha": 0.05, "draws": 999, "cell_m": -1.0}, "cell_m"),
        ({"alpha": 0.05, "draws": 999, "cell_m": float("nan")}, "cell_m"),
    ],
)
def test_settings_out_of_range_are_refused_with_their_field(given_settings: dict, field: str) -> None:
    with pytest.raises(BadQuery) as caught:
        check_settings(**({"seed": 1} | given_settings))
    assert caught.value.field == field
