"""A new frame: land outside it is cut off, new land goes to the grid with the longest border."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import projector
from mapsvc.geo.edit.cut import FOREIGN, BoolArray, Cut, cut
from mapsvc.geo.edit.drawn import MAX_FRAME_VERTICES, REACH_STEPS, area_segments
from mapsvc.geo.edit.ground import Ground, all_grids_near
from mapsvc.geo.edit.noding import IntArray, boxes_of
from mapsvc.geo.edit.rebuild import rebuild
from mapsvc.geo.edit.refuse import codes_of, refusal
from mapsvc.geo.partition.arc import GAP, OUTSIDE
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import pack
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.topology.soundness import why_invalid
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import SetFrame


def set_frame(partition: Partition, command: SetFrame) -> Delta:
    """The partition within `frame`. Refused with findings for a broken frame, one that leaves a grid without ground,
    new land that touches no grid, or the frame that is in force already.
    """
    drawn = area_segments(partition, command.frame, "frame", MAX_FRAME_VERTICES)
    if not shapely.is_valid(command.frame):
        reason, where = why_invalid(command.frame)
        raise refusal(Rule.INVALID_RING, f"The frame is broken: {reason.lower()}.", where, field="frame")
    coast = Ground.of(partition, partition.arcs_of(OUTSIDE))
    moved = drawn[~np.isin(_names(drawn), _names(coast.ends))]
    near = all_grids_near(partition, boxes_of(moved, REACH_STEPS)) if len(moved) else set()
    edited = near | {OUTSIDE} | ({GAP} if partition.arcs_of(GAP) else set())
    made = cut(partition, edited, drawn, command.frame.boundary)
    inside = made.windings() > 0
    _check_orphans(partition, made, inside, command.frame)
    lost = ~inside & (made.owner != FOREIGN) & (made.owner != OUTSIDE)
    won = inside & (made.owner == OUTSIDE)
    if not lost.any() and not won.any():
        message = "The frame stays as it is: the new one has the same line."
        raise refusal(Rule.NO_CUT, message, made.where, field="frame")
    owner = np.where(lost, OUTSIDE, made.owner)
    for face in np.flatnonzero(won).tolist():
        owner[face] = _settler(partition, made, face)
    return rebuild(made, owner)


def _check_orphans(partition: Partition, made: Cut, inside: BoolArray, frame: Polygon | MultiPolygon) -> None:
    """Refuse a frame that leaves a grid nothing."""
    orphans = {number for number in made.edited if number >= 0 and not inside[made.owner == number].any()}
    old = ~made.rows.is_line
    for face, side in ((made.faces.left, made.rows.left), (made.faces.right, made.rows.right)):
        away = old & ~inside[face] & (made.owner[face] == FOREIGN) & (side >= 0)
        if away.any():
            # Grids behind those that the cut sees are away as well; the line passes through none of them.
            rest = [number for number in partition.numbers if number not in made.edited]
            spots = [partition.polygon(number).representative_point() for number in rest]
            orphans |= {number for number, spot in zip(rest, spots, strict=True) if not frame.covers(spot)}
            orphans |= set(side[away].tolist())
    if orphans:
        codes = codes_of(partition, sorted(orphans))
        some = ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
        word = "grid" if len(codes) == 1 else "grids"
        message = f"The new frame leaves nothing of {word} {some}; merge or transfer first."
        parts = [part for number in sorted(orphans) for part in shapely.get_parts(partition.polygon(number))]
        raise refusal(Rule.ORPHANED, message, MultiPolygon(parts), codes=codes, field="frame")


def _settler(partition: Partition, made: Cut, face: int) -> int:
    """The grid with the longest border (metres, working CRS) along a face of new land; the lowest code on a tie."""
    rows = made.rows
    plane = projector(partition.epsg)
    start, end = (
        np.column_stack(plane.forward(*partition.degrees(points).T)) for points in (rows.ends[:, :2], rows.ends[:, 2:])
    )
    length = np.hypot(*(end - start).T)
    border: dict[int, float] = {}
    for own, side in ((made.faces.left, rows.right), (made.faces.right, rows.left)):
        at = (own == face) & (side >= 0)
        for number, metres in zip(side[at].tolist(), length[at].tolist(), strict=True):
            border[number] = border.get(number, 0.0) + metres
    if not border:
        rim = rows.ends[(made.faces.left == face) | (made.faces.right == face)]
        where = shapely.MultiPoint(partition.degrees(rim.reshape(-1, 2)))
        message = "New land of the frame touches no grid, so it belongs to none."
        raise refusal(Rule.NOT_NEIGHBOURS, message, where, field="frame")
    # To the tenth of a millimetre: equal borders must not be told apart by rounding.
    return min(border, key=lambda number: (-round(border[number], 4), partition.facts[number].code))


def _names(segments: IntArray) -> IntArray:
    """One key for each segment, equal for both directions (a rare false match only widens nothing)."""
    one, two = pack(segments[:, :2]), pack(segments[:, 2:])
    low, high = np.minimum(one, two), np.maximum(one, two)
    key: IntArray = low * np.int64(1_000_003) ^ high
    return key
