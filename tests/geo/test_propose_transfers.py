"""Blocks change grid one by one: the kernel takes every one of them, without a sliver left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from mapsvc.geo.edit.apply import apply
from mapsvc.geo.locate import GridIndex
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.propose import (
    Blocks,
    building_cells,
    coarse_blocks,
    make_blocks,
    smallest_change,
    split_blocks,
    weigh_blocks,
)
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import Transfer
from tests.geo.nine import grid
from tests.square import square_plan

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
STEP = 1e-8


def random_streets(plan: Plan, seed: int) -> list[shapely.LineString]:
    """Diagonals, lines that graze grid lines, that end a millimetre short of them, near their junctions, twins."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(plan.frame)
    side = np.array([east - west, north - south])
    found: list[np.ndarray] = []
    for kind in rng.integers(0, 5, int(rng.integers(4, 10))).tolist():
        ends = rng.uniform(-0.1, 1.1, (2, 2))
        third = rng.integers(0, 4, 2) / 3
        if kind == 1:
            ends[:, 1] = third[1] + rng.normal(0, 1e-4, 2)
        elif kind == 2:
            ends[1] = third[0] + rng.integers(-12, 13) * STEP / side[0], rng.random()
        elif kind == 3:
            ends[0] = third + rng.integers(-15, 16, 2) * STEP / side
        elif kind == 4 and found:
            ends = found[-1] + rng.integers(-20, 21, (2, 2)) * STEP / side
        found.append(ends)
    return [shapely.LineString(ends * side + (west, south)) for ends in found]


def neighbours(blocks: Blocks) -> Iterator[tuple[int, int]]:
    """Blocks and the grids beside them, where the block leaves its grid in one piece."""
    for pair in blocks.pairs.tolist():
        for block, other in (pair, pair[::-1]):
            if blocks.grid[block] != blocks.grid[other]:
                stays = blocks.grid == blocks.grid[block]
                stays[block] = False
                if stays.any() and blocks.union(np.flatnonzero(stays)).geom_type == "Polygon":
                    yield block, int(blocks.grid[other])


def give(partition: Partition, ground: shapely.Geometry, source: int, target: int) -> Partition:
    codes = partition.codes
    after = apply(partition, Transfer(ground, codes[target], (codes[source],))).partition
    for index, gain in ((source, -1), (target, 1)):
        was, now = (one.polygon(one.number_of(codes[index])) for one in (partition, after))
        assert now.geom_type == "Polygon"
        assert abs(now.area - was.area - gain * ground.area) < (ground.length + was.length) * 2 * STEP
    return after


@pytest.mark.parametrize("seed", range(12))
def test_every_block_beside_another_grid_can_go_there(seed: int) -> None:
    plan = square_plan()
    partition = Partition.of(plan)
    shapes = [partition.polygon(number) for number in partition.numbers]
    blocks = make_blocks(shapes, plan.working_epsg, random_streets(plan, seed), mesh_m=1_000)
    assert shapely.coverage_is_valid(blocks.polygons)
    for block, target in list(dict.fromkeys(neighbours(blocks)))[:: 1 + seed % 3]:
        give(partition, blocks.polygons[block], int(blocks.grid[block]), target)


@pytest.mark.parametrize("seed", range(12))
def test_all_steps_of_a_proposal_over_streets_are_taken_in_order(seed: int) -> None:
    plan = square_plan()
    partition = Partition.of(plan)
    shapes = [partition.polygon(number) for number in partition.numbers]
    blocks = make_blocks(shapes, plan.working_epsg, random_streets(plan, 100 + seed), mesh_m=300)
    rng = np.random.default_rng(seed)
    lon, lat = (rng.uniform(low, high, 3_000) for low, high in ((98.49, 98.52), (39.73, 39.76)))
    weight = rng.integers(1, 4, 3_000) * (1 + 2 * rng.random(9).round(2))[GridIndex.build(shapes).locate(lon, lat)]
    block = GridIndex.build(list(blocks.polygons)).locate(lon, lat)
    load = np.bincount(block, weights=weight, minlength=len(blocks))
    found = smallest_change(blocks, load, blocks.grid, 9, within=0.1, seed=seed)
    assert found.steps
    for step in found.steps:
        assert not step.splits
        partition = give(partition, blocks.union(step.blocks), step.source, step.target)
        now = GridIndex.build([partition.polygon(number) for number in partition.numbers]).locate(lon, lat)
        recount = np.bincount(now, weights=weight, minlength=9)
        assert abs(np.abs(recount / recount.mean() - 1).max() - step.deviation[1]) < 1e-9


