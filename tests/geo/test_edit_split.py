"""Splitting a grid by a line: what is cut, who keeps the code, and what is refused."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.split import split
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import Split
from tests.geo.ragged import SOUTH as RAGGED_SOUTH
from tests.geo.ragged import STEP as RAGGED_STEP
from tests.geo.ragged import WEST as RAGGED_WEST
from tests.geo.ragged import assert_whole, line_of, ragged, twice_area
from tests.square import SOUTH, STEP, WEST, square_plan


def at(x: float, y: float) -> tuple[float, float]:
    """A place in the square community, in grids from its south-west corner."""
    return (WEST + x * STEP, SOUTH + y * STEP)


def line(*points: tuple[float, float]) -> LineString:
    return LineString([at(*point) for point in points])


def broken_line(lon: float) -> LineString:
    with np.errstate(invalid="ignore"):
        return LineString([at(0.5, 1.5), (lon, SOUTH + STEP), at(2.5, 1.5)])


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Equal but for the last bits of the doubles."""
    return shapely.symmetric_difference(one, other).area < 1e-12


def same_place(point: object, place: tuple[float, float]) -> bool:
    return isinstance(point, Point) and point.distance(Point(place)) < 1e-8


@pytest.fixture(scope="module")
def nine() -> Partition:
    return Partition.of(square_plan())


def refused(partition: Partition, command: Split) -> Refused:
    with pytest.raises(Refused) as caught:
        apply(partition, command)
    return caught.value


def test_a_line_from_side_to_side_cuts_a_grid_in_two(nine: Partition) -> None:
    after = apply(nine, Split("22", line((0.5, 1.25), (2.5, 1.25)), "22b", "New", "新")).partition
    assert after.codes == ("11", "12", "13", "21", "22", "22b", "23", "31", "32", "33")
    assert_whole(nine, after)
    new = after.grid(after.number_of("22b"))
    assert same(new.polygon, box(*at(1, 1), *at(2, 1.25)))
    assert (new.name, new.name_zh, new.kind) == ("New", "新", nine.grid(4).kind)
    assert new.id not in {grid.id for grid in nine.base.plan.grids}
    assert after.grid(after.number_of("22")).id == "g22"


def test_both_neighbours_get_the_nodes_and_nobody_else_changes(nine: Partition) -> None:
    after = apply(nine, Split("22", line((-0.5, 1.5), (3.5, 1.5)), "22b")).partition
    for code in ("21", "23"):
        old, new = (shapely.get_num_coordinates(p.polygon(p.number_of(code))) for p in (nine, after))
        assert new == old + 1
    for code in ("11", "12", "13", "31", "32", "33"):
        one, two = (shapely.normalize(p.polygon(p.number_of(code))) for p in (nine, after))
        assert one.equals_exact(two, 0)
    # The line crosses 21 and 23 and the frame as well: those pieces are dropped without a trace.
    assert after.frame is nine.frame
    assert twice_area(nine, nine.number_of("21")) == twice_area(after, after.number_of("21"))


def test_the_same_line_and_code_make_the_same_grid_again(nine: Partition) -> None:
    command = Split("22", line((0.5, 1.25), (2.5, 1.25)), "22b")
    one, two = apply(nine, command), apply(nine, command)
    assert one.delta.to_bytes() == two.delta.to_bytes()


def test_a_diagonal_through_two_corners_adds_one_edge_and_no_node(nine: Partition) -> None:
    edited = apply(nine, Split("22", line((0.5, 0.5), (2.5, 2.5)), "22b"))
    assert_whole(nine, edited.partition)
    drawn = [arc for arc in edited.delta.added.values() if {arc.left, arc.right} == {4, 9}]
    assert len(drawn) == 1
    assert len(drawn[0].steps) == 2
    others = {number for number in edited.touched if number not in (4, 9)}
    for number in others:
        one, two = (shapely.normalize(p.polygon(number)) for p in (nine, edited.partition))
        assert one.equals_exact(two, 0)


def test_more_load_keeps_the_code(nine: Partition) -> None:
    low = line((0.5, 1.25), (2.5, 1.25))

    def northern(polygons: list[Polygon]) -> list[float]:
        return [polygon.centroid.y for polygon in polygons]

    def southern(polygons: list[Polygon]) -> list[float]:
        return [-polygon.centroid.y for polygon in polygons]

    for weigh, kept in ((northern, box(*at(1, 1.25), *at(2, 2))), (southern, box(*at(1, 1), *at(2, 1.25)))):
        after = apply(nine, Split("22", low, "22b"), weigh).partition
        assert same(after.polygon(after.number_of("22")), kept)


