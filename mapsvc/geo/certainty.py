"""Certainty: how sure it is that a point lies in the grid it was located in, and which grids are next to it.

A point near a line may lie on the other side of it: how probable that is, its accuracy tells (geo.shares). Distances
are measured in the working CRS; a point exactly on a line is recognised in lon/lat, where grids are decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.measure import bearing_deg
from mapsvc.geo.nearness import LineMask
from mapsvc.geo.outlines import Outlines
from mapsvc.geo.shares import SIGMA, Shares, find_shares
from mapsvc.model.incident import CERTAINTY_CODE, Certainty

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_LONGEST_EDGE_DEG = 0.01
"""Longer edges get vertices before they are projected: 1 km bends 2 cm off the lon/lat line, 10 km nearly 2 m."""
TOUCH_M = 0.1
"""Points farther than this from every projected line are not on a line in lon/lat either."""
FARTHEST_M = 1e6
CERTAIN_SHARE = 0.9
"""A grid that holds this much of a point's error is certain: the words on the page draw the line there too."""
_DOUBT = SIGMA * float(np.sqrt(-2.0 * np.log(1.0 - CERTAIN_SHARE)))
"""Accuracies beyond which no line can take that much away: a circle of this radius alone holds enough."""
_WORTH_MASK = 2000
"""From this many points on, and a quarter as many as there are edges, a raster of the lines pays."""


@dataclass(frozen=True, slots=True)
class Judged:
    """n points. codes: of CERTAINTIES; own: probability that each lies in its grid, 1 where certain, 0 in no grid.

    rows: (k,) the boundary points with a stated accuracy, ascending; shares: their candidates, whose `point` counts
    in `rows`.
    """

    codes: npt.NDArray[np.int8]
    own: FloatArray
    rows: npt.NDArray[np.int64]
    shares: Shares


def grade(
    polygons: Sequence[Any] | Geometries,
    epsg: int,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    grid: npt.NDArray[np.int32],
    accuracy_m: float | FloatArray | None,
) -> npt.NDArray[np.int8]:
    """Codes of CERTAINTIES for n located points under lon/lat polygons; see judge."""
    return judge(Outlines.of(polygons, epsg), lon, lat, grid, accuracy_m).codes


def judge(
    outlines: Outlines,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    grid: npt.NDArray[np.int32],
    accuracy_m: float | FloatArray | None,
) -> Judged:
    """How sure the grids of n points are.

    lon, lat: (n,) degrees, NaN = unlocated; grid: (n,) index of the grid, -1 = outside all. accuracy_m: 68 % radius,
    one for all, one a point, or None; NaN and less than 0 count as not stated. A point is "boundary" when less than
    CERTAIN_SHARE of its error lies in its grid, or when a line passes exactly through it.
    """
    x = np.asarray(lon, dtype=np.float64)
    y = np.asarray(lat, dtype=np.float64)
    owner = np.asarray(grid, dtype=np.int32)
    located = np.isfinite(x) & np.isfinite(y)
    codes = np.full(len(x), CERTAINTY_CODE[Certainty.CERTAIN], dtype=np.int8)
    codes[owner < 0] = CERTAINTY_CODE[Certainty.OUTSIDE]
    codes[~located] = CERTAINTY_CODE[Certainty.UNLOCATED]
    own = np.where(located & (owner >= 0), 1.0, 0.0)
    stated = np.asarray(0.0 if accuracy_m is None else accuracy_m, dtype=np.float64)
    radius = np.broadcast_to(np.clip(np.nan_to_num(stated), 0.0, FARTHEST_M), x.shape)
    inside = np.flatnonzero(own > 0)
    near, touching = _near_lines(outlines, x[inside], y[inside], radius[inside])
    asked, touching = inside[near], touching[near]
    # A point on a line without a stated accuracy is shared by the angles of the grids that meet there.
    assumed = np.where(radius[asked] > 0, radius[asked], TOUCH_M)
    shares = find_shares(outlines, *outlines.plane.forward(x[asked], y[asked]), owner[asked], assumed)
    share = shares.of_grid(owner[asked])
    doubtful = touching | (share < CERTAIN_SHARE)
    codes[asked[doubtful]] = CERTAINTY_CODE[Certainty.BOUNDARY]
    own[asked[doubtful]] = share[doubtful]
    kept = doubtful & (radius[asked] > 0)
    return Judged(codes, own, asked[kept], shares.take(kept))


