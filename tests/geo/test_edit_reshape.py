"""Redrawing an edge: along a drawn line, onto a street, and the frame itself."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from mapsvc.errors import Refused
from mapsvc.geo.crs import projector
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.reshape import reshape
from mapsvc.geo.edit.set_frame import set_frame
from mapsvc.geo.edit.snap import snap
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Command, Reshape, SetFrame, SnapEdge
from tests.geo.ragged import SOUTH as RAGGED_SOUTH
from tests.geo.ragged import STEP as RAGGED_STEP
from tests.geo.ragged import WEST as RAGGED_WEST
from tests.geo.ragged import assert_whole, line_of, ragged
from tests.square import SOUTH, STEP, WEST, square_plan


def line(*points: tuple[float, float]) -> LineString:
    """A line in the square community, in grids from its south-west corner."""
    return LineString([(WEST + x * STEP, SOUTH + y * STEP) for x, y in points])


def area(*points: tuple[float, float]) -> Polygon:
    return Polygon(line(*points).coords)


def square(west: float, south: float, east: float, north: float) -> Polygon:
    return box(WEST + west * STEP, SOUTH + south * STEP, WEST + east * STEP, SOUTH + north * STEP)


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return shapely.symmetric_difference(one, other).area < 1e-12


def shape(partition: Partition, code: str) -> Polygon | MultiPolygon:
    return partition.polygon(partition.number_of(code))


@pytest.fixture(scope="module")
def nine() -> Partition:
    return Partition.of(square_plan())


def refused(partition: Partition, command: Command) -> Refused:
    with pytest.raises(Refused) as caught:
        apply(partition, command)
    return caught.value


def edge_between(partition: Partition, one: str, two: str) -> int:
    pair = {partition.number_of(one), partition.number_of(two)}
    return next(i for i in sorted(partition.arcs) if {partition.arcs[i].left, partition.arcs[i].right} == pair)


# reshape


def test_what_the_line_cuts_off_along_the_edge_changes_hands(nine: Partition) -> None:
    for pair in (("21", "22"), ("22", "21")):
        after = apply(nine, Reshape(line((0.9, 1.2), (1.3, 1.5), (0.9, 1.8)), pair)).partition
        assert_whole(nine, after)
        lens = area((1, 1.275), (1.3, 1.5), (1, 1.725))
        assert same(shape(after, "21"), square(0, 1, 1, 2).union(lens))
        assert same(shape(after, "22"), square(1, 1, 2, 2).difference(lens))


def test_a_wave_moves_the_edge_to_both_sides(nine: Partition) -> None:
    wave = line((1, 1.2), (1.2, 1.4), (0.8, 1.6), (1, 1.8))
    after = apply(nine, Reshape(wave, ("21", "22"))).partition
    assert_whole(nine, after)
    assert shape(after, "21").covers(area((1, 1.2), (1.2, 1.4), (1, 1.5)).buffer(-1e-6))
    assert shape(after, "22").covers(area((1, 1.5), (0.8, 1.6), (1, 1.8)).buffer(-1e-6))


def test_a_line_beyond_both_ends_of_the_edge_moves_its_junctions(nine: Partition) -> None:
    after = apply(nine, Reshape(line((1.2, 0.5), (1.2, 2.5)), ("21", "22"))).partition
    assert_whole(nine, after)
    assert same(shape(after, "21"), square(0, 1, 1.2, 2))
    # The neighbours above and below get nodes and keep their ground.
    for code in ("11", "12", "31", "32"):
        assert same(shape(after, code), shape(nine, code))


def test_a_line_across_the_edge_from_beside_one_end_to_beside_the_other_turns_it(nine: Partition) -> None:
    after = apply(nine, Reshape(line((0.8, 2.3), (1.2, 0.7)), ("21", "22"))).partition
    assert_whole(nine, after)
    west = area((0, 1), (1.125, 1), (0.875, 2), (0, 2))
    assert same(shape(after, "21"), west)
    assert same(shape(after, "22"), square(0, 1, 2, 2).difference(west))


def test_what_the_line_cuts_off_elsewhere_stays(nine: Partition) -> None:
    pocket = ((1.8, 0.5), (1.8, 1.5), (2.5, 1.5), (2.5, 2.5), (1, 2.5))
    far = line(*pocket, (1, 1.9), (1.1, 1.9), (1.1, 1.7), (1, 1.7))
    after = apply(nine, Reshape(far, ("21", "22"))).partition
    assert_whole(nine, after)
    bump = square(1, 1.7, 1.1, 1.9)
    assert same(shape(after, "22"), square(1, 1, 2, 2).difference(bump))
    assert shapely.get_num_coordinates(shape(after, "23")) == shapely.get_num_coordinates(shape(nine, "23"))


def test_the_edge_around_an_enclave_is_redrawn_too() -> None:
    before = ragged()
    hole = shape(before, "e1")
    middle, reach = hole.centroid, hole.bounds[2] - hole.centroid.x
    bump = LineString([(middle.x, middle.y), (middle.x + 1.1 * reach, middle.y), (middle.x, middle.y + 0.6 * reach)])
    grown = LineString(
        [(middle.x, middle.y), (middle.x + 1.1 * reach, middle.y + reach * 0.1), (middle.x, middle.y + reach * 0.6)]
    )
    for drawn in (bump, grown):
        after = apply(before, Reshape(drawn, ("e0", "e1"))).partition
        assert_whole(before, after)
        assert shape(after, "e1").area != shape(before, "e1").area


@pytest.mark.parametrize(
    "nothing",
    [
        line((0.5, 1.5), (1.5, 1.5)),
        line((-0.5, 1.5), (3.5, 1.5)),
        line((-0.5, 1.4), (3.5, 1.4)),
        line((-0.5, 1.7), (3.5, 1.3)),
        line((0.9, 1.4), (1.1, 1.4), (1.1, 1.6), (0.9, 1.6), (0.9, 1.4)),
        line((0.5, 1.5), (0.7, 1.5)),
        line((1, 1.2), (1, 1.8)),
        line((1.000002, 1), (1.000002, 2)),
        line((5, 5), (6, 6)),
    ],
    ids=[
        "crosses once",
        "halves both",
        "crosses right through",
        "aslant",
        "a ring",
        "aside",
        "along",
        "3 mm beside",
        "elsewhere",
    ],
)
def test_a_line_that_cuts_nothing_off_along_the_edge_is_refused(nine: Partition, nothing: LineString) -> None:
    error = refused(nine, Reshape(nothing, ("21", "22")))
    assert error.findings[0].rule is Rule.NO_CUT
    assert error.findings[0].where is nothing
    assert error.findings[0].grids == ("21", "22")


def test_grids_without_a_common_edge_are_refused(nine: Partition) -> None:
    for pair in (("21", "33"), ("11", "22"), ("22", "22")):
        error = refused(nine, Reshape(line((0.9, 1.2), (1.3, 1.5), (0.9, 1.8)), pair))
        assert error.findings[0].rule is Rule.NOT_NEIGHBOURS
        assert error.field == "between"


# snap to a street


def test_an_edge_follows_the_street_beside_it_and_its_ends_stay(nine: Partition) -> None:
    street = line((1.02, 0), (1.02, 3))
    edge = edge_between(nine, "21", "22")
    edited = apply(nine, SnapEdge(edge, street, 30))
    after = edited.partition
    assert_whole(nine, after)
    moved = line_of(after, edge_between(after, "21", "22"))
    assert {tuple(np.round(point, 6)) for point in moved[[0, -1]]} == {
        (round(WEST + STEP, 6), round(SOUTH + STEP, 6)),
        (round(WEST + STEP, 6), round(SOUTH + 2 * STEP, 6)),
    }
    assert shapely.intersection(LineString(moved), street.buffer(2e-8)).length > 0.9 * STEP
    assert same(shape(after, "11"), shape(nine, "11"))


def test_only_the_stretch_within_reach_follows(nine: Partition) -> None:
    street = line((1.3, 1), (1.02, 1.3), (1.01, 1.5), (1.02, 1.7), (1.3, 2))
    after = apply(nine, SnapEdge(edge_between(nine, "21", "22"), street, 25)).partition
    assert_whole(nine, after)
    moved = LineString(line_of(after, edge_between(after, "21", "22")))
    assert moved.distance(shapely.Point(WEST + 1.01 * STEP, SOUTH + 1.5 * STEP)) < 2e-8
    far, _ = projector(nine.epsg).forward(*np.array(moved.coords).T)
    home, _ = projector(nine.epsg).forward(WEST + STEP, SOUTH + STEP)
    assert np.abs(far - home).max() < 26


def test_a_street_that_crosses_the_edge_moves_it_to_both_sides(nine: Partition) -> None:
    street = line((0.98, 0.9), (1.02, 2.1))
    after = apply(nine, SnapEdge(edge_between(nine, "21", "22"), street, 30)).partition
    assert_whole(nine, after)
    assert shapely.difference(shape(after, "21"), shape(nine, "21")).area > 0
    assert shapely.difference(shape(after, "22"), shape(nine, "22")).area > 0


@pytest.mark.parametrize("x", [1.2, 1.0, 1.0000001, 5])
def test_a_street_out_of_reach_or_on_the_edge_already_is_refused(nine: Partition, x: float) -> None:
    error = refused(nine, SnapEdge(edge_between(nine, "21", "22"), line((x, 0), (x, 3)), 30))
    assert error.findings[0].rule is Rule.NO_CUT
    assert error.findings[0].where is not None


def test_snap_refuses_the_frame_an_unknown_edge_and_a_reach_without_sense(nine: Partition) -> None:
    street = line((1.02, 0), (1.02, 3))
    rim = next(i for i in sorted(nine.arcs) if -1 in (nine.arcs[i].left, nine.arcs[i].right))
    inner = edge_between(nine, "21", "22")
    assert refused(nine, SnapEdge(rim, street, 30)).findings[0].rule is Rule.NOT_NEIGHBOURS
    assert refused(nine, SnapEdge(999, street, 30)).findings[0].rule is Rule.NO_SUCH_PLACE
    for within_m in (float("nan"), 0.0, -5.0, float("inf")):
        error = refused(nine, SnapEdge(inner, street, within_m))
        assert error.field == "within_m"


# a new frame


def test_land_outside_the_new_frame_is_cut_off(nine: Partition) -> None:
    after = apply(nine, SetFrame(square(0, 0, 3, 2.5))).partition
    assert_whole(nine, after, same_frame=False)
    assert same(after.frame, square(0, 0, 3, 2.5))
    assert same(shape(after, "32"), square(1, 2, 2, 2.5))
    assert after.polygon(0) is nine.polygon(0)


def test_new_land_goes_to_the_grid_with_the_longest_border(nine: Partition) -> None:
    after = apply(nine, SetFrame(square(0, 0, 3, 3).union(square(3, 0.6, 3.2, 1.9)))).partition
    assert_whole(nine, after, same_frame=False)
    assert same(shape(after, "23"), square(2, 1, 3, 2).union(square(3, 0.6, 3.2, 1.9)))
    assert same(shape(after, "13"), square(2, 0, 3, 1))


def test_a_lake_in_the_new_frame_is_cut_out_and_an_old_one_is_filled() -> None:
    before = Partition.of(square_plan())
    lake = square(0.8, 0.8, 1.2, 1.2)
    drained = apply(before, SetFrame(square(0, 0, 3, 3).difference(lake))).partition
    assert_whole(before, drained, same_frame=False)
    assert drained.frame.area == pytest.approx(before.frame.area - lake.area, rel=1e-9)
    filled = apply(drained, SetFrame(square(0, 0, 3, 3))).partition
    assert_whole(drained, filled, same_frame=False)
    assert same(filled.frame, before.frame)


def test_a_frame_that_leaves_grids_without_ground_names_them(nine: Partition) -> None:
    error = refused(nine, SetFrame(square(0, 0, 3, 1.5)))
    assert error.findings[0].rule is Rule.ORPHANED
    assert error.findings[0].grids == ("31", "32", "33")
    assert refused(nine, SetFrame(square(0.5, 0.5, 0.9, 0.9))).findings[0].grids == tuple(
        code for code in nine.codes if code != "11"
    )
    assert refused(nine, SetFrame(square(7, 7, 8, 8))).findings[0].rule is Rule.ORPHANED


def test_new_land_apart_from_every_grid_is_refused(nine: Partition) -> None:
    error = refused(nine, SetFrame(square(0, 0, 3, 3).union(square(4, 4, 5, 5))))
    assert error.findings[0].rule is Rule.NOT_NEIGHBOURS


def test_the_same_frame_is_refused_as_no_change(nine: Partition) -> None:
    assert refused(nine, SetFrame(square(0, 0, 3, 3))).findings[0].rule is Rule.NO_CUT


def test_broken_frames_are_refused(nine: Partition) -> None:
    bow_tie = area((0, 0), (3, 3), (3, 0), (0, 3))
    twice = MultiPolygon([square(0, 0, 3, 3), square(1, 1, 4, 4)])
    for frame, rule in ((bow_tie, Rule.CROSSING), (twice, Rule.INVALID_RING), (Polygon(), Rule.EMPTY_GEOMETRY)):
        error = refused(nine, SetFrame(frame))
        assert error.findings[0].rule is rule
        assert error.field == "frame"


# anything


@cache
def map_of(seed: int) -> Partition:
    return ragged(seed)


RULES = (Rule.NO_CUT, Rule.CROSSING, Rule.NOT_NEIGHBOURS, Rule.ORPHANED)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_line_beside_an_edge_reshapes_cleanly_or_is_refused(data: st.DataObject) -> None:
    before = map_of(7)
    inner = [i for i in sorted(before.arcs) if min(before.arcs[i].left, before.arcs[i].right) >= 0]
    arc = data.draw(st.sampled_from(inner))
    points = line_of(before, arc)
    size = data.draw(st.sampled_from([1e-8, 3e-8, 1e-6, 1e-4, 1e-3]))
    off = np.array([data.draw(st.integers(-3, 3)), data.draw(st.integers(-3, 3))]) * size
    start, stop = sorted(data.draw(st.integers(0, len(points))) for _ in "ab")
    moved = points.copy()
    moved[start:stop] += off
    drawn = LineString(moved)
    sides = (before.facts[before.arcs[arc].left].code, before.facts[before.arcs[arc].right].code)
    try:
        if data.draw(st.booleans()):
            delta = snap(before, SnapEdge(arc, drawn, data.draw(st.floats(1, 100))))
        else:
            delta = reshape(before, Reshape(drawn, sides))
    except Refused as error:
        if error.findings[0].rule not in RULES or error.findings[0].where is None:
            raise
        return
    after = before.after(delta)
    assert_whole(before, after)
    again = after.after(delta.inverse())
    assert all(again.grid(number) is before.grid(number) for number in before.numbers)


@settings(max_examples=40, deadline=None)
@given(st.floats(-0.2, 5.2), st.floats(-0.2, 5.2), st.sampled_from([1e-8, 1e-5, 0.1, 0.5, 1.0]), st.booleans())
def test_any_bite_or_addition_to_the_frame_is_made_cleanly_or_refused(
    x: float, y: float, size: float, is_bite: bool
) -> None:
    before = map_of(7)
    disc = shapely.Point(RAGGED_WEST + x * RAGGED_STEP, RAGGED_SOUTH + y * RAGGED_STEP).buffer(size * RAGGED_STEP, 3)
    frame = before.frame.difference(disc) if is_bite else before.frame.union(disc)
    try:
        delta = set_frame(before, SetFrame(frame))
    except Refused as error:
        if error.findings[0].rule not in RULES or error.findings[0].where is None:
            raise
        return
    after = before.after(delta)
    assert_whole(before, after, same_frame=False)
    assert shapely.symmetric_difference(after.frame, frame).area < 1e-10
