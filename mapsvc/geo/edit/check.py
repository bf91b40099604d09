"""Check: is the partition still whole after an edit? Looks at the touched grids and their neighbours only.

First exact tests on whole steps (no crossing, sides that agree at every junction), then the polygons themselves
(valid, pieces, area in the working CRS), then GEOS's coverage check as a second opinion.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.edit.lines_check import check_junctions, check_lines
from mapsvc.geo.edit.refuse import codes_of, line, lines, refusal
from mapsvc.geo.edit.shape_change import ShapeChange
from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.arc import GAP, OUTSIDE
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import segments_of
from mapsvc.geo.partition.partition import Partition, piece_count
from mapsvc.geo.partition.rings import Tangled
from mapsvc.geo.topology.patches import densify
from mapsvc.model.finding import Rule

MOST_VERTICES = 20_000
"""Vertices that one line between two junctions may grow to."""
AREA_TOLERANCE = 1e-6
"""Part of the plan's area, in the working CRS, that nodes put on an edge of the frame may change."""


def check(
    before: Partition,
    delta: Delta,
    after: Partition,
    *,
    frame: bool = False,
    pieces: bool = False,
    locked: frozenset[str] = frozenset(),
) -> frozenset[int]:
    """Numbers of the grids whose shape the delta changes; Refused, with the places shown, where it breaks the map.

    frame: the frame may change. pieces: grids may fall into more pieces. locked: codes or ids of grids that must keep
    their shape; a node on their line is no change of shape.
    """
    if not delta.sides:
        return frozenset()
    change = ShapeChange.of(delta)
    sides = change.sides()
    touched = frozenset(side for side in sides if side >= 0)
    _check_length(after, delta)
    _check_locked(before, change, touched, locked)
    _check_vanished(before, delta, after, touched)
    same_frame = OUTSIDE not in sides or change.same_line(OUTSIDE)
    if not same_frame and not frame:
        removed = [arc for arc in delta.removed.values() if OUTSIDE in (arc.left, arc.right)]
        where = lines(before, np.concatenate([segments_of(arc.steps) for arc in removed])) if removed else None
        raise refusal(Rule.OUTSIDE_FRAME, "This would change the frame of the plan.", where)
    is_new = check_lines(after, change.new_segments(), sides - {OUTSIDE} if same_frame else sides)
    check_junctions(after, delta)
    now = sorted(number for number in touched if number in after.facts)
    _check_polygons(after, [*now, GAP] if GAP in sides else now)
    if not same_frame:
        _check_frame(after)
    if not pieces:
        _check_pieces(before, delta, after, now)
    if same_frame and GAP not in sides:
        _check_area(before, after, touched, now)
    if is_new:
        _second_opinion(after, now)
    return touched


def _check_length(after: Partition, delta: Delta) -> None:
    most = max([MOST_VERTICES, *(len(arc.steps) for arc in delta.removed.values())])
    for arc in delta.added.values():
        if len(arc.steps) > most:
            message = f"A line of {len(arc.steps):,} vertices is too long to redraw; the most are {MOST_VERTICES:,}."
            size = float(len(arc.steps))
            raise refusal(Rule.TOO_MANY_VERTICES, message, line(after, arc.steps), size=size, unit="vertices")


def _check_locked(before: Partition, change: ShapeChange, touched: frozenset[int], locked: frozenset[str]) -> None:
    for number in sorted(touched) if locked else ():
        facts = before.facts.get(number)
        if facts is not None and (facts.code in locked or facts.id in locked) and not change.same_line(number):
            message = f"Grid {facts.code} is locked; its shape stays as it is."
            raise refusal(Rule.LOCKED, message, before.polygon(number), codes=(facts.code,))


def _check_vanished(before: Partition, delta: Delta, after: Partition, touched: frozenset[int]) -> None:
    """A grid without lines must be one that the edit takes away by name."""
    for number in sorted(touched):
        if number in after.facts and not after.arcs_of(number):
            code = after.facts[number].code
            where = before.polygon(number) if before.arcs_of(number) else None
            message = f"Grid {code} would vanish; merge it instead."
            raise refusal(Rule.SWALLOWED, message, where, codes=(code,))
        if number not in after.facts and after.arcs_of(number):
            raise refusal(Rule.ORPHANED, "Ground of a grid that goes would be left over.")


