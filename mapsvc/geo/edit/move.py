"""Move, add and remove vertices of shared edges. Both neighbours follow, as they have one line between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mapsvc.geo.edit.refuse import line, places, refusal
from mapsvc.geo.edit.slide import slide
from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Int, pack
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import AddVertex, MoveVertices, RemoveVertex, VertexMove

MOST_MOVES = 10_000


def move_vertices(partition: Partition, command: MoveVertices) -> Delta:
    """The change that takes vertices to new places; at a junction all arcs follow. Refused, see `apply`.

    All moves happen at once. A vertex named twice must go to one place. The end of a line on the frame, moved alone and
    not with `frame`, slides along the frame.
    """
    if not command.moves or len(command.moves) > MOST_MOVES:
        message = f"An edit moves 1 to {MOST_MOVES:,} vertices, not {len(command.moves):,}."
        raise refusal(Rule.TOO_MANY_VERTICES, message, field="moves")
    targets = partition.steps([(move.lon, move.lat) for move in command.moves])
    if len(command.moves) == 1 and not command.frame:
        sliding = _slide(partition, command.moves[0], targets[0])
        if sliding is not None:
            return sliding
    changed: dict[int, Int] = {}
    goals: dict[tuple[int, int], bytes] = {}
    for move, target in zip(command.moves, targets, strict=True):
        arc = find_arc(partition, move.arc, move.index)
        for number, index in _followers(partition, move.arc, arc, move.index):
            if goals.setdefault((number, index), target.tobytes()) != target.tobytes():
                where = places(partition, np.stack([target, arc.steps[move.index]]))
                raise refusal(Rule.BAD_COORDINATE, "One vertex cannot go to two places.", where, field="moves")
            if number not in changed:
                _mind_frame(partition, partition.arcs[number], command.frame, arc.steps[move.index])
                changed[number] = partition.arcs[number].steps.copy()
            changed[number][index] = target
    same = [number for number, steps in changed.items() if (steps == partition.arcs[number].steps).all()]
    return replaced(partition, {number: changed[number] for number in sorted(changed) if number not in same})


def add_vertex(partition: Partition, command: AddVertex) -> Delta:
    """The change that puts one more vertex into an arc, at a place that need not lie on its line."""
    arc = find_arc(partition, command.arc, command.index)
    if command.index == len(arc.steps) - 1:
        raise _no_vertex(partition, command.arc, command.index)
    target = partition.steps([(command.lon, command.lat)])
    _mind_frame(partition, arc, command.frame, target[0])
    if (target == arc.steps[command.index : command.index + 2]).all(axis=1).any():
        raise refusal(Rule.CROSSING, "There is a vertex at this place already.", places(partition, target))
    return replaced(partition, {command.arc: np.insert(arc.steps, command.index + 1, target, axis=0)})


def remove_vertex(partition: Partition, command: RemoveVertex) -> Delta:
    """The change that takes a vertex out of an arc; its neighbours are joined by a straight line."""
    arc = find_arc(partition, command.arc, command.index)
    steps = arc.steps
    place = steps[command.index]
    _mind_frame(partition, arc, command.frame, place)
    is_end = command.index in (0, len(steps) - 1)
    is_closed = bool((steps[0] == steps[-1]).all())
    if is_end and (not is_closed or len(partition.arcs_at((int(place[0]), int(place[1])))) > 1):
        message = "Lines meet at this vertex; it cannot be taken out."
        raise refusal(Rule.NO_SUCH_PLACE, message, places(partition, place[None]), field="index")
    if is_closed and len(steps) <= 4:
        message = "A closed line needs three vertices at least."
        raise refusal(Rule.SWALLOWED, message, line(partition, steps), field="index")
    if is_end:
        return replaced(partition, {command.arc: np.concatenate([steps[1:-1], steps[1:2]])})
    return replaced(partition, {command.arc: np.delete(steps, command.index, axis=0)})


def find_arc(partition: Partition, number: int, index: int) -> Arc:
    """The arc, if it has such a vertex; Refused (NO_SUCH_PLACE)."""
    arc = partition.arcs.get(number)
    if arc is None or not 0 <= index < len(arc.steps):
        raise _no_vertex(partition, number, index)
    return arc


def replaced(partition: Partition, steps: dict[int, Int]) -> Delta:
    """The delta that gives arcs other vertices, under new ids."""
    fresh = {}
    for number, (old, line_steps) in enumerate(steps.items(), start=partition.next_arc):
        line_steps.flags.writeable = False
        fresh[number] = Arc(line_steps, partition.arcs[old].left, partition.arcs[old].right)
    return Delta({old: partition.arcs[old] for old in steps}, fresh)


def _followers(partition: Partition, number: int, arc: Arc, index: int) -> Sequence[tuple[int, int]]:
    """(arc, index) of all that is this vertex: itself, or every end at the junction."""
    if 0 < index < len(arc.steps) - 1:
        return [(number, index)]
    key = int(pack(arc.steps[index]))
    ends = []
    for other in partition.junctions[key]:
        steps = partition.arcs[other].steps
        ends += [(other, at) for at in (0, len(steps) - 1) if (steps[at] == arc.steps[index]).all()]
    return ends


def _slide(partition: Partition, move: VertexMove, target: Int) -> Delta | None:
    arc = find_arc(partition, move.arc, move.index)
    if 0 < move.index < len(arc.steps) - 1:
        return None
    return slide(partition, arc.steps[move.index], target)


def _mind_frame(partition: Partition, arc: Arc, allowed: bool, place: Int) -> None:
    if OUTSIDE in (arc.left, arc.right) and not allowed:
        message = "This vertex lies on the frame of the plan; the frame moves only when you say so."
        raise refusal(Rule.OUTSIDE_FRAME, message, places(partition, place[None]), field="frame")


def _no_vertex(partition: Partition, number: int, index: int) -> Exception:
    known = partition.arcs.get(number)
    where = None if known is None else line(partition, known.steps)
    message = f"There is no vertex {index} on a line {number} in this state of the map."
    return refusal(Rule.NO_SUCH_PLACE, message, where, field="arc" if known is None else "index")
