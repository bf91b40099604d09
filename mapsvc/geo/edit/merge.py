"""Merge neighbours into one grid."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.assemble import relabel
from mapsvc.geo.partition.delta import Delta, strip
from mapsvc.geo.partition.exact import segments_of
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import Merge


def merge(partition: Partition, command: Merge) -> Delta:
    """The change that makes one grid of several; the survivor keeps its number and facts. No line moves.

    Refused (NOT_NEIGHBOURS) unless all are joined by common edges; a common corner is not enough.
    """
    codes = tuple(dict.fromkeys(command.codes))
    if len(codes) < 2:
        raise refusal(Rule.NOT_NEIGHBOURS, "A merge takes two grids or more.", field="codes")
    if command.survivor not in codes:
        message = f"Grid {command.survivor[:40]!r} is not among those to be merged."
        raise refusal(Rule.NO_SUCH_PLACE, message, field="survivor")
    members = {partition.number_of(code): code for code in codes}
    survivor = partition.number_of(command.survivor)
    _mind_neighbours(partition, members)
    arc_ids = sorted({i for number in members for i in partition.arcs_of(number)})
    arcs = [partition.arcs[i] for i in arc_ids]
    length = [len(arc.steps) - 1 for arc in arcs]
    left = np.repeat([survivor if arc.left in members else arc.left for arc in arcs], length)
    right = np.repeat([survivor if arc.right in members else arc.right for arc in arcs], length)
    segments = np.concatenate([segments_of(arc.steps) for arc in arcs])
    gone = [number for number in members if number != survivor]
    before = {number: strip(partition.facts[number]) for number in gone}
    return relabel(partition, arc_ids, segments, left, right, before, dict.fromkeys(gone))


def _mind_neighbours(partition: Partition, members: dict[int, str]) -> None:
    """Refuse members that no common edge joins to the others."""
    reached = {next(iter(members))}
    waiting = list(reached)
    while waiting:
        ahead = (partition.neighbours(waiting.pop()) & members.keys()) - reached
        reached |= ahead
        waiting += ahead
    apart = [code for number, code in members.items() if number not in reached]
    if apart:
        one = members[next(iter(members))]
        message = f"Grids {one} and {apart[0]} have no common edge, so they cannot become one grid."
        parts = [part for number in members for part in shapely.get_parts(partition.polygon(number))]
        raise refusal(Rule.NOT_NEIGHBOURS, message, MultiPolygon(parts), codes=(one, *apart), field="codes")
