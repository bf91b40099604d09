"""z of Gi and Gi*: published values, esda as oracle, and where esda errs."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mapsvc.analysis.gi_star import gi_star_z, lattice_sums, local_g
from mapsvc.errors import BadQuery


def within(x: np.ndarray, y: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    return np.nonzero(np.hypot(x[:, None] - x, y[:, None] - y) <= distance)


@pytest.fixture(scope="module")
def six(shared: Path) -> dict:
    return json.loads((shared / "fixtures/stats/getis_ord_6pt.json").read_text())


@pytest.fixture(scope="module")
def sixteen(shared: Path) -> dict[str, np.ndarray]:
    with (shared / "fixtures/stats/getisord_256_spdep.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict:
    return json.loads((shared / "fixtures/stats/getisord_256_expected.json").read_text())


def test_the_middle_of_a_3x3_grid_has_the_sum_of_all_and_no_z() -> None:
    counts = np.arange(9).reshape(3, 3)
    sums, neighbours = lattice_sums(counts, np.ones((3, 3), dtype=bool))
    assert sums.tolist() == [[8, 15, 12], [21, 36, 27], [20, 33, 24]]
    assert neighbours.tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]
    z = gi_star_z(counts.ravel(), sums.ravel(), neighbours.ravel())
    assert np.isnan(z[4])
    # By hand: mean 4, s^2 = 60 / 9, z = (8 - 16) / sqrt(60 / 9 * (9 * 4 - 16) / 8).
    assert z[0] == pytest.approx(-8 / np.sqrt(60 / 9 * 20 / 8))


def test_rook_neighbourhoods_hold_the_cells_that_share_an_edge() -> None:
    sums, neighbours = lattice_sums(np.arange(9).reshape(3, 3), np.ones((3, 3), dtype=bool), "rook")
    assert sums.tolist() == [[4, 7, 8], [13, 20, 19], [16, 25, 20]]
    assert neighbours.tolist() == [[3, 4, 3], [4, 5, 4], [3, 4, 3]]


def test_cells_outside_the_frame_neither_count_nor_are_neighbours() -> None:
    used = np.ones((3, 3), dtype=bool)
    used[:, 2] = False
    sums, neighbours = lattice_sums(np.full((3, 3), 5), used)
    assert neighbours.tolist() == [[4, 4, 0], [6, 6, 0], [4, 4, 0]]
    assert sums.tolist() == [[20, 20, 0], [30, 30, 0], [20, 20, 0]]


def test_an_unknown_neighbourhood_is_refused_by_name() -> None:
    with pytest.raises(BadQuery, match="bishop"):
        lattice_sums(np.zeros((2, 2)), np.ones((2, 2), dtype=bool), "bishop")


def test_six_points_give_the_published_z(six: dict) -> None:
    points = np.array(six["points"], dtype=float)
    i, j = within(points[:, 0], points[:, 1], six["distance_band"])
    np.testing.assert_allclose(local_g(six["y"], i, j), six["Gi_star_binary_z"], atol=1e-6)
    np.testing.assert_allclose(local_g(six["y"], i, j, star=False), six["Gi_binary_z"], atol=1e-6)


def test_row_standardised_weights_give_the_same_z_and_not_the_one_of_esda(six: dict) -> None:
    points = np.array(six["points"], dtype=float)
    i, j = within(points[:, 0], points[:, 1], six["distance_band"])
    other = i != j
    i, j = i[other], j[other]
    weights = 1.0 / np.bincount(i)[i]
    z = local_g(six["y"], i, j, weights)
    np.testing.assert_allclose(z, six["Gi_star_row_std_z_CORRECT_spdep"], atol=1e-6)
    assert np.abs(z - six["Gi_star_row_std_z_esda_2.9.0_WRONG"]).max() > 0.19


@pytest.mark.parametrize("distance", [30, 60, 90, 120, 150])
def test_getis_ord_gi_at_five_distances_is_the_published_one(
    sixteen: dict[str, np.ndarray], expected: dict, distance: int
) -> None:
    i, j = within(sixteen["x"], sixteen["y"], distance)
    z = local_g(sixteen["val"], i, j, star=False)
    assert z[expected["row_1based"] - 1] == pytest.approx(expected["Gi_z"][str(distance)], abs=1e-6)


def test_gi_star_on_256_cells_equals_spdep(sixteen: dict[str, np.ndarray], expected: dict) -> None:
    i, j = within(sixteen["x"], sixteen["y"], 30)
    z = local_g(sixteen["val"], i, j)
    np.testing.assert_allclose(z, sixteen["gistar_B_d30"], atol=1e-6)
    assert z[expected["row_1based"] - 1] == pytest.approx(expected["Gi_star_z_d30"], abs=1e-5)
    np.testing.assert_allclose(local_g(sixteen["val"], i, j, star=False), sixteen["gi_B_d30"], atol=1e-6)


def test_shifted_sums_equal_the_neighbour_list_on_the_256_cells(sixteen: dict[str, np.ndarray]) -> None:
    order = np.lexsort([sixteen["x"], sixteen["y"]])
    lattice = sixteen["val"][order].reshape(16, 16)
    sums, neighbours = lattice_sums(lattice, np.ones((16, 16), dtype=bool), "rook")
    z = gi_star_z(lattice.ravel(), sums.ravel(), neighbours.ravel())
    # Cells lie 30 apart, so a distance of 30 is the rook neighbourhood.
    np.testing.assert_allclose(z, sixteen["gistar_B_d30"][order], atol=1e-6)


def test_significant_cells_and_bh_counts_are_those_of_spdep(sixteen: dict[str, np.ndarray], expected: dict) -> None:
    from scipy.stats import norm

    from mapsvc.analysis.significance import adjusted

    i, j = within(sixteen["x"], sixteen["y"], 30)
    z = local_g(sixteen["val"], i, j)
    q = adjusted(2 * norm.sf(np.abs(z)))
    counts = {f"|z|>{limit}": int((np.abs(z) > limit).sum()) for limit in (1.645, 1.96, 2.576)}
    counts |= {f"BH<={level}": int((q <= float(level)).sum()) for level in (".10", ".05", ".01")}
    assert counts == expected["counts_two_sided_Gi*_d30"]


def esda_z(values: np.ndarray, i: np.ndarray, j: np.ndarray, transform: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from libpysal.graph import Graph

        graph = Graph.from_arrays(i, j, np.ones(len(i)))
        return np.asarray(G_Local(values, graph, transform=transform, permutations=0, star=True).Zs)


def test_esda_agrees_with_binary_weights_and_is_wrong_with_its_default() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.random((2, 80)) * 10
    values = rng.poisson(3, 80).astype(float)
    i, j = within(x, y, 2.5)
    ours = local_g(values, i, j)
    np.testing.assert_allclose(esda_z(values, i, j, "B"), ours, atol=1e-9)
    # z cannot depend on the scale of a row, yet row-standardising shrinks it in esda 2.9.
    ratio = np.abs(esda_z(values, i, j, "R") / ours)
    assert np.median(ratio) < 0.8


def test_equal_values_have_no_z_even_when_their_mean_is_rounded() -> None:
    values = np.full(40, 0.1)
    sums, neighbours = lattice_sums(values.reshape(5, 8), np.ones((5, 8), dtype=bool))
    assert np.isnan(gi_star_z(values, sums.ravel(), neighbours.ravel())).all()


def test_a_point_without_neighbours_has_no_gi_but_a_gi_star() -> None:
    values, pair = [1.0, 2.0, 9.0, 4.0], ([0, 1], [1, 0])
    assert np.isnan(local_g(values, *pair, star=False)[2:]).all()
    assert np.isfinite(local_g(values, *pair)).all()


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.int64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7), elements=st.integers(0, 50)),
    st.data(),
)
def test_z_is_the_sum_standardised_by_its_exact_permutation_moments(counts: np.ndarray, data: st.DataObject) -> None:
    used = data.draw(hnp.arrays(np.bool_, counts.shape))
    sums, neighbours = lattice_sums(counts, used)
    x, s, k = counts[used].astype(float), sums[used], neighbours[used]
    z = gi_star_z(x, s, k)
    n = len(x)
    for cell in range(n):
        around = k[cell]
        if around == n or x.min() == x.max():
            assert np.isnan(z[cell])
            continue
        # Mean and variance of a sample of k without replacement.
        variance = around * x.var() * (n - around) / (n - 1)
        assert z[cell] == pytest.approx((s[cell] - around * x.mean()) / np.sqrt(variance), abs=1e-9)
