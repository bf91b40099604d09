"""Noding and faces on bare segments, against GEOS and by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.geo.edit.faces import trace
from mapsvc.geo.edit.noding import Knotted, node
from mapsvc.geo.partition.exact import meets_pixel


def segments_of(*lines: list[tuple[int, int]]) -> np.ndarray:
    return np.array([(*a, *b) for line in lines for a, b in pairwise(line)], dtype=np.int64)


def all_noded(segments: np.ndarray) -> np.ndarray:
    return once(node(segments, np.ones(len(segments), dtype=bool)).ends)


def once(ends: np.ndarray) -> np.ndarray:
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    return np.unique(np.where(turned[:, None], ends[:, [2, 3, 0, 1]], ends), axis=0)


coordinate = st.integers(0, 400)
segment = st.tuples(coordinate, coordinate, coordinate, coordinate).filter(lambda s: s[:2] != s[2:])


@settings(max_examples=60, deadline=None)
@given(st.lists(segment, min_size=2, max_size=20))
def test_nothing_crosses_and_no_node_lies_inside_a_piece_after_noding(drawn: list[tuple[int, int, int, int]]) -> None:
    ends = all_noded(np.array(drawn, dtype=np.int64))
    lines = shapely.linestrings(ends.reshape(-1, 2, 2).astype(float))
    tree = shapely.STRtree(lines)
    assert not tree.query(lines, predicate="crosses").size
    assert not tree.query(lines, predicate="overlaps").size
    spots = shapely.points(np.unique(ends.reshape(-1, 2), axis=0).astype(float))
    spot, line = tree.query(spots, predicate="intersects")
    assert shapely.touches(spots[spot], lines[line]).all()
    vertices = np.unique(ends.reshape(-1, 2), axis=0)
    for point in vertices:
        foreign = (ends[:, :2] != point).any(axis=1) & (ends[:, 2:] != point).any(axis=1)
        assert not meets_pixel(ends[foreign], np.tile(point, (foreign.sum(), 1))).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(segment, min_size=3, max_size=20))
def test_faces_are_those_of_polygonize(drawn: list[tuple[int, int, int, int]]) -> None:
    ends = all_noded(np.array(drawn, dtype=np.int64))
    faces = trace(ends)
    polygons = shapely.get_parts(shapely.polygonize(shapely.linestrings(ends.reshape(-1, 2, 2).astype(float))))
    assert np.allclose(np.sort(2 * shapely.area(polygons)), np.sort(faces.area2[1:].astype(float)))
    # Each face has, on its left, segments that enclose just its area.
    for face in range(1, len(faces)):
        own = np.concatenate([ends[faces.left == face], ends[faces.right == face][:, [2, 3, 0, 1]]])
        assert int((own[:, 0] * own[:, 3] - own[:, 2] * own[:, 1]).sum()) == faces.area2[face]


def test_segments_that_are_not_fresh_stay_as_they_are_unless_a_fresh_one_meets_them() -> None:
    old = segments_of([(0, 0), (1000, 0)], [(0, 500), (1000, 501)], [(0, 501), (1000, 500)])
    pieces = node(np.concatenate([old, segments_of([(300, -100), (300, 100)])]), np.array([False] * 3 + [True]))
    assert sorted(map(tuple, pieces.ends[pieces.source == 0].tolist())) == [(0, 0, 300, 0), (300, 0, 1000, 0)]
    # These two cross, but nobody asked.
    assert (pieces.ends[pieces.source == 1] == old[1]).all()
    assert (pieces.ends[pieces.source == 2] == old[2]).all()


def test_pieces_run_from_end_to_end_of_their_source() -> None:
    segments = segments_of([(0, 0), (1001, 7)], [(500, -90), (498, 90)], [(700, -90), (701, 90)])
    pieces = node(segments, np.ones(3, dtype=bool))
    of_first = pieces.ends[pieces.source == 0]
    assert of_first[0, :2].tolist() == [0, 0]
    assert of_first[-1, 2:].tolist() == [1001, 7]
    assert (of_first[1:, :2] == of_first[:-1, 2:]).all()
    assert len(of_first) == 3


def test_a_segment_through_the_pixel_of_a_vertex_is_led_through_the_vertex() -> None:
    # At x = 500 the long one passes 0.4 above the vertex.
    ends = all_noded(segments_of([(0, 0), (1000, 1)], [(500, 0), (500, -100)]))
    assert [0, 0, 500, 0] in ends.tolist()
    assert [500, 0, 1000, 1] in ends.tolist()


def test_a_crossing_far_from_the_origin_is_rounded_to_the_right_step() -> None:
    far = 999_999_000
    ends = all_noded(segments_of([(far, far), (far + 1000, far + 999)], [(far, far + 999), (far + 1000, far)]))
    inner = set(map(tuple, ends.reshape(-1, 2).tolist())) - {
        (far, far),
        (far + 1000, far + 999),
        (far, far + 999),
        (far + 1000, far),
    }
    assert len(inner) == 1
    assert np.abs(np.array(inner.pop()) - (far + 500, far + 499.5)).max() <= 0.5


def test_a_star_with_too_many_crossings_is_given_up() -> None:
    turn = np.linspace(0, 2 * np.pi, 601)[:-1]
    rim = np.rint(np.stack([np.cos(turn), np.sin(turn)], axis=1) * 1e7).astype(np.int64)
    star = np.concatenate([rim[:300], rim[300:]], axis=1)
    star = np.concatenate([star, np.roll(star, 17, axis=0) + 12_345])
    with pytest.raises(Knotted):
        node(star, np.ones(len(star), dtype=bool))


def test_a_scribble_of_ten_thousand_segments_is_given_up_before_it_fills_the_memory() -> None:
    spots = np.random.default_rng(0).integers(0, 10**6, (10_000, 2))
    with pytest.raises(Knotted):
        node(np.concatenate([spots[:-1], spots[1:]], axis=1), np.ones(9_999, dtype=bool))


def test_a_dangling_segment_and_a_bridge_have_one_face_on_both_sides() -> None:
    square = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    ends = segments_of(square, [(10, 10), (7, 7)], [(0, 0), (2, 2)], [(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)])
    faces = trace(ends)
    assert sorted(faces.area2.tolist()) == [0, 8, 192]
    assert faces.left[4] == faces.right[4] != 0
    assert faces.left[5] == faces.right[5] == faces.left[4]


def test_a_hole_belongs_to_the_smallest_face_around_it() -> None:
    def square(low: int, high: int) -> list[tuple[int, int]]:
        return [(low, low), (high, low), (high, high), (low, high), (low, low)]

    faces = trace(segments_of(square(0, 100), square(10, 90), square(20, 80), square(200, 210)))
    assert sorted(faces.area2.tolist()) == [0, 200, 5600, 7200, 7200]
    # The outside of each ring is the inside of the next larger one.
    assert faces.right[4] == faces.left[0]
    assert faces.right[8] == faces.left[4]
    assert faces.right[12] == faces.right[0] == 0


def test_directions_too_close_for_doubles_are_told_apart() -> None:
    far = 10**9
    fan = [(far, far - 1), (far, far), (far - 1, far)]
    ends = segments_of([(0, 0), fan[0]], [(0, 0), fan[1]], [(0, 0), fan[2]], fan)
    assert sorted(trace(ends).area2.tolist()) == [0, far, far]
