"""Do the new lines of an edit cross, touch or run along others? Exact, on whole steps.

Only segments that were not there before are tested, against all lines of the grids the edit touches: a new line that
leaves their ground must cross one of those first.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key

import numpy as np
import shapely

from mapsvc.geo.edit.refuse import codes_of, lines, places, refusal
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import Bool, Int, cross_properly, meets_pixel, pack, same_codes, undirected
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule

_PAIRS = 4_000_000
"""Above this many pairs a tree finds the candidates, below it comparing all boxes is quicker."""


def check_lines(after: Partition, fresh: Int, sides: Iterable[int]) -> bool:
    """False where the edit draws no new segment. Refused (CROSSING) with the places where new segments cross, touch or
    repeat others, or vertices coincide.

    fresh: (n, 4) the new segments. sides: numbers whose arcs are looked at.
    """
    if not len(fresh):
        return False
    flat = (fresh[:, :2] == fresh[:, 2:]).all(axis=1)
    if flat.any():
        _refuse(after, sides, "Two vertices would fall on one place.", points=fresh[flat, :2])
    around = [after.arcs[i].steps for i in sorted({i for side in sides for i in after.arcs_of(side)})]
    steps = np.concatenate(around)
    last = np.cumsum([len(line) for line in around]) - 1
    is_end = np.zeros(len(steps), dtype=bool)
    is_end[last] = is_end[last[:-1] + 1] = is_end[0] = True
    corners = fresh.reshape(-1, 2)
    low, high = corners.min(axis=0), corners.max(axis=0)
    inside = ((steps >= low) & (steps <= high)).all(axis=1)
    _check_vertices(after, sides, steps[inside], is_end[inside])
    near = ((np.minimum(steps[:-1], steps[1:]) <= high) & (np.maximum(steps[:-1], steps[1:]) >= low)).all(axis=1)
    near[last[:-1]] = False
    place = np.flatnonzero(near)
    _check_pairs(after, sides, fresh, np.hstack([steps[place], steps[place + 1]]))
    return True


def _check_pairs(after: Partition, sides: Iterable[int], fresh: Int, segments: Int) -> None:
    """New segments against all that are near them, themselves included."""
    every, news = same_codes(undirected(segments), undirected(fresh))
    code, count = np.unique(every, return_counts=True)
    double = np.isin(news, code[count > 1])
    if double.any():
        _refuse(after, sides, "The line would run along another one.", segments=fresh[double])
    one, two = _near_pairs(fresh, segments)
    new, old = fresh[one], segments[two]
    crossed = cross_properly(new, old)
    if crossed.any():
        _refuse(
            after, sides, "The line would cross another one.", segments=np.concatenate([new[crossed], old[crossed]])
        )
    points = [
        _touching(new, old[:, :2]),
        _touching(new, old[:, 2:]),
        _touching(old, new[:, :2]),
        _touching(old, new[:, 2:]),
    ]
    touched = np.concatenate([old[points[0], :2], old[points[1], 2:], new[points[2], :2], new[points[3], 2:]])
    if len(touched):
        _refuse(after, sides, "The line would touch another one between its vertices.", points=touched)


def check_junctions(after: Partition, delta: Delta) -> None:
    """Refused (CROSSING) where the sides of the lines that meet at a junction do not follow one another around it.

    Together with `check_lines` and valid polygons that proves the whole: lines that do not cross and whose sides agree
    at every junction enclose what they say.
    """
    changed = (*delta.removed.values(), *delta.added.values())
    rows = {tuple(row) for arc in changed for row in arc.steps[[0, -1]].tolist()}
    for x, y in sorted(rows):
        spokes = []
        for i in after.arcs_at((x, y)):
            arc = after.arcs[i]
            first, second, last_but_one, last = arc.steps[[0, 1, -2, -1]].tolist()
            if first == [x, y]:
                spokes.append((second[0] - x, second[1] - y, arc.left, arc.right))
            if last == [x, y]:
                spokes.append((last_but_one[0] - x, last_but_one[1] - y, arc.right, arc.left))
        spokes.sort(key=cmp_to_key(_compare))
        if any(spoke[2] != ahead[3] for spoke, ahead in zip(spokes, spokes[1:] + spokes[:1], strict=True)):
            around = [side for spoke in spokes for side in spoke[2:]]
            _refuse(after, around, "The lines that meet here would lie crosswise.", points=np.array([[x, y]]))


def _check_vertices(after: Partition, sides: Iterable[int], steps: Int, is_end: Bool) -> None:
    """A vertex within an arc belongs to that arc alone, once."""
    keys = pack(steps)
    inner = np.sort(keys[~is_end])
    bad = np.concatenate([inner[1:][inner[1:] == inner[:-1]], inner[np.isin(inner, keys[is_end])]])
    if len(bad):
        _refuse(after, sides, "A vertex would fall on another one.", points=steps[np.isin(keys, bad)])


def _near_pairs(one: Int, two: Int) -> tuple[Int, Int]:
    """Indices of segments (n, 4) and (m, 4) whose boxes meet."""
    if len(one) * len(two) <= _PAIRS:
        a, b = _corners(one), _corners(two)
        near: Bool = (a[:, None, 0] <= b[None, :, 2]) & (a[:, None, 2] >= b[None, :, 0])
        near &= (a[:, None, 1] <= b[None, :, 3]) & (a[:, None, 3] >= b[None, :, 1])
        first, second = np.nonzero(near)
        return first, second
    boxes = [shapely.box(*_corners(part).astype(np.float64).T) for part in (one, two)]
    first, second = shapely.STRtree(np.asarray(boxes[1])).query(np.asarray(boxes[0]))
    return first.astype(np.int64), second.astype(np.int64)


def _corners(segments: Int) -> Int:
    return np.hstack([np.minimum(segments[:, :2], segments[:, 2:]), np.maximum(segments[:, :2], segments[:, 2:])])


def _touching(segments: Int, points: Int) -> Bool:
    """True where a point lies in the pixel of a segment that does not end in it."""
    key = pack(points)
    touching: Bool = meets_pixel(segments, points) & (key != pack(segments[:, :2])) & (key != pack(segments[:, 2:]))
    return touching


def _compare(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> int:
    """Order of directions counterclockwise from east, exactly."""
    lower = [y < 0 or (y == 0 and x < 0) for x, y, _, _ in (one, two)]
    if lower[0] != lower[1]:
        return 1 if lower[0] else -1
    cross = one[0] * two[1] - one[1] * two[0]
    return -1 if cross > 0 else 1 if cross < 0 else 0


def _refuse(
    after: Partition, sides: Iterable[int], message: str, *, points: Int | None = None, segments: Int | None = None
) -> None:
    where = lines(after, segments) if segments is not None else places(after, points) if points is not None else None
    raise refusal(Rule.CROSSING, message, where, codes=codes_of(after, sides))