@cache
def demo() -> tuple[Partition, Blocks, list[shapely.Geometry]]:
    def read(name: str, kind: str = "") -> list[shapely.Geometry]:
        features = json.loads((GEODATA / name).read_text("utf-8"))["features"]
        return [
            shapely.from_geojson(json.dumps(f["geometry"]))
            for f in features
            if not kind or f["properties"]["kind"] == kind
        ]

    shapes = read("grids.geojson")
    grids = tuple(grid(f"{number:02}", shape) for number, shape in enumerate(shapes))
    partition = Partition.of(Plan("demo", "Demo", shapely.coverage_union_all(shapes), 4542, grids))
    blocks = make_blocks(shapes, 4542, read("sites.geojson", "street"), read("sites.geojson", "water"))
    return partition, blocks, read("sites.geojson", "building")


def test_every_block_of_the_demo_can_go_to_the_grid_beside_it() -> None:
    partition, blocks, _ = demo()
    tried = list(dict.fromkeys(neighbours(blocks)))
    assert len(tried) > 50
    for block, target in tried:
        give(partition, blocks.polygons[block], int(blocks.grid[block]), target)


def test_every_cell_of_the_demo_reaches_the_line_of_its_block_and_can_go_over_it() -> None:
    partition, blocks, buildings = demo()
    cells = building_cells(blocks, buildings)
    held = np.array([cell is not None for cell in cells])
    assert held.sum() == len(buildings)
    block, cell = shapely.STRtree(blocks.polygons).query(shapely.point_on_surface(cells), predicate="within")[::-1]
    home = np.zeros(len(cells), dtype=np.int64)
    home[cell] = block
    line = shapely.boundary(blocks.polygons)[home]
    common = shapely.length(shapely.intersection(shapely.boundary(cells), shapely.buffer(line, 1.5 * STEP)))
    # A quarter of a metre at least: no cell is shut in by others.
    assert common.min() > 2e-6
    frame = [partition.polygon(number) for number in partition.numbers]
    for place in range(0, len(cells), 7):
        source = int(blocks.grid[home[place]])
        rest = shapely.difference(frame[source], cells[place])
        for target, shape in enumerate(frame):
            rim = shapely.buffer(shape.boundary, 1.5 * STEP)
            beside = shapely.length(shapely.intersection(cells[place].boundary, rim)) > 5e-6
            if target != source and rest.geom_type == "Polygon" and beside:
                give(partition, cells[place], source, target)


def test_blocks_too_coarse_for_the_goal_are_cut_between_their_buildings() -> None:
    partition, blocks, buildings = demo()
    # All load lies in the buildings, twice as much in the first grid.
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(buildings)).T
    home = GridIndex.build([partition.polygon(number) for number in partition.numbers]).locate(lon, lat)
    weight = np.where(home == 0, 2.0, 1.0) * (1 + np.arange(len(home)) % 3)
    load = weigh_blocks(blocks, lon, lat, weight)
    whole = smallest_change(blocks, load, blocks.grid, 7, within=0.002, cross_walls=False)
    assert not whole.reached
    mean = float(load.sum() / 7)
    coarse = coarse_blocks(blocks, load, whole.owner, 0.002, mean)
    finer = split_blocks(blocks, coarse, buildings)
    assert len(blocks) < len(finer) < len(blocks) + len(buildings)
    assert shapely.coverage_is_valid(finer.polygons)
    # Ground of one block stays in its grid, and blocks clear of those in question are as they were.
    assert np.bincount(finer.grid, weights=finer.area_m2) == pytest.approx(
        np.bincount(blocks.grid, weights=blocks.area_m2), rel=1e-6
    )
    kept = {shape.normalize().wkb for shape in finer.polygons}
    clear = shapely.disjoint(blocks.polygons, shapely.union_all(blocks.polygons[coarse]))
    assert clear.any()
    assert all(shape.normalize().wkb in kept for shape in blocks.polygons[clear])
    loads = weigh_blocks(finer, lon, lat, weight)
    assert loads.sum() == load.sum()
    assert (
        smallest_change(finer, loads, finer.grid, 7, within=0.002, cross_walls=False).now.deviation
        < whole.now.deviation
    )


def test_a_pond_inside_a_block_is_part_of_it() -> None:
    _, blocks, _ = demo()
    assert shapely.get_num_interior_rings(blocks.polygons).sum() == 0
