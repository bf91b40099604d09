"""Regrade: how sure the grids of points are once lines have moved; only points near a changed line are asked again.

`geo.certainty.judge` decides, as at import: a point is "boundary" when its grid holds less than nine tenths of its
error, or when a line passes through it. A line counts up to REACH accuracies away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.changed_lines import Box, ChangedLines
from mapsvc.analysis.point_cells import PointCells
from mapsvc.analysis.reassign import Moved

if TYPE_CHECKING:
    from mapsvc.geo.certainty import Judged
    from mapsvc.geo.partition.partition import Partition

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WIDEST_M = 200.0
"""Few state a poorer accuracy for a point; a caller asks those anew whatever line changed."""
_DEGREE_M = 110_000.0
"""Less than the shortest degree of latitude."""
_CELLS = 256
"""Cells along each side of the raster that tells which grids have a point near."""


def rows_to_regrade(
    cells: PointCells, after: Partition, lines: ChangedLines, changed: Moved, widest_m: float = WIDEST_M
) -> IntArray:
    """Rows whose certainty can be another now: those that changed grid, and those within reach of a changed line.

    Ascending; a few rows too many, never one too few while no accuracy exceeds widest_m.
    """
    from mapsvc.geo.shares import REACH

    near = cells.in_boxes(_wider(box, widest_m * REACH) for box in lines.boxes(after))
    return np.union1d(near, changed.rows)


def regrade(
    after: Partition, lon: FloatArray, lat: FloatArray, owner: npt.NDArray[np.int32], accuracy_m: FloatArray | None
) -> Judged:
    """Certainty of k points under `after`, equal to a grading of all of them against the whole plan.

    lon, lat: degrees, NaN = unlocated; owner: number of the grid, -1 = none; accuracy_m: (k,), NaN = not stated. The
    candidates are named by number, -1 = outside.
    """
    from mapsvc.geo.certainty import FARTHEST_M, judge
    from mapsvc.geo.outlines import Outlines
    from mapsvc.geo.shares import REACH

    located = np.isfinite(lon) & np.isfinite(lat)
    numbers = np.array(after.numbers, dtype=np.int32)
    polygons = np.empty(len(numbers), dtype=object)
    polygons[:] = [after.polygon(number) for number in after.numbers]
    if located.any():
        widest = 0.0 if accuracy_m is None else float(np.nanmax(np.append(accuracy_m, 0.0)))
        reach = min(widest, FARTHEST_M) * REACH + 1.0
        kept = _meets(shapely.bounds(polygons), lon[located], lat[located], reach)
        numbers, polygons = numbers[kept], polygons[kept]
    place = np.full(max(after.numbers, default=-1) + 2, -1, np.int32)
    place[numbers] = np.arange(len(numbers), dtype=np.int32)
    judged = judge(Outlines.of(polygons, after.epsg), lon, lat, place[owner], accuracy_m)
    shares = replace(judged.shares, grid=np.append(numbers, np.int32(-1))[judged.shares.grid])
    return replace(judged, shares=shares)


def _meets(bounds: FloatArray, lon: FloatArray, lat: FloatArray, reach_m: float) -> npt.NDArray[np.bool_]:
    """Which boxes have a point within reach: told by a raster of the points, so one too many is possible."""
    west, south, east, north = _wider((lon.min(), lat.min(), lon.max(), lat.max()), reach_m)
    low, cell = np.array([west, south]), np.array([east - west, north - south]) / _CELLS
    column, row = np.clip((np.stack([lon, lat], axis=1) - low) / cell, 0, _CELLS - 1).astype(int).T
    held = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    np.add.at(held, (row + 1, column + 1), 1)
    held = held.cumsum(axis=0).cumsum(axis=1)
    grown = np.array([_wider(tuple(box), reach_m) for box in bounds.tolist()]).reshape(-1, 4)
    x0, y0 = np.clip(np.floor((grown[:, :2] - low) / cell), 0, _CELLS).astype(int).T
    x1, y1 = np.clip(np.floor((grown[:, 2:] - low) / cell) + 1, 0, _CELLS).astype(int).T
    inside: npt.NDArray[np.bool_] = held[y1, x1] - held[y0, x1] - held[y1, x0] + held[y0, x0] > 0
    return inside


def _wider(box: Box, reach_m: float) -> Box:
    west, south, east, north = box
    up = reach_m / _DEGREE_M
    across = up / max(np.cos(np.radians(min(max(abs(south), abs(north)) + up, 89.9))), 1e-3)
    return west - across, south - up, east + across, north + up