@pytest.mark.parametrize(
    ("cut_line", "kept"),
    [
        (line((0.5, 1.25), (2.5, 1.25)), box(*at(1, 1.25), *at(2, 2))),
        (line((1.75, 2.5), (1.75, 0.5)), box(*at(1, 1), *at(1.75, 2))),
        (line((1.5, 0.5), (1.5, 2.5)), box(*at(1, 1), *at(1.5, 2))),
        (line((1.5, 2.5), (1.5, 0.5)), box(*at(1, 1), *at(1.5, 2))),
        (line((0.5, 1.5), (2.5, 1.5)), box(*at(1, 1), *at(2, 1.5))),
    ],
    ids=["larger", "larger too", "west", "west, drawn the other way", "south"],
)
def test_on_equal_loads_the_larger_then_western_then_southern_part_keeps_the_code(
    nine: Partition, cut_line: LineString, kept: Polygon
) -> None:
    after = apply(nine, Split("22", cut_line, "22b"), lambda polygons: [1.0] * len(polygons)).partition
    assert same(after.polygon(after.number_of("22")), kept)


@pytest.mark.parametrize(
    "missing",
    [
        line((0.2, 0.2), (0.8, 0.8)),
        line((0.5, 1.5), (1.5, 1.5)),
        line((1.2, 1.5), (1.8, 1.5)),
        line((0.5, 1.5), (1, 1.5)),
        line((0, 2), (2, 4)),
        line((0.5, 1.5), (1.5, 0.5)),
        line((1, 0.5), (1, 2.5)),
        line((1.000003, 0.5), (1.000003, 2.5)),
    ],
    ids=[
        "elsewhere",
        "ends inside",
        "inside",
        "touches an edge",
        "touches nothing",
        "touches a corner",
        "along",
        "3 mm",
    ],
)
def test_a_line_that_separates_nothing_is_refused_with_the_line(nine: Partition, missing: LineString) -> None:
    error = refused(nine, Split("22", missing, "22b"))
    assert error.findings[0].rule is Rule.NO_CUT
    assert error.findings[0].where is missing
    assert error.findings[0].grids == ("22",)
    assert error.field == "line"


def test_a_line_that_ends_on_itself_is_refused(nine: Partition) -> None:
    tail = line((0.5, 1.5), (2.5, 1.5), (2.5, 1.2), (1.5, 1.2), (1.5, 1.5))
    loop = line((1.5, 0.5), (1.5, 1.5), (1.8, 1.5), (1.8, 1.2), (1.5, 1.2), (1.2, 1.2), (1.2, 2.5))
    ends_on_itself = line((1.5, 0.5), (1.5, 1.6), (1.8, 1.6), (1.8, 1.3), (1.5, 1.3))
    finding = refused(nine, Split("22", tail, "n")).findings[0]
    assert finding.rule is Rule.CROSSING
    assert same_place(finding.where, at(1.5, 1.5))
    # A stem with a loop: the stem separates nothing, the loop does.
    after = apply(nine, Split("22", ends_on_itself, "n")).partition
    assert same(after.polygon(after.number_of("n")), box(*at(1.5, 1.3), *at(1.8, 1.6)))
    # A line that crosses itself has two sides in turn: the loop lies on the other side of what is around it.
    assert refused(nine, Split("22", loop, "n")).findings[0].rule is Rule.MULTIPART
    assert_whole(nine, apply(nine, Split("22", loop, "n", allow_pieces=True)).partition)


def test_a_closed_line_inside_makes_an_enclave(nine: Partition) -> None:
    ring = line((1.3, 1.3), (1.7, 1.3), (1.7, 1.7), (1.3, 1.7), (1.3, 1.3))
    after = apply(nine, Split("22", ring, "n")).partition
    assert_whole(nine, after)
    assert len(after.polygon(after.number_of("22")).interiors) == 1
    assert after.neighbours(after.number_of("n")) == {after.number_of("22")}


def test_a_line_that_cuts_off_two_pieces_needs_a_reason_for_pieces(nine: Partition) -> None:
    wave = line((1.2, 0.5), (1.2, 1.4), (1.4, 1.4), (1.4, 0.9), (1.6, 0.9), (1.6, 1.4), (1.8, 1.4), (1.8, 0.5))
    assert refused(nine, Split("22", wave, "n")).findings[0].rule is Rule.MULTIPART
    after = apply(nine, Split("22", wave, "n", allow_pieces=True)).partition
    assert_whole(nine, after)
    assert shapely.get_num_geometries(after.polygon(after.number_of("n"))) == 2


