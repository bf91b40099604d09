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
    old, new = _arcs_by_sides(delta.removed.values()), _arcs_by_sides(delta.added.values())
    for sides in sorted((came.keys() | went.keys()) & old.keys() & new.keys()):
        for steps, arcs in ((came.get(sides), old[sides]), (went.get(sides), new[sides])):
            if steps is not None:
                farthest = max(farthest, _farthest_m(_metres(partition, steps, epsg), _lines(partition, arcs, epsg)))
    return farthest


def _by_sides(segments: Segments) -> dict[Sides, npt.NDArray[np.int64]]:
    """Ends of the segments (k, 2) by the two grids beside them."""
    low, high = np.minimum(segments.left, segments.right), np.maximum(segments.left, segments.right)
    found = {}
    for sides in set(zip(low.tolist(), high.tolist(), strict=True)):
        found[sides] = segments.ends[(low == sides[0]) & (high == sides[1])].reshape(-1, 2)
    return found


def _arcs_by_sides(arcs: Iterable[Arc]) -> dict[Sides, list[Arc]]:
    found: dict[Sides, list[Arc]] = {}
    for arc in arcs:
        found.setdefault((min(arc.left, arc.right), max(arc.left, arc.right)), []).append(arc)
    return found


def _lines(partition: Partition, arcs: Iterable[Arc], epsg: int) -> npt.NDArray[np.object_]:
    """All segments of these arcs, in metres."""
    parts = []
    for arc in arcs:
        xy = _metres(partition, arc.steps, epsg)
        parts.append(np.stack([xy[:-1], xy[1:]], axis=1))
    return np.atleast_1d(np.asarray(shapely.linestrings(np.concatenate(parts)), dtype=object))


def _metres(partition: Partition, steps: npt.NDArray[np.int64], epsg: int) -> FloatArray:
    return np.column_stack(projector(epsg).forward(*partition.degrees(steps).T))


def _farthest_m(points: FloatArray, segments: npt.NDArray[np.object_]) -> float:
    spots = np.atleast_1d(np.asarray(shapely.points(points), dtype=object))
    _, away = shapely.STRtree(segments).query_nearest(spots, return_distance=True, all_matches=False)
    return float(away.max())