def near(
    polygons: Sequence[Any] | Geometries, codes: Sequence[str], epsg: int, lon: float, lat: float, k: int = 3
) -> list[tuple[int, float, float]]:
    """The k grids nearest to a point, other than the first that covers it: (index, distance_m, bearing_deg).

    Nearest first, equal distances in code order. The bearing is clockwise from true north to the nearest place of the
    grid. Only grids whose boxes come close enough are projected.
    """
    shapes: Geometries = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return []
    spot = shapely.points(lon, lat)
    own = next(iter(np.flatnonzero(shapely.covers(shapes, spot)).tolist()), -1)
    plane = projector(epsg)
    x, y = (float(value) for value in plane.forward(lon, lat))
    here = shapely.points(x, y)
    least = _least_distance_m(shapely.bounds(shapes), lon, lat)
    found: list[tuple[float, str, int, float]] = []
    for index in np.argsort(least, kind="stable").tolist():
        if len(found) >= k and not least[index] <= sorted(found)[k - 1][0]:
            break
        if index == own or not np.isfinite(least[index]):
            continue
        shape = plane.geometry([shapely.segmentize(shapes[index], _LONGEST_EDGE_DEG)])[0]
        if shape.is_empty:
            continue
        there = shapely.get_point(shapely.shortest_line(here, shape), 1)
        there_lon, there_lat = plane.inverse(there.x, there.y)
        distance = float(shapely.distance(here, there))
        bearing = 0.0 if distance == 0 else float(bearing_deg(lon, lat, there_lon, there_lat))
        found.append((distance, codes[index], index, bearing))
    return [(index, distance, bearing) for distance, _, index, bearing in sorted(found)[:k]]


def _near_lines(
    outlines: Outlines, lon: FloatArray, lat: FloatArray, radius_m: FloatArray
) -> tuple[BoolArray, BoolArray]:
    """Points with a line so near that they may be boundary, and those among them that have one exactly on them."""
    close = np.zeros(len(lon), dtype=bool)
    touching = np.zeros(len(lon), dtype=bool)
    if not len(lon):
        return close, touching
    x, y = outlines.plane.forward(lon, lat)
    reach = np.maximum(radius_m * _DOUBT, TOUCH_M)
    at = np.arange(len(lon))
    if len(at) >= max(_WORTH_MASK, len(outlines) // 4):
        at = np.flatnonzero(LineMask.of(outlines, float(reach.max())).may_be_near(x, y))
    distance = outlines.distance_m(x[at], y[at], reach[at])
    close[at] = np.isfinite(distance) & (radius_m[at] > 0)
    on_line = at[distance <= TOUCH_M]
    touching[on_line] = outlines.passes_through(lon[on_line], lat[on_line], TOUCH_M)
    return close | touching, touching


def _least_distance_m(bounds: FloatArray, lon: float, lat: float) -> FloatArray:
    """A distance that the shape in each box (west, south, east, north) cannot be nearer than; NaN for empty ones."""
    east_west = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0.0)
    north_south = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0.0)
    farthest = np.clip(np.maximum(np.maximum(np.abs(bounds[:, 1]), np.abs(bounds[:, 3])), abs(lat)), 0.0, 89.0)
    # 110.5 km is the shortest degree of latitude; a tenth less makes up for the scale of any working CRS.
    least: FloatArray = 0.9 * 110_500.0 * np.hypot(east_west * np.cos(np.radians(farthest)), north_south)
    return least
