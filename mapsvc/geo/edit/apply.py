"""Apply: one command to a partition. Gives a whole partition back, or refuses with the places shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mapsvc.geo.edit.attributes import set_attributes
from mapsvc.geo.edit.check import check
from mapsvc.geo.edit.edited import Edited
from mapsvc.geo.edit.merge import merge
from mapsvc.geo.edit.move import add_vertex, move_vertices, remove_vertex
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.redraw import (
    AddVertex,
    Adopt,
    Command,
    Merge,
    MoveVertices,
    RemoveVertex,
    Reshape,
    SetAttributes,
    SetFrame,
    SnapEdge,
    Split,
    Transfer,
)

Weigh = Callable[[Sequence[Any]], Any]


def apply(
    partition: Partition, command: Command, weigh: Weigh | None = None, locked: frozenset[str] = frozenset()
) -> Edited:
    """The partition after a command, whole: it covers its frame with no gap or overlap that was not there before.

    weigh: loads of lon/lat polygons; the part of a split with more load keeps number, id and code (tie: area, then
    west, south). locked: codes or ids of grids that must keep their shape. Untouched vertices stay bit for bit.
    Raises Refused with located findings; the partition is a value and stays as it was.
    """
    delta = _delta(partition, command, weigh)
    frame = isinstance(command, SetFrame) or bool(getattr(command, "frame", False))
    pieces = bool(getattr(command, "allow_pieces", False))
    after = partition.after(delta)
    touched = check(partition, delta, after, frame=frame, pieces=pieces, locked=locked)
    return Edited(after, delta, touched)


def _delta(partition: Partition, command: Command, weigh: Weigh | None) -> Delta:
    match command:
        case MoveVertices():
            return move_vertices(partition, command)
        case AddVertex():
            return add_vertex(partition, command)
        case RemoveVertex():
            return remove_vertex(partition, command)
        case Merge():
            return merge(partition, command)
        case SetAttributes():
            return set_attributes(partition, command)
        case Split():
            from mapsvc.geo.edit.split import split

            return split(partition, command, weigh)
        case Transfer():
            from mapsvc.geo.edit.transfer import transfer

            return transfer(partition, command)
        case Reshape():
            from mapsvc.geo.edit.reshape import reshape

            return reshape(partition, command)
        case SnapEdge():
            from mapsvc.geo.edit.snap import snap

            return snap(partition, command)
        case SetFrame():
            from mapsvc.geo.edit.set_frame import set_frame

            return set_frame(partition, command)
        case Adopt():
            from mapsvc.geo.edit.adopt import adopt

            return adopt(partition, command)
