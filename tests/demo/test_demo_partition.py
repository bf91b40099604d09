"""The invented grids: an exact partition on the lattice, drawn along streets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import shapely
from shapely import STRtree

from mapsvc.geo.topology import check_partition
from mapsvc.model.grid import GridKind
from mapsvc.model.stocks import Stocks


def test_grids_cover_the_frame_exactly_and_share_every_vertex(demo: Stocks) -> None:
    polygons = [grid.polygon for grid in demo.plan.grids]
    assert shapely.coverage_is_valid(polygons)
    assert shapely.coverage_union_all(polygons).normalize() == demo.plan.frame.normalize()
    for one, other in combinations(polygons, 2):
        # Both interiors are apart, and what they share is made of vertices that both hold bit for bit.
        assert not shapely.relate_pattern(one, other, "T********")
        shared = shapely.intersection(one.boundary, other.boundary)
        both = {tuple(xy) for xy in shapely.get_coordinates(one)} & {tuple(xy) for xy in shapely.get_coordinates(other)}
        assert {tuple(xy) for xy in shapely.get_coordinates(shared)} <= both


def test_the_topology_checks_find_nothing(demo: Stocks) -> None:
    assert check_partition(demo.plan.grids, demo.plan.frame, demo.plan.working_epsg) == ()


def test_coordinates_are_whole_1e_8_degrees(demo: Stocks) -> None:
    degrees = shapely.get_coordinates([demo.plan.frame, *[grid.polygon for grid in demo.plan.grids]])
    assert np.array_equal(degrees, np.rint(degrees * 1e8) / 1e8)


def test_grid_lines_are_curved_and_no_grid_is_a_rectangle(demo: Stocks) -> None:
    for grid in demo.plan.grids:
        assert shapely.get_num_coordinates(grid.polygon) > 60
        assert grid.polygon.area / grid.polygon.minimum_rotated_rectangle.area < 0.93


def test_codes_run_from_001_to_007_and_only_the_market_is_special(demo: Stocks) -> None:
    assert list(demo.plan.codes) == [f"990101001001{number:03d}" for number in range(1, 8)]
    assert [grid.kind for grid in demo.plan.grids] == [GridKind.GENERAL] * 6 + [GridKind.SPECIAL]


def test_the_community_is_about_a_mile_across_and_areas_add_up(demo: Stocks) -> None:
    areas = [grid.area_m2 for grid in demo.plan.grids]
    assert 1.2e6 < sum(areas) < 1.7e6
    assert all(0.1e6 < area < 0.35e6 for area in areas)


def test_no_building_compound_school_or_park_crosses_a_grid_line(demo: Stocks) -> None:
    shapes = [site.geometry for site in demo.sites if site.kind not in ("street", "water")]
    assert all(shape.is_valid and not shape.is_empty for shape in shapes)
    tree = STRtree(shapes)
    within = np.zeros(len(shapes), dtype=int)
    for grid in demo.plan.grids:
        within[tree.query(grid.polygon, predicate="contains_properly")] += 1
    assert (within == 1).all()


def test_no_two_buildings_overlap(demo: Stocks) -> None:
    shapes = [site.geometry for site in demo.sites if site.kind == "building"]
    left, right = STRtree(shapes).query(shapes, predicate="overlaps")
    assert len(left) == 0
    assert len(right) == 0
