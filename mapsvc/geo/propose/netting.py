"""The street net: lines noded with the edges of a plan so that nothing in it comes closer than a hand's width of steps.

The cutting room (`geo.edit`) lays a drawn line onto every vertex and edge within 10 steps. Two blocks whose corners lie
closer than that could not change grid one after the other without a sliver; so no two vertices of a net, and no vertex
and edge that do not meet, are closer than `CLEAR_STEPS`. A line bends for that, the edges of the plan do not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.edit.noding import bend, boxes_of
from mapsvc.geo.partition.exact import cross_properly, pack, turn, undirected

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CLEAR_STEPS = 14
"""What the cutting room reaches, and room for the step or two by which a node lies beside its edge."""
_ROUNDS = 24
_CORNER, _ON_EDGE, _FREE = 0, 1, 2


def make_net(edges: IntArray, lines: IntArray, pins: IntArray | None = None) -> tuple[IntArray, IntArray]:
    """Edges of a plan (e, 4) and lines (k, 4), in whole steps, noded with each other: pieces (p, 4), each once.

    pins: (n, 2) vertices of lines that stay where they are. The second array names the edge that a piece is part of, in
    its direction, or is -1 for a piece of the lines. Every vertex of the edges stays; a node on an edge is the step
    nearest to it.
    """
    net = _Net(edges, lines, np.empty((0, 2), dtype=np.int64) if pins is None else pins)
    for _ in range(_ROUNDS):
        if not net.fresh.any():
            break
        rest = net.focus()
        net.cross()
        net.merge()
        net.clear()
        net.join(rest)
    return net.ends, net.edge


class _Net:
    """Pieces on their way: ends (p, 4), the edge each is part of or -1, which are fresh, and which changed since."""

    def __init__(self, edges: IntArray, lines: IntArray, pins: IntArray) -> None:
        self.edges = edges
        self.corners = np.unique(pack(np.concatenate([edges.reshape(-1, 2), pins])))
        self.ends = np.concatenate([edges, lines])
        self.edge = np.concatenate([np.arange(len(edges)), np.full(len(lines), -1)])
        self.fresh = self.edge < 0
        self.stirred = np.zeros(len(self.ends), dtype=np.bool_)
        self._each_once()

    def focus(self) -> tuple[IntArray, IntArray]:
        """Keep what lies near fresh pieces, for one round; returns the ends and edges of the rest."""
        still = np.flatnonzero(~self.fresh)
        first, _ = _meeting(boxes_of(self.ends[still], 4 * CLEAR_STEPS), self.ends[self.fresh])
        near = self.fresh.copy()
        near[still[first]] = True
        rest = self.ends[~near], self.edge[~near]
        self._keep(near)
        return rest

    def join(self, rest: tuple[IntArray, IntArray]) -> None:
        """Take the rest back."""
        count = len(rest[0])
        self.ends, self.edge = np.concatenate([self.ends, rest[0]]), np.concatenate([self.edge, rest[1]])
        self.fresh = np.append(self.fresh, np.zeros(count, dtype=np.bool_))
        self.stirred = np.append(self.stirred, np.zeros(count, dtype=np.bool_))

    def cross(self) -> None:
        """A node wherever a fresh line crosses something."""
        lines = np.flatnonzero(self.fresh & (self.edge < 0))
        one, two = _meeting(boxes_of(self.ends[lines]), self.ends)
        one = lines[one]
        is_line = self.fresh & (self.edge < 0)
        keep = (one != two) & ~(is_line[two] & (two < one))
        one, two = one[keep], two[keep]
        proper = cross_properly(self.ends[one], self.ends[two])
        one, two = one[proper], two[proper]
        ax, ay, bx, by = self.ends[one].T
        # A piece of an edge may lie a step beside it: the node goes onto the edge itself.
        whole = np.where((self.edge[two] >= 0)[:, None], self.edges[self.edge[two]], self.ends[two])
        cx, cy, dx, dy = whole.T
        start = turn(ax, ay, bx, by, cx, cy).astype(np.float64)
        finish = turn(ax, ay, bx, by, dx, dy).astype(np.float64)
        flat = start == finish
        share = np.clip(start / np.where(flat, 1.0, start - finish), 0.0, 1.0)
        spot = whole[:, :2] + np.rint((whole[:, 2:] - whole[:, :2]) * share[:, None]).astype(np.int64)
        self._bend(np.concatenate([one, two]), np.concatenate([spot, spot]))
        # A piece of a line that was cut lies where the line lay: only what moves from now on is looked at again.
        self.stirred[:] = False

    def merge(self) -> None:
        """Vertices too close to each other become one: a corner of the plan, else a node on an edge, else any."""
        from scipy.spatial import cKDTree

        spots, rank, edge = self._vertices()
        pairs = cKDTree(spots).query_pairs(CLEAR_STEPS, output_type="ndarray")
        pairs = pairs[(rank[pairs] > _CORNER).any(axis=1)]
        near: dict[int, list[int]] = {}
        for one, two in pairs.tolist():
            near.setdefault(one, []).append(two)
            near.setdefault(two, []).append(one)
        named = np.unique(edge[pairs])
        corners_of = dict(zip(named.tolist(), pack(self.edges[named].reshape(-1, 2, 2)).tolist(), strict=True))
        key = pack(spots)
        into = np.arange(len(spots))
        for one in sorted(near, key=lambda row: (rank[row], row)):
            if into[one] != one:
                continue
            for two in sorted(near.pop(one)):
                if two not in near or into[two] != two or rank[two] == _CORNER:
                    continue
                # A node leaves its edge for nothing but a corner of that edge.
                on_edge = edge[one] == edge[two] if rank[one] else int(key[one]) in corners_of[int(edge[two])]
                if rank[two] == _FREE or on_edge:
                    into[two] = one
        self._move(spots, spots[into])

    def clear(self) -> None:
        """Lines bend through vertices they pass too closely; vertices too close to an edge of the plan go onto it."""
        spots, rank, edge = self._vertices()
        lines = np.flatnonzero(self.fresh & (self.edge < 0))
        row, spot = _meeting(boxes_of(self.ends[lines], CLEAR_STEPS), np.concatenate([spots, spots], axis=1))
        row = lines[row]
        changed = np.flatnonzero(np.isin(pack(spots), pack(self.ends[self.fresh].reshape(-1, 2))))
        box = np.concatenate([spots[changed] - CLEAR_STEPS, spots[changed] + CLEAR_STEPS], axis=1)
        more, other = _meeting(box, self.ends)
        row, spot = np.concatenate([row, other]), np.concatenate([spot, changed[more]])
        near, away = self._passes(row, spots[spot])
        row, spot, away = row[near], spot[near], away[near]
        is_edge = self.edge[row] >= 0
        moved = spots.copy()
        self._onto_edges(row[is_edge], spot[is_edge], away[is_edge], moved, (spots, rank, edge))
        gone = (moved != spots).any(axis=1)
        onto = is_edge & (rank[spot] == _FREE) & self._is_nearest(row, spot, away, is_edge)
        take = onto | (~is_edge & ~gone[spot] & self._is_longest(row, spots[spot]))
        self._bend(row[take], moved[spot[take]])
        self._move(spots, moved)
        self.fresh = self.stirred.copy()

    def _passes(self, row: IntArray, points: IntArray) -> tuple[BoolArray, npt.NDArray[np.float64]]:
        """Where a piece passes a point, between its ends, closer than is clear; and how far off."""
        run, way = self.ends[row, 2:] - self.ends[row, :2], points - self.ends[row, :2]
        along, length2 = (run * way).sum(axis=1), (run * run).sum(axis=1)
        off = np.abs(run[:, 0] * way[:, 1] - run[:, 1] * way[:, 0]) / np.sqrt(length2)
        return (along > 0) & (along < length2) & (off <= CLEAR_STEPS), off

    def _onto_edges(
        self,
        row: IntArray,
        spot: IntArray,
        away: npt.NDArray[np.float64],
        moved: IntArray,
        of: tuple[IntArray, IntArray, IntArray],
    ) -> None:
        """Write where vertices go that are too close to pieces of edges (rows)."""
        spots, rank, edge = of
        for at in np.lexsort((-away,)).tolist():
            vertex, mine = int(spot[at]), int(self.edge[row[at]])
            whole = self.edges[mine]
            if rank[vertex] == _FREE:
                run = (whole[2:] - whole[:2]).astype(np.float64)
                share = float(run @ (spots[vertex] - whole[:2])) / float(run @ run)
                moved[vertex] = whole[:2] + np.rint(run * min(max(share, 0.0), 1.0)).astype(np.int64)
            elif rank[vertex] == _ON_EDGE and edge[vertex] != mine:
                # Deep in a sharp corner of the plan two nodes have no room: both are that corner.
                other = self.edges[edge[vertex]].reshape(2, 2)
                for corner in whole.reshape(2, 2):
                    if (other == corner).all(axis=1).any():
                        moved[vertex] = corner

    def _is_nearest(
        self, row: IntArray, spot: IntArray, away: npt.NDArray[np.float64], is_edge: BoolArray
    ) -> BoolArray:
        """True for the row with the piece of an edge that is nearest to its spot."""
        best = np.zeros(len(row), dtype=np.bool_)
        order = np.flatnonzero(is_edge)[np.argsort(-away[is_edge], kind="stable")]
        last = np.full(int(spot.max(initial=-1)) + 1, -1)
        last[spot[order]] = order
        best[last[last >= 0]] = True
        return best

    def _is_longest(self, row: IntArray, points: IntArray) -> BoolArray:
        """True for a piece that is the longest side of its triangle with a point: any other is clear enough of it.

        The angle at the end of it is 60 degrees or more, so the point is off by .87 of `CLEAR_STEPS` at least; and
        small triangles would bend one side through the third corner for ever.
        """
        start, finish = self.ends[row, :2], self.ends[row, 2:]
        sides = [((one - two) ** 2).sum(axis=1) for one, two in ((start, points), (finish, points), (start, finish))]
        longest: BoolArray = sides[2] > np.maximum(sides[0], sides[1])
        return longest

    def _vertices(self) -> tuple[IntArray, IntArray, IntArray]:
        """All vertices (n, 2), what each is, and the edge that a node on an edge lies on (else 0)."""
        key, first = np.unique(pack(self.ends.reshape(-1, 2)), return_index=True)
        spots = self.ends.reshape(-1, 2)[first]
        edge = np.full(len(spots), -1)
        on = np.flatnonzero(self.edge >= 0)
        edge[np.searchsorted(key, pack(self.ends[on].reshape(-1, 2)))] = np.repeat(self.edge[on], 2)
        rank = np.where(edge >= 0, _ON_EDGE, _FREE)
        place = np.minimum(np.searchsorted(self.corners, key), len(self.corners) - 1)
        rank[self.corners[place] == key] = _CORNER
        return spots, rank, np.maximum(edge, 0)

    def _bend(self, row: IntArray, spot: IntArray) -> None:
        self.ends, source, new = bend(self.ends, np.arange(len(self.ends)), row, spot)
        self.edge, self.fresh, self.stirred = self.edge[source], self.fresh[source] | new, self.stirred[source] | new

    def _move(self, spots: IntArray, moved: IntArray) -> None:
        """The vertices of `spots` (in order of keys) go to their places in `moved`."""
        gone = (spots != moved).any(axis=1)
        if gone.any():
            key, target = pack(spots[gone]), moved[gone]
            points = self.ends.reshape(-1, 2)
            wanted = pack(points)
            place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            goes = key[place] == wanted
            self.ends = np.where(goes[:, None], target[place], points).reshape(-1, 4)
            changed = goes.reshape(-1, 2).any(axis=1)
            self.fresh, self.stirred = self.fresh | changed, self.stirred | changed
        self._each_once()

    def _each_once(self) -> None:
        """Drop what has no length, and all but one of pieces that fall together: that of an edge, if there is one."""
        ends = undirected(self.ends)
        low, high = pack(ends[:, :2]), pack(ends[:, 2:])
        order = np.lexsort((self.edge < 0, high, low))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
        self._keep(np.sort(order[first & (low[order] != high[order])]))

    def _keep(self, which: IntArray | BoolArray) -> None:
        self.ends, self.edge = self.ends[which], self.edge[which]
        self.fresh, self.stirred = self.fresh[which], self.stirred[which]


def _meeting(boxes: IntArray, others: IntArray) -> tuple[IntArray, IntArray]:
    """Pairs (row of boxes, row of segments) whose boxes meet."""
    if not len(boxes) or not len(others):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    # A line from corner to corner has the box, and is made faster than the box.
    tree = shapely.STRtree(np.asarray(shapely.linestrings(others.reshape(-1, 2, 2).astype(np.float64))))
    first, second = tree.query(np.asarray(shapely.linestrings(boxes.reshape(-1, 2, 2).astype(np.float64))))
    return first, second
