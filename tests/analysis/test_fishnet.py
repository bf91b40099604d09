"""Fishnet: shares, clipping and the cell of a point, on frames you can check by eye."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from mapsvc.analysis.confirmed import confirmed
from mapsvc.analysis.fishnet import Fishnet, edge_share, frame_in_metres, make_fishnet, sound_frame
from mapsvc.errors import BadQuery
from mapsvc.geo.crs import projector

EPSG = 4542


def test_a_frame_of_three_by_three_cells_is_cut_into_nine_whole_cells() -> None:
    net = make_fishnet(box(0, 0, 30, 30), EPSG, 10)
    # The fourth row and column only touch the frame.
    assert net.share[:3, :3].tolist() == [[1.0] * 3] * 3
    assert net.share[3:].sum() == net.share[:, 3:].sum() == 0
    assert net.used.sum() == 9
    assert not net.pieces


def test_a_cell_is_used_from_half_its_area_on() -> None:
    net = make_fishnet(box(0, 0, 25, 14), EPSG, 10)
    np.testing.assert_allclose(net.share, [[1, 1, 0.5], [0.4, 0.4, 0.2]])
    assert net.used.tolist() == [[True, True, True], [False, False, False]]


def test_a_hole_makes_cells_of_water_unused() -> None:
    frame = box(0, 0, 50, 50).difference(box(10, 10, 30, 24))
    net = make_fishnet(frame, EPSG, 10)
    assert net.used[:5, :5].tolist() == [
        [True] * 5,
        [True, False, False, True, True],
        [True] * 5,
        [True] * 5,
        [True] * 5,
    ]
    assert net.share[2, 1] == pytest.approx(0.6)


def test_row_zero_is_south_and_points_go_to_the_cell_east_and_north_of_a_line() -> None:
    net = make_fishnet(box(100, 200, 130, 230), EPSG, 10)
    x = np.array([100.0, 109.99, 110.0, 129.0, 99.9, 500.0, np.nan])
    y = np.array([200.0, 200.0, 210.0, 229.0, 210.0, 210.0, 210.0])
    assert net.cell_of(x, y).tolist() == [0, 0, net.cols + 1, 2 * net.cols + 2, -1, -1, -1]
    assert net.counts(net.cell_of(x, y)).sum() == 4


def test_lattices_of_two_frames_coincide() -> None:
    one, two = make_fishnet(box(3, 4, 55, 66), EPSG, 10), make_fishnet(box(-37, 18, 20, 31), EPSG, 10)
    assert (one.x0, one.y0, two.x0, two.y0) == (0, 0, -40, 10)
    moved = make_fishnet(box(3, 4, 55, 66), EPSG, 10, offset=0.5)
    assert (moved.x0, moved.y0) == (-5, -5)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 97), st.floats(0, 97)), min_size=3, max_size=9), st.sampled_from([5.0, 7.0, 20.0])
)
def test_shares_are_the_areas_of_intersections_and_add_up_to_the_frame(
    points: list[tuple[float, float]], cell_m: float
) -> None:
    frame = shapely.MultiPoint(points).convex_hull.buffer(1.0)
    if len(points) > 5:
        frame = frame.difference(shapely.Point(points[0]).buffer(6.0))
    net = make_fishnet(frame, EPSG, cell_m)
    assert net.share.sum() * cell_m**2 == pytest.approx(frame.area, rel=1e-9)
    for (row, col), share in np.ndenumerate(net.share):
        west, south = net.x0 + col * cell_m, net.y0 + row * cell_m
        cell = box(west, south, west + cell_m, south + cell_m)
        assert share == pytest.approx(frame.intersection(cell).area / cell_m**2, abs=1e-9)


def test_a_thin_frame_that_the_quick_clip_of_geos_gets_wrong_is_cut_by_overlay() -> None:
    # A rim of two slivers; GEOS 3.14 returns a whole cell for one that only touches it.
    frame = shapely.MultiPoint([(3, 4), (0, 0), (2, 10)]).convex_hull.buffer(1.0)
    frame = frame.difference(shapely.Point(3, 4).buffer(6.0))
    net = make_fishnet(frame, EPSG, 5.0)
    assert net.share.sum() * 25 == pytest.approx(frame.area, rel=1e-9)


def test_cells_come_out_clipped_to_the_frame_in_degrees() -> None:
    x, y = projector(EPSG).forward([98.49], [39.73])
    frame_m = box(x[0], y[0], x[0] + 250, y[0] + 120)
    net = make_fishnet(frame_m, EPSG, 100)
    cells = np.flatnonzero(net.share.ravel() > 0)
    shapes = projector(EPSG).geometry(net.polygons_lonlat(cells))
    assert shapely.is_valid(shapes).all()
    assert shapely.union_all(shapes).symmetric_difference(frame_m).area < 0.01
    assert shapely.area(shapes).sum() == pytest.approx(frame_m.area, rel=1e-6)


def test_a_frame_in_two_parts_that_both_cut_a_cell_gives_a_multipolygon() -> None:
    frame = MultiPolygon([box(0, 0, 4, 10), box(6, 0, 10, 10)])
    net = make_fishnet(frame, EPSG, 10)
    assert net.share[0, 0] == pytest.approx(0.8)
    assert net.pieces[0].geom_type == "MultiPolygon"


def test_a_frame_with_a_broken_ring_is_mended_before_it_is_cut() -> None:
    bow_tie = Polygon([(98.0, 39.0), (98.01, 39.01), (98.01, 39.0), (98.0, 39.01)])
    # Two triangles of 432 m x 1110 m: 480,000 m2 in all.
    frame_m = frame_in_metres(sound_frame(bow_tie), EPSG)
    assert frame_m.is_valid
    assert make_fishnet(frame_m, EPSG, 100).share.sum() == pytest.approx(48, abs=0.5)


def test_too_fine_a_lattice_is_refused_with_its_size() -> None:
    with pytest.raises(BadQuery, match="4000001 x 4000001"):
        make_fishnet(box(0, 0, 4e6, 4e6), EPSG, 1)


def _side(net: Fishnet, hot: tuple[int, int] | None) -> np.ndarray:
    side = np.zeros(net.share.shape, dtype=np.int8)
    if hot:
        side[hot] = 1
    return side[net.used]


def test_a_hot_cell_is_confirmed_by_a_hot_cell_that_overlaps_it_on_the_moved_lattice() -> None:
    frame = box(0, 0, 50, 50)
    net, moved = make_fishnet(frame, EPSG, 10), make_fishnet(frame, EPSG, 10, offset=0.5)
    side = _side(net, (2, 2))
    at = int(np.flatnonzero(side)[0])
    # Cell (2, 2) spans 20-30; moved rows span -5-5, 5-15, 15-25, 25-35: rows and columns 2 and 3 overlap it.
    for place, expected in {(2, 2): True, (3, 2): True, (2, 3): True, (3, 3): True, (1, 2): False, None: False}.items():
        found = confirmed(net, side, moved, _side(moved, place))
        assert found[at] == expected
        assert found.sum() == expected


def test_edge_cells_must_be_fuller_where_counts_are_large_and_even() -> None:
    net = make_fishnet(box(0, 0, 96, 96), EPSG, 10)
    even = np.full(net.share.shape, 100)
    even[::2] = 110
    # Whole cells: mean 104.4 and deviation 5.0, so an edge cell may lack 4.8 % of its area.
    assert edge_share(net, even, 30) == pytest.approx(0.952, abs=0.001)
    rare = np.random.default_rng(1).poisson(1.0, net.share.shape)
    assert edge_share(net, rare, 30) == 0.5
    assert edge_share(net, even, 200) == 0.5
    assert edge_share(net, np.zeros_like(even), 30) == 0.5
