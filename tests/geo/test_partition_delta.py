"""Delta and the persistent table: exact round trips, and what one after the other comes to."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.delta import Delta, same_arc, strip
from mapsvc.geo.partition.difference import difference
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.partition.table import Table
from mapsvc.model.grid import GridKind
from mapsvc.model.redraw import Merge, MoveVertices, SetAttributes, VertexMove
from tests.square import square_plan

STEP = st.integers(-(10**9), 10**9)


def same_delta(one: Delta, other: Delta) -> bool:
    return (
        all(
            mine.keys() == theirs.keys() and all(same_arc(mine[i], theirs[i]) for i in mine)
            for mine, theirs in ((one.removed, other.removed), (one.added, other.added))
        )
        and one.before == other.before
        and one.after == other.after
    )


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(-2, 10**6), st.lists(st.tuples(STEP, STEP), min_size=2))),
    st.booleans(),
)
def test_a_delta_comes_back_from_its_bytes_exactly(
    rows: list[tuple[int, int, list[tuple[int, int]]]], gone: bool
) -> None:
    arcs = {number: Arc(np.array(steps, dtype=np.int64), side, -1) for number, side, steps in rows}
    grid = replace(strip(square_plan().grids[0]), name_zh="网格", kind=GridKind.MICRO, theme='"quoted"')
    delta = Delta(arcs if gone else {}, {} if gone else arcs, {3: None, 4: grid}, {3: grid, 4: None})
    back = Delta.from_bytes(delta.to_bytes())
    assert same_delta(back, delta)
    assert back.to_bytes() == delta.to_bytes()


@pytest.mark.parametrize("data", [b"", b"nonsense", Delta().to_bytes()[:-3]])
def test_what_is_no_stored_delta_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        Delta.from_bytes(data)


def edits() -> tuple[Partition, list[Partition], list[Delta]]:
    """Three edits of the nine squares: a move, a merge, a renaming."""
    first = partition = Partition.of(square_plan())
    inner = next(i for i, arc in sorted(first.arcs.items()) if {arc.left, arc.right} == {4, 7})
    lon, lat = first.degrees(first.arcs[inner].steps[:1])[0]
    commands = [
        MoveVertices((VertexMove(inner, 0, lon + 1e-4, lat - 1e-4),)),
        Merge(("11", "12"), "12"),
        SetAttributes("33", {"code": "99", "name": "North-east"}),
    ]
    states, deltas = [], []
    for command in commands:
        edited = apply(partition, command)
        partition = edited.partition
        states.append(partition)
        deltas.append(edited.delta)
    return first, states, deltas


def test_deltas_one_after_the_other_are_one_delta() -> None:
    first, states, deltas = edits()
    whole = deltas[0].then(deltas[1]).then(deltas[2])
    assert first.after(whole).plan() == states[-1].plan()
    assert same_delta(whole, difference(first, states[-1]))


def test_a_delta_and_its_inverse_are_nothing() -> None:
    _, _, deltas = edits()
    for delta in deltas:
        assert delta.then(delta.inverse()).is_empty
        assert delta.inverse().then(delta).is_empty


def test_undo_gives_the_objects_of_the_first_plan() -> None:
    first, states, deltas = edits()
    partition = states[-1]
    assert partition.codes != first.codes
    for delta in reversed(deltas):
        partition = partition.after(Delta.from_bytes(delta.to_bytes()).inverse())
    plan = first.base.plan
    assert all(partition.grid(number) is plan.grids[number] for number in first.numbers)
    assert partition.codes == plan.codes


def test_grids_that_an_edit_does_not_touch_stay_the_same_objects() -> None:
    first, states, _ = edits()
    untouched = set(first.numbers) - {0, 1, 3, 4, 6, 7, 8}
    assert untouched
    assert all(states[-1].grid(number) is first.grid(number) for number in untouched)


def test_the_difference_of_a_state_with_itself_is_nothing() -> None:
    first, states, _ = edits()
    assert difference(first, first).is_empty
    assert difference(states[1], states[1]).is_empty


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_a_changed_table_is_a_changed_dictionary_and_the_old_one_stays(seed: int) -> None:
    draw = random.Random(seed)
    rows = {draw.randrange(-(2**60), 2**60): draw.random() for _ in range(draw.randrange(60))}
    table = Table.of(rows)
    known = dict(rows)
    for _ in range(5):
        gone = draw.sample(sorted(known), draw.randrange(len(known) + 1))
        come = {draw.randrange(-(2**60), 2**60): draw.random() for _ in range(draw.randrange(4))}
        before, old = dict(table), table
        table = table.changed(gone, come)
        known = {number: row for number, row in known.items() if number not in gone} | come
        assert dict(table) == known
        assert len(table) == len(known)
        assert dict(old) == before
        changed = {n for n in before.keys() | known.keys() if before.get(n) is not known.get(n)}
        assert set(old.differing(table)) == changed
