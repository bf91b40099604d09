"""Nearness: which of millions of points may be near one of many lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.outlines import Outlines

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_CELLS = 4096
"""Most cells along the longer side: 16 MB of mask."""


@dataclass(frozen=True)
class LineMask:
    """A coarse raster of the cells within reach of an edge, in metres."""

    west: float
    south: float
    cell_m: float
    cells: BoolArray

    @classmethod
    def of(cls, outlines: Outlines, reach_m: float) -> LineMask:
        """The mask of all edges."""
        start, end = outlines.start, outlines.end
        if not len(start):
            return cls(0.0, 0.0, 1.0, np.zeros((0, 0), dtype=bool))
        low, high = np.minimum(start, end).min(axis=0), np.maximum(start, end).max(axis=0)
        # Cells no smaller than the reach: then a line and its eight neighbour cells hold everything in reach.
        cell = max(float((high - low).max()) / _CELLS, reach_m, 1e-3)
        west, south = low - 2.0 * cell
        columns, rows = (np.ceil((high - low) / cell) + 5).astype(int)
        marked = np.zeros((rows, columns), dtype=bool)
        x, y = _sample(start, end, cell / 2)
        marked[((y - south) / cell).astype(int), ((x - west) / cell).astype(int)] = True
        return cls(float(west), float(south), cell, _widen(_widen(marked)))

    def may_be_near(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """False only for points that are farther than the reach from every line."""
        rows, columns = self.cells.shape
        with np.errstate(invalid="ignore"):
            column = np.floor((x - self.west) / self.cell_m)
            row = np.floor((y - self.south) / self.cell_m)
        within = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        near = np.zeros(len(x), dtype=bool)
        near[within] = self.cells[row[within].astype(int), column[within].astype(int)]
        return near


def _sample(start: FloatArray, end: FloatArray, step: float) -> tuple[FloatArray, FloatArray]:
    """Points along segments no farther apart than `step`, ends included."""
    length = np.hypot(*(end - start).T)
    number = np.ceil(length / step).astype(np.int64) + 1
    segment = np.repeat(np.arange(len(start)), number)
    place = np.arange(len(segment)) - np.repeat(np.cumsum(number) - number, number)
    share = place / np.maximum(number[segment] - 1, 1)
    points = start[segment] + (end - start)[segment] * share[:, None]
    return points[:, 0], points[:, 1]


def _widen(marked: BoolArray) -> BoolArray:
    """The marked cells and their eight neighbours."""
    tall = marked.copy()
    tall[1:] |= marked[:-1]
    tall[:-1] |= marked[1:]
    wide = tall.copy()
    wide[:, 1:] |= tall[:, :-1]
    wide[:, :-1] |= tall[:, 1:]
    return wide
