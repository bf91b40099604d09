"""Two planners: changes of different lines merge, changes of one line clash, and the order does not matter."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString

from mapsvc.errors import Clash, Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.merging import merge_deltas
from mapsvc.geo.edit.net_change import net_of
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import Adopt, Command, Merge, MoveVertices, SetAttributes, Split, Transfer
from tests.geo.desk import add_near, move_to, nine_squares
from tests.geo.nine import at, polygon
from tests.geo.patchwork import patchwork
from tests.geo.random_edits import RandomEdits


def bits(plan: Plan) -> list[tuple[str, str, bytes, float]]:
    return [(grid.id, grid.code, shapely.to_wkb(grid.polygon), grid.area_m2) for grid in plan.grids]


def delta_of(partition: Partition, *commands: Command) -> Delta:
    whole = Delta()
    for command in commands:
        edited = apply(partition, command)
        whole, partition = whole.then(edited.delta), edited.partition
    return whole


def move(partition: Partition, one: str, two: str, start: tuple[float, float], end: tuple[float, float]) -> Delta:
    return delta_of(partition, MoveVertices((move_to(partition, one, two, start, end),)))


def clash(partition: Partition, a: Delta, b: Delta) -> Clash:
    with pytest.raises(Clash) as caught:
        merge_deltas(partition, a, b)
    assert caught.value.findings
    with pytest.raises(Clash):
        merge_deltas(partition, b, a)
    return caught.value


def test_moves_of_different_lines_merge_to_both() -> None:
    first = add_near(add_near(nine_squares(), "11", "12", (1, 0.5)), "32", "33", (2, 2.5))
    a = move(first, "11", "12", (1, 0.5), (1.2, 0.5))
    b = move(first, "32", "33", (2, 2.5), (2.2, 2.5))
    merged = first.after(merge_deltas(first, a, b))
    one_by_one = first.after(a).after(b_after(first, a, b))
    assert bits(merged.plan()) == bits(one_by_one.plan())


def b_after(first: Partition, a: Delta, b: Delta) -> Delta:
    """The change that carries the state after `a` to both, as the service makes it."""
    return a.inverse().then(merge_deltas(first, a, b))


def test_changes_at_both_ends_of_one_line_merge_segment_by_segment() -> None:
    first = nine_squares()
    for y in (1.2, 1.4, 1.6, 1.8):
        first = add_near(first, "21", "22", (1, y))
    a = move(first, "21", "22", (1, 1.2), (1.1, 1.2))
    b = move(first, "21", "22", (1, 1.8), (0.9, 1.8))
    merged = first.after(merge_deltas(first, a, b))
    vertices = {tuple(p) for p in shapely.get_coordinates(merged.polygon(4)).tolist()}
    assert {at(1.1, 1.2), at(0.9, 1.8)} <= vertices


def test_a_dispute_inside_a_line_names_its_grids_and_shows_what_each_wants() -> None:
    first = nine_squares()
    for y in (1.2, 1.4, 1.6, 1.8):
        first = add_near(first, "21", "22", (1, y))
    a = move(first, "21", "22", (1, 1.4), (1.2, 1.4))
    b = move(first, "21", "22", (1, 1.4), (0.8, 1.4))
    findings = clash(first, a, b).findings[:2]
    assert [finding.grids for finding in findings] == [("21", "22"), ("21", "22")]
    for finding, place in zip(findings, (at(1.2, 1.4), at(0.8, 1.4)), strict=True):
        assert finding.where is not None
        assert finding.where.distance(shapely.Point(place)) < 1e-9


def test_two_moves_of_one_vertex_clash_and_both_lines_are_shown() -> None:
    first = add_near(nine_squares(), "21", "22", (1, 1.5))
    a = move(first, "21", "22", (1, 1.5), (1.2, 1.5))
    b = move(first, "21", "22", (1, 1.5), (0.8, 1.5))
    raised = clash(first, a, b)
    one, two = raised.findings[:2]
    assert {one.rule, two.rule} == {Rule.SAME_LINE}
    assert one.grids == two.grids == ("21", "22")
    assert shapely.intersects(one.where, shapely.Point(at(1.2, 1.5)))
    assert shapely.intersects(two.where, shapely.Point(at(0.8, 1.5)))


def test_one_change_made_twice_is_made_once() -> None:
    first = add_near(nine_squares(), "21", "22", (1, 1.5))
    a = move(first, "21", "22", (1, 1.5), (1.2, 1.5))
    more = a.then(move(first.after(a), "32", "33", (2, 2), (2.1, 2.1)))
    assert bits(first.after(merge_deltas(first, a, more)).plan()) == bits(first.after(more).plan())
    split = Split("22", LineString([at(1.5, 0.9), at(1.5, 2.1)]), "22b")
    same = delta_of(first, split)
    assert bits(first.after(merge_deltas(first, same, delta_of(first, split))).plan()) == bits(first.after(same).plan())


def test_a_line_drawn_to_a_grid_that_the_other_merged_away_clashes() -> None:
    first = add_near(nine_squares(), "12", "13", (2, 0.5))
    a = delta_of(first, Merge(("11", "12"), "11"))
    clash(first, a, delta_of(first, Transfer(polygon((1.9, 0.2), (2.2, 0.2), (2.2, 0.4), (1.9, 0.4)), "12")))
    clash(first, a, delta_of(first, SetAttributes("12", {"name": "Other"})))


def test_two_moves_that_fit_alone_but_cross_together_clash() -> None:
    first = add_near(add_near(nine_squares(), "21", "22", (1, 1.5)), "22", "23", (2, 1.5))
    a = move(first, "21", "22", (1, 1.5), (1.7, 1.5))
    b = move(first, "22", "23", (2, 1.5), (1.3, 1.5))
    raised = clash(first, a, b)
    assert raised.findings[0].rule is Rule.CROSSING


def test_two_new_grids_with_one_number_get_two() -> None:
    first = nine_squares()
    a = delta_of(first, Split("11", LineString([at(0.5, -0.1), at(0.5, 1.1)]), "11b"))
    b = delta_of(first, Split("33", LineString([at(2.5, 1.9), at(2.5, 3.1)]), "33b"))
    assert a.after.keys() == b.after.keys()
    merged = first.after(merge_deltas(first, a, b))
    assert {"11b", "33b"} <= set(merged.codes)
    assert len(merged.numbers) == 11
    assert bits(merged.plan()) == bits(first.after(merge_deltas(first, b, a)).plan())


def test_two_new_grids_with_one_code_clash() -> None:
    first = nine_squares()
    a = delta_of(first, Split("11", LineString([at(0.5, -0.1), at(0.5, 1.1)]), "new"))
    b = delta_of(first, Split("33", LineString([at(2.5, 1.9), at(2.5, 3.1)]), "new"))
    assert clash(first, a, b).findings[0].rule is Rule.DUPLICATE_CODE


def test_facts_merge_field_by_field_and_clash_on_one_field() -> None:
    first = nine_squares()
    name = delta_of(first, SetAttributes("22", {"name": "Lake"}))
    unit = delta_of(first, SetAttributes("22", {"unit": "Second office"}))
    grid = first.after(merge_deltas(first, name, unit)).grid(4)
    assert (grid.name, grid.unit) == ("Lake", "Second office")
    clash(first, name, delta_of(first, SetAttributes("22", {"name": "Hill"})))
    code = delta_of(first, SetAttributes("22", {"code": "77"}))
    clash(first, code, delta_of(first, SetAttributes("33", {"code": "77"})))


def test_a_merged_change_leads_on_from_either_state_and_back() -> None:
    first = add_near(add_near(nine_squares(), "11", "12", (1, 0.5)), "32", "33", (2, 2.5))
    a = move(first, "11", "12", (1, 0.5), (1.2, 0.5))
    b = move(first, "32", "33", (2, 2.5), (2.2, 2.5))
    step = Delta.from_bytes(b_after(first, a, b).to_bytes())
    now = first.after(a)
    both = now.after(step)
    assert bits(both.after(step.inverse()).plan()) == bits(now.plan())
    # What a did keeps its arcs, so that the step holds the change of b alone.
    assert len(step.removed) == len(b.removed)


def test_a_published_change_is_rebased_by_adopting_it_in_the_parent() -> None:
    parent = nine_squares()
    published = parent.after(move(parent, "11", "12", (1, 1), (1.2, 1.1))).plan(id="p2")
    draft = move(parent, "32", "33", (2, 2), (2.1, 2.1))
    theirs = apply(parent, Adopt(published.grids, published.frame)).delta
    both = parent.after(merge_deltas(parent, theirs, draft))
    onto = Partition.of(published)
    rebased = apply(onto, Adopt(both.plan().grids, both.frame)).partition
    assert [g.polygon.normalize() for g in rebased.plan().grids] == [g.polygon.normalize() for g in both.plan().grids]


def random_delta(seed: int, first: Partition, edits: int, home: tuple[float, float] | None) -> Delta:
    """A few accepted random edits as one delta, near `home` where given."""
    draws, whole, partition, made = RandomEdits(seed), Delta(), first, 0
    while made < edits:
        _, command = draws.draw(partition)
        try:
            edited = apply(partition, command)
        except Refused:
            continue
        if home is not None:
            places = [partition.degrees(arc.steps).mean(axis=0) for arc in edited.delta.removed.values()]
            if places and np.abs(np.mean(places, axis=0) - home).max() > 0.008:
                continue
        whole, partition, made = whole.then(edited.delta), edited.partition, made + 1
    return whole


def check_pairs(pairs: int, seed: int) -> Counter[str]:
    """Merge random pairs of changes, most in one neighbourhood; nothing is lost, nothing breaks, no order matters."""
    told = Counter[str]()
    first = Partition.of(patchwork(seed))
    draw = random.Random(seed)
    for pair in range(pairs):
        home = (98.45 + draw.random() * 0.032, 39.70 + draw.random() * 0.028) if draw.random() < 0.6 else None
        a, b = (random_delta(1000 * seed + 2 * pair + k, first, draw.randint(1, 4), home) for k in (0, 1))
        try:
            delta = merge_deltas(first, a, b)
        except Clash as raised:
            told["clash"] += 1
            told["without place"] += not raised.findings
            with pytest.raises(Clash):
                merge_deltas(first, b, a)
            continue
        told["merged"] += 1
        merged = first.after(delta)
        assert bits(merged.plan()) == bits(first.after(merge_deltas(first, b, a)).plan())
        assert shapely.coverage_is_valid([merged.polygon(number) for number in merged.numbers])
        lines = {line for line, sides in net_of(delta, {}).items() if sides is None}
        both = [{line for line, sides in net_of(d, {}).items() if sides is None} for d in (a, b)]
        assert lines == both[0] | both[1]
    assert told["without place"] == 0
    return told


def test_random_pairs_of_changes_merge_alike_in_both_orders_or_clash() -> None:
    told = check_pairs(25, seed=1)
    assert min(told["merged"], told["clash"]) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_many_random_pairs_of_changes_merge_alike_in_both_orders_or_clash(seed: int) -> None:
    told = check_pairs(200, seed)
    assert min(told["merged"], told["clash"]) >= 20
