"""Ground: the arcs that an edit works on, as labelled segments, and the grids and arcs near a drawn line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from mapsvc.geo.edit.noding import IntArray, meeting
from mapsvc.geo.partition.exact import LIMIT
from mapsvc.geo.partition.partition import Partition


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The segments of some arcs, in the order and direction of the arcs.

    ends: (m, 4) steps; left, right: (m,) sides; arc: (m,) id.
    """

    ends: IntArray
    left: IntArray
    right: IntArray
    arc: IntArray

    @classmethod
    def of(cls, partition: Partition, arc_ids: Iterable[int]) -> Ground:
        """The segments of these arcs, by ascending id."""
        ids = sorted(arc_ids)
        arcs = [partition.arcs[i] for i in ids]
        if not arcs:
            none = np.empty(0, dtype=np.int64)
            return cls(np.empty((0, 4), dtype=np.int64), none, none, none)
        steps = np.concatenate([arc.steps for arc in arcs])
        length = np.array([len(arc.steps) for arc in arcs])
        inner = np.ones(len(steps) - 1, dtype=bool)
        inner[np.cumsum(length)[:-1] - 1] = False
        ends = np.concatenate([steps[:-1], steps[1:]], axis=1)[inner]
        sides = np.array([(i, arc.left, arc.right) for i, arc in zip(ids, arcs, strict=True)], dtype=np.int64)
        arc, left, right = np.repeat(sides, length - 1, axis=0).T
        return cls(ends, left, right, arc)


def arcs_around(partition: Partition, numbers: Iterable[int]) -> set[int]:
    """Ids of all arcs of these sides."""
    return set().union(*(partition.arcs_of(number) for number in numbers))


def arcs_in(partition: Partition, arc_ids: Collection[int], box: IntArray) -> list[int]:
    """Those of the arcs whose box meets the box (4,), ascending."""
    ids = sorted(arc_ids)
    low, high = _boxes([partition.arcs[i].steps for i in ids])
    meet = np.flatnonzero((low <= box[2:]).all(axis=1) & (high >= box[:2]).all(axis=1))
    return [ids[place] for place in meet.tolist()]


def box_of(ends: IntArray, margin: int) -> IntArray:
    """(4,) west, south, east, north of segments, in steps."""
    points = ends.reshape(-1, 2)
    return np.concatenate([points.min(axis=0) - margin, points.max(axis=0) + margin])


def bystanders(partition: Partition, edited: Collection[int], known: Collection[int], box: IntArray) -> list[int]:
    """Ids of arcs around the neighbours of the edited sides that meet the box and are not among the known arcs."""
    beside = set().union(*(partition.neighbours(number) for number in edited)) - set(edited)
    return arcs_in(partition, arcs_around(partition, beside) - set(known), box)


def grids_near(partition: Partition, start: Collection[int], box: IntArray) -> set[int]:
    """The grids `start`, and those whose own box meets the box, found from neighbour to neighbour."""
    found: set[int] = set()
    seen = set(start)
    queue = list(start)
    while queue:
        number = queue.pop()
        if number not in start and not is_near(partition, number, box):
            continue
        found.add(number)
        ahead = partition.neighbours(number) - seen
        seen |= ahead
        queue.extend(ahead)
    return found


def all_grids_near(partition: Partition, boxes: IntArray) -> set[int]:
    """Numbers of all grids whose own box meets one of the boxes (n, 4); looks at every arc."""
    arcs = list(partition.arcs.values())
    low, high = _boxes([arc.steps for arc in arcs])
    size = partition.next_number
    own = np.concatenate([np.full((size, 2), 2 * LIMIT), np.full((size, 2), -2 * LIMIT)], axis=1)
    for sides in (np.array([arc.left for arc in arcs]), np.array([arc.right for arc in arcs])):
        grid = sides >= 0
        np.minimum.at(own[:, :2], sides[grid], low[grid])
        np.maximum.at(own[:, 2:], sides[grid], high[grid])
    return set(meeting(own, boxes)[0].tolist())


def is_near(partition: Partition, number: int, box: IntArray) -> bool:
    """True where the box of a grid meets the box."""
    points = np.concatenate([partition.arcs[i].steps for i in partition.arcs_of(number)])
    return bool((points.min(axis=0) <= box[2:]).all() and (points.max(axis=0) >= box[:2]).all())


def _boxes(lines: list[IntArray]) -> tuple[IntArray, IntArray]:
    """(n, 2) west, south and (n, 2) east, north of lines."""
    if not lines:
        none = np.empty((0, 2), dtype=np.int64)
        return none, none
    points = np.concatenate(lines)
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])[:-1]])
    return np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)
