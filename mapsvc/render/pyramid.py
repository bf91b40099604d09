"""Count pyramid: how many points each small square of any zoom holds, from points in Morton order."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from mapsvc.geo.tiling import TILE_PX, morton_decode, morton_encode

CELL_PX = 2
"""Side of a counted square in pixels of its zoom."""
CELLS = TILE_PX // CELL_PX
_CELL_BITS = 7
_BLOCK_BITS = 4
_BLOCK = 1 << _BLOCK_BITS
MARGIN = 12
"""Squares counted around a tile, so that what is smoothed meets at the seams; at most one block."""
_DEEPEST_LEVEL = 20
"""Below this level tiles hold so few points that they are counted one by one."""

Codes = npt.NDArray[np.uint64]


class CountPyramid:
    """Counts at any zoom. codes: geo.tiling.morton_of of located points, ascending. Safe from several threads."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._levels: dict[int, tuple[Codes, npt.NDArray[np.int64]]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._codes)

    def squares(self, level: int) -> tuple[Codes, npt.NDArray[np.int64]]:
        """Morton codes of the squares of side 2**-level (world = 1) that hold points, ascending, and their counts."""
        with self._lock:
            if level not in self._levels:
                self._levels[level] = _count_runs(self._codes >> np.uint64(64 - 2 * level))
            return self._levels[level]

    def around(self, z: int, x: int, y: int) -> npt.NDArray[np.float32] | None:
        """Counts of a tile's squares with MARGIN squares around it, rows from the north; None where all are 0."""
        level = z + _CELL_BITS
        first, last = self._blocks(z, x, y)
        if level <= _DEEPEST_LEVEL:
            squares, counts = self.squares(level)
            start, stop = np.searchsorted(squares, first), np.searchsorted(squares, last)
            chosen = _spans(start, stop)
            codes, weights = squares[chosen], counts[chosen].astype(np.float64)
        else:
            shift = np.uint64(64 - 2 * level)
            start, stop = np.searchsorted(self._codes, first << shift), np.searchsorted(self._codes, last << shift)
            codes = self._codes[_spans(start, stop)] >> shift
            weights = np.ones(len(codes))
        if not len(codes):
            return None
        column, row = morton_decode(codes)
        across = column.astype(np.int64) - (x * CELLS - MARGIN)
        down = row.astype(np.int64) - (y * CELLS - MARGIN)
        side = CELLS + 2 * MARGIN
        near = (across >= 0) & (across < side) & (down >= 0) & (down < side)
        if not near.any():
            return None
        flat = np.bincount(down[near] * side + across[near], weights=weights[near], minlength=side * side)
        return flat.astype(np.float32).reshape(side, side)

    @staticmethod
    def _blocks(z: int, x: int, y: int) -> tuple[Codes, Codes]:
        """First and past-the-last square code of the tile, and of the blocks that frame it: a few unbroken runs."""
        per_tile = CELLS // _BLOCK
        steps = np.arange(-1, per_tile + 1)
        across, down = (grid.ravel() for grid in np.meshgrid(x * per_tile + steps, y * per_tile + steps))
        rim = (
            (across < x * per_tile)
            | (across >= (x + 1) * per_tile)
            | (down < y * per_tile)
            | (down >= (y + 1) * per_tile)
        )
        limit = per_tile << z
        rim &= (across >= 0) & (down >= 0) & (across < limit) & (down < limit)
        blocks = morton_encode(across[rim], down[rim])
        tile = morton_encode(np.array([x]), np.array([y]))
        shifts = np.array([2 * _CELL_BITS] + [2 * _BLOCK_BITS] * len(blocks), np.uint64)
        numbers = np.concatenate([tile, blocks])
        return numbers << shifts, (numbers + np.uint64(1)) << shifts


def _count_runs(codes: Codes) -> tuple[Codes, npt.NDArray[np.int64]]:
    if not len(codes):
        return codes, np.empty(0, np.int64)
    starts = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
    return codes[starts], np.diff(np.append(starts, len(codes)))


def _spans(start: npt.NDArray[np.intp], stop: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """All positions start[i] <= p < stop[i]."""
    parts = [np.arange(a, b) for a, b in zip(start.tolist(), stop.tolist(), strict=True) if b > a]
    return np.concatenate(parts) if parts else np.empty(0, np.intp)
