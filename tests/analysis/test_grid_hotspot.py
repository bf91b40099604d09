"""Hot grids: refused under twelve, neighbours across small gaps, a planted corner is found."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely.affinity
from shapely.geometry import box

from mapsvc.analysis.grid_hotspot import COLUMNS, grid_hotspots, neighbour_pairs
from mapsvc.errors import BadInput
from mapsvc.geo.crs import projector
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

EPSG = 4542


def square_plan(rows: int, cols: int, gap_m: float = 0.0) -> Plan:
    side = 500 - gap_m
    shapes = [box(x * 500, y * 500, x * 500 + side, y * 500 + side) for y in range(rows) for x in range(cols)]
    moved = [shapely.affinity.translate(shape, 500_000, 4_400_000) for shape in shapes]
    polygons = projector(EPSG).to_lonlat(moved)
    grids = tuple(Grid(f"g{i}", f"{i:03d}", "", polygon, 0.0) for i, polygon in enumerate(polygons))
    return Plan("p", "", shapely.union_all(polygons), EPSG, grids)


@pytest.mark.parametrize("gap_m", [0.0, 0.01])
def test_neighbours_are_grids_that_touch_also_across_a_centimetre(gap_m: float) -> None:
    plan = square_plan(3, 3, gap_m)
    origin, neighbour = neighbour_pairs(np.array([grid.polygon for grid in plan.grids], dtype=object))
    assert np.bincount(origin).tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert sorted(neighbour[origin == 0].tolist()) == [1, 3, 4]


def test_eleven_grids_are_refused_and_twelve_are_not() -> None:
    eleven = grid_hotspots(square_plan(1, 11), [10, 20] * 5 + [10])
    assert eleven.refused.startswith("The plan has 11 grids; hot spots among grids need at least 12.")
    assert eleven.rows == 0
    assert not grid_hotspots(square_plan(3, 4), [10, 20] * 6, draws=999).refused


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([0] * 15 + [29], "Only 29 events"),
        ([0] * 15 + [400], "one grid"),
        ([7] * 16, "same number of events per km2"),
    ],
)
def test_thin_data_are_refused_with_the_reason(counts: list[int], reason: str) -> None:
    assert reason in grid_hotspots(square_plan(4, 4), counts).refused


def test_a_busy_corner_of_a_hundred_grids_is_hot() -> None:
    counts = np.random.default_rng(1).poisson(5, (10, 10))
    counts[:3, :3] += 20
    report = grid_hotspots(square_plan(10, 10), counts.ravel().tolist(), seed=3)
    assert tuple(report.table) == COLUMNS
    hot = [code for code, kind in zip(report.table["grid"], report.table["kind"], strict=True) if kind == "hot"]
    assert {"000", "001", "010", "011"} <= set(hot)
    assert report.figures["hot"] == len(hot) <= 16
    assert report.table["per_km2"][99] == pytest.approx(counts[9, 9] / 0.25, rel=1e-6)
    json.dumps([report.table, report.figures], allow_nan=False)


def test_a_grid_that_touches_all_others_has_no_z() -> None:
    plan = square_plan(3, 5)
    wide = shapely.union_all([grid.polygon for grid in plan.grids]).buffer(0.001)
    grids = (Grid("w", "W", "", wide, 0.0), *plan.grids)
    report = grid_hotspots(Plan("p", "", wide, EPSG, grids), [500, *range(15)], draws=999)
    assert report.table["z"][0] is None
    assert report.table["p"][0] == 1.0
    assert report.table["neighbours"][0] == 16


def test_counts_of_another_length_are_refused() -> None:
    with pytest.raises(BadInput, match="3 counts for 4 grids"):
        grid_hotspots(square_plan(2, 2), [1, 2, 3])
