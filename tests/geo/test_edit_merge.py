"""Merging neighbours, setting facts, and adopting a whole set of grids."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.grid import GridKind
from mapsvc.model.redraw import AddVertex, Adopt, Merge, MoveVertices, SetAttributes
from tests.geo.desk import add_near, move_to, nine_squares, refused
from tests.geo.nine import FRAME, at, grid, nine, polygon
from tests.geo.patchwork import patchwork


def test_the_survivor_of_a_merge_keeps_id_code_and_facts_and_gets_the_ground() -> None:
    first = nine_squares()
    edited = apply(first, Merge(("11", "12"), "12"))
    after = edited.partition
    assert "11" not in after.codes
    number = after.number_of("12")
    assert number == first.number_of("12")
    survivor = after.grid(number)
    assert (survivor.id, survivor.name) == ("12", "Grid 12")
    assert survivor.polygon.equals(polygon((0, 0), (2, 0), (2, 1), (0, 1)))
    assert edited.touched == {0, 1}


def test_a_freed_junction_on_the_frame_joins_its_arcs_and_keeps_its_vertex() -> None:
    first = nine_squares()
    after = apply(first, Merge(("11", "12"), "11")).partition
    (step,) = first.steps([at(1, 0)]).tolist()
    assert len(first.arcs_at((step[0], step[1]))) == 3
    assert after.arcs_at((step[0], step[1])) == ()
    assert at(1, 0) in set(after.polygon(0).exterior.coords)
    assert after.frame.normalize().equals_exact(first.frame.normalize(), 0.0)


def test_merging_all_nine_leaves_one_closed_line() -> None:
    first = nine_squares()
    after = apply(first, Merge(first.codes, "22")).partition
    assert len(after.arcs) == 1
    assert after.polygon(after.number_of("22")).normalize() == first.frame.normalize()
    assert after.neighbours(4) == frozenset()


def test_grids_that_share_only_a_corner_are_no_neighbours() -> None:
    finding = refused(nine_squares(), Merge(("11", "22"), "11"), Rule.NOT_NEIGHBOURS)
    assert finding.grids == ("11", "22")
    assert finding.where is not None


@pytest.mark.parametrize(
    ("codes", "survivor", "rule"),
    [
        (("11",), "11", Rule.NOT_NEIGHBOURS),
        (("11", "11"), "11", Rule.NOT_NEIGHBOURS),
        (("11", "12"), "13", Rule.NO_SUCH_PLACE),
        (("11", "99"), "11", Rule.NO_SUCH_PLACE),
    ],
)
def test_a_merge_needs_two_known_grids_and_a_survivor_among_them(
    codes: tuple[str, ...], survivor: str, rule: Rule
) -> None:
    refused(nine_squares(), Merge(codes, survivor), rule)


def test_an_enclave_merged_into_its_grid_leaves_no_hole() -> None:
    first = Partition.of(patchwork(1))
    after = apply(first, Merge(("11", "E1"), "11")).partition
    assert len(after.polygon(after.number_of("11")).interiors) == 0
    assert len(after.arcs) == len(first.arcs) - 1


def test_a_merge_and_its_undo_give_the_first_objects_back() -> None:
    first = Partition.of(patchwork(2))
    edited = apply(first, Merge(("00", "01"), "01"))
    back = edited.partition.after(Delta.from_bytes(edited.delta.to_bytes()).inverse())
    assert all(back.grid(number) is first.grid(number) for number in first.numbers)


def test_a_locked_grid_takes_no_part_in_a_merge() -> None:
    refused(nine_squares(), Merge(("11", "12"), "12"), Rule.LOCKED, locked=frozenset({"11"}))


def test_facts_change_without_a_change_of_shape_and_order_by_the_new_code() -> None:
    first = nine_squares()
    edited = apply(
        first, SetAttributes("22", {"code": "99", "name": " Lake side ", "name_zh": "湖畔", "kind": "special"})
    )
    after = edited.partition
    assert edited.touched == frozenset()
    assert after.codes[-1] == "99"
    renamed = after.grid(after.numbers[-1])
    assert (renamed.id, renamed.name, renamed.name_zh, renamed.kind) == ("22", "Lake side", "湖畔", GridKind.SPECIAL)
    assert renamed.polygon is first.polygon(4)
    assert after.after(edited.delta.inverse()).plan() == first.plan()


def test_facts_that_are_set_to_what_they_are_change_nothing() -> None:
    assert apply(nine_squares(), SetAttributes("22", {"name": "Grid 22", "kind": "general"})).delta.is_empty


@pytest.mark.parametrize(
    ("values", "field", "rule"),
    [
        ({"code": "11"}, "code", Rule.DUPLICATE_CODE),
        ({"code": " "}, "code", Rule.DUPLICATE_CODE),
        ({"code": "x" * 41}, "code", Rule.NO_SUCH_PLACE),
        ({"name": "a\x00b"}, "name", Rule.NO_SUCH_PLACE),
        ({"name": "a\u202eb"}, "name", Rule.NO_SUCH_PLACE),
        ({"unit": "x" * 201}, "unit", Rule.NO_SUCH_PLACE),
        ({"kind": "secret"}, "kind", Rule.NO_SUCH_PLACE),
        ({"owner": "x"}, "values", Rule.NO_SUCH_PLACE),
        ({"id": "x"}, "values", Rule.NO_SUCH_PLACE),
        ({"name": 7}, "name", Rule.NO_SUCH_PLACE),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_field(values: dict[str, str], field: str, rule: Rule) -> None:
    with pytest.raises(Refused) as caught:
        apply(nine_squares(), SetAttributes("22", values))
    assert caught.value.field == field
    assert caught.value.findings[0].rule is rule


def test_adopting_the_same_grids_changes_nothing() -> None:
    first = Partition.of(patchwork(3, decimals=None))
    assert apply(first, Adopt(first.plan().grids)).delta.is_empty
    turned = [replace(g, polygon=shapely.reverse(g.polygon), id="", area_m2=0.0) for g in first.plan().grids]
    assert apply(first, Adopt(tuple(reversed(turned)))).delta.is_empty


def test_adopting_an_edited_map_is_that_edit() -> None:
    first = add_near(nine_squares(), "21", "22", (1.1, 1.5))
    edited = apply(first, MoveVertices((move_to(first, "11", "12", (1, 1), (1.2, 1.1)),))).partition
    edited = apply(edited, Merge(("31", "32"), "31")).partition
    adopted = apply(first, Adopt(edited.plan().grids))
    assert adopted.partition.plan() == edited.plan()
    kept = first.arcs.keys() - adopted.delta.removed.keys()
    assert len(kept) >= 8


def test_a_new_code_is_a_new_grid_and_a_missing_one_is_gone() -> None:
    first = nine_squares()
    left, right = polygon((1, 1), (1.5, 1), (1.5, 2), (1, 2)), polygon((1.5, 1), (2, 1), (2, 2), (1.5, 2))
    others = [g for g in nine() if g.code not in {"11", "12", "22", "32"}]
    low = grid("11", polygon((0, 0), (1, 0), (2, 0), (2, 1), (1.5, 1), (1, 1), (0, 1)))
    high = grid("32", polygon((1, 2), (1.5, 2), (2, 2), (2, 3), (1, 3)))
    new = replace(grid("22b", right), id="", name="")
    after = apply(first, Adopt((*others, low, high, grid("22", left), new))).partition
    assert set(after.codes) == {"11", "13", "21", "22", "22b", "23", "31", "32", "33"}
    made = after.grid(after.number_of("22b"))
    assert made.id not in {"", "22"}
    assert made.name == "22b"
    assert after.grid(8) is first.grid(8)


def test_adopted_grids_must_fill_the_frame() -> None:
    first = nine_squares()
    finding = refused(first, Adopt(tuple(g for g in nine() if g.code != "22")), Rule.GAP)
    assert finding.where is not None


def not_a_number() -> Polygon:
    with np.errstate(invalid="ignore"):
        return Polygon([at(1, 1), (np.nan, 39.6), at(2, 2)])


def test_adopted_grids_may_leave_the_gap_that_was_there() -> None:
    hole = [at(*place) for place in ((1.3, 1.3), (1.7, 1.3), (1.7, 1.7), (1.3, 1.7))]
    ring = Polygon(polygon((1, 1), (2, 1), (2, 2), (1, 2)).exterior, [hole])
    from tests.geo.test_partition import plan_of

    first = Partition.of(plan_of(nine(g22=ring)))
    assert apply(first, Adopt(first.plan().grids)).delta.is_empty


@pytest.mark.parametrize(
    "shape",
    [
        polygon((1, 1), (2.3, 1), (2.3, 2), (1, 2)),
        polygon((1, 1), (2, 2), (2, 1), (1, 2)),
        polygon((1, 1), (2, 1), (2, 1.5), (2, 2), (1, 2)),
        Polygon(),
        not_a_number(),
        MultiPolygon(),
    ],
)
def test_grids_that_are_no_partition_are_not_adopted(shape: Polygon) -> None:
    first = nine_squares()
    with pytest.raises(Refused) as caught:
        apply(first, Adopt(tuple(nine(g22=shape))))
    assert caught.value.findings


def test_adopted_grids_may_leave_out_a_vertex_on_the_straight_line_of_the_frame() -> None:
    first = add_near(nine_squares(), "21", "22", (1.1, 1.5))
    lon, lat = at(0.5, 0)
    outer = next(i for i in first.arcs_of(0) if first.arcs[i].right < 0)
    ends = first.degrees(first.arcs[outer].steps)
    index = next(
        i for i in range(len(ends) - 1) if min(ends[i, 0], ends[i + 1, 0]) < lon < max(ends[i, 0], ends[i + 1, 0])
    )
    more = apply(first, AddVertex(outer, index, lon, lat, frame=True)).partition
    assert (lon, lat) in set(more.polygon(0).exterior.coords)
    fewer = apply(more, Adopt(first.plan().grids)).partition
    assert (lon, lat) not in set(fewer.polygon(0).exterior.coords)
    assert fewer.frame.equals(first.frame)


def test_a_code_given_twice_is_not_adopted() -> None:
    grids = nine()
    grids[1] = replace(grids[1], code="11", id="")
    refused(nine_squares(), Adopt(tuple(grids)), Rule.DUPLICATE_CODE)


def test_a_new_frame_comes_with_the_adopted_grids() -> None:
    first = nine_squares()
    wide = polygon((2, 0), (4, 0), (4, 1), (3, 1), (2, 1))
    frame = FRAME.union(wide)
    after = apply(first, Adopt(tuple(nine(g13=wide)), frame)).partition
    assert after.frame.equals(frame)
    assert after.polygon(2).equals(wide)
