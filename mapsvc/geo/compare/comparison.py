"""Comparison: what ground really changed hands between two plans, and what is only the line drawn anew.

A piece of land is wide if a circle of the tolerance's diameter fits into it. Where the same street was digitised
twice, the pieces between the two lines are thin however long they are; a transfer, even of one house, is wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadInput
from mapsvc.geo.compare.ground import NOWHERE, Ground, common_ground
from mapsvc.geo.compare.matching import match_grids
from mapsvc.geo.crs import Geometries, projector
from mapsvc.model.plan import Plan

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

DEFAULT_TOLERANCE_M = 5.0
NARROW_M = 50.0
"""Real pieces thinner than this deserve a look: one side of a street may be meant, or not."""
_FINEST_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Connected pieces of land whose grid goes on as another one, largest first; parallel arrays.

    first, second: positions in the plans, -1 = in none (land gained or lost). shapes: lon/lat polygons.
    width_m: diameter of the largest inscribed circle; of thin pieces an upper bound, at most the tolerance.
    is_real: at least as wide as the tolerance.
    """

    first: IntArray
    second: IntArray
    shapes: Geometries
    area_m2: FloatArray
    width_m: FloatArray
    is_real: BoolArray

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Plan a (before) and plan b (after). match: position in b of each grid of a, -1 = gone."""

    a: Plan
    b: Plan
    tolerance_m: float
    match: IntArray
    ground: Ground
    pieces: Pieces


def compare(a: Plan, b: Plan, tolerance_m: float = DEFAULT_TOLERANCE_M, *, by_id: bool = True) -> Comparison:
    """Compare two plans; widths and areas are measured in b's working CRS.

    by_id: grids of equal id are one grid (see `match_grids`). Raises BadInput for a tolerance that is no width.
    """
    if not 0.0 <= tolerance_m <= 1000.0:
        raise BadInput("The tolerance of a comparison is a width from 0 to 1000 metres.", field="tolerance_m")
    ground = common_ground(a, b)
    match = match_grids(a, b, ground, by_id=by_id)
    return Comparison(a, b, tolerance_m, match, ground, _moved(ground, match, tolerance_m))


def _moved(ground: Ground, match: IntArray, tolerance_m: float) -> Pieces:
    # One slot more: index -1, land in no grid of a, finds no grid.
    goes_on = np.append(match, NOWHERE)[ground.first]
    chosen = np.flatnonzero((goes_on != ground.second) | (goes_on == NOWHERE))
    chosen = chosen[np.argsort(-ground.area_m2[chosen], kind="stable")]
    plane = projector(ground.epsg).geometry(ground.shapes[chosen])
    width, is_real = _widths(plane, ground.area_m2[chosen], tolerance_m)
    return Pieces(
        first=ground.first[chosen],
        second=ground.second[chosen],
        shapes=ground.shapes[chosen],
        area_m2=ground.area_m2[chosen],
        width_m=width,
        is_real=is_real,
    )


def _widths(plane: Geometries, area: FloatArray, tolerance_m: float) -> tuple[FloatArray, BoolArray]:
    """Width in metres of polygons in metres, and whether a circle of the tolerance's diameter fits in."""
    disc = 2.0 * np.sqrt(area / np.pi)
    is_real = disc >= max(tolerance_m, _FINEST_M)
    # Shrinking by half the tolerance leaves something of the wide ones only; it is ten times cheaper than a circle.
    wide = np.flatnonzero(is_real)
    is_real[wide] = shapely.area(shapely.buffer(plane[wide], -tolerance_m / 2.0)) > 0.0
    width = np.minimum(disc, tolerance_m)
    for place in np.flatnonzero(is_real).tolist():
        # Known to a hundredth of the piece's size; the centre found is inside, so the circle never is too large.
        circle = shapely.maximum_inscribed_circle(plane[place], tolerance=max(_FINEST_M, disc[place] / 100.0))
        width[place] = max(2.0 * shapely.length(circle), tolerance_m)
    return width, is_real
