"""The way from one plan to another in steps: connected pieces that change grid, each grid in one piece after each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Piece:
    """Blocks that go together from one grid to another; splits: a grid is in more parts after it."""

    blocks: IntArray
    source: int
    target: int
    load: float
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What ordering needs: pairs (m, 2) of n blocks as rows of neighbours, load (n,), grids k, their mean load."""

    pairs: IntArray
    load: FloatArray
    k: int
    mean: float
    first: IntArray
    near: IntArray

    @classmethod
    def of(cls, pairs: IntArray, load: FloatArray, k: int, mean: float) -> Ground:
        """From pairs, each once."""
        ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
        order = np.argsort(ends, kind="stable")
        first = np.zeros(len(load) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=len(load)), out=first[1:])
        return cls(pairs, load, k, mean, first, np.ascontiguousarray(np.concatenate([pairs[:, 1], pairs[:, 0]])[order]))


def order_steps(ground: Ground, home: IntArray, owner: IntArray, counts: BoolArray) -> list[Piece]:
    """Pieces in an order in which no grid gets more parts, each next one what helps the balance most.

    counts: (k,) grids whose balance counts. What cannot go as a whole piece goes in smaller groups. Where no group can
    go, one goes all the same and is marked: the end is `owner` always.
    """
    walk = Walk(ground, home.copy(), counts)
    done: list[Piece] = []
    while (walk.state != owner).any():
        before = len(done)
        for offered in (_pieces, loose_groups):
            walk.offer(offered(ground, walk.state, owner))
            while (piece := walk.take_best()) is not None:
                done.append(piece)
        if len(done) == before:
            walk.offer(_pieces(ground, walk.state, owner))
            done.append(walk.take_any())
    return done


class Walk:
    """A plan on its way: takes one feasible piece after the other out of those on offer."""

    def __init__(self, ground: Ground, state: IntArray, counts: BoolArray) -> None:
        self.state = state
        self._ground = ground
        self._counts = counts
        self._total = np.bincount(state, weights=ground.load, minlength=ground.k).astype(np.float64)
        self._parts = parts_by_grid(ground, state)
        self.offer([])

    def offer(self, pieces: list[Piece]) -> None:
        """Pieces to choose from; they may overlap."""
        self._pieces = pieces
        self._source = np.array([piece.source for piece in pieces], dtype=np.int64)
        self._target = np.array([piece.target for piece in pieces], dtype=np.int64)
        self._load = np.array([piece.load for piece in pieces], dtype=np.float64)
        self._open = np.ones(len(pieces), dtype=np.bool_)
        self._gone = np.zeros(len(pieces), dtype=np.bool_)

    def take_best(self) -> Piece | None:
        """Move the best piece that leaves no grid in more parts; None when there is none."""
        while self._open.any():
            index = self._best()
            piece = self._pieces[index]
            if (self.state[piece.blocks] != piece.source).any():
                self._open[index], self._gone[index] = False, True
                continue
            tried = self.state.copy()
            tried[piece.blocks] = piece.target
            giver, taker = (parts_of_grid(self._ground, tried, grid) for grid in (piece.source, piece.target))
            if not 0 < giver <= self._parts[piece.source] or taker > self._parts[piece.target]:
                # Shut until one of its two grids changes: nothing else can make it feasible.
                self._open[index] = False
                continue
            self._parts[piece.source], self._parts[piece.target] = giver, taker
            self._move(index, piece)
            ends = (piece.source, piece.target)
            self._open |= np.isin(self._source, ends) | np.isin(self._target, ends)
            self._open &= ~self._gone
            return piece
        return None

    def take_any(self) -> Piece:
        """Move the best piece whatever it tears, but one that takes all of a grid only where there is no other."""
        size = np.bincount(self.state, minlength=self._ground.k)
        whole = np.array([len(piece.blocks) == size[piece.source] for piece in self._pieces])
        self._open = ~whole if not whole.all() else ~self._gone
        index = self._best()
        piece = replace(self._pieces[index], splits=True)
        self._move(index, piece)
        self._parts = parts_by_grid(self._ground, self.state)
        return piece

    def _move(self, index: int, piece: Piece) -> None:
        self.state[piece.blocks] = piece.target
        self._total[piece.source] -= piece.load
        self._total[piece.target] += piece.load
        self._gone[index] = True

    def _best(self) -> int:
        """The open piece with the smallest largest deviation after it, then what takes most off the squared ones."""
        at = np.flatnonzero(self._open)
        source, target, load = self._source[at], self._target[at], self._load[at]
        mean, counts = self._ground.mean, self._counts
        deviation = np.where(counts, np.abs(self._total / mean - 1.0), 0.0)
        rest = np.zeros(len(at))
        # The worst of the grids that a piece leaves alone is one of the three worst.
        for grid in np.argsort(-deviation, kind="stable")[2::-1]:
            rest = np.where((source != grid) & (target != grid), deviation[grid], rest)
        giver = np.where(counts[source], (self._total[source] - load) / mean - 1.0, 0.0)
        taker = np.where(counts[target], (self._total[target] + load) / mean - 1.0, 0.0)
        highest = np.round(np.maximum(rest, np.maximum(np.abs(giver), np.abs(taker))), 9)
        squares = giver**2 + taker**2 - deviation[source] ** 2 - deviation[target] ** 2
        lowest = np.flatnonzero(highest == highest.min())
        return int(at[lowest[np.argmin(squares[lowest])]])


