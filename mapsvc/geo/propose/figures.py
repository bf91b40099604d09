"""Figures of a plan made of blocks: balance, lines between grids, compactness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.measure import thinness
from mapsvc.geo.propose.blocks import Blocks
from mapsvc.geo.propose.proposal import Shape

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def shape_of(blocks: Blocks, load: FloatArray, owner: IntArray, counts: BoolArray, mean: float) -> Shape:
    """The figures of a plan. owner: (n,); counts: (k,) grids whose balance and compactness count; mean: their load."""
    k = len(counts)
    one, two = owner[blocks.pairs[:, 0]], owner[blocks.pairs[:, 1]]
    apart = one != two
    total = np.bincount(owner, weights=load, minlength=k)[counts]
    area = np.bincount(owner, weights=blocks.area_m2, minlength=k)
    # A line inside a grid is in the perimeters of two of its blocks.
    perimeter = np.bincount(owner, weights=blocks.perimeter_m, minlength=k)
    perimeter -= 2 * np.bincount(one[~apart], weights=blocks.border_m[~apart], minlength=k)
    compact = thinness(area, perimeter)[counts]
    return Shape(
        deviation=float(np.abs(total / mean - 1.0).max(initial=0.0)),
        ratio=float(total.max(initial=0.0) / mean),
        cut_edges=int(apart.sum()),
        cut_m=float(blocks.border_m[apart].sum()),
        compactness=float(compact.mean()) if len(compact) else 0.0,
    )
