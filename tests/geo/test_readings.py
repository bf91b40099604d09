"""A point or a batch in another datum than it says is named, by frame or addresses; sound ones are let be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.geo.datum import from_wgs84, to_wgs84
from mapsvc.geo.readings import find_by_address, find_by_frame

BOX = (98.485, 39.725, 98.495, 39.735)


def in_the_community(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return (lon > BOX[0]) & (lon < BOX[2]) & (lat > BOX[1]) & (lat < BOX[3])


def anywhere(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(BOX[:2], BOX[2:], (n, 2)).T


@pytest.mark.parametrize("declared", ["wgs84", "cgcs2000", "gcj02", "bd09"])
@pytest.mark.parametrize("true", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("n", [1, 500])
def test_addresses_tell_the_datum_that_a_point_or_a_batch_is_really_in(declared: str, true: str, n: int) -> None:
    lon, lat = anywhere(5, n)
    x, y = from_wgs84(lon, lat, true)
    noise = np.random.default_rng(1).normal(0, 5e-5, (2, n))
    found = find_by_address(x, y, declared, lon + noise[0], lat + noise[1], np.full(n, 10.0))
    if true == ("wgs84" if declared == "cgcs2000" else declared):
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.sign) == (true, "address")
    assert found.then < 20 < 90 < found.now
    assert found.now == pytest.approx(found.shift_m, rel=0.1)


@pytest.mark.parametrize(("true", "low", "high"), [("gcj02", 100, 115), ("bd09", 960, 1000)])
def test_the_shift_near_the_example_is_that_of_the_reference(true: str, low: float, high: float) -> None:
    lon, lat = anywhere(5, 200)
    found = find_by_address(*from_wgs84(lon, lat, true), "wgs84", lon, lat, np.full(200, 10.0))
    assert found is not None
    assert low < found.shift_m < high


@pytest.mark.parametrize("declared", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("true", ["wgs84", "gcj02", "bd09", "swapped"])
def test_the_frame_tells_the_datum_of_a_batch_and_swapped_axes(declared: str, true: str) -> None:
    lon, lat = anywhere(7, 500)
    x, y = from_wgs84(lon, lat, declared if true == "swapped" else true)
    if true == "swapped":
        x, y = y, x
    found = find_by_frame(x, y, declared, in_the_community)
    if true == declared:
        assert found is None
    else:
        assert found is not None
        assert found.kind == true
        assert found.then > 0.99


def test_one_point_over_the_frame_that_another_datum_brings_back_is_told() -> None:
    lon, lat = 98.4928, 39.7268
    x, y = from_wgs84(lon, lat, "bd09")
    found = find_by_frame(x[None], y[None], "wgs84", in_the_community)
    assert found is not None
    assert (found.kind, found.now, found.then) == ("bd09", 0.0, 1.0)
    assert "BD-09" in found.words


def test_projected_numbers_given_north_first_are_told() -> None:
    from mapsvc.geo.crs import projector

    east, north = projector(4542).forward(*anywhere(3, 50))
    assert find_by_frame(east, north, "EPSG:4542", in_the_community) is None
    found = find_by_frame(north, east, "EPSG:4542", in_the_community)
    assert found is not None
    assert found.kind == "swapped"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["wgs84", "gcj02", "bd09"]))
def test_sound_batches_with_strays_and_points_of_another_city_are_let_be(seed: int, datum: str) -> None:
    lon, lat = anywhere(seed, 300)
    x, y = from_wgs84(lon, lat, datum)
    x[:6] += 3.0
    assert find_by_frame(x, y, datum, in_the_community) is None
    assert find_by_frame(x + 5, y - 3, datum, in_the_community) is None
    assert find_by_address(x, y, datum, lon + 2e-4, lat, np.full(300, 10.0)) is None
    assert find_by_address(x, y, datum, lon * np.nan, lat, np.full(300, 10.0)) is None
    assert find_by_address(x, y, datum, lon + 0.02, lat + 0.03, np.full(300, 10.0)) is None


def test_nothing_finite_and_nothing_at_all_are_let_be() -> None:
    nothing = np.zeros(0)
    assert find_by_frame(nothing, nothing, "wgs84", in_the_community) is None
    lon, lat = to_wgs84([np.nan, 98.49], [39.73, 39.73], "gcj02")
    assert find_by_frame(lon[1:], lat[1:], "wgs84", in_the_community) is None
