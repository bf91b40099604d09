"""Outlines: an edge that two grids share is there once with both at its sides; others keep one; nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nine import EPSG, at, nine

from mapsvc.geo.outlines import Outlines
from mapsvc.geo.ring_edges import ring_edges

SQUARES = [each.polygon for each in nine()]


def array(shapes: list[shapely.Geometry]) -> np.ndarray:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def test_a_line_between_two_grids_is_one_edge_with_both_at_its_sides() -> None:
    edges = ring_edges(array(SQUARES))
    assert len(edges.first) == 24
    assert int((edges.right >= 0).sum()) == 12
    start, end = edges.points[edges.first], edges.points[edges.first + 1]
    for a, b, left, right in zip(start, end, edges.left, edges.right, strict=True):
        middle, along = (a + b) / 2, b - a
        beside = np.array([-along[1], along[0]]) * 0.01
        assert SQUARES[left].covers(shapely.Point(middle + beside))
        covers = [number for number, one in enumerate(SQUARES) if one.covers(shapely.Point(middle - beside))]
        assert covers == ([right] if right >= 0 else [])


def test_an_edge_that_is_there_three_times_or_twice_in_one_direction_is_not_paired() -> None:
    twice = [SQUARES[0], SQUARES[0]]
    assert (ring_edges(array(twice)).right == -1).all()
    thrice = [SQUARES[0], SQUARES[1], SQUARES[1]]
    assert (ring_edges(array(thrice)).right == -1).all()
    assert len(ring_edges(array([shapely.Polygon()])).first) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 3000.0))
def test_every_edge_near_a_point_is_found_and_the_nearest_is_the_nearest(seed: int, reach: float) -> None:
    outlines = Outlines.of(array(SQUARES), EPSG)
    lon, lat = np.random.default_rng(seed).uniform(at(-0.5, -0.5), at(3.5, 3.5))
    x, y = (float(value) for value in outlines.plane.forward(lon, lat))
    edges = shapely.linestrings(np.stack([outlines.start, outlines.end], axis=1))
    distance = shapely.distance(edges, shapely.Point(x, y))
    near = outlines.near(np.array([x]), np.array([y]), np.array([reach]))
    assert set(np.flatnonzero(distance <= reach)) <= set(near.edge.tolist())
    assert len(set(near.edge.tolist())) == len(near.edge)
    assert near.x0 + x == pytest.approx(outlines.start[near.edge, 0], abs=1e-6)
    line = outlines.nearest(x, y, -1)
    assert line is not None
    assert line.distance_m == pytest.approx(float(distance.min()), abs=1e-9)
    assert float(shapely.distance(shapely.Point(line.x, line.y), shapely.Point(x, y))) == pytest.approx(
        line.distance_m, abs=1e-6
    )


def test_edges_are_cut_into_short_ones_that_hang_together() -> None:
    outlines = Outlines.of(array(SQUARES), EPSG)
    length = np.hypot(*(outlines.end - outlines.start).T)
    assert length.max() < 112
    lines = shapely.linestrings(np.stack([outlines.start, outlines.end], axis=1))
    whole = shapely.line_merge(shapely.union_all(lines))
    # Twenty-four sides of about 859 and 1,110 m.
    assert shapely.length(whole) == pytest.approx(12 * 859 + 12 * 1110, rel=2e-3)
    assert outlines.begin[-1] == len(outlines)
    assert np.diff(outlines.begin).max() <= 8
