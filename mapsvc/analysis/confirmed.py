"""Confirmed: which hot and cold cells stay so when the lattice is moved by half a cell both ways."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.fishnet import Fishnet

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def confirmed(net: Fishnet, side: npt.NDArray[np.int8], moved: Fishnet, moved_side: npt.NDArray[np.int8]) -> BoolArray:
    """True for each used cell of net that is hot (1) or cold (-1) and overlaps a cell of `moved` of the same side.

    side, moved_side: one value a used cell, in the order of their flat indices.
    """
    cells = np.flatnonzero(net.used)
    row, col = np.divmod(cells, net.cols)
    by_cell = np.zeros(moved.share.size + 1, dtype=np.int8)
    by_cell[np.flatnonzero(moved.used)] = moved_side
    found = np.zeros(len(cells), dtype=bool)
    # Each quarter of a cell lies in one cell of the moved lattice.
    for up in (0.25, 0.75):
        for right in (0.25, 0.75):
            x = net.x0 + (col + right) * net.cell_m
            y = net.y0 + (row + up) * net.cell_m
            found |= by_cell[moved.cell_of(x, y)] == side
    stays: BoolArray = found & (side != 0)
    return stays
