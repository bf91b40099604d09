"""Split: a drawn line cuts a grid in two; the new part gets a new grid."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from mapsvc.geo.edit.attributes import clean, mind_code
from mapsvc.geo.edit.cut import Cut, cut
from mapsvc.geo.edit.drawn import line_segments
from mapsvc.geo.edit.noding import IntArray
from mapsvc.geo.edit.rebuild import rebuild
from mapsvc.geo.edit.refuse import places, refusal
from mapsvc.geo.partition.delta import Delta, strip
from mapsvc.geo.partition.exact import pack
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.partition.rings import Tangled, polygon_of
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Split

Weigh = Callable[[Sequence[Polygon | MultiPolygon]], Sequence[float]]
NO_SIDE = -1


def split(partition: Partition, command: Split, weigh: Weigh | None = None) -> Delta:
    """Cut grid `code` along `line`; the part with less load, or with less area, becomes grid `new_code`.

    The line has to enter and leave the grid, or run from edge to edge of its own loop; ends that dangle are left out.
    Parts of a grid that the line does not cut stay with the old code. weigh: loads of lon/lat polygons; None = by
    area alone, ties go to the western, then the southern part. Refused with findings.
    """
    number = partition.number_of(command.code)
    facts = partition.facts[number]
    code = clean("code", command.new_code)
    mind_code(partition, code, "new_code")
    names = clean("name", command.new_name) or code, clean("name_zh", command.new_name_zh)
    made = cut(partition, {number}, line_segments(partition, command.line), command.line)
    side = _sides(made, command)
    leaving = 1 - _keeper(made, side, weigh)
    fresh = partition.next_number
    owner = np.where(side == leaving, fresh, made.owner)
    grid = replace(
        strip(facts),
        # The same cut under the same code is the same grid, whoever makes it.
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{facts.id}/{code}").hex,
        code=code,
        name=names[0],
        name_zh=names[1],
        theme="",
        theme_zh="",
    )
    return rebuild(made, owner, {fresh: None}, {fresh: grid})


def _sides(made: Cut, command: Split) -> IntArray:
    """(f,) 0 or 1 for faces on the two sides of the line, 0 mostly on its left; NO_SIDE for all others."""
    parted = made.parted()
    left, right = made.faces.left[parted], made.faces.right[parted]
    if not len(left):
        message = f"The line does not cut grid {command.code} in two: it has to enter the grid and leave it."
        raise refusal(Rule.NO_CUT, message, command.line, codes=(command.code,), field="line")
    beside: dict[int, list[int]] = {}
    for one, two in sorted({*zip(left.tolist(), right.tolist(), strict=True)}):
        beside.setdefault(one, []).append(two)
        beside.setdefault(two, []).append(one)
    side = np.full(len(made.faces), NO_SIDE)
    groups = made.groups()
    length = np.hypot(*(made.rows.ends[parted, 2:] - made.rows.ends[parted, :2]).T)
    for first in sorted(beside):
        if side[first] != NO_SIDE:
            continue
        if not _colour(side, beside, first):
            message = "The line ends on itself or crosses itself, so that it has no two sides; draw it without."
            raise refusal(Rule.CROSSING, message, _knots(made), codes=(command.code,), field="line")
        inside = groups[left] == groups[first]
        # Parts that the line cuts one after the other are put together by the side of the line they lie on.
        on_left = np.where(side[left[inside]] == 0, length[inside], -length[inside])
        if on_left.sum() < 0:
            mine = (groups == groups[first]) & (side != NO_SIDE)
            side[mine] = 1 - side[mine]
    return side


def _colour(side: IntArray, beside: dict[int, list[int]], first: int) -> bool:
    """Give the faces that hang together with `first` two sides in turn; False where three of them meet."""
    side[first] = 0
    queue = [first]
    while queue:
        face = queue.pop()
        for other in beside[face]:
            if side[other] == NO_SIDE:
                side[other] = 1 - side[face]
                queue.append(other)
            elif side[other] == side[face]:
                return False
    return True


def _knots(made: Cut) -> BaseGeometry:
    """Where an odd number of drawn pieces meet inside the grid; the whole line if nowhere."""
    parted = made.parted()
    spots, count = np.unique(made.rows.ends[parted].reshape(-1, 2), axis=0, return_counts=True)
    rim = made.rows.ends[~made.rows.is_line].reshape(-1, 2)
    odd = spots[(count % 2 == 1) & ~np.isin(pack(spots), pack(rim))]
    return places(made.partition, odd) if len(odd) else made.where


def _keeper(made: Cut, side: IntArray, weigh: Weigh | None) -> int:
    """The side that keeps the code: more load, then more area, then further west, then further south."""
    loads = [0.0, 0.0] if weigh is None else [float(load) for load in weigh(_parts(made, side))]
    ranks = []
    for which in (0, 1):
        faces = np.flatnonzero(side == which)
        at = np.isin(made.faces.left, faces) | np.isin(made.faces.right, faces)
        west, south = made.rows.ends[at].reshape(-1, 2).min(axis=0).tolist()
        ranks.append((loads[which], int(made.faces.area2[faces].sum()), -west, -south))
    return 0 if ranks[0] >= ranks[1] else 1


def _parts(made: Cut, side: IntArray) -> list[Polygon | MultiPolygon]:
    """The ground of the two sides in lon/lat."""
    ends = made.rows.ends
    parts = []
    for which in (0, 1):
        on_left, on_right = side[made.faces.left] == which, side[made.faces.right] == which
        lines = np.concatenate([ends[on_left & ~on_right], ends[on_right & ~on_left][:, [2, 3, 0, 1]]])
        try:
            parts.append(polygon_of(list(lines.reshape(-1, 2, 2)), made.partition.degrees))
        except Tangled as error:
            raise refusal(Rule.CROSSING, "The line leaves no sound parts; draw it more simply.", made.where) from error
    return parts
