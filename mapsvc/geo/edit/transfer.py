"""Transfer: drawn ground, whole blocks or building cells go from their grids to another."""

from __future__ import annotations

import numpy as np

from mapsvc.geo.edit.cut import FOREIGN, BoolArray, Cut, cut
from mapsvc.geo.edit.drawn import REACH_STEPS, area_segments
from mapsvc.geo.edit.ground import all_grids_near, arcs_in, box_of, grids_near, is_near
from mapsvc.geo.edit.noding import IntArray
from mapsvc.geo.edit.rebuild import rebuild
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.arc import GAP, OUTSIDE
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Transfer


def transfer(partition: Partition, command: Transfer) -> Delta:
    """Give the ground inside `area` to grid `to`, from the `givers` or, if none are named, from whoever has it.

    With no givers named, ground of nobody inside the area (a gap) goes along. Refused with findings where a grid would
    lose all its ground (merge it instead) or where nothing changes hands.
    """
    to = partition.number_of(command.to)
    givers = {partition.number_of(code) for code in command.givers}
    drawn = area_segments(partition, command.area)
    made = _cut_givers(partition, givers, drawn, command) if givers else _cut_all(partition, to, drawn, command)
    moving = (made.windings() > 0) & (made.owner != FOREIGN) & (made.owner != to)
    if not moving.any():
        message = f"Nothing changes hands: no ground of another grid lies in the drawn area for grid {command.to}."
        raise refusal(Rule.NO_CUT, message, command.area, codes=(command.to,), field="area")
    _check_swallowed(made, moving, command)
    return rebuild(made, np.where(moving, to, made.owner))


def _cut_givers(partition: Partition, givers: set[int], drawn: IntArray, command: Transfer) -> Cut:
    box = box_of(drawn, REACH_STEPS)
    near = {number for number in givers if is_near(partition, number, box)}
    return cut(partition, near - {partition.number_of(command.to)}, drawn, command.area)


def _cut_all(partition: Partition, to: int, drawn: IntArray, command: Transfer) -> Cut:
    """The cut of `to` and all grids in the area, looked for from `to` outwards and farther only where need be."""
    box = box_of(drawn, REACH_STEPS)
    gap = {GAP} if arcs_in(partition, partition.arcs_of(GAP), box) else set()
    near = grids_near(partition, {to}, box)
    made = cut(partition, near | gap, drawn, command.area)
    beyond = _beyond(made)
    if OUTSIDE in beyond:
        coast = arcs_in(partition, partition.arcs_of(OUTSIDE), box)
        shores = {max(partition.arcs[i].left, partition.arcs[i].right) for i in coast} - {OUTSIDE, GAP}
        if not shores <= near:
            near = grids_near(partition, near | shores, box)
            made = cut(partition, near | gap, drawn, command.area)
            beyond = _beyond(made)
    if beyond - {OUTSIDE}:
        near = all_grids_near(partition, box[None, :])
        made = cut(partition, near | gap, drawn, command.area)
    return made


def _beyond(made: Cut) -> set[int]:
    """The sides whose ground the area takes in although they are not edited; FOREIGN where that is not known."""
    inside = (made.windings() > 0) & (made.owner == FOREIGN)
    rows, left, right = made.rows, made.faces.left, made.faces.right
    old = ~rows.is_line
    face = np.concatenate([left[old], right[old]])
    side = np.concatenate([rows.left[old], rows.right[old]])
    met = inside[face]
    beyond = set(side[met].tolist())
    bare = inside.copy()
    bare[face[met]] = False
    return beyond | {FOREIGN} if bare.any() else beyond


def _check_swallowed(made: Cut, moving: BoolArray, command: Transfer) -> None:
    for number in sorted(set(made.owner[moving].tolist()) - {GAP}):
        if moving[made.owner == number].all():
            swallowed = made.partition.facts[number].code
            message = f"The drawn area takes all of grid {swallowed}; merge it with grid {command.to} instead."
            where = made.partition.polygon(number)
            raise refusal(Rule.SWALLOWED, message, where, codes=(swallowed, command.to), field="area")
