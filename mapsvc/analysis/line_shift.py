"""Line shift: how far the lines between two grids moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.changed_lines import ChangedLines, Segments
from mapsvc.geo.crs import projector
from mapsvc.geo.partition.arc import Arc

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

FloatArray = npt.NDArray[np.float64]
Sides = tuple[int, int]


def line_moved_m(partition: Partition, delta: Delta, lines: ChangedLines, epsg: int) -> float:
    """Farthest in metres that a line between two grids moved: Hausdorff distance at its vertices.

    Compared are the old and the new line of the same two grids; a line that only came (a split) or only went (a
    merge) has not moved. Any two partitions of one lattice read its steps alike.
    """
    farthest = 0.0
    came, went = _by_sides(lines.came), _by_sides(lines.went)
    for sides in sorted(came.keys() | went.keys()):
        old = _arc_lines(partition, delta.removed.values(), sides, epsg)
        new = _arc_lines(partition, delta.added.values(), sides, epsg)
        if not (len(old) and len(new)):
            continue
        for steps, target in ((came.get(sides), old), (went.get(sides), new)):
            if steps is not None:
                farthest = max(farthest, _farthest_m(_metres(partition, steps, epsg), target))
    return farthest


def _by_sides(segments: Segments) -> dict[Sides, npt.NDArray[np.int64]]:
    """Ends of the segments (k, 2) by the two grids beside them."""
    low, high = np.minimum(segments.left, segments.right), np.maximum(segments.left, segments.right)
    found = {}
    for sides in set(zip(low.tolist(), high.tolist(), strict=True)):
        found[sides] = segments.ends[(low == sides[0]) & (high == sides[1])].reshape(-1, 2)
    return found


def _arc_lines(partition: Partition, arcs: Iterable[Arc], sides: Sides, epsg: int) -> npt.NDArray[np.object_]:
    """Segments in metres of all arcs between two grids."""
    parts = []
    for arc in arcs:
        if tuple(sorted((arc.left, arc.right))) == sides:
            xy = _metres(partition, arc.steps, epsg)
            parts.append(np.stack([xy[:-1], xy[1:]], axis=1))
    if not parts:
        return np.zeros(0, dtype=object)
    return np.atleast_1d(np.asarray(shapely.linestrings(np.concatenate(parts)), dtype=object))


def _metres(partition: Partition, steps: npt.NDArray[np.int64], epsg: int) -> FloatArray:
    return np.column_stack(projector(epsg).forward(*partition.degrees(steps).T))


def _farthest_m(points: FloatArray, segments: npt.NDArray[np.object_]) -> float:
    spots = np.atleast_1d(np.asarray(shapely.points(points), dtype=object))
    _, away = shapely.STRtree(segments).query_nearest(spots, return_distance=True, all_matches=False)
    return float(away.max())