def test_a_part_that_the_line_does_not_cut_stays_with_the_old_code() -> None:
    before = ragged()
    number = before.number_of("c00")
    near, far = sorted(shapely.get_parts(before.polygon(number)), key=lambda part: part.bounds[0])
    west, south, east, north = near.bounds
    middle = (south + north) / 2
    after = apply(before, Split("c00", LineString([(west - 1e-3, middle), (east + 1e-3, middle)]), "n")).partition
    assert_whole(before, after)
    assert any(same(part, far) for part in shapely.get_parts(after.polygon(number)))


def test_two_parts_cut_by_one_line_are_put_together_by_their_side_of_it() -> None:
    grids = square_plan().grids
    pair = shapely.MultiPolygon([grids[0].polygon, grids[2].polygon])
    joined = dataclasses.replace(grids[0], polygon=pair)
    before = Partition.of(square_plan(grids=(joined, grids[1], *grids[3:])))
    after = apply(before, Split("11", line((-1, 0.4), (4, 0.4)), "n", allow_pieces=True)).partition
    assert_whole(before, after)
    assert after.polygon(after.number_of("n")).bounds == pytest.approx((*at(0, 0), *at(3, 0.4)))


@pytest.mark.parametrize("x", [3_000, 17_000, 40_000, 60_000, 99_000])
def test_a_node_beside_a_sharp_corner_bends_what_lies_behind_it_too(nine: Partition, x: int) -> None:
    """Grid 12 is a wedge of 100 m, 3 mm wide at its end, between 11 and 13: a node on one side meets the other."""

    def ring(*steps: tuple[int, int]) -> Polygon:
        return Polygon(np.round(np.array(steps) * 1e-8 + (WEST, SOUTH), 8))

    tip, upper, lower = (0, 0), (100_000, 3), (100_000, 0)
    shapes = [
        ring(tip, upper, (200_000, 60_000), (100_000, 100_000), (-1_000, 100_000)),
        ring(tip, lower, (200_000, 50_000), (200_000, 60_000), upper),
        ring(tip, (-1_000, -100_000), (200_000, -100_000), (200_000, 50_000), lower),
    ]
    grids = [
        dataclasses.replace(grid, polygon=polygon) for grid, polygon in zip(nine.base.plan.grids, shapes, strict=False)
    ]
    frame = shapely.coverage_union_all(shapes)
    before = Partition.of(Plan("p", "Wedge", frame, 4542, tuple(grids)))
    down = LineString(np.array([(x, 150_000), (x, -50_000)]) * 1e-8 + (WEST, SOUTH))
    after = apply(before, Split("11", down, "n")).partition
    assert_whole(before, after)


def test_a_node_on_a_long_edge_of_the_frame_is_no_change_of_area(nine: Partition) -> None:
    after = apply(nine, Split("12", line((1.5, -0.5), (1.5, 1.5)), "n")).partition
    assert_whole(nine, after)
    assert shapely.get_num_coordinates(after.frame) > shapely.get_num_coordinates(nine.frame)


def test_a_code_in_use_an_empty_code_and_an_unknown_grid_are_refused(nine: Partition) -> None:
    across = line((0.5, 1.5), (2.5, 1.5))
    assert refused(nine, Split("22", across, "23")).findings[0].rule is Rule.DUPLICATE_CODE
    assert refused(nine, Split("22", across, "")).findings[0].rule is Rule.DUPLICATE_CODE
    assert refused(nine, Split("99", across, "n")).findings[0].rule is Rule.NO_SUCH_PLACE


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (broken_line(float("nan")), Rule.BAD_COORDINATE),
        (broken_line(float("inf")), Rule.BAD_COORDINATE),
        (LineString([at(0.5, 1.5), (WEST, 91.0)]), Rule.BAD_COORDINATE),
        (LineString([at(0.5, 1.5), (-98.0, -39.0)]), Rule.BAD_COORDINATE),
        (LineString([at(1.5, 1.5), at(1.5, 1.5)]), Rule.BAD_COORDINATE),
        (LineString([at(1.5, 1.5), (WEST + 1.5 * STEP + 1e-9, SOUTH + 1.5 * STEP)]), Rule.BAD_COORDINATE),
        (LineString(), Rule.BAD_COORDINATE),
        (Polygon(), Rule.BAD_COORDINATE),
        (LineString(np.linspace(at(0.5, 1.5), at(2.5, 1.5), 10_001)), Rule.TOO_MANY_VERTICES),
    ],
    ids=["nan", "inf", "off the globe", "far away", "one point", "less than a step", "empty", "no line", "too long"],
)
def test_bad_lines_are_refused_and_named(nine: Partition, bad: LineString, rule: Rule) -> None:
    error = refused(nine, Split("22", bad, "n"))
    assert error.findings[0].rule is rule


