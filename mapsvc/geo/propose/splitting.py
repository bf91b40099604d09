"""Finer blocks where whole ones are too coarse to balance: those in question, cut midway between their buildings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.geo.measure import Polygons
from mapsvc.geo.propose.blocks import Blocks
from mapsvc.geo.propose.buildings import cells_in, home_blocks
from mapsvc.geo.propose.cutting import as_lines, cut

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def coarse_blocks(blocks: Blocks, load: FloatArray, owner: IntArray, within: float, mean: float) -> IntArray:
    """Blocks at the lines of the grids that `owner` (n,) leaves out of the band, those with too much load to fit in.

    mean: load of a grid that is aimed at. A block of less than half the band is fine enough.
    """
    total = np.bincount(owner, weights=load)
    is_out = np.abs(total / mean - 1.0) > within
    one, two = blocks.pairs.T
    at_line = (owner[one] != owner[two]) & (is_out[owner[one]] | is_out[owner[two]])
    found = np.unique(blocks.pairs[at_line])
    coarse: IntArray = found[load[found] > within * mean / 2]
    return coarse


def split_blocks(blocks: Blocks, chosen: IntArray, buildings: Sequence[Any], walls: Polygons = ()) -> Blocks:
    """All blocks, the chosen ones cut into the cells of their buildings (lon/lat shapes); walls as in `make_blocks`."""
    home = home_blocks(blocks, buildings)
    cells: list[Any] = []
    for block in chosen.tolist():
        mine = np.flatnonzero(home == block)
        if len(mine) > 1:
            cells.extend(cells_in(blocks, block, [buildings[row] for row in mine.tolist()]))
    if not cells:
        return blocks
    shapes, piece = cut(blocks.polygons, as_lines(cells))
    return Blocks.of(shapes, blocks.grid[piece], blocks.epsg, walls)
