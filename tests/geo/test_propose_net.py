"""The street net: nothing in it closer than the cutting room reaches, whatever the lines; the plan's edges stay."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from mapsvc.geo.edit.drawn import REACH_STEPS
from mapsvc.geo.partition.exact import cross_properly, pack
from mapsvc.geo.propose.facing import edges_of, pieces_of
from mapsvc.geo.propose.netting import CLEAR_STEPS, make_net


def ground(span: int) -> np.ndarray:
    """Two squares and a third grid above them that runs out in a sharp corner."""
    high = [(0, span), (span, span), (2 * span, span), (2 * span, span + max(span // 50, 20)), (0, 2 * span)]
    return np.array([shapely.box(0, 0, span, span), shapely.box(span, 0, 2 * span, span), shapely.Polygon(high)])


def some_lines(span: int, seed: int) -> np.ndarray:
    """Segments anywhere, some a few steps long, some that graze the line above the squares."""
    rng = np.random.default_rng(seed)
    lines = rng.integers(-span // 5, 2 * span + span // 5, (int(rng.integers(1, 40)), 4))
    short, graze = rng.random((2, len(lines))) < 0.35
    lines[short, 2:] = lines[short, :2] + rng.integers(-40, 41, (short.sum(), 2))
    lines[graze, 1] = span + rng.integers(-15, 16, graze.sum())
    lines[graze, 3] = span + rng.integers(-15, 16, graze.sum())
    return lines[(lines[:, :2] != lines[:, 2:]).any(axis=1)]


def assert_clear(ends: np.ndarray) -> None:
    one, two = np.triu_indices(len(ends), 1)
    assert not cross_properly(ends[one], ends[two]).any()
    spots = np.unique(ends.reshape(-1, 2), axis=0)
    assert not len(cKDTree(spots).query_pairs(REACH_STEPS + 1))
    away = shapely.distance(shapely.points(spots.astype(float))[:, None], segments(ends)[None])
    key = pack(spots)[:, None]
    is_end = (key == pack(ends[:, :2])) | (key == pack(ends[:, 2:]))
    assert away[~is_end].min(initial=99) > REACH_STEPS


def segments(ends: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2).astype(float)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([300, 1_000, 5_000, 100_000, 1_000_000]), st.integers(0, 10_000))
def test_a_net_is_clear_and_its_faces_fill_the_plan(span: int, seed: int) -> None:
    shapes = ground(span)
    edges, left, right = edges_of(shapely.orient_polygons(shapes))
    ends, edge = make_net(edges, some_lines(span, seed))
    assert_clear(ends)
    for number, whole in enumerate(segments(edges)):
        mine = ends[edge == number].reshape(-1, 2)
        # Every edge is there from end to end, in pieces that lie within a step of it.
        assert shapely.distance(whole, shapely.points(mine.astype(float))).max() < 1
        assert set(pack(edges[number].reshape(2, 2)).tolist()) <= set(pack(mine).tolist())
    line = edge < 0
    faces, owner = pieces_of(ends, np.where(line, -2, left[edge]), np.where(line, -2, right[edge]))
    assert shapely.coverage_is_valid(faces)
    assert shapely.is_valid(faces).all()
    for number, shape in enumerate(shapes):
        assert abs(shapely.area(faces[owner == number]).sum() - shape.area) < shape.length


def test_a_line_that_ends_a_millimetre_short_is_led_to_the_edge() -> None:
    edges, left, right = edges_of(shapely.orient_polygons(ground(10_000)))
    ends, edge = make_net(edges, np.array([[5_000, 3, 5_000, 9_993]]))
    line = edge < 0
    faces, owner = pieces_of(ends, np.where(line, -2, left[edge]), np.where(line, -2, right[edge]))
    assert np.bincount(owner).tolist() == [2, 1, 1]
    assert sorted(shapely.area(faces[owner == 0])) == [5e7, 5e7]


@pytest.mark.parametrize("apart", [1, 5, CLEAR_STEPS])
def test_two_lines_that_cross_an_edge_side_by_side_become_one_there(apart: int) -> None:
    edges, _, _ = edges_of(shapely.orient_polygons(ground(10_000)))
    ends, edge = make_net(edges, np.array([[3_000, -500, 3_000, 500], [3_000 + apart, -500, 3_000 + apart, 500]]))
    bottom = next(i for i, e in enumerate(edges.tolist()) if e == [0, 0, 10_000, 0])
    assert (edge == bottom).sum() == 2
    assert_clear(ends)


def test_a_closed_line_inside_a_face_makes_a_face_and_a_hole() -> None:
    edges, left, right = edges_of(shapely.orient_polygons(ground(10_000)))
    ring = np.array([[4_000, 4_000, 6_000, 4_000], [6_000, 4_000, 5_000, 6_000], [5_000, 6_000, 4_000, 4_000]])
    ends, edge = make_net(edges, np.concatenate([ring, [[100, 100, 900, 900]]]))
    line = edge < 0
    faces, owner = pieces_of(ends, np.where(line, -2, left[edge]), np.where(line, -2, right[edge]))
    mine = faces[owner == 0]
    assert sorted(shapely.area(mine)) == [2e6, 1e8 - 2e6]
    assert sorted(shapely.get_num_interior_rings(mine)) == [0, 1]
