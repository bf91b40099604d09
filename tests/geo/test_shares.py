"""Shares against simulation, against each other and where they can be told by hand: lines, corners, holes, slivers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nine import EPSG, at, nine
from scipy.special import ndtr

from mapsvc.geo.locate import GridIndex
from mapsvc.geo.outlines import Outlines
from mapsvc.geo.shares import REACH, SIGMA, find_shares

SQUARES = [each.polygon for each in nine()]
M_EAST, M_NORTH = 85_900.0, 111_040.0


class Ground:
    """Polygons ready to be asked."""

    def __init__(self, polygons: list[shapely.Geometry], epsg: int = EPSG) -> None:
        self.index = GridIndex.build(polygons)
        self.outlines = Outlines.of(polygons, epsg)
        self.n = len(polygons)

    def table(self, lon: object, lat: object, accuracy_m: object) -> np.ndarray:
        """(points, grids + 1): shares, the outside last."""
        x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        radius = np.broadcast_to(np.asarray(accuracy_m, float), x.shape)
        found = find_shares(self.outlines, *self.outlines.plane.forward(x, y), self.index.locate(x, y), radius)
        assert (found.share > 0).all()
        assert np.bincount(found.point, found.share, len(x)) == pytest.approx(1.0, abs=1e-9)
        table = np.zeros((len(x), self.n + 1))
        table[found.point, found.grid] = found.share
        return table

    def simulate(self, lon: float, lat: float, accuracy_m: float, draws: int) -> np.ndarray:
        x, y = self.outlines.plane.forward(lon, lat)
        error = np.random.default_rng(11).normal(0.0, accuracy_m * SIGMA, (2, draws))
        owner = self.index.locate(*self.outlines.plane.inverse(x + error[0], y + error[1]))
        return np.roll(np.bincount(owner + 1, minlength=self.n + 1), -1) / draws


NINE = Ground(SQUARES)
# A hole with a grid in it, a sliver of 2 m, a grid in two parts, and ground of nobody inside the frame.
ODD = Ground(
    [
        SQUARES[0].difference(SQUARES[0].centroid.buffer(0.002)),
        SQUARES[0].centroid.buffer(0.002),
        shapely.box(*at(1, 0), *at(1.0023, 3)),
        shapely.MultiPolygon([SQUARES[3], SQUARES[5]]),
        shapely.box(*at(1.0023, 1), *at(2, 2)).difference(shapely.Point(at(1.5, 1.5)).buffer(0.001)),
    ]
)


def spots(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points in and around the frame, every fifth on a line, every tenth on a junction; accuracies of 1 m to 3 km."""
    rng = np.random.default_rng(seed)
    across, up = rng.uniform(-0.2, 3.2, (2, n))
    across[::5] = np.round(across[::5])
    up[::10] = np.round(up[::10])
    lon, lat = np.array([at(x, y) for x, y in zip(across, up, strict=True)]).T
    return lon, lat, 10.0 ** rng.uniform(0.0, 3.5, n)


@pytest.mark.parametrize("ground", [NINE, ODD], ids=["nine", "odd"])
def test_shares_are_those_of_a_simulation(ground: Ground) -> None:
    lon, lat, radius = spots(1, 40)
    table = ground.table(lon, lat, radius)
    for row in range(len(lon)):
        drawn = ground.simulate(lon[row], lat[row], radius[row], 60_000)
        assert table[row] == pytest.approx(drawn, abs=0.012)


@pytest.mark.slow
def test_shares_of_200_random_points_are_within_two_hundredths_of_a_million_draws() -> None:
    for ground, seed in ((NINE, 2), (ODD, 3)):
        lon, lat, radius = spots(seed, 100)
        table = ground.table(lon, lat, radius)
        drawn = np.array([ground.simulate(*spot, 1_000_000) for spot in zip(lon, lat, radius, strict=True)])
        assert np.abs(table - drawn).max() < 0.02


def test_beside_a_straight_line_the_share_is_the_normal_distribution() -> None:
    lon, lat = at(2, 1.5)
    for metres in (0.0, 1.0, 5.0, 20.0, -13.0):
        table = NINE.table(lon - metres / M_EAST, lat, 15.0)[0]
        assert table[4] == pytest.approx(ndtr(metres / (15.0 * SIGMA)), abs=2e-3)
        assert table[4] + table[5] == pytest.approx(1.0, abs=1e-9)