def test_ten_thousand_vertices_are_still_a_line(nine: Partition) -> None:
    x = np.linspace(0.5, 2.5, 10_000)
    wave = line(*zip(x.tolist(), (1.5 + 0.1 * np.sin(9 * x)).tolist(), strict=True))
    assert_whole(nine, apply(nine, Split("22", wave, "n")).partition)


SHAPELY_1988 = (
    "POLYGON ((570.199 972.895, 579.11 972.895, 579.11 1028.895, 581.61 1028.895, 581.61 1062.895, 1331.61 1062.895, "
    "1331.61 1067.39, 2653.9 1067.39, 2653.9 425.91, 2679.801 425.91, 2679.801 -484.296, 920.199 -484.296, "
    "920.199 42.704, 734.11 42.704, 734.11 112.115, 570.199 112.115, 570.199 524.895, 579.11 524.895, 579.11 580.895, "
    "581.61 580.895, 581.61 614.895, 734.11 614.895, 734.11 727.115, 570.199 727.115, 570.199 972.895))"
)
SHAPELY_1988_LINE = (
    "LINESTRING (579.11 -640.4646, 579.11 1223.5586, 581.61 1223.5586, 581.61 -640.4646, 734.11 -640.4646, "
    "734.11 1223.5586, 920.199 1223.5586, 920.199 -640.4646, 1331.61 -640.4646, 1331.61 1223.5586, 2653.9 1223.5586, "
    "2653.9 -640.4646)"
)
"""The case of shapely issue 1988: the line runs along several edges, and shapely.ops.split adds area."""


def test_the_polygon_of_shapely_issue_1988_splits_with_no_gain(nine: Partition) -> None:
    polygon, cut_line = (
        shapely.transform(shapely.from_wkt(text), lambda points: np.round(points * 1e-5 + (98.5, 39.7), 8))
        for text in (SHAPELY_1988, SHAPELY_1988_LINE)
    )
    grid = dataclasses.replace(nine.base.plan.grids[0], polygon=polygon)
    before = Partition.of(Plan("p", "1988", polygon, 4542, (grid,)))
    after = apply(before, Split("11", cut_line, "n", allow_pieces=True)).partition
    assert_whole(before, after)
    assert sum(twice_area(after, number) for number in after.numbers) == twice_area(before, 0)
    whole = shapely.union_all([after.polygon(number) for number in after.numbers])
    assert shapely.symmetric_difference(whole, polygon).area == 0


@cache
def map_of(seed: int, step: float) -> Partition:
    return ragged(seed, step=step)


def drawn_lines(partition: Partition, step: float) -> st.SearchStrategy[LineString]:
    """Lines across a ragged map: through its vertices, along its edges, beside them by a few millimetres, or free."""
    arcs = sorted(partition.arcs)
    place = st.tuples(st.floats(-0.3, 5.3), st.floats(-0.3, 5.3)).map(
        lambda spot: (RAGGED_WEST + spot[0] * step, RAGGED_SOUTH + spot[1] * step)
    )
    vertex = st.tuples(st.sampled_from(arcs), st.integers(0, 7)).map(
        lambda which: tuple(line_of(partition, which[0])[which[1] % len(line_of(partition, which[0]))])
    )
    free = st.lists(st.one_of(place, vertex), min_size=2, max_size=6, unique=True).map(LineString)
    beside = st.tuples(st.sampled_from(arcs), st.integers(-3, 3), st.integers(-3, 3), place).map(
        lambda given: LineString([*(line_of(partition, given[0]) + np.array(given[1:3]) * 1e-8), given[3]])
    )
    return st.one_of(free, beside)


@pytest.mark.parametrize("step", [RAGGED_STEP, 5e-6], ids=["streets", "half a metre"])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_line_splits_cleanly_or_is_refused_with_a_place(step: float, data: st.DataObject) -> None:
    before = map_of(3, step)
    cut_line = data.draw(drawn_lines(before, step))
    crossed = [
        code for code, n in zip(before.codes, before.numbers, strict=True) if before.polygon(n).crosses(cut_line)
    ]
    code = data.draw(st.sampled_from(crossed or list(before.codes)))
    try:
        delta = split(before, Split(code, cut_line, "n", allow_pieces=True))
    except Refused as error:
        finding = error.findings[0]
        if finding.rule not in (Rule.NO_CUT, Rule.CROSSING) or finding.where is None:
            raise
        return
    after = before.after(delta)
    assert_whole(before, after)
    again = after.after(delta.inverse())
    assert all(again.grid(number) is before.grid(number) for number in before.numbers)
