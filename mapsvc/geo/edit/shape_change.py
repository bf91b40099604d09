"""What a delta changes: new segments, the grids whose shape is another, lines that only got more vertices."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Int, meets_pixel, pack, same_codes, segments_of, undirected


def changed_sides(delta: Delta) -> frozenset[int]:
    """Sides whose outline changes: numbers of grids, OUTSIDE or GAP. A grid whose neighbour is merged is none."""
    old, old_side = _outlines(delta.removed.values())
    new, new_side = _outlines(delta.added.values())
    old_code, new_code = same_codes(old, new)
    sides, place = np.unique(np.concatenate([old_side, new_side]), return_inverse=True)
    place = place.ravel()
    one = old_code * len(sides) + place[: len(old)]
    two = new_code * len(sides) + place[len(old) :]
    apart = np.concatenate([old_side[~np.isin(one, two)], new_side[~np.isin(two, one)]])
    return frozenset(np.unique(apart).tolist())


def new_segments(delta: Delta) -> Int:
    """(k, 4) segments of the added arcs that no removed arc has, in either direction."""
    added, removed = _segments(delta.added.values()), _segments(delta.removed.values())
    one, two = same_codes(undirected(added), undirected(removed))
    return added[~np.isin(one, two)]


def only_nodes(delta: Delta, side: int) -> bool:
    """True where the line around `side` only got more vertices, each on a segment of the old line."""
    added = _segments(arc for arc in delta.added.values() if side in (arc.left, arc.right))
    removed = _segments(arc for arc in delta.removed.values() if side in (arc.left, arc.right))
    one, two = same_codes(undirected(added), undirected(removed))
    come, gone = added[~np.isin(one, two)], removed[~np.isin(two, one)]
    if not len(come) and not len(gone):
        return True
    old, new = (np.unique(pack(part.reshape(-1, 2))) for part in (gone, come))
    if not np.isin(old, new).all():
        return False
    points = come.reshape(-1, 2)
    points = points[~np.isin(pack(points), old)]
    one, two = np.divmod(np.arange(len(points) * len(gone)), max(len(gone), 1))
    met = meets_pixel(gone[two], points[one])
    return len(np.unique(one[met])) == len(points)


def _outlines(arcs: Iterable[Arc]) -> tuple[Int, Int]:
    """Directed segments with the side on their left, each segment in both directions."""
    some = list(arcs)
    segments = _segments(some)
    length = [len(arc.steps) - 1 for arc in some]
    left, right = (
        np.repeat([getattr(arc, side) for arc in some], length).astype(np.int64) for side in ("left", "right")
    )
    return np.concatenate([segments, segments[:, [2, 3, 0, 1]]]), np.concatenate([left, right])


def _segments(arcs: Iterable[Arc]) -> Int:
    parts = [segments_of(arc.steps) for arc in arcs]
    return np.concatenate(parts) if parts else np.empty((0, 4), dtype=np.int64)
