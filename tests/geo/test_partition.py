"""Partition: arcs of a plan and back, bit for bit; what is no partition is refused with its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from mapsvc.errors import Conflict, Refused
from mapsvc.geo.partition.arc import GAP, OUTSIDE, Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.partition.rings import lines_around, lines_of, polygon_of
from mapsvc.model.finding import Rule
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan
from tests.geo.nine import FRAME, at, nine, polygon
from tests.geo.patchwork import patchwork
from tests.square import square_plan


def plan_of(grids: list[Grid], frame: Polygon | MultiPolygon = FRAME) -> Plan:
    return Plan("p1", "Nine", frame, 4542, tuple(grids))


def refusal_of(plan: Plan) -> Refused:
    with pytest.raises(Refused) as caught:
        Partition.of(plan)
    assert caught.value.findings
    return caught.value


def test_a_plan_comes_back_from_its_partition_as_the_same_objects() -> None:
    plan = square_plan()
    partition = Partition.of(plan)
    assert partition.plan() == plan
    assert all(partition.grid(number) is plan.grids[number] for number in partition.numbers)
    assert partition.frame is plan.frame
    assert partition.codes == plan.codes
    assert partition.epsg == 4542


def test_nine_squares_have_twelve_inner_lines_and_eight_on_the_frame() -> None:
    partition = Partition.of(square_plan())
    inner = [arc for arc in partition.arcs.values() if OUTSIDE not in (arc.left, arc.right)]
    # A corner of the frame is no junction: there the line of a corner grid turns.
    assert (len(inner), len(partition.arcs)) == (12, 20)
    middle = partition.number_of("22")
    assert {partition.facts[n].code for n in partition.neighbours(middle)} == {"12", "21", "23", "32"}
    assert len(partition.arcs_of(middle)) == 4


def test_four_arcs_end_where_four_grids_meet() -> None:
    partition = Partition.of(plan_of(nine()))
    (step,) = partition.steps([at(1, 1)])
    assert len(partition.arcs_at((int(step[0]), int(step[1])))) == 4
    assert partition.arcs_at((int(step[0]) + 1, int(step[1]))) == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("decimals", [7, None])
@pytest.mark.parametrize("gap", [False, True])
def test_polygons_made_of_arcs_equal_those_of_the_plan_vertex_for_vertex(
    seed: int, decimals: int | None, gap: bool
) -> None:
    plan = patchwork(seed, gap=gap, decimals=decimals)
    partition = Partition.of(plan)
    for number in partition.numbers:
        made = polygon_of(lines_of([partition.arcs[i] for i in partition.arcs_of(number)], number), partition.degrees)
        assert made.is_valid
        assert made.normalize().equals_exact(plan.grids[number].polygon.normalize(), 0.0), plan.grids[number].code
    outline = lines_around([partition.arcs[i] for i in partition.arcs_of(OUTSIDE)], OUTSIDE)
    assert polygon_of(outline, partition.degrees).normalize().equals_exact(plan.frame.normalize(), 0.0)
    assert bool(partition.arcs_of(GAP)) is gap


def test_imported_doubles_that_are_no_whole_step_come_back() -> None:
    plan = patchwork(5, decimals=None)
    partition = Partition.of(plan)
    points = shapely.get_coordinates(plan.grids[7].polygon)
    assert (partition.degrees(partition.steps(points)) == points).all()
    assert (np.round(points, 8) != points).any()


def test_an_uncovered_hole_becomes_a_gap_and_a_hole_of_the_frame_does_not() -> None:
    hole = [at(*place) for place in ((1.3, 1.3), (1.7, 1.3), (1.7, 1.7), (1.3, 1.7))]
    ring = Polygon(polygon((1, 1), (2, 1), (2, 2), (1, 2)).exterior, [hole])
    with_gap = Partition.of(plan_of(nine(g22=ring)))
    assert len(with_gap.arcs_of(GAP)) == 1
    assert with_gap.polygon(GAP).normalize() == Polygon(hole).normalize()
    lake = Partition.of(plan_of(nine(g22=ring), Polygon(FRAME.exterior, [hole])))
    assert not lake.arcs_of(GAP)
    assert len(lake.frame.interiors) == 1


def test_a_missing_grid_at_the_frame_leaves_a_gap_between_frame_and_neighbours() -> None:
    grids = [grid for grid in nine() if grid.code != "33"]
    partition = Partition.of(plan_of(grids))
    sides = {frozenset((partition.arcs[i].left, partition.arcs[i].right)) for i in partition.arcs_of(GAP)}
    assert frozenset((GAP, OUTSIDE)) in sides
    assert partition.polygon(GAP).normalize().equals(polygon((2, 2), (3, 2), (3, 3), (2, 3)))
    assert partition.plan().frame is partition.base.plan.frame


def test_a_frame_without_the_vertices_of_the_grids_takes_them_over() -> None:
    corners = [at(0, 0), at(3, 0), at(3, 3), at(0, 3)]
    partition = Partition.of(plan_of(nine(), Polygon(corners)))
    assert not partition.arcs_of(GAP)
    assert len(partition.arcs_of(OUTSIDE)) == 8


def test_a_slanted_frame_line_within_a_step_of_the_vertices_fits() -> None:
    # A third of a slanted line falls between lattice points.
    low, high = np.array([98.4, 39.6]), np.array([98.41, 39.6077777])
    third = np.round(low + (high - low) / 3, 8)
    top = (98.4, 39.62)
    far = (98.41, 39.62)
    middle = np.round((np.array(top) + far) / 2, 8)
    west = Polygon([low, third, middle, top])
    east = Polygon([third, high, far, middle])
    frame = Polygon([low, high, far, top])
    grids = [Grid("a", "a", "a", west, 0.0), Grid("b", "b", "b", east, 0.0)]
    partition = Partition.of(plan_of(grids, frame))
    assert not partition.arcs_of(GAP)
    assert partition.frame is frame


def test_an_overlap_is_refused_with_its_ground() -> None:
    wide = polygon((1, 1), (2.2, 1), (2.2, 2), (1, 2))
    refused = refusal_of(plan_of(nine(g22=wide)))
    overlap = [finding for finding in refused.findings if finding.rule is Rule.OVERLAP]
    assert overlap[0].grids == ("22", "23")
    assert overlap[0].where is not None


def test_a_vertex_that_the_neighbour_lacks_is_refused() -> None:
    bent = polygon((1, 1), (2, 1), (2, 1.5), (2, 2), (1, 2))
    refused = refusal_of(plan_of(nine(g22=bent)))
    assert {finding.rule for finding in refused.findings} == {Rule.UNMATCHED_VERTEX}


def test_two_vertices_within_a_millimetre_are_refused() -> None:
    x, y = at(2, 2)
    near = Polygon([at(1, 1), at(2, 1), (x + 2e-9, y), at(1, 2)])
    refused = refusal_of(plan_of(nine(g22=near)))
    assert refused.findings[0].rule is Rule.UNMATCHED_VERTEX


def test_a_broken_ring_is_refused() -> None:
    bow = polygon((1, 1), (2, 2), (2, 1), (1, 2))
    assert Rule.INVALID_RING in {finding.rule for finding in refusal_of(plan_of(nine(g22=bow))).findings}


def test_a_grid_beyond_the_frame_is_refused() -> None:
    out = polygon((2, 2), (3.5, 2), (3.5, 3), (2, 3))
    assert Rule.OUTSIDE_FRAME in {finding.rule for finding in refusal_of(plan_of(nine(g33=out))).findings}


def test_two_grids_with_one_code_are_refused() -> None:
    grids = nine()
    grids[4] = replace(grids[4], code="11")
    assert Rule.DUPLICATE_CODE in {finding.rule for finding in refusal_of(plan_of(grids)).findings}


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="'99'") as caught:
        Partition.of(square_plan()).number_of("99")
    assert caught.value.findings[0].rule is Rule.NO_SUCH_PLACE


@pytest.mark.parametrize("spot", [(np.nan, 39.0), (np.inf, 39.0), (181.0, 39.0), (98.0, 91.0), (20.0, 39.7)])
def test_what_is_no_coordinate_or_lies_far_away_is_refused(spot: tuple[float, float]) -> None:
    with pytest.raises(Refused) as caught:
        Partition.of(square_plan()).steps([spot])
    assert caught.value.findings[0].rule is Rule.BAD_COORDINATE


def test_a_delta_of_another_state_is_refused() -> None:
    partition = Partition.of(square_plan())
    stray = Arc(np.array([[0, 0], [5, 5]]), 0, 1)
    with pytest.raises(Conflict):
        partition.after(Delta(removed={999: stray}))
    with pytest.raises(Conflict):
        partition.after(Delta(added={0: stray}))


def test_a_plan_wider_than_twenty_degrees_is_refused() -> None:
    wide = [Grid("a", "a", "a", box(0, 0, 30, 10), 0.0)]
    assert "too wide" in str(refusal_of(plan_of(wide, box(0, 0, 30, 10))))


def test_a_plan_without_grids_is_refused() -> None:
    refusal_of(plan_of([]))