def loose_groups(ground: Ground, state: IntArray, owner: IntArray) -> list[Piece]:
    """Smallest groups that can go: a block beside its new grid, with what it would cut off, if bound there too."""
    from mapsvc.geo.propose.part_kernels import sever

    part = np.zeros(len(state), dtype=np.int64)
    queue = np.zeros(len(state) + 1, dtype=np.int64)
    found = []
    for block in np.flatnonzero(state != owner).tolist():
        beside = ground.near[ground.first[block] : ground.first[block + 1]]
        if not (state[beside] == owner[block]).any():
            continue
        parts = int(sever(block, state, ground.first, ground.near, part, queue))
        blocks = np.array([block])
        if parts > 1:
            mine = np.flatnonzero(part > 0)
            main = int(np.argmax(np.bincount(part[mine])))
            blocks = np.append(blocks, mine[part[mine] != main])
        if (owner[blocks] == owner[block]).all():
            blocks.sort()
            found.append(Piece(blocks, int(state[block]), int(owner[block]), float(ground.load[blocks].sum())))
    return found


def _pieces(ground: Ground, home: IntArray, owner: IntArray) -> list[Piece]:
    """Moved blocks by where from and where to, in connected pieces, by lowest block."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    moved = home != owner
    way = home * ground.k + owner
    one, two = ground.pairs.T
    joined = moved[one] & moved[two] & (way[one] == way[two])
    n = len(home)
    edges = coo_array((np.ones(joined.sum()), (one[joined], two[joined])), shape=(n, n))
    label = connected_components(edges, directed=False)[1]
    blocks = np.flatnonzero(moved)
    if not len(blocks):
        return []
    order = blocks[np.argsort(label[blocks], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    groups.sort(key=lambda group: int(group[0]))
    return [Piece(g, int(home[g[0]]), int(owner[g[0]]), float(ground.load[g].sum())) for g in groups]


def parts_by_grid(ground: Ground, owner: IntArray) -> IntArray:
    """Connected parts of each grid."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(owner)
    one, two = ground.pairs[owner[ground.pairs[:, 0]] == owner[ground.pairs[:, 1]]].T
    count, label = connected_components(coo_array((np.ones(len(one)), (one, two)), shape=(n, n)), directed=False)
    grid = np.zeros(count, dtype=np.int64)
    grid[label] = owner
    return np.bincount(grid, minlength=ground.k).astype(np.int64)


def parts_of_grid(ground: Ground, owner: IntArray, grid: int) -> int:
    """Connected parts of one grid."""
    from mapsvc.geo.propose.part_kernels import parts_of

    scratch = np.zeros(len(owner), dtype=np.int64)
    queue = np.zeros(len(owner) + 1, dtype=np.int64)
    return int(parts_of(grid, owner, ground.first, ground.near, scratch, queue))
