"""First grids of a fresh plan: a power diagram whose cells carry equal load, mended until each is in one piece."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.board import Board

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NEAREST = 12
_ROUNDS = 40


def seed_grids(board: Board, rng: np.random.Generator) -> IntArray:
    """(n,) grid of each block: every grid has a block and, where the ground is in one piece, is in one piece.

    Power diagram (Aurenhammer 1987, SIAM J. Computing 16, 78-96) of load-weighted centres, whose weights and places are
    improved in turn.
    """
    from scipy.spatial import cKDTree

    place = np.column_stack([board.x, board.y])
    weight = board.load + board.load.mean() * 0.05
    centre = place[_spread(place, weight, board.k, rng)].astype(np.float64)
    near = min(_NEAREST, board.k)
    extra = np.zeros(board.k)
    owner = np.zeros(len(place), dtype=np.int64)
    for step in range(_ROUNDS):
        distance, which = cKDTree(centre).query(place, near)
        distance, which = distance.reshape(len(place), near), which.reshape(len(place), near)
        owner = which[np.arange(len(place)), np.argmin(distance**2 - extra[which], axis=1)].astype(np.int64)
        total = board.totals(owner)[1] / board.mean
        # Powers are metres squared: a grid short of load reaches out by a share of its own distance to the next.
        reach = cKDTree(centre).query(centre, min(2, board.k))[0].reshape(board.k, -1)[:, -1] ** 2
        extra += reach * (0.3 if step < _ROUNDS * 3 // 4 else 0.1) * np.clip(1.0 - total, -1.0, 1.0)
        sums = np.bincount(owner, weights=weight, minlength=board.k)
        for axis in (0, 1):
            moved = np.bincount(owner, weights=weight * place[:, axis], minlength=board.k)
            np.divide(moved, sums, out=centre[:, axis], where=sums > 0)
    return mend(board, owner)


def mend(board: Board, owner: IntArray) -> IntArray:
    """Stray pieces go to the neighbour with the longest line, empty grids get a block; each grid in one piece."""
    owner = _give_blocks_to_empty(board, owner.copy())
    main = _main_piece(board, owner)
    owner[~main] = -1
    while (owner < 0).any():
        link: dict[int, dict[int, float]] = {}
        one, two = board.pairs.T
        for a, b in ((one, two), (two, one)):
            rows = (owner[a] < 0) & (owner[b] >= 0) & board.is_open
            for block, grid, cost in zip(a[rows].tolist(), owner[b[rows]].tolist(), board.cost[rows], strict=True):
                ways = link.setdefault(block, {})
                ways[grid] = ways.get(grid, 0.0) + float(cost) + 1e-6
        if not link:
            # Ground that no line joins to a grid (an island): it goes with the nearest grid.
            owner[owner < 0] = _nearest(board, owner)
            break
        for block, ways in link.items():
            owner[block] = max(sorted(ways), key=lambda grid: ways[grid])
    return owner


def _spread(place: FloatArray, weight: FloatArray, k: int, rng: np.random.Generator) -> IntArray:
    """k distinct blocks, each next one drawn by load times squared distance to those before (k-means++)."""
    chosen = [int(rng.choice(len(place), p=weight / weight.sum()))]
    away = ((place - place[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(k - 1):
        odds = weight * away
        odds[chosen] = 0.0
        if odds.sum() <= 0:
            odds = np.ones(len(place))
            odds[chosen] = 0.0
        running = np.cumsum(odds)
        pick = min(int(np.searchsorted(running, rng.random() * running[-1], side="right")), len(place) - 1)
        chosen.append(pick)
        np.minimum(away, ((place - place[pick]) ** 2).sum(axis=1), out=away)
    return np.array(chosen, dtype=np.int64)


def _give_blocks_to_empty(board: Board, owner: IntArray) -> IntArray:
    size = board.totals(owner)[0]
    for grid in np.flatnonzero(size == 0).tolist():
        donor = int(np.argmax(size))
        block = int(np.flatnonzero(owner == donor)[-1])
        owner[block] = grid
        size[donor] -= 1
        size[grid] = 1
    return owner


def _main_piece(board: Board, owner: IntArray) -> npt.NDArray[np.bool_]:
    """True for blocks of the piece of their grid with the most load (tie: most blocks, then lowest block)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(owner)
    same = owner[board.pairs[:, 0]] == owner[board.pairs[:, 1]]
    same &= board.is_open
    one, two = board.pairs[same].T
    pieces, piece = connected_components(coo_array((np.ones(len(one)), (one, two)), shape=(n, n)), directed=False)
    load = np.bincount(piece, weights=board.load, minlength=pieces)
    size = np.bincount(piece, minlength=pieces)
    grid = np.zeros(pieces, dtype=np.int64)
    grid[piece] = owner
    order = np.lexsort((-np.arange(pieces), size, load))
    best = np.full(board.k, -1, dtype=np.int64)
    best[grid[order]] = order
    main: npt.NDArray[np.bool_] = best[owner] == piece
    return main


def _nearest(board: Board, owner: IntArray) -> IntArray:
    from scipy.spatial import cKDTree

    known = owner >= 0
    place = np.column_stack([board.x, board.y])
    nearest: IntArray = owner[known][cKDTree(place[known]).query(place[~known])[1]]
    return nearest
