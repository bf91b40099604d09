"""What a delta changes: new segments, the grids whose shape is another, lines that run as before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Bool, Int, meets_pixel, pack, same_codes, segments_of, undirected


@dataclass(frozen=True, slots=True, eq=False)
class ShapeChange:
    """A delta segment by segment: those of the removed arcs, then those of the added ones.

    segments: (n, 4) steps from the lower key to the higher. code: (n,) equal for equal segments. left, right: (n,)
    sides in that direction. is_added: (n,).
    """

    segments: Int
    code: Int
    left: Int
    right: Int
    is_added: Bool

    @classmethod
    def of(cls, delta: Delta) -> ShapeChange:
        """The segments of all arcs of a delta."""
        arcs: list[Arc] = [*delta.removed.values(), *delta.added.values()]
        length = [len(arc.steps) - 1 for arc in arcs]
        drawn = np.concatenate([np.empty((0, 4), dtype=np.int64), *(segments_of(arc.steps) for arc in arcs)])
        segments = undirected(drawn)
        turned = (segments != drawn).any(axis=1)
        one, two = (np.repeat(_sides(arcs, side), length) for side in ("left", "right"))
        (code,) = same_codes(segments)
        removed = sum(length[: len(delta.removed)])
        left, right = np.where(turned, two, one), np.where(turned, one, two)
        return cls(segments, code, left, right, np.arange(len(segments)) >= removed)

    def new_segments(self) -> Int:
        """(k, 4) segments that were not there before, on whatever side."""
        added, removed = self.is_added, ~self.is_added
        fresh: Int = self.segments[added][~np.isin(self.code[added], self.code[removed])]
        return fresh

    def sides(self) -> frozenset[int]:
        """Sides whose outline changes: numbers of grids, OUTSIDE or GAP. A grid beside a merged one is none."""
        names, place = np.unique(np.concatenate([self.left, self.right]), return_inverse=True)
        hand = np.repeat([0, 1], len(self.code))
        label = (np.tile(self.code, 2) * 2 + hand) * len(names) + place.ravel()
        added = np.tile(self.is_added, 2)
        changed = np.setxor1d(label[added], label[~added]) % max(len(names), 1)
        return frozenset(names[changed].tolist())

    def same_line(self, side: int) -> bool:
        """True where the line around `side` runs as before: vertices came or went, but each lies on the other line."""
        beside = (self.left == side) | (self.right == side)
        added, removed = beside & self.is_added, beside & ~self.is_added
        come = self.segments[added][~np.isin(self.code[added], self.code[removed])]
        gone = self.segments[removed][~np.isin(self.code[removed], self.code[added])]
        return _on(come, gone) and _on(gone, come)


def _on(segments: Int, others: Int) -> bool:
    """True where the ends of all segments are ends of others or lie on one of them."""
    points = segments.reshape(-1, 2)
    points = points[~np.isin(pack(points), pack(others.reshape(-1, 2)))]
    one, two = np.divmod(np.arange(len(points) * len(others)), max(len(others), 1))
    met = meets_pixel(others[two], points[one])
    return len(np.unique(one[met])) == len(points)


def _sides(arcs: Iterable[Arc], side: str) -> Int:
    return np.array([getattr(arc, side) for arc in arcs], dtype=np.int64)