def _check_polygons(after: Partition, sides: list[int]) -> None:
    """Each touched grid, and the GAPs, are valid polygons."""
    for number in sides:
        try:
            sound = bool(shapely.is_valid(after.polygon(number)))
        except Tangled:
            sound = False
        if not sound:
            steps = np.concatenate([segments_of(after.arcs[i].steps) for i in sorted(after.arcs_of(number))])
            codes = codes_of(after, [number])
            message = f"The line would pass over what lies beside grid {codes[0]}." if codes else "A gap would be torn."
            raise refusal(Rule.CROSSING, message, lines(after, steps), codes=codes)


def _check_frame(after: Partition) -> None:
    try:
        sound = bool(shapely.is_valid(after.frame))
    except Tangled:
        sound = False
    if not sound:
        steps = np.concatenate([segments_of(after.arcs[i].steps) for i in sorted(after.arcs_of(OUTSIDE))])
        raise refusal(Rule.CROSSING, "The frame would cross or cover itself.", lines(after, steps))


def _check_pieces(before: Partition, delta: Delta, after: Partition, now: list[int]) -> None:
    """A grid has no more pieces than it had; one made by a merge no more than the most of its parts."""
    gone = [number for number, facts in delta.after.items() if facts is None]
    most = max((piece_count(before.polygon(number)) for number in gone), default=1)
    for number in now:
        has = piece_count(after.polygon(number))
        had = piece_count(before.polygon(number)) if number in before.facts else 1
        if has > max(had, most):
            shape = after.polygon(number)
            code = after.facts[number].code
            message = f"Grid {code} would lie in {has} pieces; that needs a reason."
            raise refusal(Rule.MULTIPART, message, _smaller(shape), codes=(code,), size=float(has), unit="features")


def _smaller(shape: Polygon | MultiPolygon) -> MultiPolygon:
    """All parts but the largest."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: float(part.area))
    return MultiPolygon(parts[:-1])


def _check_area(before: Partition, after: Partition, touched: frozenset[int], now: list[int]) -> None:
    old = sorted(number for number in touched if number in before.facts)
    before.measure(old)
    after.measure(now)
    had = sum(before.area_m2(number) for number in old)
    has = sum(after.area_m2(number) for number in now)
    limit = AREA_TOLERANCE * before.total_m2()
    if abs(has - had) > limit:
        # Areas that were stored may have been measured along straight edges of kilometres: measure both sides alike.
        had, has = _close_m2(before, old), _close_m2(after, now)
    if abs(has - had) > limit:
        message = f"The area would change from {had:,.1f} to {has:,.1f} m2."
        codes = codes_of(after, now)
        where = MultiPolygon([part for number in now for part in shapely.get_parts(after.polygon(number))])
        raise refusal(Rule.AREA_CHANGED, message, where, codes=codes, size=abs(has - had), unit="m2")


def _close_m2(partition: Partition, numbers: list[int]) -> float:
    """Area of grids together, with vertices every 100 m or so along the straight lines of lon/lat."""
    shapes = np.array([partition.polygon(number) for number in numbers], dtype=object)
    return float(area_m2(densify(shapes), partition.epsg).sum())


def _second_opinion(after: Partition, now: list[int]) -> None:
    """GEOS's coverage check; alone it is not believed, as holes that touch a shared edge at one vertex upset it."""
    beside = sorted({other for number in now for other in after.neighbours(number)} - set(now))
    numbers = [*now, *beside]
    shapes = np.array([after.polygon(number) for number in numbers], dtype=object)
    if bool(shapely.coverage_is_valid(shapes)):
        return
    # Every edge is shared exactly, by what went before, so only ground covered twice would be wrong.
    one, two = shapely.STRtree(shapes).query(shapes[: len(now)], predicate="intersects")
    pair = one != two
    both = shapely.relate_pattern(shapes[one[pair]], shapes[two[pair]], "T********")
    if both.any():
        place = int(np.flatnonzero(both)[0])
        first, second = int(one[pair][place]), int(two[pair][place])
        codes = codes_of(after, [numbers[first], numbers[second]])
        where = shapely.intersection(shapes[first], shapes[second])
        raise refusal(Rule.OVERLAP, f"Grids {codes[0]} and {codes[1]} would overlap.", where, codes=codes)
