"""Random edits of every kind on hard partitions: whatever is accepted leaves the map whole, and undo gives it back."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.arc import GAP
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.difference import difference
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.topology import check_partition
from mapsvc.model.finding import Severity
from mapsvc.model.redraw import MoveVertices, SetFrame
from tests.geo.patchwork import patchwork
from tests.geo.random_edits import RandomEdits


def covered_once(partition: Partition) -> bool:
    """The grids match edge for edge; a known false alarm of the coverage check is settled pair by pair."""
    shapes = np.array([partition.polygon(number) for number in partition.numbers], dtype=object)
    if bool(shapely.coverage_is_valid(shapes)):
        return True
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return not shapely.relate_pattern(shapes[one[one < two]], shapes[two[one < two]], "T********").any()


def area_off_frame(partition: Partition) -> float:
    """Ground (m2) that is in the grids or gaps but not in the frame, or the other way round."""
    shapes = [partition.polygon(number) for number in partition.numbers]
    if partition.arcs_of(GAP):
        shapes.append(partition.polygon(GAP))
    apart = shapely.symmetric_difference(shapely.coverage_union_all(shapes), partition.frame)
    return float(area_m2([apart], partition.epsg)[0])


def total_m2(partition: Partition) -> float:
    """Area of all grids, and of the gap where there is one: its edge may move like any other."""
    sides = [*partition.numbers, *([GAP] if partition.arcs_of(GAP) else [])]
    partition.measure(sides)
    return sum(partition.area_m2(number) for number in sides)


def run(seed: int, edits: int, look: int) -> Counter[str]:
    """Draw `edits` commands; look at the whole map after each accepted one, at its union at every `look`-th."""
    plan = patchwork(seed, gap=seed % 2 == 0, decimals=None if seed % 3 == 0 else 7)
    first = partition = Partition.of(plan)
    draws, told, deltas, unlocated = RandomEdits(seed), Counter[str](), [], 0
    for count in range(edits):
        kind, command = draws.draw(partition)
        before = total_m2(partition)
        try:
            edited = apply(partition, command)
        except Refused as refused:
            unlocated += not refused.findings
            told["refused"] += 1
            continue
        told[kind] += 1
        deltas.append(edited.delta.to_bytes())
        frame_moved = isinstance(command, SetFrame) or (isinstance(command, MoveVertices) and command.frame)
        partition = edited.partition
        assert covered_once(partition), (seed, count, command)
        assert frame_moved or abs(total_m2(partition) - before) <= 1e-6 * before, (seed, count, command)
        if count % look == 0:
            assert area_off_frame(partition) < 1e-3, (seed, count, command)
    found = check_partition(partition.plan().grids, partition.frame, partition.epsg)
    assert [f for f in found if f.severity is Severity.ERROR and f.rule != "gap"] == []
    assert unlocated == 0
    forward = difference(first, partition)
    assert first.after(forward).plan() == partition.plan()
    for data in reversed(deltas):
        partition = partition.after(Delta.from_bytes(data).inverse())
    assert all(partition.grid(number) is plan.grids[number] for number in first.numbers)
    assert shapely.to_wkb(partition.frame) == shapely.to_wkb(plan.frame)
    assert partition.plan() == plan
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_random_edits_leave_the_map_whole_and_undo_gives_the_first_plan_bit_for_bit(seed: int) -> None:
    told = run(seed, 200, look=10)
    assert told["refused"] < 120
    # Every kind was accepted now and then, or the test would say little.
    assert len(told) >= 11


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(11, 21))
def test_a_thousand_random_edits_leave_the_map_whole_and_undo_gives_the_first_plan(seed: int) -> None:
    told = run(seed, 1000, look=10)
    assert told["refused"] < 600
