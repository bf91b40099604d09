"""Certainty of located points, and the nearest other grids."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nine import EPSG, at, nine, polygon

from mapsvc.geo.certainty import CERTAIN_SHARE, grade, judge, near
from mapsvc.geo.crs import projector
from mapsvc.geo.locate import GridIndex
from mapsvc.geo.outlines import Outlines
from mapsvc.geo.shares import find_shares
from mapsvc.model.incident import CERTAINTIES, CERTAINTY_CODE, Certainty

POLYGONS = [each.polygon for each in nine()]
CODES = [each.code for each in nine()]
M_EAST, M_NORTH = 85_900.0, 111_040.0
"""Metres of a degree of longitude and latitude at 39.6 N."""


def graded(places: list[tuple[float, float]], accuracy_m: object, grid: int = 4) -> list[Certainty]:
    lon, lat = np.array(places, dtype=float).T
    codes = grade(POLYGONS, EPSG, lon, lat, np.full(len(lon), grid, dtype=np.int32), accuracy_m)
    return [CERTAINTIES[code] for code in codes]


def test_a_point_is_certain_in_the_middle_and_boundary_where_a_tenth_of_its_error_lies_over_the_line() -> None:
    lon, lat = at(2, 1.5)
    # A straight line takes a tenth at 0.849 accuracies: 17 m of 20 m, 25.5 m of 30 m.
    points = [at(1.5, 1.5), (lon - 16.8 / M_EAST, lat), (lon - 17.2 / M_EAST, lat), (lon + 17.2 / M_EAST, lat)]
    C, B = Certainty.CERTAIN, Certainty.BOUNDARY
    assert graded(points[:3], 20.0) == [C, B, C]
    assert graded(points[3:], 20.0, grid=5) == [C]
    assert graded(points[:3], np.array([20.0, 5.0, 30.0])) == [C, C, B]
    assert graded(points[:3], np.nan) == [C, C, C]


def test_near_a_corner_lines_that_take_little_each_make_a_boundary_together() -> None:
    lon, lat = at(2, 2)
    assert graded([(lon - 19 / M_EAST, lat - 0.003)], 20.0) == [Certainty.CERTAIN]
    assert graded([(lon - 19 / M_EAST, lat - 19 / M_NORTH)], 20.0) == [Certainty.BOUNDARY]


def test_without_accuracy_only_a_point_exactly_on_a_line_or_vertex_is_boundary() -> None:
    lon, lat = at(2, 1.5)
    points = [at(2, 1.5), at(2, 2), (lon - 1e-9, lat), (np.nextafter(lon, 0), lat), at(1.5, 1.5)]
    B, C = Certainty.BOUNDARY, Certainty.CERTAIN
    for nothing in (None, 0.0, np.nan, -5.0):
        assert graded(points, nothing) == [B, B, C, C, C]


def test_the_frame_is_a_line_too() -> None:
    lon, lat = at(0, 1.5)
    assert graded([(lon + 5 / M_EAST, lat)], 10.0, grid=3) == [Certainty.BOUNDARY]


def test_points_in_no_grid_are_outside_and_points_without_place_unlocated() -> None:
    assert graded([at(5, 5), at(3.0001, 1)], 1000.0, grid=-1) == [Certainty.OUTSIDE] * 2
    assert graded([(np.nan, 39.6), (98.4, np.inf)], 10.0, grid=-1) == [Certainty.UNLOCATED] * 2
    assert len(grade(POLYGONS, EPSG, [], [], np.empty(0, dtype=np.int32), None)) == 0


def test_a_long_edge_is_measured_where_it_runs_in_lonlat() -> None:
    """A 17 km edge along a parallel bends 1.2 m to the north of its chord in the projection."""
    wide = shapely.box(98.4, 39.6, 98.6, 39.7)
    codes = grade([wide], EPSG, [98.5], [39.7 - 1.0 / M_NORTH], np.array([0], dtype=np.int32), 1.0 / 0.82)
    assert CERTAINTIES[codes[0]] is Certainty.BOUNDARY
    codes = grade([wide], EPSG, [98.5], [39.7 - 1.0 / M_NORTH], np.array([0], dtype=np.int32), 1.0 / 0.88)
    assert CERTAINTIES[codes[0]] is Certainty.CERTAIN


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 10.0, 200.0, 2000.0]))
def test_the_quick_way_gives_what_the_shares_of_every_point_give(seed: int, accuracy_m: float) -> None:
    lon, lat = np.random.default_rng(seed).uniform(at(0, 0), at(3, 3), (2100, 2)).T
    owner = GridIndex.build(POLYGONS).locate(lon, lat)
    outlines = Outlines.of(POLYGONS, EPSG)
    shares = find_shares(outlines, *outlines.plane.forward(lon, lat), owner, np.full(len(lon), accuracy_m))
    own = shares.of_grid(owner)
    judged = judge(outlines, lon, lat, owner, accuracy_m)
    assert ((judged.codes == CERTAINTY_CODE[Certainty.BOUNDARY]) == (own < CERTAIN_SHARE)).all()
    doubtful = np.flatnonzero(own < CERTAIN_SHARE)
    assert judged.rows.tolist() == doubtful.tolist()
    assert judged.own[doubtful] == pytest.approx(own[doubtful])
    assert (judged.own[own >= CERTAIN_SHARE] == 1).all()
    assert np.bincount(judged.shares.point, judged.shares.share) == pytest.approx(1.0, abs=1e-9)


def test_the_nearest_other_grids_come_with_distance_and_bearing() -> None:
    lon, lat = at(1.45, 1.6)
    found = near(POLYGONS, CODES, EPSG, lon, lat, k=3)
    assert [CODES[index] for index, _, _ in found] == ["21", "32", "23"]
    assert found[0][1] == pytest.approx(0.0045 * M_EAST, rel=2e-3)
    assert [bearing for _, _, bearing in found] == pytest.approx([270, 0, 90], abs=0.5)


def test_outside_the_frame_the_own_side_is_the_nearest_and_overlapped_grids_are_at_zero() -> None:
    lon, lat = at(3.1, 1.5)
    assert CODES[near(POLYGONS, CODES, EPSG, lon, lat, k=1)[0][0]] == "23"
    doubled = [*POLYGONS, polygon((1, 1), (2, 1), (2, 2), (1, 2))]
    assert near(doubled, [*CODES, "99"], EPSG, *at(1.5, 1.5), k=1) == [(9, 0.0, 0.0)]
    assert near(POLYGONS, CODES, EPSG, np.nan, 39.6) == []
    assert near([], [], EPSG, 98.4, 39.6) == []


@pytest.mark.realdata
def test_the_nearest_beats_equal_those_found_by_measuring_all(shared: Path) -> None:
    features = json.loads((shared / "data/boundaries/chicago_beats_2014.geojson").read_text())["features"]
    beats = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    codes = [f"{number:03d}" for number in range(len(beats))]
    plane = projector(32616)
    metres = plane.geometry(beats)
    for lon, lat in np.random.default_rng(2).uniform([-87.9, 41.65], [-87.53, 42.02], (25, 2)).tolist():
        distance = shapely.distance(metres, shapely.points(*plane.forward(lon, lat)))
        own = np.flatnonzero(shapely.covers(beats, shapely.points(lon, lat)))
        distance[own[:1]] = np.inf
        found = near(beats, codes, 32616, lon, lat, k=4)
        assert [d for _, d, _ in found] == pytest.approx(np.sort(distance)[:4], abs=0.05)
