"""Comparing plans: real moves, lines drawn anew, and which grid goes on as which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.errors import BadInput
from mapsvc.geo.compare import common_ground, compare
from mapsvc.geo.measure import area_m2
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

M = 1.0 / 85_650.0
"""A metre of longitude here, in degrees."""


def changed(plan: Plan, polygons: dict[str, Polygon | None], **facts: object) -> Plan:
    """The plan with other polygons, not measured yet; None takes a grid out, an unknown code adds one."""
    shapes = {grid.code: grid.polygon for grid in plan.grids} | polygons
    known = {grid.code: grid for grid in plan.grids}
    grids = tuple(
        replace(known.get(code, Grid(f"g{code}", code, f"Grid {code}", shape, 0.0)), polygon=shape, area_m2=0.0)
        for code, shape in sorted(shapes.items())
        if shape is not None
    )
    return replace(plan, id="p2", grids=grids, **facts)  # type: ignore[arg-type]


def shifted_line(metres: float) -> Plan:
    """The line between 11 and 12 moved to the east by so many metres, over its whole length of 1.1 km."""
    plan, middle = square_plan(), WEST + STEP + metres * M
    west = box(WEST, SOUTH, middle, SOUTH + STEP)
    # 21 and 22 lie north of both: their corner is no vertex of the moved line, which no overlay minds.
    return changed(plan, {"11": west, "12": box(middle, SOUTH, WEST + 2 * STEP, SOUTH + STEP)})


def codes(found, of: str) -> list[tuple[str, str]]:
    a, b = [*found.a.codes, ""], [*found.b.codes, ""]
    pieces = found.pieces
    chosen = pieces.is_real if of == "real" else ~pieces.is_real
    return [(a[i], b[j]) for i, j in zip(pieces.first[chosen], pieces.second[chosen], strict=True)]


def test_a_plan_compared_with_itself_has_no_pieces_and_every_grid_goes_on():
    found = compare(square_plan(), square_plan())
    assert len(found.pieces) == 0
    assert found.match.tolist() == list(range(9))
    assert found.ground.same.all()


def test_a_line_moved_by_twenty_metres_is_a_real_move_of_that_width():
    found = compare(square_plan(), shifted_line(20))
    assert codes(found, "real") == [("12", "11")]
    assert found.pieces.width_m[0] == pytest.approx(20, rel=0.02)
    assert found.pieces.area_m2[0] == pytest.approx(20 * 1110, rel=0.01)


def test_a_line_moved_by_less_than_the_tolerance_is_the_same_line_drawn_anew():
    found = compare(square_plan(), shifted_line(4))
    assert (codes(found, "real"), codes(found, "thin")) == ([], [("12", "11")])
    assert found.pieces.width_m[0] <= 5.0
    assert codes(compare(square_plan(), shifted_line(4), tolerance_m=3), "real") == [("12", "11")]


def test_a_small_transfer_is_real_however_little_its_area():
    """The house holds 100 m2; the thin strip of the test above holds 4,400 m2: width decides, not area."""
    plan = square_plan()
    house = box(WEST + STEP, SOUTH + 0.004, WEST + STEP + 10 * M, SOUTH + 0.004 + 9e-5)
    eleven = plan.grids[0].polygon.union(house)
    twelve = plan.grids[1].polygon.difference(house)
    found = compare(plan, changed(plan, {"11": eleven, "12": twelve}))
    assert codes(found, "real") == [("12", "11")]
    assert found.pieces.area_m2[0] == pytest.approx(100, rel=0.02)


def test_a_noisy_second_digitising_moves_nothing():
    plan, rng = square_plan(), np.random.default_rng(3)
    y = np.linspace(SOUTH, SOUTH + STEP, 200)[1:-1]
    line = np.column_stack([WEST + STEP + rng.uniform(-2, 2, len(y)) * M, y])
    west = Polygon([(WEST, SOUTH), (WEST + STEP, SOUTH), *line, (WEST + STEP, SOUTH + STEP), (WEST, SOUTH + STEP)])
    east_corners = [(WEST + 2 * STEP, SOUTH), (WEST + 2 * STEP, SOUTH + STEP)]
    east = Polygon([(WEST + STEP, SOUTH), *line, (WEST + STEP, SOUTH + STEP), *east_corners[::-1]])
    found = compare(plan, changed(plan, {"11": west, "12": east}))
    assert len(found.pieces) > 50
    assert not found.pieces.is_real.any()


def test_grids_without_a_common_id_are_matched_by_the_ground_they_share():
    old = square_plan()
    new = replace(
        old, id="p2", grids=tuple(replace(grid, id=f"n{grid.id}", code=f"N{grid.code}") for grid in old.grids)
    )
    found = compare(old, new)
    assert found.match.tolist() == list(range(9))
    assert len(found.pieces) == 0


def test_swapped_ids_move_the_whole_grids_unless_ground_alone_decides():
    old = square_plan()
    grids = list(old.grids)
    grids[0], grids[1] = replace(grids[0], id=grids[1].id), replace(grids[1], id=grids[0].id)
    new = replace(old, id="p2", grids=tuple(grids))
    found = compare(old, new)
    assert sorted(codes(found, "real")) == [("11", "11"), ("12", "12")]
    assert len(compare(old, new, by_id=False).pieces) == 0


def test_of_a_split_the_larger_part_goes_on_and_of_a_merge_nothing_but_the_survivor():
    old = square_plan()
    cut = WEST + 0.7 * STEP
    parts = {"11": None, "1a": box(WEST, SOUTH, cut, SOUTH + STEP), "1b": box(cut, SOUTH, WEST + STEP, SOUTH + STEP)}
    found = compare(old, changed(old, parts))
    assert found.match[0] == found.b.codes.index("1a")
    assert codes(found, "real") == [("11", "1b")]
    whole = shapely.union(old.grids[0].polygon, old.grids[1].polygon)
    found = compare(old, changed(old, {"11": whole, "12": None}))
    assert found.match.tolist() == [0, -1, 1, 2, 3, 4, 5, 6, 7]
    assert codes(found, "real") == [("12", "11")]


def test_land_outside_either_plan_is_gained_or_lost():
    old = square_plan()
    wider = box(WEST - 0.001, SOUTH, WEST + STEP, SOUTH + STEP)
    smaller = box(WEST + 2 * STEP, SOUTH, WEST + 2.9 * STEP, SOUTH + STEP)
    found = compare(old, changed(old, {"11": wider, "13": smaller}))
    assert sorted(codes(found, "real")) == [("", "11"), ("13", "")]
    strip = box(WEST + 2.9 * STEP, SOUTH, WEST + 3 * STEP, SOUTH + STEP)
    lost = found.pieces.area_m2[found.pieces.second == -1]
    assert lost.sum() == pytest.approx(area_m2([strip], 4542)[0], rel=1e-9)


def test_a_grid_taken_out_or_put_in_is_land_lost_or_gained():
    old = square_plan()
    less = changed(old, {"33": None})
    assert codes(compare(old, less), "real") == [("33", "")]
    assert codes(compare(less, old), "real") == [("", "33")]
    nothing = replace(old, grids=())
    assert len(compare(old, nothing).pieces) == len(compare(nothing, old).pieces) == 9
    assert len(compare(nothing, nothing).pieces) == 0


def test_grids_of_equal_shape_take_no_part_in_the_overlay():
    found = compare(square_plan(), shifted_line(20))
    assert found.ground.same.sum() == 7
    assert len(found.ground) == 7 + 3


def test_equal_shapes_are_known_by_their_vertices_where_ids_differ():
    old = square_plan()
    grids = tuple(replace(grid, id=f"n{grid.id}", polygon=shapely.from_wkb(grid.polygon.wkb)) for grid in old.grids)
    ground = common_ground(old, replace(old, id="p2", grids=grids))
    assert ground.same.all()
    assert ground.first.tolist() == ground.second.tolist() == list(range(9))


def test_a_broken_ring_does_not_stop_the_comparison():
    old = square_plan()
    bow = Polygon([(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)])
    found = compare(old, changed(old, {"11": bow}))
    assert ("11", "") in codes(found, "real")


def test_a_tolerance_of_nothing_counts_every_piece_with_a_width_and_a_wrong_one_is_refused():
    assert codes(compare(square_plan(), shifted_line(0.2), tolerance_m=0), "real") == [("12", "11")]
    for wrong in (-1.0, 1001.0, float("nan")):
        with pytest.raises(BadInput):
            compare(square_plan(), square_plan(), wrong)


@st.composite
def transfers(draw: st.DrawFn) -> Plan:
    """The nine squares after a few boxes changed hands."""
    plan = square_plan()
    shapes = {grid.code: grid.polygon for grid in plan.grids}
    for _ in range(draw(st.integers(1, 4))):
        x, y = (draw(st.integers(0, 280)) / 100 for _ in range(2))
        w, h = (draw(st.integers(1, 150)) / 100 for _ in range(2))
        area = box(WEST + x * STEP, SOUTH + y * STEP, WEST + min(x + w, 3) * STEP, SOUTH + min(y + h, 3) * STEP)
        to = draw(st.sampled_from(plan.codes))
        grown = shapely.union(shapes[to], area)
        shapes = {code: shapely.difference(shape, area) for code, shape in shapes.items()} | {to: grown}
    return changed(plan, {code: None if shape.is_empty else shape for code, shape in shapes.items()})


@settings(max_examples=60, deadline=None)
@given(transfers(), transfers())
def test_ground_adds_up_to_every_grid_of_both_plans_and_both_directions_agree(a: Plan, b: Plan):
    ground = common_ground(a, b)
    for plan, side in ((a, ground.first), (b, ground.second)):
        assert (side >= 0).all()
        sums = np.bincount(side, weights=ground.area_m2, minlength=len(plan.grids))
        # An edge of 1 km that gets a vertex is straight in degrees, not in metres any more: some m2.
        np.testing.assert_allclose(sums, area_m2([grid.polygon for grid in plan.grids], 4542), rtol=1e-5, atol=20.0)
    forth, back = compare(a, b), compare(b, a)
    there = {(i, j) for i, j in enumerate(forth.match.tolist()) if j >= 0}
    assert there == {(i, j) for j, i in enumerate(back.match.tolist()) if i >= 0}
    assert forth.pieces.area_m2.sum() == pytest.approx(back.pieces.area_m2.sum(), rel=1e-5, abs=20.0)
    assert forth.pieces.is_real.sum() == back.pieces.is_real.sum()
