"""Assembly: labelled segments to arcs. The one way in which arcs come to be, for a whole plan and for an edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Bool, Int, pack
from mapsvc.model.grid import Grid

if TYPE_CHECKING:
    from mapsvc.geo.partition.partition import Partition

_PAIR = np.int64(1 << 31)


def relabel(
    partition: Partition,
    arc_ids: Collection[int],
    segments: Int,
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    before: Mapping[int, Grid | None] | None = None,
    after: Mapping[int, Grid | None] | None = None,
) -> Delta:
    """The delta that puts arcs made of these segments in the place of the arcs `arc_ids`.

    segments: (m, 4) steps x0, y0, x1, y1, none twice. left, right: (m,) their sides in that direction; segments with
    equal sides drop out. A vertex becomes a junction where the sides change, where not two segments meet, and where an
    arc outside `arc_ids` ends. An arc that comes out as it was keeps its id. The result does not depend on the order
    or direction of the segments. before, after: facts for the delta, as it wants them.
    """
    gone = set(arc_ids)
    fixed = _fixed(partition, gone, segments)
    made = sorted(assemble(segments, np.asarray(left), np.asarray(right), fixed), key=rank)
    old = {_identity(_canonical(partition, i)): i for i in sorted(gone)}
    kept = {_identity(arc): arc for arc in made} if old else {}
    stays = {number for identity, number in old.items() if identity in kept}
    fresh = [arc for arc in made if _identity(arc) not in old]
    return Delta(
        {i: partition.arcs[i] for i in sorted(gone - stays)},
        dict(enumerate(fresh, start=partition.next_arc)),
        dict(before or {}),
        dict(after or {}),
    )


def assemble(segments: Int, left: Int, right: Int, fixed: Int) -> list[Arc]:
    """Arcs of labelled segments (m, 4), the higher side on their left; closed arcs start at their lowest vertex.

    fixed: keys of vertices that are junctions in any case.
    """
    segments, left, right = _aligned(segments, left.astype(np.int64), right.astype(np.int64))
    if not len(segments):
        return []
    start, end = pack(segments[:, :2]), pack(segments[:, 2:])
    pair = left * _PAIR + right
    breaks = _junctions(start, end, pair, fixed)
    breaks_at_end = breaks[len(start) :]
    breaks_at_start = breaks[: len(start)]
    stop = breaks_at_end.copy()
    stop[:-1] |= end[:-1] != start[1:]
    stop[-1] = True
    last = np.flatnonzero(stop)
    first = np.concatenate([[0], last[:-1] + 1])
    runs = _runs(segments, first, last)
    chains = _link(start[first].tolist(), end[last].tolist(), breaks_at_start[first].tolist())
    arcs = []
    for chain, closed in chains:
        steps = (
            runs[chain[0]] if len(chain) == 1 else np.concatenate([runs[chain[0]], *(runs[i][1:] for i in chain[1:])])
        )
        if closed:
            steps = _turned(steps)
        steps.flags.writeable = False
        arcs.append(Arc(steps, int(left[first[chain[0]]]), int(right[first[chain[0]]])))
    return arcs


def _aligned(segments: Int, left: Int, right: Int) -> tuple[Int, Int, Int]:
    """Segments with the higher side on the left; stretches that had it on the right are turned round as a whole."""
    keep = left != right
    segments, left, right = segments[keep], left[keep], right[keep]
    flip = left < right
    if flip.any():
        number = np.arange(len(flip))
        stretch = np.cumsum(np.concatenate([[0], (flip[1:] != flip[:-1]).astype(np.int64)]))
        order = np.lexsort((np.where(flip, -number, number), stretch))
        flip = flip[order]
        segments = np.where(flip[:, None], segments[order][:, [2, 3, 0, 1]], segments[order])
        left, right = (
            np.where(flip, right[order], left[order]),
            np.where(flip, left[order], right[order]),
        )
    return segments, left, right


def _junctions(start: Int, end: Int, pair: Int, fixed: Int) -> Bool:
    """True for the starts, then the ends, that are junctions."""
    key = np.concatenate([start, end])
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    head = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    node = np.cumsum(head) - 1
    at = np.flatnonzero(head)
    degree = np.diff(np.concatenate([at, [len(ranked)]]))
    through = degree == 2
    one, two = order[at[through]], order[at[through] + 1]
    count = len(start)
    # Two segments go through where the sides are the same and one comes while the other goes.
    through[through] = (pair[one % count] == pair[two % count]) & ((one < count) != (two < count))
    if len(fixed):
        through &= ~np.isin(ranked[at], fixed)
    broken = np.empty(len(key), dtype=bool)
    broken[order] = ~through[node]
    return broken


def _runs(segments: Int, first: Int, last: Int) -> list[Int]:
    """The vertices of each run of segments from `first` to `last`."""
    length = last - first + 1
    shift = np.repeat(np.arange(len(first)), length)
    steps = np.empty((len(segments) + len(first), 2), dtype=np.int64)
    steps[np.arange(len(segments)) + shift] = segments[:, :2]
    steps[last + np.arange(len(first)) + 1] = segments[last, 2:]
    bounds = (np.cumsum(length + 1)).tolist()
    # A few runs are cut out one by one, so that an arc of an edit does not hold the rest in memory.
    runs = [steps[a:b] for a, b in zip([0, *bounds[:-1]], bounds, strict=True)]
    return runs if len(runs) > 1000 else [run.copy() for run in runs]


def _link(start: list[int], end: list[int], at_junction: list[bool]) -> list[tuple[list[int], bool]]:
    """Chains of runs from junction to junction, then closed ones without a junction."""
    following = {key: place for place, key in enumerate(start) if not at_junction[place]}
    chains = []
    used = [False] * len(start)
    for place, is_head in enumerate(at_junction):
        if is_head:
            chain = [place]
            used[place] = True
            while (ahead := following.get(end[chain[-1]])) is not None and not used[ahead]:
                used[ahead] = True
                chain.append(ahead)
            chains.append((chain, False))
    for place in range(len(start)):
        if not used[place]:
            chain = []
            ahead = place
            while ahead is not None and not used[ahead]:
                used[ahead] = True
                chain.append(ahead)
                ahead = following.get(end[ahead])
            chains.append((chain, True))
    return chains


def _turned(steps: Int) -> Int:
    """A closed line that starts at its lowest vertex (west, then south)."""
    ring = steps[:-1]
    lowest = int(np.lexsort((ring[:, 1], ring[:, 0]))[0])
    return np.concatenate([ring[lowest:], ring[: lowest + 1]])


def _fixed(partition: Partition, gone: set[int], segments: Int) -> Int:
    """Keys of the segments' vertices where an arc that stays ends."""
    if not len(segments):
        return np.empty(0, dtype=np.int64)
    keys = np.unique(np.concatenate([pack(segments[:, :2]), pack(segments[:, 2:])]))
    # No arc ends at a vertex within another one.
    within = [pack(partition.arcs[i].steps[1:-1]) for i in gone]
    if within:
        keys = keys[~np.isin(keys, np.concatenate(within))]
    junctions = partition.junctions
    held = [key for key in keys.tolist() if (arcs := junctions.get(key)) is not None and not gone.issuperset(arcs)]
    return np.array(held, dtype=np.int64)


def rank(arc: Arc) -> tuple[int, int, int, int, int, int, int]:
    """Place of an arc in an order by what arcs are, so that numbering does not depend on how they were found."""
    first, second = arc.steps[0].tolist(), arc.steps[1].tolist()
    return (arc.left, arc.right, *first, *second, len(arc.steps))


def _canonical(partition: Partition, number: int) -> Arc:
    """An arc of the partition as `assemble` would write it."""
    arc = partition.arcs[number]
    steps = arc.steps if arc.left >= arc.right else arc.steps[::-1]
    key = int(pack(steps[:1])[0])
    if key == int(pack(steps[-1:])[0]) and len(partition.junctions[key]) == 1:
        steps = _turned(steps)
    return Arc(steps, max(arc.left, arc.right), min(arc.left, arc.right))


def _identity(arc: Arc) -> tuple[int, int, bytes]:
    return arc.left, arc.right, arc.steps.tobytes()
