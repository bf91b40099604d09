"""Every answer equals shapely's, on partitions clean and unclean and on points meant to be hard."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judges import awkward_points, cell_points, random_points, shapely_owner
from shapely.geometry import Polygon

from mapsvc.geo.locate import GridIndex
from mapsvc.geo.locate.build_numba import build_with_numba
from mapsvc.geo.locate.judge import Judge
from mapsvc.geo.locate.raster_frame import RasterFrame
from mapsvc.geo.locate.raster_index import build_with_numpy
from mapsvc.geo.locate.rings import Rings


def load_partitions():
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "partitions.py"
    spec = importlib.util.spec_from_file_location("partitions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_exact(polygons, rng, *, count: int = 20_000, cells: int | None = None) -> None:
    """Both engines and `locate_one` against shapely, on easy and awkward points."""
    index = GridIndex.build(polygons, cells=cells)
    sets = [
        random_points(polygons, rng, count),
        awkward_points(polygons, rng, count // 20),
        cell_points(index, rng, count // 8),
    ]
    lon, lat = (np.concatenate(part) for part in zip(*sets, strict=True))
    truth = shapely_owner(polygons, lon, lat)
    for engine in ("numpy", "numba"):
        np.testing.assert_array_equal(index.locate(lon, lat, engine=engine), truth, err_msg=engine)
    some = rng.permutation(len(lon))[:2_000]
    one = [index.locate_one(x, y) for x, y in zip(lon[some].tolist(), lat[some].tolist(), strict=True)]
    np.testing.assert_array_equal(one, truth[some], err_msg="locate_one")


def assert_equal_builds(polygons, cells: int) -> None:
    array = np.asarray(list(polygons), dtype=object)
    rings = Rings.of(array)
    frame = RasterFrame.around(*shapely.total_bounds(array), cells)
    ours, theirs = build_with_numpy(rings, frame, Judge(array).find_around), build_with_numba(rings, frame)
    for name in ("label", "cell", "group", "entry"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), err_msg=name)


@pytest.mark.parametrize("cells", [1, 5, 400, None])
def test_six_wiggly_grids_at_any_size_of_cell(cells):
    count = 20_000 if cells is None else 2_000
    assert_exact(list(load_partitions().make_partition(6)), np.random.default_rng(1), count=count, cells=cells)


def test_six_hundred_wiggly_grids():
    assert_exact(list(load_partitions().make_partition(600)), np.random.default_rng(2), count=100_000)


def test_the_generated_partitions_have_no_gap_and_no_overlap():
    for grids in (6, 600):
        polygons = load_partitions().make_partition(grids)
        assert len(polygons) == grids
        assert shapely.is_valid(polygons).all()
        assert shapely.coverage_is_valid(polygons)
        assert shapely.area(shapely.union_all(polygons)) == pytest.approx(shapely.area(polygons).sum(), rel=1e-12)


def test_a_lattice_of_squares_whose_lines_run_along_the_cells():
    squares = [shapely.box(x, y, x + 1, y + 1) for y in range(8) for x in range(8)]
    for cells in (64, 256, 1024, None):
        assert_exact(squares, np.random.default_rng(3), count=8_000, cells=cells)


def test_lines_through_the_cells_own_reference_points():
    """The worst a file could hold: such cells must be left to shapely, in both builds alike."""
    frame = RasterFrame.around(0.0, 0.0, 8.0, 8.0, 64)
    x, y = frame.ref_lon(np.array([3]))[0], frame.ref_lat(np.array([4]))[0]
    west, east = Polygon([(0, 0), (x, 0), (x, 8), (0, 8)]), Polygon([(x, 0), (8, 0), (8, 8), (x, 8)])
    level = [shapely.box(0, 0, 8, y), shapely.box(0, y, 8, 8)]
    for polygons in ([west, east], level):
        assert_exact(polygons, np.random.default_rng(4), count=4_000, cells=64)
        assert_equal_builds(polygons, 64)


def test_grids_a_few_floating_point_steps_wide():
    step = np.spacing(98.5)
    slim = [shapely.box(98.5 + i * 3 * step, 39.7, 98.5 + (i + 1) * 3 * step, 39.7 + 1e-12) for i in range(4)]
    assert_exact(slim, np.random.default_rng(5), count=4_000)


def test_needles_that_cross_many_cells():
    rng = np.random.default_rng(6)
    ends = rng.uniform(0, 1, (60, 2, 2))
    needles = [Polygon([a, b, b + np.array([1e-7, 3e-7])]) for a, b in ends]
    assert_exact(needles, rng, cells=4096)
    assert_equal_builds(needles, 4096)


def test_a_heap_of_overlapping_shapes_with_holes_doubles_and_gaps():
    rng = np.random.default_rng(7)
    blobs = [
        shapely.Point(*p).buffer(r, quad_segs=9) for p, r in zip(rng.random((80, 2)), rng.random(80) * 0.2, strict=True)
    ]
    holed = [blob.difference(blob.centroid.buffer(0.02)) for blob in blobs]
    heap = [*holed[:60], *holed[:10], shapely.MultiPolygon([shapely.box(0, 0, 0.1, 0.1), shapely.box(0.5, 0.5, 1, 1)])]
    for cells in (30, 3_000, None):
        assert_exact(heap, rng, cells=cells)
    assert_equal_builds(heap, 3_000)


def test_both_builds_agree_on_a_clean_partition():
    assert_equal_builds(load_partitions().make_partition(600), 1 << 18)


coordinate = st.integers(0, 6)
nudge = st.sampled_from([0.0, 0.0, 1e-15, -1e-15, 1e-9, 0.25])


@st.composite
def plane_cuts(draw):
    """Cells of a lattice cut by random lines, with vertices nudged apart: partitions with slivers and cracks."""
    lines = draw(st.lists(st.tuples(coordinate, coordinate, coordinate, coordinate), min_size=1, max_size=5))
    frame = shapely.box(0, 0, 6, 6)
    cuts = [shapely.LineString([(a, 0), (b, 6)]) if a != c else shapely.LineString([(0, c), (6, d)])
            for a, b, c, d in lines]  # fmt: skip
    faces = shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all([frame.boundary, *cuts]))]))
    moved = []
    for face in faces:
        shift = draw(nudge)
        candidate = shapely.transform(face, lambda xy, shift=shift: xy + shift)
        moved.append(candidate if candidate.is_valid else face)
    doubled = draw(st.booleans())
    return [*moved, moved[0]] if doubled else moved


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(polygons=plane_cuts(), cells=st.sampled_from([1, 9, 100, 2_500]), seed=st.integers(0, 2**31))
def test_any_cutting_of_a_square_by_lines_answers_as_shapely_does(polygons, cells, seed):
    assert_exact(polygons, np.random.default_rng(seed), count=400, cells=cells)
    assert_equal_builds(polygons, cells)


star = st.lists(st.tuples(st.floats(0.05, 1.0), st.floats(0.1, 1.0)), min_size=3, max_size=9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stars=st.lists(st.tuples(coordinate, coordinate, star), min_size=1, max_size=6), cells=st.sampled_from([4, 300]))
def test_any_heap_of_star_shapes_answers_as_shapely_does(stars, cells):
    polygons = []
    for x, y, spokes in stars:
        turn = np.cumsum([gap for _, gap in spokes])
        angle = 2 * np.pi * turn / turn[-1]
        reach = np.array([r for r, _ in spokes])
        polygon = Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))
        if polygon.is_valid:
            polygons.append(polygon)
    if polygons:
        assert_exact(polygons, np.random.default_rng(len(polygons)), count=400, cells=cells)
        assert_equal_builds(polygons, cells)
