"""The way from one plan to another in steps: connected pieces that change grid, each grid in one piece after each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """Blocks that go together from one grid to another."""

    blocks: IntArray
    source: int
    target: int
    load: float


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


def order_steps(ground: Ground, home: IntArray, owner: IntArray, counts: npt.NDArray[np.bool_]) -> list[Piece]:
    """Pieces in an order in which no grid gets more parts, each next one what helps the balance most.

    counts: (k,) grids whose balance counts. A piece that cannot go as a whole goes block by block; blocks that can go
    in no order are left out: the caller sees them still at home.
    """
    pieces = _pieces(ground, home, owner)
    state = home.copy()
    total = np.bincount(state, weights=ground.load, minlength=ground.k)
    parts = _parts(ground, state)
    done: list[Piece] = []
    whole = True
    while pieces:
        chosen = None
        for index in _ranking(pieces, total, ground.mean, counts):
            piece = pieces[index]
            tried = state.copy()
            tried[piece.blocks] = piece.target
            now = _parts_of(ground, tried, (piece.source, piece.target))
            if 0 < now[0] <= parts[piece.source] and now[1] <= max(parts[piece.target], 1):
                chosen = index
                break
        if chosen is None:
            if not whole:
                break
            whole = False
            pieces = [
                Piece(np.array([block]), piece.source, piece.target, float(ground.load[block]))
                for piece in pieces
                for block in piece.blocks.tolist()
            ]
            continue
        piece = pieces.pop(chosen)
        state = tried
        parts[[piece.source, piece.target]] = now
        total[piece.source] -= piece.load
        total[piece.target] += piece.load
        done.append(piece)
    return done


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


def _ranking(pieces: list[Piece], total: FloatArray, mean: float, counts: npt.NDArray[np.bool_]) -> list[int]:
    """Pieces by the largest deviation after them, then by what they take off the squared deviations."""
    source = np.array([piece.source for piece in pieces])
    target = np.array([piece.target for piece in pieces])
    load = np.array([piece.load for piece in pieces])
    deviation = np.where(counts, np.abs(total / mean - 1.0), 0.0)
    # The worst of the grids a piece leaves alone is one of the three worst.
    worst = np.argsort(-deviation, kind="stable")[:3]
    rest = np.zeros(len(pieces))
    for grid in worst[::-1]:
        rest = np.where((source != grid) & (target != grid), deviation[grid], rest)
    after_source = np.where(counts[source], (total[source] - load) / mean - 1.0, 0.0)
    after_target = np.where(counts[target], (total[target] + load) / mean - 1.0, 0.0)
    highest = np.maximum(rest, np.maximum(np.abs(after_source), np.abs(after_target)))
    squares = after_source**2 + after_target**2 - deviation[source] ** 2 - deviation[target] ** 2
    order: list[int] = np.lexsort((np.arange(len(pieces)), squares, np.round(highest, 9))).tolist()
    return order


def _parts(ground: Ground, owner: IntArray) -> IntArray:
    """Connected parts of each grid."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(owner)
    one, two = ground.pairs[owner[ground.pairs[:, 0]] == owner[ground.pairs[:, 1]]].T
    count, label = connected_components(coo_array((np.ones(len(one)), (one, two)), shape=(n, n)), directed=False)
    grid = np.zeros(count, dtype=np.int64)
    grid[label] = owner
    return np.bincount(grid, minlength=ground.k).astype(np.int64)


def _parts_of(ground: Ground, owner: IntArray, grids: tuple[int, int]) -> tuple[int, int]:
    from mapsvc.geo.propose.kernels import parts_of

    scratch = np.zeros(len(owner), dtype=np.int64)
    queue = np.zeros(len(owner) + 1, dtype=np.int64)
    one, two = (int(parts_of(grid, owner, ground.first, ground.near, scratch, queue)) for grid in grids)
    return one, two
