"""Moving, adding and removing vertices: both neighbours follow, and nothing may be crossed, covered or torn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.check import MOST_VERTICES, check
from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import AddVertex, MoveVertices, RemoveVertex, VertexMove
from tests.geo.desk import add_near, arc_between, corners, move_to, nine_squares, refused
from tests.geo.nine import EPSG, FRAME, at, grid, nine, polygon
from tests.geo.patchwork import patchwork


def test_a_junction_moves_for_all_four_grids_that_meet_there() -> None:
    first = nine_squares()
    edited = apply(first, MoveVertices((move_to(first, "11", "12", (1, 1), (1.2, 1.1)),)))
    after = edited.partition
    assert {after.facts[number].code for number in edited.touched} == {"11", "12", "21", "22"}
    assert all((1.2, 1.1) in corners(after, code) for code in ("11", "12", "21", "22"))
    assert after.grid(8) is first.grid(8)
    assert first.plan().grids[0].polygon.equals(nine()[0].polygon)


def test_an_added_vertex_belongs_to_both_neighbours_and_leaves_their_junctions() -> None:
    first = nine_squares()
    lon, lat = at(1.2, 1.5)
    after = apply(first, AddVertex(arc_between(first, "21", "22"), 0, lon, lat)).partition
    assert (1.2, 1.5) in corners(after, "21") & corners(after, "22")
    number = arc_between(after, "21", "22")
    back = apply(after, RemoveVertex(number, 1)).partition
    assert [shapely.equals_exact(back.polygon(n), first.polygon(n), 0.0) for n in (3, 4)] == [True, True]


def test_untouched_vertices_stay_bit_for_bit() -> None:
    first = nine_squares()
    after = apply(first, MoveVertices((move_to(first, "11", "12", (1, 1), (1.2, 1.1)),))).partition
    before_points = {tuple(p) for p in shapely.get_coordinates(first.polygon(0)).tolist()}
    now_points = {tuple(p) for p in shapely.get_coordinates(after.polygon(0)).tolist()}
    assert len(before_points - now_points) == len(now_points - before_points) == 1


def test_the_moved_vertex_lands_on_the_lattice() -> None:
    first = nine_squares()
    lon, lat = at(1.1, 1.1)
    move = move_to(first, "11", "12", (1, 1), (1.1, 1.1))
    sloppy = VertexMove(move.arc, move.index, lon + 3e-9, lat - 4e-9)
    after = apply(first, MoveVertices((sloppy,))).partition
    assert (lon, lat) in set(after.polygon(4).exterior.coords)


def test_several_vertices_move_at_once_where_one_alone_would_cross() -> None:
    first = nine_squares()
    lon, lat = at(0.9, 1.5)
    bent = apply(first, AddVertex(arc_between(first, "21", "22"), 0, lon, lat)).partition
    moves = (
        move_to(bent, "21", "22", (0.9, 1.5), (1.6, 1.5)),
        move_to(bent, "21", "22", (1, 1), (1.5, 1.1)),
    )
    after = apply(bent, MoveVertices(moves)).partition
    assert {(1.6, 1.5), (1.5, 1.1)} <= corners(after, "22")


def test_a_move_across_a_neighbour_is_refused_and_shows_both_lines() -> None:
    first = nine_squares()
    finding = refused(first, MoveVertices((move_to(first, "11", "12", (1, 1), (2.5, 1.4)),)), Rule.CROSSING)
    assert finding.where is not None
    assert {"12", "22"} <= set(finding.grids)


def test_a_vertex_may_not_land_on_another_vertex_or_within_a_millimetre_of_a_line() -> None:
    first = nine_squares()
    refused(first, MoveVertices((move_to(first, "11", "12", (1, 1), (2, 1)),)), Rule.CROSSING)
    lon, lat = at(1.5, 2)
    number = arc_between(first, "21", "22")
    for away in (0.0, 3e-9):
        refused(first, AddVertex(number, 0, lon, lat + away), Rule.CROSSING)
    assert apply(first, AddVertex(number, 0, lon, lat - 1e-6)).touched


def test_a_vertex_one_step_beside_a_slanted_line_is_refused_though_nothing_crosses() -> None:
    first = nine_squares()
    slanted = apply(first, MoveVertices((move_to(first, "11", "12", (1, 1), (1.6, 0.6)),))).partition
    number = arc_between(slanted, "12", "13")
    lon, lat = at(1.3, 0.3)
    finding = refused(slanted, AddVertex(number, 0, lon + 1e-8, lat), Rule.CROSSING)
    assert shapely.distance(finding.where, shapely.Point(lon, lat)) < 1e-7
    assert apply(slanted, AddVertex(number, 0, lon + 3e-8, lat)).touched


def enclave_world() -> Partition:
    """Nine squares with a small triangle E inside 22, near its western edge."""
    hole = [at(1.1, 1.45), at(1.2, 1.45), at(1.15, 1.55)]
    ring = shapely.Polygon(polygon((1, 1), (2, 1), (2, 2), (1, 2)).exterior, [hole])
    grids = [*nine(g22=ring)]
    grids.append(grid("E", shapely.Polygon(hole)))
    return Partition.of(Plan("p1", "Nine and one", FRAME, EPSG, tuple(grids)))


def test_a_line_may_not_be_dragged_over_a_whole_enclave() -> None:
    first = add_near(enclave_world(), "21", "22", (1.0001, 1.5))
    two = add_near(first, "21", "22", (1.0001, 1.8))
    moves = (
        move_to(two, "21", "22", (1, 1), (1.7, 1.2)),
        move_to(two, "21", "22", (1.0001, 1.5), (1.7, 1.5)),
        move_to(two, "21", "22", (1.0001, 1.8), (1.6, 1.9)),
    )
    finding = refused(two, MoveVertices(moves), Rule.CROSSING)
    assert finding.where is not None


def test_an_enclave_may_not_be_carried_into_another_grid_or_turned_inside_out() -> None:
    first = enclave_world()
    number = arc_between(first, "22", "E")
    steps = first.arcs[number].steps[:-1]
    carried = [VertexMove(number, i, *(first.degrees(steps[i : i + 1])[0] + (0.01, 0.0))) for i in range(3)]
    refused(first, MoveVertices(tuple(carried)), Rule.CROSSING)
    middle = first.degrees(steps).mean(axis=0)
    mirrored = [
        VertexMove(number, i, float(2 * middle[0] - lon), float(lat))
        for i, (lon, lat) in enumerate(first.degrees(steps).tolist())
    ]
    refused(first, MoveVertices(tuple(mirrored)), Rule.CROSSING)
    nudged = [VertexMove(number, i, *(first.degrees(steps[i : i + 1])[0] + (0.001, 0.0))) for i in range(3)]
    assert len(apply(first, MoveVertices(tuple(nudged))).touched) == 2


def test_the_frame_moves_only_when_the_command_says_so() -> None:
    first = nine_squares()
    move = move_to(first, "11", "12", (1, 0), (1.1, -0.2))
    finding = refused(first, MoveVertices((move,)), Rule.OUTSIDE_FRAME)
    assert finding.where is not None
    edited = apply(first, MoveVertices((move,), frame=True))
    assert edited.partition.frame is not first.frame
    assert edited.partition.frame.area > first.frame.area
    back = edited.partition.after(edited.delta.inverse())
    assert back.frame is first.frame


def test_the_end_of_a_line_slides_along_the_frame_which_stays() -> None:
    first = nine_squares()
    for aim in ((1.3, 0.05), (0.6, -0.1), (1.95, 0.0)):
        after = apply(first, MoveVertices((move_to(first, "11", "12", (1, 0), aim),))).partition
        assert (aim[0], 0.0) in corners(after, "11") & corners(after, "12")
        assert after.frame.equals(first.frame)
        assert sum(after.polygon(n).area for n in (0, 1)) == pytest.approx(first.polygon(0).area * 2, rel=1e-9)
    # Beyond the next junction, or clearly off the frame, is another matter.
    for aim in ((2.2, 0.0), (1.1, -0.3)):
        refused(first, MoveVertices((move_to(first, "11", "12", (1, 0), aim),)), Rule.OUTSIDE_FRAME)


def test_a_line_slides_along_a_rough_coast_and_back() -> None:
    first = Partition.of(patchwork(4, decimals=None))
    number = arc_between(first, "03", "04")
    arc = first.arcs[number]
    rim = set(first.arcs_of(OUTSIDE))
    at_rim = [k for k in (0, -1) if set(first.arcs_at(tuple(arc.steps[k].tolist()))) & rim]
    index = at_rim[0] % len(arc.steps)
    lon, lat = first.degrees(arc.steps[index : index + 1])[0]
    moved = 0
    for east in np.linspace(-0.003, 0.003, 25):
        try:
            edited = apply(first, MoveVertices((VertexMove(number, index, lon + east, lat + 1e-4),)))
        except Refused:
            continue
        moved += 1
        assert edited.touched == {first.number_of("03"), first.number_of("04")}
        assert shapely.symmetric_difference(edited.partition.frame, first.frame).area < 1e-10
        assert edited.partition.after(edited.delta.inverse()).plan() == first.plan()
    assert moved > 10


def test_a_frame_may_not_cross_itself_beyond_the_touched_grids() -> None:
    notch = [at(0, 0), at(3, 0), at(3, 1), at(1, 1), at(1, 2), at(3, 2), at(3, 3), at(0, 3), at(0, 2), at(0, 1)]
    south = polygon((0, 0), (3, 0), (3, 1), (1, 1), (0, 1))
    west = polygon((0, 1), (1, 1), (1, 2), (0, 2))
    north = polygon((0, 2), (1, 2), (3, 2), (3, 3), (0, 3))
    plan = Plan("c", "C", shapely.Polygon(notch), EPSG, (grid("n", north), grid("s", south), grid("w", west)))
    first = Partition.of(plan)
    outer = next(i for i in first.arcs_of(1) if first.arcs[i].right < 0)
    (corner,) = first.steps([at(3, 1)]).tolist()
    index = first.arcs[outer].steps.tolist().index(corner)
    # 0.2 short of the northern arm fits, into it does not, though that grid is no neighbour.
    assert apply(first, MoveVertices((VertexMove(outer, index, *at(2.5, 1.8)),), frame=True)).touched == {1}
    refused(first, MoveVertices((VertexMove(outer, index, *at(2.5, 2.5)),), frame=True), Rule.CROSSING)


@pytest.mark.parametrize(("arc", "index"), [(999, 0), (0, 99), (0, -1)])
def test_an_unknown_place_is_refused(arc: int, index: int) -> None:
    first = nine_squares()
    lon, lat = at(1, 1)
    refused(first, MoveVertices((VertexMove(arc, index, lon, lat),)), Rule.NO_SUCH_PLACE)
    refused(first, AddVertex(arc, index, lon, lat), Rule.NO_SUCH_PLACE)
    refused(first, RemoveVertex(arc, index), Rule.NO_SUCH_PLACE)


@pytest.mark.parametrize("spot", [(math.nan, 39.6), (math.inf, 39.6), (98.4, 90.5), (-181.0, 39.6)])
def test_what_is_no_coordinate_is_refused(spot: tuple[float, float]) -> None:
    first = nine_squares()
    number = arc_between(first, "21", "22")
    refused(first, MoveVertices((VertexMove(number, 0, *spot),)), Rule.BAD_COORDINATE)
    refused(first, AddVertex(number, 0, *spot), Rule.BAD_COORDINATE)


def test_one_vertex_cannot_go_to_two_places() -> None:
    first = nine_squares()
    moves = (
        move_to(first, "11", "12", (1, 1), (1.1, 1.1)),
        move_to(first, "21", "22", (1, 1), (1.2, 1.1)),
    )
    refused(first, MoveVertices(moves), Rule.BAD_COORDINATE)


def test_a_command_without_moves_is_refused_and_one_that_stays_changes_nothing() -> None:
    first = nine_squares()
    refused(first, MoveVertices(()), Rule.TOO_MANY_VERTICES)
    edited = apply(first, MoveVertices((move_to(first, "11", "12", (1, 1), (1, 1)),)))
    assert edited.delta.is_empty
    assert edited.partition.plan() == first.plan()


def test_a_junction_cannot_be_taken_out() -> None:
    first = nine_squares()
    refused(first, RemoveVertex(arc_between(first, "21", "22"), 0), Rule.NO_SUCH_PLACE)


def test_a_triangle_keeps_its_three_vertices() -> None:
    first = enclave_world()
    refused(first, RemoveVertex(arc_between(first, "22", "E"), 0), Rule.SWALLOWED)


def test_a_locked_grid_keeps_its_shape() -> None:
    first = nine_squares()
    move = MoveVertices((move_to(first, "11", "12", (1, 1), (1.2, 1.1)),))
    finding = refused(first, move, Rule.LOCKED, locked=frozenset({"22"}))
    assert finding.grids == ("22",)
    assert apply(first, move, locked=frozenset({"33"})).touched


def test_a_line_cannot_grow_beyond_all_measure() -> None:
    first = nine_squares()
    number = arc_between(first, "21", "22")
    (x, y), (x1, y1) = first.arcs[number].steps.tolist()
    count = MOST_VERTICES + 1
    line = np.column_stack([np.full(count, x), np.linspace(y, y1, count).astype(np.int64)])
    arc = first.arcs[number]
    delta = Delta({number: arc}, {first.next_arc: Arc(line, arc.left, arc.right)})
    with pytest.raises(Refused) as caught:
        check(first, delta, first.after(delta))
    assert caught.value.findings[0].rule is Rule.TOO_MANY_VERTICES
    assert x1 == x


@settings(deadline=None)
@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_a_junction_moved_anywhere_keeps_the_area_or_is_refused(x: float, y: float) -> None:
    first = nine_squares()
    command = MoveVertices((move_to(first, "11", "12", (1, 1), (1 + x, 1 + y)),))
    try:
        after = apply(first, command).partition
    except Refused:
        assert max(abs(x), abs(y)) > 0.49 or min(abs(x), abs(y)) < 1e-3
        return
    shapes = [after.polygon(number) for number in after.numbers]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).equals(first.frame)
