"""Adopt: the partition becomes a given set of grids, as one change that keeps all lines that are the same."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import Refused
from mapsvc.geo.crs import Geometries
from mapsvc.geo.edit.attributes import LONGEST, clean
from mapsvc.geo.edit.refuse import lines, refusal
from mapsvc.geo.partition.arc import GAP
from mapsvc.geo.partition.assemble import relabel
from mapsvc.geo.partition.build import Labelled, Unfit, label
from mapsvc.geo.partition.build import refusal as plan_refusal
from mapsvc.geo.partition.delta import Delta, same_facts, strip
from mapsvc.geo.partition.exact import Int, same_codes, segments_of, undirected
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.grid import Grid
from mapsvc.model.redraw import Adopt

_ROUNDED_DEG = 2e-8
_WORDS = tuple(word for word in LONGEST if word != "code")


def adopt(partition: Partition, command: Adopt) -> Delta:
    """The change to the grids of the command, snapped to the lattice.

    A grid with an id that the partition knows is that grid, with all its facts; else its code says which one it is,
    and its own words count where there are any. Others are new; grids that are not named vanish. Refused where the
    grids overlap, or leave ground of the frame uncovered that was covered before, unless the command allows it.
    """
    grids = _checked(command.grids)
    numbers = _numbers(partition, grids)
    frame = partition.frame if command.frame is None else command.frame
    labelled = _label(partition, grids, frame)
    if not command.allow_gaps:
        _mind_gaps(partition, labelled)
    given = np.array([*numbers, -2, -1], dtype=np.int64)
    arc_ids = list(partition.arcs)
    before, after = _facts(partition, grids, numbers)
    left, right = given[labelled.left], given[labelled.right]
    return relabel(partition, arc_ids, labelled.segments, left, right, before, after)


def _checked(grids: Sequence[Grid]) -> list[Grid]:
    if not grids:
        raise refusal(Rule.ORPHANED, "A plan needs one grid at least.", field="grids")
    seen: set[str] = set()
    for grid in grids:
        code = clean("code", grid.code)
        if code in seen:
            raise refusal(
                Rule.DUPLICATE_CODE, f"Code {code} is given twice.", grid.polygon, codes=(code,), field="grids"
            )
        seen.add(code)
        if not isinstance(grid.polygon, Polygon | MultiPolygon) or grid.polygon.is_empty:
            message = f"Grid {code} has no area."
            raise refusal(Rule.EMPTY_GEOMETRY, message, codes=(code,), field="grids")
    return [replace(grid, code=grid.code.strip()) for grid in grids]


def _numbers(partition: Partition, grids: Sequence[Grid]) -> list[int]:
    """The number of each grid, known or new."""
    ids = {facts.id: number for number, facts in partition.facts.items() if facts.id}
    known = [ids.get(grid.id) for grid in grids]
    taken = {number for number in known if number is not None}
    fresh = partition.next_number
    numbers = []
    for grid, number in zip(grids, known, strict=True):
        named = partition.roll.find(grid.code)
        if number is None and named is not None and named not in taken:
            number = named
            taken.add(named)
        if number is None:
            number = fresh
            fresh += 1
        numbers.append(number)
    if len(set(numbers)) < len(numbers):
        raise refusal(Rule.DUPLICATE_CODE, "Two of the grids are the same grid of the plan.", field="grids")
    return numbers


def _label(partition: Partition, grids: list[Grid], frame: Polygon | MultiPolygon) -> Labelled:
    polygons: Geometries = np.array([grid.polygon for grid in grids], dtype=object)
    partition.steps(shapely.get_coordinates([*polygons, frame]))
    plan = replace(partition.base.plan, grids=tuple(grids), frame=frame)
    if not frame.is_valid or frame.is_empty or not shapely.is_valid(polygons).all():
        raise _worded(plan_refusal(plan))
    try:
        return label(polygons, frame, partition.lattice)
    except Unfit as unfit:
        raise _worded(plan_refusal(plan, partition.lattice, unfit)) from unfit


def _worded(refused: Refused) -> Refused:
    message = "The grids do not form a plan: they overlap, have broken rings or vertices that do not match."
    return Refused(message, refused.findings, field="grids")


def _mind_gaps(partition: Partition, labelled: Labelled) -> None:
    """Refuse ground without a grid, unless it was without one before."""
    gap = (labelled.left == GAP) | (labelled.right == GAP)
    if not gap.any():
        return
    old = [segments_of(partition.arcs[i].steps) for i in partition.arcs_of(GAP)]
    before: Int = np.concatenate([np.empty((0, 4), dtype=np.int64), *old])
    now, had = same_codes(undirected(labelled.segments[gap]), undirected(before))
    fresh = ~np.isin(now, had)
    if fresh.any():
        # A new vertex on the edge of an old gap cuts that edge in two: the gap is as it was.
        segments = labelled.segments[gap][fresh]
        if _lie_along(partition, segments, before):
            return
        where = lines(partition, segments)
        raise refusal(Rule.GAP, "The grids leave ground of the frame uncovered.", where, field="grids")


def _lie_along(partition: Partition, segments: Int, edges: Int) -> bool:
    """Whether segments (n, 4) in steps run along edges (m, 4), but for rounding."""
    ends, own = (partition.degrees(one.reshape(-1, 2)).reshape(-1, 2, 2) for one in (segments, edges))
    if not len(own):
        return False
    places: Geometries = np.array(shapely.points(np.concatenate([ends[:, 0], ends[:, 1], ends.mean(axis=1)])))
    tree = shapely.STRtree(np.array(shapely.linestrings(own)))
    near = tree.query(places, predicate="dwithin", distance=_ROUNDED_DEG)[0]
    return len(np.unique(near)) == len(places)


def _facts(
    partition: Partition, grids: Sequence[Grid], numbers: Sequence[int]
) -> tuple[dict[int, Grid | None], dict[int, Grid | None]]:
    """Facts that change, before and after, by number."""
    before: dict[int, Grid | None] = {}
    after: dict[int, Grid | None] = {}
    for grid, number in zip(grids, numbers, strict=True):
        old = partition.facts.get(number)
        new = _merged(old, grid)
        if old is None or not same_facts(old, new):
            before[number] = None if old is None else strip(old)
            after[number] = new
    for number in sorted(set(partition.facts) - set(numbers)):
        before[number], after[number] = strip(partition.facts[number]), None
    return before, after


def _merged(old: Grid | None, grid: Grid) -> Grid:
    words = {word: clean(word, getattr(grid, word)) for word in _WORDS}
    if old is None:
        words["name"] = words["name"] or grid.code
        made = grid.id or uuid.uuid5(uuid.NAMESPACE_OID, f"adopted/{grid.code}").hex
        return strip(replace(grid, id=made, **words))  # type: ignore[arg-type]
    if grid.id == old.id:
        return strip(replace(grid, **words))  # type: ignore[arg-type]
    return strip(replace(old, **{word: text for word, text in words.items() if text}))  # type: ignore[arg-type]