def test_on_a_line_it_is_half_and_on_a_junction_a_quarter_each() -> None:
    assert NINE.table(*at(2, 1.5), 10.0)[0, [4, 5]] == pytest.approx([0.5, 0.5], abs=1e-3)
    assert NINE.table(*at(2, 2), 10.0)[0, [4, 5, 7, 8]] == pytest.approx([0.25] * 4, abs=1e-3)
    assert NINE.table(*at(0, 0), 10.0)[0, [0, 9]] == pytest.approx([0.25, 0.75], abs=1e-3)


def test_far_from_every_line_there_is_one_candidate_and_an_error_larger_than_the_plan_lies_mostly_outside() -> None:
    assert NINE.table(*at(1.5, 1.5), 100.0)[0].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert NINE.table(*at(9, 9), 100.0)[0].tolist() == [0] * 9 + [1]
    wide = NINE.table(*at(1.5, 1.5), 50_000.0)[0]
    density = 1 / (2 * np.pi * (50_000.0 * SIGMA) ** 2)
    assert wide[:9] == pytest.approx(density * 0.01 * M_EAST * 0.01 * M_NORTH, rel=0.01)
    assert wide[9] > 0.99


def test_a_grid_in_the_hole_of_another_shares_only_with_it() -> None:
    lon, lat = SQUARES[0].centroid.coords[0]
    table = ODD.table(lon, lat, 170.0)[0]
    inside = 1 - np.exp(-0.5 * (0.002 * M_EAST / (170.0 * SIGMA)) ** 2)
    assert inside < table[1] < 1 - np.exp(-0.5 * (0.002 * M_NORTH / (170.0 * SIGMA)) ** 2)
    assert table[0] > 0.1


def test_a_sliver_has_a_small_share_and_takes_none_from_its_grid_where_it_is_far() -> None:
    lon, lat = at(1.0023 / 2 + 0.5, 1.5)
    table = ODD.table(lon, lat, 30.0)[0]
    assert 0.02 < table[2] < 0.06
    assert ODD.table(*at(1.9, 1.5), 10.0)[0, 2] == 0


def test_overlapping_grids_sum_to_one_too() -> None:
    ground = Ground([SQUARES[0], shapely.box(*at(0.9, 0), *at(2, 1))])
    table = ground.table([at(0.95, 0.5)[0], at(0.9, 0.5)[0]], [at(0.95, 0.5)[1]] * 2, 60.0)
    assert (table[:, :2] > 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shares_sum_to_one_everywhere_and_do_not_jump(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lon, lat, radius = spots(seed, 20)
    for ground in (NINE, ODD):
        here = ground.table(lon, lat, radius)
        step = radius * 1e-4 / M_NORTH
        there = ground.table(lon + step * rng.choice([-1, 1], 20), lat + step * rng.choice([-1, 1], 20), radius)
        assert np.abs(here - there).max() < 1e-3


def test_lines_out_of_reach_change_nothing() -> None:
    lon, lat = at(2, 1.5)
    x = lon - (REACH * 10.0 + 0.5) / M_EAST
    assert NINE.table(x, lat, 10.0)[0, 4] == 1.0
    assert NINE.table(x + 1.0 / M_EAST, lat, 10.0)[0, 4] < 1.0


def test_many_points_at_once_get_what_each_gets_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat, radius = spots(4, 200)
    whole = NINE.table(lon, lat, radius)
    monkeypatch.setattr("mapsvc.geo.shares._MOST_PAIRS", 2000)
    assert NINE.table(lon, lat, radius) == pytest.approx(whole, abs=1e-12)


def test_no_points_and_a_plan_without_ground_have_shares_too() -> None:
    assert NINE.table([], [], 5.0).shape == (0, 10)
    assert Ground([shapely.Polygon()]).table(*at(1, 1), 5.0).tolist() == [[0, 1]]


@pytest.mark.realdata
def test_in_the_beats_of_chicago_shares_sum_to_one_and_agree_with_simulation(shared: Path) -> None:
    features = json.loads((shared / "data/boundaries/chicago_beats_2014.geojson").read_text())["features"]
    ground = Ground([shapely.make_valid(shapely.geometry.shape(one["geometry"])) for one in features], 32616)
    rng = np.random.default_rng(6)
    lon, lat = rng.uniform((-87.85, 41.66), (-87.54, 42.02), (3000, 2)).T
    radius = 10.0 ** rng.uniform(0.0, 3.0, 3000)
    table = ground.table(lon, lat, radius)
    for row in range(12):
        assert table[row] == pytest.approx(ground.simulate(lon[row], lat[row], radius[row], 60_000), abs=0.012)
