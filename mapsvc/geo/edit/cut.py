"""The cut: drawn lines noded into the edges of some grids, and the faces of ground that come out.

The one routine behind split, transfer, reshape, snap and a new frame. A face takes its grid from the sides of the old
segments around it, never from a point in it; a face that only drawn segments bound takes its neighbours'. An edit says
which grid each face has afterwards, and `rebuild` makes the delta.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from mapsvc.geo.edit.drawn import lay_on
from mapsvc.geo.edit.faces import OPEN, Faces, trace
from mapsvc.geo.edit.ground import Ground, arcs_around
from mapsvc.geo.edit.noding import IntArray, Knotted, Pieces, node
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.exact import pack
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule

BoolArray = npt.NDArray[np.bool_]
FOREIGN = -100
"""The owner of faces that are not of the edited grids."""
BARE = -101
"""The side of a piece that is drawn only."""
_TOO_CLOSE = "The line meets itself or other lines too closely, or too often, to be cut cleanly; draw it more simply."


@dataclass(frozen=True, slots=True)
class Rows:
    """Pieces with their sides, each once.

    ends: (n, 4) steps; left, right: old sides, BARE on a piece that is drawn only; source: the one old segment that it
    is a piece of, -1 where there is none or several. jump: how often the drawn line runs along it, forwards minus
    backwards.
    """

    ends: IntArray
    left: IntArray
    right: IntArray
    source: IntArray
    jump: IntArray

    @property
    def is_line(self) -> BoolArray:
        """True for the pieces that are drawn only."""
        bare: BoolArray = self.left == BARE
        return bare

    def only(self, which: BoolArray) -> Rows:
        """These rows alone."""
        return Rows(*(getattr(self, name)[which] for name in ("ends", "left", "right", "source", "jump")))


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The faces that drawn lines make of the edited grids.

    ground: their arcs as they were; rows: all pieces, parallel to faces.left and faces.right; owner: (f,) the edited
    side that each face belongs to, or FOREIGN. where: the drawn line in lon/lat, for findings.
    """

    partition: Partition
    edited: frozenset[int]
    ground: Ground
    rows: Rows
    faces: Faces
    owner: IntArray
    where: BaseGeometry

    def parted(self) -> BoolArray:
        """True for the drawn pieces that part two faces of one edited grid."""
        left, right = self.faces.left, self.faces.right
        parts: BoolArray = self.rows.is_line & (left != right) & (self.owner[left] != FOREIGN)
        return parts

    def windings(self) -> IntArray:
        """(f,) how often the drawn rings, insides on the left, go around each face."""
        left, right, jump = self.faces.left, self.faces.right, self.rows.jump
        turns = np.zeros(len(self.faces), dtype=np.int64)
        known = np.zeros(len(self.faces), dtype=bool)
        known[OPEN] = True
        while True:
            to_left = known[right] & ~known[left]
            to_right = known[left] & ~known[right]
            if not to_left.any() and not to_right.any():
                break
            turns[left[to_left]] = turns[right[to_left]] + jump[to_left]
            turns[right[to_right]] = turns[left[to_right]] - jump[to_right]
            known[left[to_left]] = known[right[to_right]] = True
        if (turns[left] - turns[right] != jump).any():
            raise refusal(Rule.CROSSING, _TOO_CLOSE, self.where)
        return turns

    def groups(self) -> IntArray:
        """(f,) a number for each face, equal for faces of one edited grid that hang together across drawn pieces."""
        parted = self.parted()
        left, right = self.faces.left[parted], self.faces.right[parted]
        label = np.arange(len(self.faces))
        while True:
            before = label.copy()
            np.minimum.at(label, left, label[right])
            np.minimum.at(label, right, label[left])
            if np.array_equal(label, before):
                return label


