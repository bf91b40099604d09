"""What a delta does to the single segments of its parent: the unit in which two changes are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Int, pack, segments_of

Line = tuple[int, int, int, int]
"""A segment in steps, from its lower key to its higher."""
Sides = tuple[int, int]
"""The numbers to the left and right of a `Line`."""
Labels = dict[Line, Sides]
Net = dict[Line, Sides | None]
"""What becomes of segments: their sides afterwards, None = the segment goes."""


def labels_of(arcs: Iterable[Arc], numbers: Mapping[int, int] | None = None) -> Labels:
    """The segments of arcs with their sides; numbers: other names for some sides."""
    labels: Labels = {}
    names = numbers or {}
    for arc in arcs:
        segments = segments_of(arc.steps)
        keys = pack(arc.steps)
        swap = keys[:-1] > keys[1:]
        segments = np.where(swap[:, None], segments[:, [2, 3, 0, 1]], segments)
        left, right = names.get(arc.left, arc.left), names.get(arc.right, arc.right)
        for segment, turned in zip(map(tuple, segments.tolist()), swap.tolist(), strict=True):
            labels[segment] = (right, left) if turned else (left, right)
    return labels


def net_of(delta: Delta, numbers: Mapping[int, int]) -> Net:
    """The segments that a delta makes, takes away or gives other sides. numbers: names for grids that it made."""
    old, new = labels_of(delta.removed.values()), labels_of(delta.added.values(), numbers)
    net: Net = {line: new.get(line) for line, sides in old.items() if new.get(line) != sides}
    net.update((line, sides) for line, sides in new.items() if line not in old)
    return net


def arrays(labels: Labels) -> tuple[Int, Int]:
    """(m, 4) segments in a fixed order and (m, 2) sides."""
    lines = sorted(labels)
    segments = np.array(lines, dtype=np.int64).reshape(-1, 4)
    return segments, np.array([labels[line] for line in lines], dtype=np.int64).reshape(-1, 2)
