"""Arc: the line between two junctions, with the grid on its left and the grid on its right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Steps = npt.NDArray[np.int64]
OUTSIDE = -1
"""The side of an arc that lies outside the frame."""
GAP = -2
"""The side of an arc that lies inside the frame and in no grid (a gap kept with a reason)."""


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """steps: (n, 2) whole lattice steps from the origin of its partition, first to last; a closed arc ends where it
    starts. left, right: numbers of the grids beside it in that direction, or OUTSIDE or GAP. Never changed in place.
    """

    steps: Steps
    left: int
    right: int