def cut(partition: Partition, edited: Collection[int], drawn: IntArray, where: BaseGeometry) -> Cut:
    """Cut the ground of the edited sides along drawn segments (k, 4). Refused where that cannot be done cleanly."""
    ground = Ground.of(partition, arcs_around(partition, edited))
    count = len(ground.ends)
    try:
        drawn = lay_on(drawn, ground.ends)
        segments = np.concatenate([ground.ends, drawn])
        pieces = node(segments, np.arange(len(segments)) >= count)
        bare = np.full(len(drawn), BARE)
        rows = combine(pieces, np.concatenate([ground.left, bare]), np.concatenate([ground.right, bare]), count)
        faces = trace(rows.ends)
        owner = _owners(rows, faces, edited)
    except Knotted as error:
        raise refusal(Rule.CROSSING, _TOO_CLOSE, where) from error
    return Cut(partition, frozenset(edited), ground, rows, faces, owner, where)


def combine(pieces: Pieces, left: IntArray, right: IntArray, count: int) -> Rows:
    """Pieces with the sides of their sources, those that fall together made one. Raises Knotted where sides contradict.

    left, right: by source; the first `count` sources are old segments, the others drawn. Two old pieces that fall
    together enclose nothing any more: what lies between them drops out. By source, in the direction of the first.
    """
    order = np.argsort(pieces.source, kind="stable")
    ends, source = pieces.ends[order], pieces.source[order]
    rows = Rows(ends, left[source], right[source], np.where(source < count, source, -1), (source >= count).astype(int))
    start, finish = pack(ends[:, :2]), pack(ends[:, 2:])
    low, high = np.minimum(start, finish), np.maximum(start, finish)
    order = np.lexsort((high, low))
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    if not same.any():
        return rows
    group = np.zeros(len(order), dtype=np.int64)
    group[order] = np.cumsum(np.concatenate([[True], ~same])) - 1
    keep = np.ones(len(order), dtype=bool)
    size = np.bincount(group)
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero(size[group] > 1).tolist():
        members.setdefault(int(group[row]), []).append(row)
    for at in members.values():
        _join(rows, at, start, keep)
    return rows.only(keep)


def _join(rows: Rows, at: list[int], start: IntArray, keep: BoolArray) -> None:
    """Write into the first of some rows that fall together what they are as one; the others are not kept."""
    net: Counter[int] = Counter()
    jump = 0
    old = [row for row in at if rows.left[row] != BARE]
    for row in at:
        forward = start[row] == start[at[0]]
        jump += int(rows.jump[row]) if forward else -int(rows.jump[row])
        if rows.left[row] != BARE:
            net[int(rows.left[row])] += 1 if forward else -1
            net[int(rows.right[row])] -= 1 if forward else -1
    sides = {side: times for side, times in net.items() if times}
    if sides and sorted(sides.values()) != [-1, 1]:
        raise Knotted
    first = at[0]
    keep[at[1:]] = False
    # Without a side left, the piece is a border no more, unless it is drawn as well.
    keep[first] = bool(sides) or len(old) < len(at)
    rows.left[first], rows.right[first] = sorted(sides, key=lambda side: -sides[side]) if sides else (BARE, BARE)
    rows.source[first] = rows.source[old[0]] if len(old) == 1 else -1
    rows.jump[first] = jump


def _owners(rows: Rows, faces: Faces, edited: Collection[int]) -> IntArray:
    """(f,) the edited side that each face belongs to, or FOREIGN. Raises Knotted where old segments disagree."""
    old = ~rows.is_line
    face = np.concatenate([faces.left[old], faces.right[old]])
    side = np.concatenate([rows.left[old], rows.right[old]])
    side = np.where(np.isin(side, list(edited)), side, FOREIGN)
    owner = np.full(len(faces), BARE)
    owner[face] = side
    if (owner[face] != side).any():
        raise Knotted
    left, right = faces.left[~old], faces.right[~old]
    while True:
        to_left = (owner[left] == BARE) & (owner[right] != BARE)
        to_right = (owner[right] == BARE) & (owner[left] != BARE)
        if not to_left.any() and not to_right.any():
            break
        owner[left[to_left]] = owner[right[to_left]]
        owner[right[to_right]] = owner[left[to_right]]
    if (owner[left] != owner[right]).any():
        raise Knotted
    owner[owner == BARE] = FOREIGN
    return owner
