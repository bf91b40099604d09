"""Reshape: the edge between two grids follows a drawn line."""

from __future__ import annotations

import numpy as np

from mapsvc.geo.edit.cut import FOREIGN, BoolArray, Cut, cut
from mapsvc.geo.edit.drawn import line_segments
from mapsvc.geo.edit.rebuild import rebuild
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Reshape


def reshape(partition: Partition, command: Reshape) -> Delta:
    """Give to the other grid what the line cuts off either grid along their shared edge.

    Of each grid (each part of one in several) the largest piece stays. Refused with findings where the two share no
    edge, where the line cuts nothing off along it, or where it halves a grid, so that either piece could be meant.
    """
    one, two = (partition.number_of(code) for code in command.between)
    shared = partition.arcs_of(one) & partition.arcs_of(two) if one != two else frozenset()
    if not shared:
        codes = sorted(command.between)
        message = f"Grids {codes[0]} and {codes[1]} share no edge that could be redrawn."
        raise refusal(Rule.NOT_NEIGHBOURS, message, command.line, codes=codes, field="between")
    made = cut(partition, {one, two}, line_segments(partition, command.line), command.line)
    return follow(made, shared, "The line cuts nothing off along the edge: it has to cross the edge or join it twice.")


def follow(made: Cut, shared: frozenset[int], nothing: str) -> Delta:
    """The delta that moves the edge `shared` (arc ids between two edited grids) to the drawn lines of a cut of both.

    Refused (NO_CUT, `nothing`) where no piece is cut off along it.
    """
    rows, left, right = made.rows, made.faces.left, made.faces.right
    one, two = sorted(made.edited)
    source_arc = np.append(made.ground.arc, -1)[rows.source]
    edge = np.isin(source_arc, list(shared)) & (made.owner[left] != made.owner[right])
    edge &= (made.owner[left] != FOREIGN) & (made.owner[right] != FOREIGN)
    along = np.zeros(len(made.faces), dtype=bool)
    along[left[edge]] = along[right[edge]] = True
    flips = along & ~_largest(made)
    codes = [made.partition.facts[number].code for number in (one, two)]
    if not flips.any():
        raise refusal(Rule.NO_CUT, nothing, made.where, codes=codes, field="line")
    swapped = (flips[left[edge]] & flips[right[edge]]).any()
    if swapped or _is_doubtful(made, edge, along, flips):
        message = "The line crosses the edge instead of following it; begin and end it on the edge."
        raise refusal(Rule.NO_CUT, message, made.where, codes=codes, field="line")
    return rebuild(made, np.where(flips, one + two - made.owner, made.owner))


def _is_doubtful(made: Cut, edge: BoolArray, along: BoolArray, flips: BoolArray) -> bool:
    """True where a piece that changes hands could as well be the one that stays: it lies at other edges too, the
    largest piece lies along this edge too, and it is no more than twice as large."""
    other = ~made.rows.is_line & ~edge
    at_others = np.zeros(len(along), dtype=bool)
    at_others[made.faces.left[other]] = at_others[made.faces.right[other]] = True
    groups, area2 = made.groups(), made.faces.area2
    stays = _largest(made) & along
    largest = np.zeros(len(along), dtype=np.int64)
    largest[groups[stays]] = area2[stays]
    return bool((flips & at_others & (2 * area2 > largest[groups]) & (largest[groups] > 0)).any())


def _largest(made: Cut) -> BoolArray:
    """True for the largest face of each part of an edited grid, and for all faces of others."""
    groups = made.groups()
    # By area, then by number: faces are numbered in an order that the input fixes.
    order = np.lexsort((-np.arange(len(groups)), made.faces.area2, groups))
    last = np.append(groups[order][1:] != groups[order][:-1], True)
    largest: BoolArray = made.owner == FOREIGN
    largest[order[last]] = True
    return largest
