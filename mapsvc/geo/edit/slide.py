"""Slide: the end of a line on the frame moves along the frame, which stays where it is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Int, pack
from mapsvc.geo.partition.partition import Partition

_OFF = 0.5
"""How far off the frame a move may aim, as a part of its length: more means the frame itself."""


def slide(partition: Partition, place: Int, target: Int) -> Delta | None:
    """The change that takes the end of one line from `place` (2,) along the frame to the spot nearest to `target` (2,).

    The old junction stays as a vertex of the frame and the new one is put on its line, so that its ground is the same.
    None where no such move is meant: another kind of junction, a target well off the frame, or beyond the next
    junction.
    """
    number = int(pack(place))
    ids = partition.junctions[number]
    arcs = {i: partition.arcs[i] for i in ids}
    rim = [i for i, arc in arcs.items() if OUTSIDE in (arc.left, arc.right)]
    inner = [i for i in ids if i not in rim]
    is_loop = any(int(pack(arc.steps[0])) == int(pack(arc.steps[-1])) for arc in arcs.values())
    if len(rim) != 2 or len(inner) != 1 or is_loop:
        return None
    come, go = (_directed(arcs[i], number, at_end) for i, at_end in zip(rim, (True, False), strict=True))
    way = np.concatenate([come, go[1:]])
    spot = _nearest(partition, way, place, target)
    if spot is None:
        return None
    segment, point = spot
    one = np.concatenate([way[: segment + 1], point[None]])
    two = np.concatenate([point[None], way[segment + 1 :]])
    one, two = (part[np.concatenate([[True], (part[1:] != part[:-1]).any(axis=1)])] for part in (one, two))
    if len(one) < 2 or len(two) < 2:
        return None
    line = arcs[inner[0]].steps.copy()
    line[0 if int(pack(line[0])) == number else -1] = point
    fresh = [_like(arcs[rim[0]], one, come), _like(arcs[rim[1]], two, go), _like(arcs[inner[0]], line, line)]
    return Delta(arcs, dict(enumerate(fresh, start=partition.next_arc)))


def _directed(arc: Arc, number: int, at_end: bool) -> Int:
    """The steps of an arc turned so that it ends, or starts, at a junction."""
    return arc.steps if (int(pack(arc.steps[-1])) == number) is at_end else arc.steps[::-1]


def _like(arc: Arc, steps: Int, turned: Int) -> Arc:
    """An arc with these steps, in the direction that `turned` has to the old arc, and the old sides."""
    same = (turned[0] == arc.steps[0]).all() or (turned[-1] == arc.steps[-1]).all()
    drawn = steps if same else steps[::-1].copy()
    drawn.flags.writeable = False
    return Arc(drawn, arc.left, arc.right)


def _nearest(partition: Partition, way: Int, place: Int, target: Int) -> tuple[int, Int] | None:
    """The segment and the lattice point of a line next to a target; None at its ends or too far off."""
    lat = np.deg2rad(partition.degrees(place[None])[0, 1])
    scale = np.array([np.cos(lat), 1.0])
    points: npt.NDArray[np.float64] = way * scale
    goal = target * scale
    step = points[1:] - points[:-1]
    share = np.clip(((goal - points[:-1]) * step).sum(axis=1) / (step * step).sum(axis=1), 0.0, 1.0)
    feet = points[:-1] + share[:, None] * step
    off = np.hypot(*(feet - goal).T)
    segment = int(np.argmin(off))
    if off[segment] > _OFF * np.hypot(*(goal - place * scale)):
        return None
    point: Int = np.rint(way[segment] + share[segment] * (way[segment + 1] - way[segment])).astype(np.int64)
    at_end = (segment == 0 and share[0] == 0.0) or (segment == len(step) - 1 and share[-1] == 1.0)
    return None if at_end or (point == place).all() else (segment, point)
