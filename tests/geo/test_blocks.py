"""Blocks: they tile the plan, never straddle a grid line, follow streets, and carry exact loads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.geo.measure import area_m2
from mapsvc.geo.propose import Blocks, building_cells, make_blocks, weigh_blocks
from tests.geo.nine import EPSG, SIDE, SOUTH, WEST, at, nine, polygon
from tests.square import square_plan

GEODATA = Path(__file__).resolve().parents[2] / "geodata"


def squares() -> list[shapely.Polygon]:
    return [grid.polygon for grid in nine()]


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(x, y) for x, y in places])


def assert_tiles(blocks: Blocks, grids: list[shapely.Polygon]) -> None:
    """Independent of how they were made: no overlap, no gap, each in its grid, all corners of the plan kept."""
    assert shapely.coverage_is_valid(blocks.polygons)
    assert {shape.geom_type for shape in blocks.polygons} == {"Polygon"}
    for index, grid in enumerate(grids):
        mine = blocks.polygons[blocks.grid == index]
        # A line bends by at most one step of 1e-8 degree where a street meets it.
        room = grid.length * 2e-8
        assert abs(shapely.area(mine).sum() - grid.area) < room
        assert shapely.area(shapely.difference(mine, grid)).sum() < room
        corners = {tuple(xy) for xy in shapely.get_coordinates(mine).tolist()}
        assert {tuple(xy) for xy in shapely.get_coordinates(grid).tolist()} <= corners


def test_a_plan_without_streets_is_cut_by_a_mesh() -> None:
    blocks = make_blocks(squares(), EPSG)
    assert_tiles(blocks, squares())
    assert (np.bincount(blocks.grid) > 40).all()
    assert blocks.area_m2.sum() == pytest.approx(area_m2(squares(), EPSG).sum(), rel=1e-7)


def test_one_street_cuts_one_square_in_two_blocks() -> None:
    grids = squares()[:1]
    blocks = make_blocks(grids, EPSG, [line((0.5, -0.2), (0.5, 1.2))], mesh_m=5_000)
    assert_tiles(blocks, grids)
    assert len(blocks) == 2
    assert blocks.pairs.tolist() == [[0, 1]]
    # The common line is as long as the square is high, 0.01 degrees of latitude.
    assert blocks.border_m[0] == pytest.approx(1_110.2, abs=0.5)
    assert blocks.perimeter_m[0] == pytest.approx(2 * 1_110.2 + 858.0, abs=3.0)
    assert not blocks.hard.any()


def test_a_dead_end_cuts_nothing() -> None:
    blocks = make_blocks(squares(), EPSG, [line((0.5, 0.5), (0.5, 1.7))], mesh_m=5_000)
    assert len(blocks) == 9


def test_streets_that_cross_many_grids_still_leave_every_block_in_one_grid() -> None:
    streets = [line((-0.3, 0.31), (3.3, 2.77)), line((0.1, 3.3), (2.9, -0.4)), line((-0.1, 1.0), (3.1, 1.0))]
    blocks = make_blocks(squares(), EPSG, streets, mesh_m=5_000)
    assert_tiles(blocks, squares())
    assert len(blocks) > 12


def test_a_wall_makes_the_pairs_across_it_hard() -> None:
    river = polygon((1.4, -0.1), (1.6, -0.1), (1.6, 3.1), (1.4, 3.1))
    blocks = make_blocks(squares(), EPSG, walls=[river], mesh_m=5_000)
    assert_tiles(blocks, squares())
    centres = shapely.get_coordinates(shapely.centroid(blocks.polygons))
    inside = shapely.contains_xy(river, centres[:, 0], centres[:, 1])
    assert inside.sum() == 3
    one, two = blocks.pairs.T
    assert (blocks.hard == (inside[one] != inside[two])).all()


def test_a_sliver_joins_a_neighbour_of_its_own_grid() -> None:
    # Two streets half a metre apart, then one half a metre beside the line of two grids.
    streets = [line((0.5, -1), (0.5, 4)), line((0.500001, -1), (0.500001, 4)), line((1.000001, -1), (1.000001, 4))]
    blocks = make_blocks(squares(), EPSG, streets, mesh_m=5_000)
    assert_tiles(blocks, squares())
    assert np.bincount(blocks.grid).tolist() == [2, 1, 1] * 3


def test_loads_are_counted_as_the_grids_count_them() -> None:
    plan = [grid.polygon for grid in square_plan().grids]
    blocks = make_blocks(plan, 4542)
    rng = np.random.default_rng(3)
    west, south, east, north = shapely.total_bounds(plan)
    lon, lat = rng.uniform(west - 0.001, east, 500), rng.uniform(south, north, 500)
    # Some on the lines and the junctions of grids.
    lon[:60], lat[40:100] = west + (east - west) / 3, south + (north - south) / 3
    weight = rng.integers(1, 5, 500)
    load = weigh_blocks(blocks, lon, lat, weight)
    point = shapely.points(lon, lat)
    owner = [next((i for i, grid in enumerate(plan) if grid.covers(p)), -1) for p in point]
    wanted = np.bincount(np.array(owner) + 1, weights=weight, minlength=10)[1:]
    assert np.bincount(blocks.grid, weights=load, minlength=9).tolist() == wanted.tolist()


def test_points_without_a_block_weigh_nothing() -> None:
    blocks = make_blocks(squares(), EPSG, mesh_m=5_000)
    assert weigh_blocks(blocks, [0.0, np.nan], [0.0, 1.0]).sum() == 0.0


def test_a_mesh_without_width_is_refused() -> None:
    for width in (0.0, -1.0, np.nan, 0.001):
        with pytest.raises(BadInput, match="mesh"):
            make_blocks(squares(), EPSG, mesh_m=width)
    with pytest.raises(BadInput, match="shape"):
        make_blocks([], EPSG)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(-40, 340).map(lambda step: step / 100) for _ in range(4)]).filter(
            lambda ends: ends[:2] != ends[2:]
        ),
        max_size=6,
    )
)
def test_any_streets_leave_a_tiling(ends: list[tuple[float, float, float, float]]) -> None:
    """Along grid lines, through junctions, outside: hundredths of a cell hit them often."""
    blocks = make_blocks(squares(), EPSG, [line(e[:2], e[2:]) for e in ends], mesh_m=400)
    assert_tiles(blocks, squares())
    one, two = blocks.pairs.T
    assert (one < two).all()
    assert (blocks.border_m > 0).all()


def house(x: float, y: float, size: float = 0.05) -> shapely.Polygon:
    return polygon((x, y), (x + size, y), (x + size, y + size), (x, y + size))


def assert_cells(blocks: Blocks, houses: list[shapely.Polygon], cells: np.ndarray) -> None:
    assert shapely.coverage_is_valid(cells)
    for home, cell in zip(houses, cells, strict=True):
        assert cell.geom_type == "Polygon"
        assert cell.intersection(home).area > 0.995 * home.area


def test_each_building_has_the_ground_nearest_to_it() -> None:
    blocks = make_blocks(squares()[:1], EPSG, mesh_m=5_000)
    houses = [house(0.2, 0.2), house(0.7, 0.2), house(0.2, 0.7), house(0.7, 0.7)]
    cells = building_cells(blocks, houses)
    assert_cells(blocks, houses, cells)
    assert shapely.area(cells) == pytest.approx(np.full(4, SIDE * SIDE / 4), rel=0.12)
    assert shapely.area(cells).sum() == pytest.approx(SIDE * SIDE, rel=1e-6)


def test_a_shut_in_building_gets_a_path_to_the_line_of_its_block() -> None:
    blocks = make_blocks(squares()[:1], EPSG, mesh_m=5_000)
    houses = [house(x, y, 0.15) for x in (0.1, 0.42, 0.75) for y in (0.1, 0.42, 0.75)]
    cells = building_cells(blocks, houses)
    assert_cells(blocks, houses, cells)
    rim = shapely.buffer(shapely.boundary(blocks.polygons[0]), 1e-8)
    assert (shapely.length(shapely.intersection(shapely.boundary(cells), rim)) > 5e-6).all()
    assert shapely.area(cells).sum() == pytest.approx(SIDE * SIDE, rel=1e-6)


def test_a_building_outside_every_block_has_no_cell() -> None:
    blocks = make_blocks(squares()[:1], EPSG, mesh_m=5_000)
    far = shapely.box(WEST - 1, SOUTH, WEST - 0.9, SOUTH + 0.1)
    cells = building_cells(blocks, [far, shapely.Polygon(), house(0.4, 0.4)])
    assert cells[0] is None
    assert cells[1] is None
    assert cells[2].equals(blocks.polygons[0])


def test_the_streets_of_the_demo_make_blocks() -> None:
    def read(name: str, kind: str = "") -> list[shapely.Geometry]:
        features = json.loads((GEODATA / name).read_text("utf-8"))["features"]
        return [
            shapely.from_geojson(json.dumps(f["geometry"]))
            for f in features
            if not kind or f["properties"]["kind"] == kind
        ]

    grids = read("grids.geojson")
    blocks = make_blocks(grids, 4542, read("sites.geojson", "street"), read("sites.geojson", "water"))
    assert shapely.coverage_is_valid(blocks.polygons)
    assert blocks.area_m2.sum() == pytest.approx(area_m2(grids, 4542).sum(), rel=1e-6)
    # About one block to a face between streets, and no mesh.
    assert 100 < len(blocks) < 180
    assert (np.bincount(blocks.grid) >= 10).all()
    assert blocks.hard.any()
