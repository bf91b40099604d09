"""The locate kernel, written as plain loops that numba compiles on first use and keeps compiled on disk.

Numba is optional and slow to import, so nothing here imports it before `compiled` is called. The constants are repeated
as literals because numba caches globals by value, and a cached kernel must not depend on another file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as machine code that releases the interpreter lock. Raises ImportError without numba."""
    import numba

    kernel: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    return kernel


@cache
def has_numba() -> bool:
    """Whether numba is installed and can be imported."""
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


def is_numba_loaded() -> bool:
    """Whether numba costs no import any more."""
    return "numba" in sys.modules


def locate_block(  # noqa: C901, PLR0915 - one kernel: numba cannot inline helpers that it did not compile
    lon: FloatArray,
    lat: FloatArray,
    out: IntArray,
    box: FloatArray,
    label: IntArray,
    columns: int,
    rows: int,
    cell: IntArray,
    group: IntArray,
    entry: IntArray,
    xy: FloatArray,
) -> int:
    """Write the polygon of each point, -1, or -2 where shapely must be asked; returns how many of those there are.

    box: west, south, east, north, columns per degree, rows per degree, cell width, cell height, and the share of a cell
    at which its reference point lies across and up. The other arrays are those of `RasterIndex`.
    """
    west, south, east, north, per_lon, per_lat = box[0], box[1], box[2], box[3], box[4], box[5]
    asked = 0
    for start in range(0, len(lon), 512):
        stop = min(start + 512, len(lon))
        # First the answers of whole cells for a block of points: these reads do not wait for each other.
        for i in range(start, stop):
            x, y = lon[i], lat[i]
            if x >= west and x <= east and y >= south and y <= north:
                column = min(int((x - west) * per_lon), columns - 1)
                row = min(int((y - south) * per_lat), rows - 1)
                out[i] = label[row * columns + column]
            else:
                out[i] = -1
        for i in range(start, stop):
            if out[i] >= -1:
                continue
            x, y = lon[i], lat[i]
            ref_x = west + (min(int((x - west) * per_lon), columns - 1) + box[8]) * box[6]
            ref_y = south + (min(int((y - south) * per_lat), rows - 1) + box[9]) * box[7]
            dx, dy = ref_x - x, ref_y - y
            here = -2 - out[i]
            answer = cell[here, 1]
            for g in range(cell[here, 0], cell[here + 1, 0]):
                inside = group[g, 0] & 1
                for e in range(group[g, 1], group[g + 1, 1]):
                    v = entry[e] >> 1
                    ax, ay, bx, by = xy[v, 0] - x, xy[v, 1] - y, xy[v + 1, 0] - x, xy[v + 1, 1] - y
                    one, two = ax * by, ay * bx
                    turn = one - two
                    if abs(turn) <= 3.4e-16 * (abs(one) + abs(two)) + 1e-290:
                        inside = -1
                        break
                    if (turn > 0) == (entry[e] & 1):
                        continue
                    one, two = dx * ay, dy * ax
                    turn_a = one - two
                    bound_a = 3.4e-16 * (abs(one) + abs(two)) + 1e-290
                    one, two = dx * by, dy * bx
                    turn_b = one - two
                    if abs(turn_a) <= bound_a or abs(turn_b) <= 3.4e-16 * (abs(one) + abs(two)) + 1e-290:
                        inside = -1
                        break
                    if (turn_a > 0) != (turn_b > 0):
                        inside ^= 1
                if inside == -1:
                    answer = -2
                    break
                if inside == 1:
                    answer = group[g, 0] >> 1
                    break
            out[i] = answer
            asked += answer == -2
    return asked
