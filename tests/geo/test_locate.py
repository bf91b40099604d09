"""Point -> grid on grids you can check by eye, bad input, the file and the way without numba."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from mapsvc.errors import BadInput
from mapsvc.geo.locate import GridIndex, numba_kernel

THREE_BY_THREE = [box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]


@pytest.fixture(scope="module")
def square() -> GridIndex:
    return GridIndex.build(THREE_BY_THREE)


@pytest.fixture
def without_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    numba_kernel.has_numba.cache_clear()
    yield
    numba_kernel.has_numba.cache_clear()


def ask(index: GridIndex, *points: tuple[float, float]) -> list[int]:
    """The answer of every engine and of `locate_one`, which must be one and the same."""
    lon, lat = (np.array(values, dtype=float) for values in zip(*points, strict=True))
    by_numpy = index.locate(lon, lat, engine="numpy").tolist()
    assert index.locate(lon, lat, engine="numba").tolist() == by_numpy
    assert [index.locate_one(x, y) for x, y in points] == by_numpy
    return by_numpy


def test_a_point_inside_a_grid_gets_that_grid(square):
    centres = [(x + 0.5, y + 0.5) for y in range(3) for x in range(3)]
    assert ask(square, *centres) == list(range(9))


def test_a_point_on_a_shared_edge_goes_to_the_lowest_index(square):
    assert ask(square, (1.0, 0.5), (0.5, 1.0), (2.0, 1.5), (1.5, 2.0)) == [0, 0, 4, 4]


def test_a_point_on_a_shared_corner_goes_to_the_lowest_index(square):
    assert ask(square, (1.0, 1.0), (2.0, 1.0), (2.0, 2.0)) == [0, 1, 4]


def test_the_outer_line_belongs_to_the_grids_and_nothing_beyond_it_does(square):
    outside = float(np.nextafter(3.0, 4.0))
    assert ask(square, (0.0, 0.0), (3.0, 3.0), (1.5, 0.0), (outside, 1.5), (1.5, -5e-324)) == [0, 8, 1, -1, -1]


def test_coordinates_that_are_no_numbers_are_in_no_grid(square):
    nan, inf = float("nan"), float("inf")
    assert ask(square, (nan, 1.5), (1.5, nan), (inf, 1.5), (1.5, -inf), (nan, nan)) == [-1] * 5


def test_a_hole_is_not_inside_and_its_line_is():
    index = GridIndex.build([box(0, 0, 4, 4).difference(box(1, 1, 3, 3))])
    assert ask(index, (2.0, 2.0), (1.0, 2.0), (0.5, 0.5)) == [-1, 0, 0]


def test_an_enclave_is_found_within_the_grid_around_it():
    index = GridIndex.build([box(0, 0, 4, 4).difference(box(1, 1, 3, 3)), box(1, 1, 3, 3)])
    assert ask(index, (2.0, 2.0), (3.0, 2.0), (3.5, 2.0)) == [1, 0, 0]


def test_all_parts_of_a_grid_of_islands_are_that_grid():
    index = GridIndex.build([box(10, 10, 11, 11), MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])])
    assert ask(index, (0.5, 0.5), (5.5, 5.5), (3.0, 3.0), (10.5, 10.5)) == [1, 1, -1, 0]


def test_where_grids_overlap_the_lowest_index_wins_whichever_is_larger():
    small, large = box(1, 1, 2, 2), box(0, 0, 3, 3)
    inside, beside = (1.5, 1.5), (0.5, 0.5)
    assert ask(GridIndex.build([small, large]), inside, (1.0, 1.5), beside) == [0, 0, 1]
    assert ask(GridIndex.build([large, small]), inside, (1.0, 1.5), beside) == [0, 0, 0]


def test_a_grid_given_twice_keeps_the_first():
    assert ask(GridIndex.build([box(0, 0, 1, 1)] * 2), (0.5, 0.5), (1.0, 0.2)) == [0, 0]


def test_an_overlay_far_into_the_list_answers_where_the_grids_below_leave_a_gap():
    gap = box(0.9, 0.9, 1.1, 1.1)
    index = GridIndex.build([*(cell.difference(gap) for cell in THREE_BY_THREE), box(0, 0, 3, 3)])
    assert ask(index, (1.0, 1.0), (0.95, 0.95), (0.5, 0.5), (1.5, 1.5)) == [9, 9, 0, 4]


def test_a_grid_far_smaller_than_a_cell_of_the_raster_is_found():
    tiny = box(1.5, 1.5, 1.5 + 1e-9, 1.5 + 1e-9)
    index = GridIndex.build([tiny, *THREE_BY_THREE], cells=16)
    assert ask(index, (1.5 + 5e-10, 1.5 + 5e-10), (1.5 + 2e-9, 1.5), (1.5, 1.5)) == [0, 5, 0]


def test_a_neighbour_with_an_extra_vertex_on_the_common_line_leaves_no_crack():
    west = Polygon([(0, 0), (1, 0), (1.1, 1), (0, 1)])
    east = Polygon([(1, 0), (2, 0), (2, 1), (1.1, 1), (1.1 - 0.05, 0.5)])
    index = GridIndex.build([west, east])
    points = [(1.05, 0.5), (float(np.nextafter(1.05, 0)), 0.5), (float(np.nextafter(1.05, 2)), 0.5)]
    truth = [next((i for i, grid in enumerate((west, east)) if grid.covers(shapely.Point(p))), -1) for p in points]
    assert ask(index, *points) == truth


def test_empty_grids_keep_their_place_and_hold_nothing():
    index = GridIndex.build([Polygon(), box(0, 0, 1, 1), MultiPolygon(), Polygon()])
    assert ask(index, (0.5, 0.5), (2.0, 2.0)) == [1, -1]


@pytest.mark.parametrize("grids", [[], [Polygon()]])
def test_without_any_area_no_point_is_in_a_grid(grids):
    assert ask(GridIndex.build(grids), (0.0, 0.0), (1.0, 1.0)) == [-1, -1]


def test_an_invalid_polygon_is_refused_by_its_index():
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(BadInput, match="index 2 is not valid: Self-intersection"):
        GridIndex.build([*THREE_BY_THREE[:2], bow_tie])


def test_a_geometry_that_is_no_polygon_is_refused_by_its_index():
    with pytest.raises(BadInput, match="index 1 is not a polygon"):
        GridIndex.build([box(0, 0, 1, 1), shapely.Point(0, 0)])
    with pytest.raises(BadInput, match="index 0 is not a polygon"):
        GridIndex.build([None])


def test_a_ring_that_only_touches_itself_is_taken_and_answers_as_shapely_does():
    inverted = Polygon([(0, 0), (4, 0), (4, 4), (2, 4), (3, 2), (1, 2), (2, 4), (0, 4)])
    split = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(0, 2), (2, 1), (4, 2), (2, 3)]])
    for polygon in (inverted, split):
        assert not polygon.is_valid
        points = [(x / 4, y / 4) for x in range(-1, 18) for y in range(-1, 18)]
        expected = [0 if polygon.covers(shapely.Point(p)) else -1 for p in points]
        assert ask(GridIndex.build([polygon]), *points) == expected


def test_lists_of_different_length_are_refused(square):
    with pytest.raises(BadInput, match="same length"):
        square.locate([1.0, 2.0], [1.0])


def test_an_unknown_engine_is_refused(square):
    with pytest.raises(BadInput, match='no engine "gpu"'):
        square.locate([1.0], [1.0], engine="gpu")


def test_plain_lists_whole_numbers_and_single_numbers_are_taken(square):
    assert square.locate([0, 2], [0, 2]).tolist() == [0, 4]
    assert square.locate(2.5, 2.5).tolist() == [8]
    assert square.locate([], []).dtype == np.int32


def test_many_threads_give_the_answers_of_one(square):
    lon, lat = np.random.default_rng(1).uniform(-0.5, 3.5, (2, 400_001))
    for engine in ("numpy", "numba"):
        alone = square.locate(lon, lat, engine=engine, threads=1)
        np.testing.assert_array_equal(square.locate(lon, lat, engine=engine, threads=3), alone)


def test_the_arrays_given_are_left_as_they_were_even_when_read_only(square):
    lon, lat = np.array([0.5, np.nan, 9.0]), np.array([0.5, 1.0, 9.0])
    lon.flags.writeable = lat.flags.writeable = False
    assert square.locate(lon, lat, engine="numba").tolist() == [0, -1, -1]


def test_without_numba_the_numpy_engine_builds_and_answers(without_numba):
    index = GridIndex.build(THREE_BY_THREE)
    assert index.locate(np.full(300_000, 1.5), np.full(300_000, 2.5))[[0, -1]].tolist() == [7, 7]
    with pytest.raises(BadInput, match="numba is not installed"):
        index.locate([1.0], [1.0], engine="numba")


def test_a_saved_index_answers_like_the_one_that_was_built(square, tmp_path):
    path = tmp_path / "grids.index"
    square.save(path)
    assert [item.name for item in tmp_path.iterdir()] == ["grids.index"]
    loaded = GridIndex.load(path, THREE_BY_THREE)
    lon, lat = np.random.default_rng(2).uniform(-0.5, 3.5, (2, 5_000))
    np.testing.assert_array_equal(loaded.locate(lon, lat), square.locate(lon, lat))
    assert ask(loaded, (1.0, 1.0), (2.0, 0.5)) == [0, 1]
    assert loaded.nbytes == square.nbytes > 0


def test_a_saved_index_is_refused_for_other_grids(square, tmp_path):
    path = tmp_path / "grids.index"
    square.save(path)
    moved = [*THREE_BY_THREE[:8], box(2, 2, 3, np.nextafter(3.0, 4.0))]
    with pytest.raises(BadInput, match="index of other grids"):
        GridIndex.load(path, moved)
    with pytest.raises(BadInput, match="index of other grids"):
        GridIndex.load(path, THREE_BY_THREE[::-1])


def test_a_damaged_file_is_refused_wherever_the_damage_is(square, tmp_path):
    path = tmp_path / "grids.index"
    square.save(path)
    whole = path.read_bytes()
    path.write_bytes(b"")
    with pytest.raises(BadInput, match="no readable index"):
        GridIndex.load(path, THREE_BY_THREE)
    for cut in (10, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:cut])
        with pytest.raises(BadInput, match="no readable index"):
            GridIndex.load(path, THREE_BY_THREE)
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    with pytest.raises(BadInput, match="no readable index"):
        GridIndex.load(path, THREE_BY_THREE)


def test_numbers_that_lead_outside_the_arrays_are_refused(square, tmp_path):
    path = tmp_path / "grids.index"
    square.save(path)
    with np.load(path) as stored:
        arrays = dict(stored)
    for name, value in (("entry", 10**6), ("entry", -2), ("label", -(10**6)), ("group", 10**6), ("cell", 10**6)):
        wrong = arrays[name].copy()
        wrong.reshape(-1, *wrong.shape[1:])[1] = value
        with path.open("wb") as file:
            np.savez(file, **{**arrays, name: wrong})
        with pytest.raises(BadInput, match="no readable index"):
            GridIndex.load(path, THREE_BY_THREE)
