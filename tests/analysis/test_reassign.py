"""Re-assignment: whatever changes, the answer is that of a full count, row by row, on lines and corners too."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triangles import EPSG, SIDE, Mesh, delta_between, mesh

from mapsvc.analysis import reassign
from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.analysis.point_cells import PointCells
from mapsvc.analysis.reassign import Moved, moved, owners
from mapsvc.analysis.regrade import regrade, rows_to_regrade
from mapsvc.geo.certainty import grade
from mapsvc.geo.partition.arc import OUTSIDE
from mapsvc.model.incident import CERTAINTY_CODE, Certainty

NAMES = {number: f"{code:02d}" for number, code in enumerate([31, 12, 22, 5, 41, 8, 17])}
TRIANGLES = 2 * 3 * 3
RNG = np.random.default_rng(3)


def aimed_points(states: list[Mesh]) -> PointCells:
    """Points on every vertex and on the middle of every segment of all states, some anywhere, one without a place."""
    spots = []
    for state in states:
        spots.append(state.degrees(state.points.reshape(-1, 2)))
        ends = np.array([key for key in state.sides], dtype=np.int64).reshape(-1, 2, 2)
        spots.append(state.degrees(ends.sum(axis=1) // 2))
    spots.append(states[0].degrees(RNG.integers(-SIDE // 3, 3 * SIDE + SIDE // 3, (200, 2))))
    lon, lat = np.concatenate([*spots, [[np.nan, 39.7]]]).T
    return PointCells.of(lon, lat)


labels = st.lists(st.integers(OUTSIDE, 5), min_size=TRIANGLES, max_size=TRIANGLES).filter(lambda one: max(one) >= 0)
relabels = st.dictionaries(st.integers(0, TRIANGLES - 1), st.integers(OUTSIDE, 6), max_size=6)
whole_grids = st.tuples(st.integers(OUTSIDE, 5), st.integers(OUTSIDE, 6))
pulls = st.dictionaries(
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(st.integers(-SIDE // 4, SIDE // 4), st.integers(-SIDE // 4, SIDE // 4)),
    max_size=2,
)
swaps = st.tuples(st.integers(0, 6), st.integers(0, 6))


@st.composite
def chains(draw: st.DrawFn) -> list[Mesh]:
    """Three states of one map: triangles and whole grids change hands, vertices move, codes are swapped."""
    states = [mesh(np.array(draw(labels)), NAMES)]
    for _ in range(2):
        last = states[-1]
        label, names, points = last.label.copy(), dict(last.names), last.points.copy()
        old, new = draw(whole_grids)
        label[label == old] = new
        for place, number in draw(relabels).items():
            label[place] = number
        for place, pull in draw(pulls).items():
            points[place] = np.array(place[::-1]) * SIDE + pull
        one, other = draw(swaps)
        names[one], names[other] = names[other], names[one]
        if (label >= 0).any():
            states.append(mesh(label, names, points))
    return states


@given(chains())
@settings(max_examples=60, deadline=None)
def test_any_change_moves_what_a_full_count_moves_and_undo_restores_every_owner(states: list[Mesh]) -> None:
    cells = aimed_points(states)
    kept = [owners(states[0], cells.lon, cells.lat)]
    for before, after in pairwise(states):
        change = moved(cells, kept[-1], before, after, delta_between(before, after))
        assert (change.old != change.new).all()
        kept.append(change.apply(kept[-1]))
        np.testing.assert_array_equal(kept[-1], owners(after, cells.lon, cells.lat))
    owner = kept.pop()
    for after, before in pairwise(states[::-1]):
        owner = moved(cells, owner, after, before, delta_between(before, after).inverse()).apply(owner)
        np.testing.assert_array_equal(owner, kept.pop())


@given(chains())
@settings(max_examples=15, deadline=None)
def test_many_points_asked_through_an_index_get_the_same_grids(states: list[Mesh]) -> None:
    cells = aimed_points(states)
    owner = owners(states[0], cells.lon, cells.lat)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reassign, "_WORTH_INDEX", 0)
        for before, after in pairwise(states):
            owner = moved(cells, owner, before, after, delta_between(before, after)).apply(owner)
            np.testing.assert_array_equal(owner, owners(after, cells.lon, cells.lat))


@given(chains(), st.sampled_from([None, 5.0, 60.0]))
@settings(max_examples=20, deadline=None)
def test_certainty_is_that_of_a_grading_of_all_points(states: list[Mesh], accuracy_m: float | None) -> None:
    cells = aimed_points(states)
    before, after = states[0], states[-1]
    stated = None if accuracy_m is None else np.where(RNG.random(len(cells)) < 0.7, accuracy_m, np.nan)
    old, new = (owners(state, cells.lon, cells.lat) for state in (before, after))
    codes = whole_grade(before, cells, old, stated)
    lines = ChangedLines.of(delta_between(before, after))
    rows = rows_to_regrade(cells, after, lines, Moved.between(old, new), accuracy_m or 0.0)
    part = None if stated is None else stated[rows]
    codes[rows] = regrade(after, cells.lon[rows], cells.lat[rows], new[rows], part).codes
    np.testing.assert_array_equal(codes, whole_grade(after, cells, new, stated))


def whole_grade(state: Mesh, cells: PointCells, owner: np.ndarray, accuracy_m: np.ndarray | None) -> np.ndarray:
    numbers = list(state.numbers)
    polygons = [state.polygon(number) for number in numbers]
    place = np.array([numbers.index(number) if number in numbers else -1 for number in range(-1, 8)], np.int32)
    return grade(polygons, EPSG, cells.lon, cells.lat, place[owner + 1], accuracy_m)


def nine(**renamed: str) -> Mesh:
    """Nine squares, codes 11 (south west, number 0) to 33 (number 8): row, column."""
    names = {3 * row + column: f"{row + 1}{column + 1}" for row in range(3) for column in range(3)}
    return mesh(np.tile(np.arange(9), 2), names | {int(key[1:]): code for key, code in renamed.items()})


def at(column: float, row: float) -> PointCells:
    lon, lat = nine().degrees(np.array([[round(column * SIDE), round(row * SIDE)]])).T
    return PointCells.of(lon, lat)


def owner_after(old: Mesh, new: Mesh, cells: PointCells) -> str:
    owner = owners(old, cells.lon, cells.lat)
    number = int(moved(cells, owner, old, new, delta_between(old, new)).apply(owner)[0])
    assert number == owners(new, cells.lon, cells.lat)[0]
    return new.names[number] if number >= 0 else ""


def relabelled(state: Mesh, old: int, new: int, **renamed: str) -> Mesh:
    names = state.names | {int(key[1:]): code for key, code in renamed.items()}
    return mesh(np.where(state.label == old, new, state.label), names)


def test_a_merge_hands_over_the_vanished_grids_incidents_but_not_those_on_a_line_with_a_lower_code() -> None:
    merged = relabelled(nine(), 0, 8)
    assert owner_after(nine(), merged, at(0.5, 0.5)) == "33"
    assert owner_after(nine(), merged, at(1.0, 0.5)) == "12"
    assert owner_after(nine(), merged, at(0.5, 1.0)) == "21"


def test_a_junction_goes_to_the_grid_that_touches_it_with_its_corner_only() -> None:
    # 11 and 22 meet in one point and share no edge; 11 gives way to the outside.
    gone = relabelled(nine(), 0, OUTSIDE)
    assert owner_after(nine(), gone, at(1, 1)) == "12"
    alone = relabelled(relabelled(gone, 1, OUTSIDE), 3, OUTSIDE)
    assert owner_after(gone, alone, at(1, 1)) == "22"


def test_a_new_code_changes_the_owner_of_points_on_the_line_alone() -> None:
    renamed = nine(n1="99")
    assert owner_after(nine(), renamed, at(1.5, 1.0)) == "22"
    assert owner_after(nine(), renamed, at(1.5, 0.5)) == "99"
    assert owner_after(nine(), renamed, at(1.0, 0.5)) == "11"


def test_only_rows_that_change_come_back_and_the_way_back_is_exact() -> None:
    old, new = nine(), relabelled(nine(), 4, 5)
    cells = aimed_points([old])
    owner = owners(old, cells.lon, cells.lat)
    change = moved(cells, owner, old, new, delta_between(old, new))
    assert set(change.old.tolist()) == {4}
    assert len(change) > 0
    np.testing.assert_array_equal(change.inverse().apply(change.apply(owner)), owner)
    assert owner.tolist() == owners(old, cells.lon, cells.lat).tolist()


def test_lines_that_are_removed_and_added_again_are_no_change() -> None:
    old = nine()
    delta = delta_between(old, relabelled(old, 4, 5))
    lines = ChangedLines.of(delta)
    assert lines.touched == {4, 5}
    assert len(lines.came.ends) == 0
    assert len(lines.went.ends) == 1
    assert len(lines.new.ends) == 3
    assert ChangedLines.of(delta_between(old, nine())).boxes(old) == []


def test_two_changes_far_apart_have_a_box_each() -> None:
    old = nine()
    label = old.label.copy()
    label[[0, 8]] = 1, 7
    boxes = ChangedLines.of(delta_between(old, mesh(label, old.names))).boxes(old)
    assert len(boxes) == 2
    assert max(east - west for west, _, east, _ in boxes) < 1.1 * SIDE / 1e8


def test_a_grid_that_meets_a_moved_line_only_in_its_end_is_not_touched() -> None:
    old = nine()
    points = old.points.copy()
    points[1, 1] += SIDE // 5
    lines = ChangedLines.of(delta_between(old, mesh(old.label, old.names, points)))
    assert lines.touched == {0, 1, 3, 4}


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=60), st.tuples(*[st.floats(-1.5, 1.5)] * 4))
def test_a_box_holds_exactly_the_points_within_its_edges(
    points: list[tuple[float, float]], box: tuple[float, float, float, float]
) -> None:
    lon, lat = np.array([*points, (np.nan, 0.0), (0.0, np.inf)]).T
    west, south, east, north = box
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    cells = PointCells.of(lon, lat)
    assert cells.in_box(*box).tolist() == np.flatnonzero(inside).tolist()
    for x, y in points[:5]:
        assert len(cells.in_box(x, y, x, y)) == points.count((x, y)) or 0.0 in (x, y)


def test_points_in_several_boxes_come_once_and_in_order() -> None:
    cells = PointCells.of([3.0, 1.0, 2.0, 9.0], [0.0, 0.0, 0.0, 0.0])
    assert cells.in_boxes([(0, 0, 2, 0), (1, 0, 3, 0)]).tolist() == [0, 1, 2]
    assert cells.in_boxes([]).tolist() == []
    assert PointCells.of([np.nan], [np.nan]).in_box(-180, -90, 180, 90).tolist() == []


def test_a_grading_needs_no_point_on_a_line_to_have_an_accuracy() -> None:
    state, cells = nine(), at(1.0, 0.5)
    owner = owners(state, cells.lon, cells.lat)
    for accuracy in (None, np.array([np.nan])):
        codes = regrade(state, cells.lon, cells.lat, owner, accuracy).codes
        assert codes.tolist() == [CERTAINTY_CODE[Certainty.BOUNDARY]]
