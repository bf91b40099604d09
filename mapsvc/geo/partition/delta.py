"""Delta: the exact difference between two partitions; what an edit is stored as, and what undoes it."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from shapely.geometry import Polygon

from mapsvc.errors import BadInput
from mapsvc.geo.partition.arc import Arc
from mapsvc.model.grid import Grid, GridKind

Facts = Mapping[int, Grid | None]
_HEAD = struct.Struct("<4sIII")
_MAGIC = b"mvd1"
_WORDS = ("id", "code", "name", "kind", "name_zh", "theme", "theme_zh", "unit", "unit_zh")
_NOWHERE = Polygon()


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    """Arcs that go and arcs that come, by id, and the facts of grids that are made, vanish or are renamed.

    An id may be in both: two lines of edits from one state may have given it to different arcs.
    before, after: by grid number, None = no such grid; both have the same numbers. Their polygons are empty.
    """

    removed: Mapping[int, Arc] = field(default_factory=dict)
    added: Mapping[int, Arc] = field(default_factory=dict)
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True where nothing changes."""
        return not (self.removed or self.added or self.before or self.after)

    @property
    def sides(self) -> frozenset[int]:
        """Numbers of the grids beside the arcs that change, OUTSIDE and GAP among them."""
        arcs = (*self.removed.values(), *self.added.values())
        return frozenset(side for arc in arcs for side in (arc.left, arc.right))

    def inverse(self) -> Delta:
        """The delta that undoes this one."""
        return Delta(self.added, self.removed, self.after, self.before)

    def then(self, later: Delta) -> Delta:
        """This one and a later one as one; what the later one takes back does not appear."""
        removed = {**self.removed, **{i: arc for i, arc in later.removed.items() if i not in self.added}}
        added = {**{i: arc for i, arc in self.added.items() if i not in later.removed}, **later.added}
        back = {i for i in removed.keys() & added.keys() if same_arc(removed[i], added[i])}
        before = {**later.before, **self.before}
        after = {**self.after, **later.after}
        same = {number for number in before if before[number] == after[number]}
        return Delta(
            {i: arc for i, arc in removed.items() if i not in back},
            {i: arc for i, arc in added.items() if i not in back},
            {number: facts for number, facts in before.items() if number not in same},
            {number: facts for number, facts in after.items() if number not in same},
        )

    def to_bytes(self) -> bytes:
        """Ids, sides and vertex steps as int32 differences, facts as JSON, all deflated; the same for equal deltas."""
        arcs = [(i, self.removed[i]) for i in sorted(self.removed)] + [(i, self.added[i]) for i in sorted(self.added)]
        table = np.array([(i, arc.left, arc.right, len(arc.steps)) for i, arc in arcs], dtype=np.int32).reshape(-1, 4)
        steps = [np.diff(arc.steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)) for _, arc in arcs]
        runs = np.concatenate(steps).astype("<i4") if steps else np.empty((0, 2), dtype="<i4")
        facts = {
            name: {str(number): _words(grid) for number, grid in sorted(side.items())}
            for name, side in (("before", self.before), ("after", self.after))
            if side
        }
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode() if facts else b""
        head = _HEAD.pack(_MAGIC, len(self.removed), len(arcs), len(text))
        return zlib.compress(head + text + table.astype("<i4").T.tobytes() + runs.T.tobytes(), 9)

    @classmethod
    def from_bytes(cls, data: bytes) -> Delta:
        """What `to_bytes` wrote; BadInput for anything else."""
        try:
            raw = zlib.decompress(data)
            magic, gone, count, size = _HEAD.unpack_from(raw)
            if magic != _MAGIC:
                raise ValueError("not a delta")
            text = raw[_HEAD.size : _HEAD.size + size]
            start = _HEAD.size + size
            table = np.frombuffer(raw, dtype="<i4", count=4 * count, offset=start).reshape(4, count).T
            total = int(table[:, 3].sum())
            runs = np.frombuffer(raw, dtype="<i4", count=2 * total, offset=start + 16 * count).reshape(2, total).T
            facts = json.loads(text) if size else {}
        except (zlib.error, struct.error, ValueError) as error:
            raise BadInput("This is no stored change of a map.") from error
        arcs = []
        place = 0
        for number, left, right, length in table.tolist():
            steps = np.cumsum(runs[place : place + length].astype(np.int64), axis=0)
            steps.flags.writeable = False
            arcs.append((number, Arc(steps, left, right)))
            place += length
        before, after = ({int(n): _grid(words) for n, words in facts.get(side, {}).items()} for side in _SIDES)
        return cls(dict(arcs[:gone]), dict(arcs[gone:]), before, after)


_SIDES = ("before", "after")


def same_arc(one: Arc, other: Arc) -> bool:
    """True for arcs with the same sides and vertices."""
    if one is other:
        return True
    return (one.left, one.right) == (other.left, other.right) and np.array_equal(one.steps, other.steps)


def strip(grid: Grid) -> Grid:
    """The facts of a grid without its shape."""
    return replace(grid, polygon=_NOWHERE, area_m2=0.0)


def same_facts(one: Grid, other: Grid) -> bool:
    """True where two grids differ in shape at most."""
    return all(getattr(one, word) == getattr(other, word) for word in _WORDS)


def _words(grid: Grid | None) -> list[str] | None:
    return None if grid is None else [str(getattr(grid, word)) for word in _WORDS]


def _grid(words: list[str] | None) -> Grid | None:
    if words is None:
        return None
    given = dict(zip(_WORDS, words, strict=True))
    kind = GridKind(given.pop("kind"))
    return Grid(**given, kind=kind, polygon=_NOWHERE, area_m2=0.0)
