"""Giving drawn ground to another grid: what moves, what stays, and what is refused."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.transfer import transfer
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Transfer
from tests.geo.ragged import SOUTH as RAGGED_SOUTH
from tests.geo.ragged import STEP as RAGGED_STEP
from tests.geo.ragged import WEST as RAGGED_WEST
from tests.geo.ragged import assert_whole, ragged, twice_area
from tests.square import SOUTH, STEP, WEST, square_plan

MILLIMETRE = 1e-8


def area(west: float, south: float, east: float, north: float) -> Polygon:
    """A box in the square community, in grids from its south-west corner."""
    return box(WEST + west * STEP, SOUTH + south * STEP, WEST + east * STEP, SOUTH + north * STEP)


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return shapely.symmetric_difference(one, other).area < 1e-12


@pytest.fixture(scope="module")
def nine() -> Partition:
    return Partition.of(square_plan())


def shape(partition: Partition, code: str) -> Polygon | MultiPolygon:
    return partition.polygon(partition.number_of(code))


def refused(partition: Partition, command: Transfer) -> Refused:
    with pytest.raises(Refused) as caught:
        apply(partition, command)
    return caught.value


def test_ground_of_all_grids_in_the_area_goes_over(nine: Partition) -> None:
    after = apply(nine, Transfer(area(0.5, 0.5, 1.5, 1.5), "22")).partition
    assert_whole(nine, after)
    assert same(shape(after, "22"), area(1, 1, 2, 2).union(area(0.5, 0.5, 1.5, 1.5)))
    assert same(shape(after, "11"), area(0, 0, 1, 1).difference(area(0.5, 0.5, 1.5, 1.5)))


def test_only_named_givers_give(nine: Partition) -> None:
    after = apply(nine, Transfer(area(0.5, 1.2, 1.5, 1.8), "21", givers=("22", "33"))).partition
    assert_whole(nine, after)
    assert same(shape(after, "21"), area(0, 1, 1, 2).union(area(1, 1.2, 1.5, 1.8)))
    cross = apply(nine, Transfer(area(0.5, 0.5, 1.5, 1.5), "22", givers=("12",))).partition
    assert same(shape(cross, "11"), area(0, 0, 1, 1))
    assert same(shape(cross, "12"), area(1, 0, 2, 1).difference(area(0.5, 0.5, 1.5, 1.5)))


def test_nodes_of_the_ring_within_other_grids_leave_no_trace(nine: Partition) -> None:
    after = apply(nine, Transfer(area(0.5, 1.2, 1.5, 1.8), "22", givers=("21",))).partition
    kept = [i for i, arc in nine.arcs.items() if {arc.left, arc.right} == {4, 5}]
    assert all(after.arcs[i] is nine.arcs[i] for i in kept)
    assert shapely.get_num_coordinates(after.frame) == shapely.get_num_coordinates(nine.frame)


def test_an_area_over_the_frame_takes_only_what_is_inside(nine: Partition) -> None:
    after = apply(nine, Transfer(area(-1, 0.5, 0.5, 1.5), "21")).partition
    assert_whole(nine, after)
    assert same(after.frame, nine.frame)
    assert same(shape(after, "21"), area(0, 1, 1, 2).union(area(0, 0.5, 0.5, 1)))


def test_blocks_that_share_an_edge_or_overlap_go_over_as_one(nine: Partition) -> None:
    blocks = MultiPolygon([area(1, 0.4, 1.5, 1), area(1.5, 0.4, 2, 1), area(1.2, 0.6, 1.4, 0.8)])
    after = apply(nine, Transfer(blocks, "22")).partition
    assert_whole(nine, after)
    assert same(shape(after, "22"), area(1, 0.4, 2, 2))
    assert same(shape(after, "12"), area(1, 0, 2, 0.4))


@pytest.mark.parametrize("off", [(0, 0), (1, 1), (-1, 2), (3, -3), (-3, -3), (9, 4)])
def test_an_area_drawn_along_edges_leaves_no_sliver(nine: Partition, off: tuple[int, int]) -> None:
    block = translate(area(1, 0.5, 2, 1), off[0] * MILLIMETRE, off[1] * MILLIMETRE)
    after = apply(nine, Transfer(block, "22")).partition
    assert_whole(nine, after)
    assert len(shape(after, "22").exterior.coords) <= 9
    for code in ("11", "12", "13", "22"):
        assert shapely.get_num_geometries(shape(after, code)) == 1
    assert after.neighbours(after.number_of("11")) == {1, 3, 4}
    assert shape(after, "11").area == pytest.approx(shape(nine, "11").area, rel=1e-9)


def test_an_enclave_in_the_area_is_not_swallowed_without_a_word() -> None:
    before = ragged()
    around = box(*shape(before, "c11").bounds).buffer(RAGGED_STEP * 0.01)
    error = refused(before, Transfer(around, "c12"))
    assert error.findings[0].rule is Rule.SWALLOWED
    assert set(error.findings[0].grids) & {"c11", "e0", "e1"}
    west, south, east, north = shape(before, "c11").bounds
    half = box(west, south, (west + east) / 2, north)
    after = apply(before, Transfer(half, "c12", givers=("c11", "e0"), allow_pieces=True)).partition
    assert_whole(before, after)


def test_ground_far_away_goes_over_where_pieces_are_allowed() -> None:
    before = ragged()
    middle = shape(before, "i").centroid
    part = box(middle.x, middle.y - 1, middle.x + 1, middle.y + 1)
    assert refused(before, Transfer(part, "c00")).findings[0].rule is Rule.MULTIPART
    after = apply(before, Transfer(part, "c00", allow_pieces=True)).partition
    assert_whole(before, after)
    assert shape(after, "i").area < 0.7 * shape(before, "i").area
    inner = shape(before, "c33").representative_point().buffer(RAGGED_STEP / 100)
    after = apply(before, Transfer(inner, "c00", allow_pieces=True)).partition
    assert_whole(before, after)
    assert len(shape(after, "c33").interiors) == len(shape(before, "c33").interiors) + 1


def test_an_area_over_the_water_takes_the_ground_on_the_far_shore_too() -> None:
    before = ragged()
    island = shape(before, "i")
    _, south, _, north = island.bounds
    near = shape(before, "c34").centroid
    part = box(near.x, south, island.centroid.x, north)
    after = apply(before, Transfer(part, "c34", allow_pieces=True)).partition
    assert_whole(before, after)
    assert shape(after, "i").area == pytest.approx(island.difference(part).area, rel=1e-4)


def test_a_gap_in_the_area_goes_along() -> None:
    grids = square_plan().grids
    before = Partition.of(square_plan(grids=(*grids[:4], *grids[5:])))
    after = apply(before, Transfer(area(0.8, 0.9, 1.5, 2.1), "21", givers=())).partition
    assert shape(after, "21").covers(area(1, 1, 1.5, 2).buffer(-1e-7))
    shapes = [after.polygon(number) for number in after.numbers]
    assert shapely.coverage_is_valid(shapes)
    assert twice_area(after, -2) < twice_area(before, -2)


def test_a_whole_grid_is_not_taken_but_merged(nine: Partition) -> None:
    error = refused(nine, Transfer(area(0.9, -0.1, 2.1, 1.5), "22"))
    assert error.findings[0].rule is Rule.SWALLOWED
    assert error.findings[0].grids == ("12", "22")
    assert "merge" in str(error)


@pytest.mark.parametrize(
    "nothing",
    [area(1.2, 1.2, 1.8, 1.8), area(5, 5, 6, 6), area(1, 1, 2, 2), translate(area(1, 1, 2, 2), 2e-8, 1e-8)],
    ids=["its own ground", "far outside", "exactly its own", "its own to the millimetre"],
)
def test_an_area_without_ground_of_others_is_refused(nine: Partition, nothing: Polygon) -> None:
    error = refused(nine, Transfer(nothing, "22"))
    assert error.findings[0].rule is Rule.NO_CUT
    assert error.findings[0].where is nothing
    assert error.field == "area"
    assert refused(nine, Transfer(area(0, 0, 0.5, 0.5), "22", givers=("22",))).findings[0].rule is Rule.NO_CUT
    assert refused(nine, Transfer(area(0, 0, 0.5, 0.5), "22", givers=("33",))).findings[0].rule is Rule.NO_CUT


def test_an_unknown_grid_is_refused(nine: Partition) -> None:
    for command in (Transfer(area(0, 0, 1, 1), "99"), Transfer(area(0, 0, 1, 1), "22", givers=("99",))):
        assert refused(nine, command).findings[0].rule is Rule.NO_SUCH_PLACE


def broken_area() -> Polygon:
    with np.errstate(invalid="ignore"):
        return Polygon([(WEST, SOUTH), (float("nan"), SOUTH), (WEST + STEP, SOUTH + STEP), (WEST, SOUTH)])


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (
            Polygon([(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]),
            Rule.CROSSING,
        ),
        (broken_area(), Rule.BAD_COORDINATE),
        (Polygon([(WEST, SOUTH), (WEST, 95), (WEST + 1, SOUTH)]), Rule.BAD_COORDINATE),
        (Polygon(), Rule.EMPTY_GEOMETRY),
        (shapely.Point(WEST, SOUTH), Rule.EMPTY_GEOMETRY),
        (shapely.Point(WEST, SOUTH).buffer(STEP, quad_segs=2501), Rule.TOO_MANY_VERTICES),
    ],
    ids=["bow-tie", "nan", "off the globe", "empty", "a point", "too long"],
)
def test_bad_areas_are_refused_and_named(nine: Partition, bad: Polygon, rule: Rule) -> None:
    error = refused(nine, Transfer(bad, "22"))
    assert error.findings[0].rule is rule
    assert error.field == "area"


def test_a_spot_smaller_than_the_lattice_is_nothing(nine: Partition) -> None:
    spot = area(0.5, 0.5, 0.5 + 3e-7, 0.5 + 3e-7)
    assert refused(nine, Transfer(spot, "22")).findings[0].rule is Rule.EMPTY_GEOMETRY
    beside_a_corner = area(1 - 3e-6, 1 - 3e-6, 1 - 1e-6, 1 - 1e-6)
    assert refused(nine, Transfer(beside_a_corner, "22")).findings[0].rule is Rule.NO_CUT


@cache
def map_of(seed: int) -> Partition:
    return ragged(seed)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_area_goes_over_cleanly_or_is_refused_with_a_place(data: st.DataObject) -> None:
    before = map_of(5)
    x, y = (data.draw(st.floats(-0.2, 5.2)) for _ in "xy")
    size = data.draw(st.sampled_from([0.001, 0.05, 0.3, 0.8, 1.5]))
    middle = shapely.Point(RAGGED_WEST + x * RAGGED_STEP, RAGGED_SOUTH + y * RAGGED_STEP)
    shape_of = data.draw(st.sampled_from(["disc", "part of a grid", "along a grid"]))
    drawn = middle.buffer(size * RAGGED_STEP, quad_segs=data.draw(st.integers(1, 8)))
    codes = [code for code, n in zip(before.codes, before.numbers, strict=True) if before.polygon(n).intersects(drawn)]
    to = data.draw(st.sampled_from(codes or list(before.codes)))
    if shape_of != "disc":
        of = shape(before, data.draw(st.sampled_from(codes or list(before.codes))))
        part = of.intersection(drawn)
        drawn = part if part.geom_type in ("Polygon", "MultiPolygon") and not part.is_empty else of
    if shape_of == "along a grid":
        drawn = translate(drawn, *(data.draw(st.integers(-4, 4)) * MILLIMETRE for _ in "xy"))
    try:
        delta = transfer(before, Transfer(drawn, to))
    except Refused as error:
        finding = error.findings[0]
        if finding.rule not in (Rule.NO_CUT, Rule.SWALLOWED, Rule.CROSSING) or finding.where is None:
            raise
        return
    after = before.after(delta)
    assert_whole(before, after)
    assert shape(after, to).buffer(2e-7).covers(drawn.intersection(before.frame))
    again = after.after(delta.inverse())
    assert all(again.grid(number) is before.grid(number) for number in before.numbers)
