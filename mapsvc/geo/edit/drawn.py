"""Drawn lines and areas: checked, turned into lattice steps, and laid onto vertices and edges that they nearly meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from mapsvc.geo.edit.noding import IntArray, bend, boxes_of, distinct, meeting
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.exact import pack, segments_of
from mapsvc.geo.topology.soundness import why_invalid
from mapsvc.model.finding import Rule

if TYPE_CHECKING:
    from mapsvc.geo.partition.partition import Partition

MAX_LINE_VERTICES = 10_000
MAX_FRAME_VERTICES = 50_000
REACH_STEPS = 10
"""A drawn line that passes within about a centimetre of a vertex or an edge means that vertex or edge: nobody draws
finer, and a sliver of that width is no ground."""


def line_segments(partition: Partition, line: LineString, field: str = "line") -> IntArray:
    """(k, 4) steps of a lon/lat line, without segments of no length. Refused (field) where it is no usable line."""
    if not isinstance(line, LineString):
        raise refusal(Rule.BAD_COORDINATE, "A line is needed here.", field=field)
    lonlat = _coordinates(line, MAX_LINE_VERTICES, "line", field)
    steps = partition.steps(lonlat)
    segments = _with_length(segments_of(steps))
    if not len(segments):
        where = shapely.Point(lonlat[0]) if len(lonlat) else None
        raise refusal(Rule.BAD_COORDINATE, "The line has fewer than two different points.", where, field=field)
    return segments


def area_segments(
    partition: Partition, area: Polygon | MultiPolygon, field: str = "area", most: int = MAX_LINE_VERTICES
) -> IntArray:
    """(k, 4) steps of the rings of lon/lat polygons, each with the inside on its left; polygons may overlap or share
    edges. Refused (field) where they are no usable area.
    """
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise refusal(Rule.EMPTY_GEOMETRY, "A polygon is needed here.", field=field)
    _coordinates(area, most, "area", field)
    parts = shapely.get_parts(area)
    for part in parts[~shapely.is_valid(parts)]:
        reason, where = why_invalid(part)
        message = f"The drawn area is no proper polygon: {reason.lower()}."
        raise refusal(Rule.CROSSING, message, where or part.boundary, field=field)
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.orient_polygons(parts)), return_index=True)
    steps = partition.steps(points)
    segments = _with_length(segments_of(steps)[ring[1:] == ring[:-1]])
    if not len(segments):
        raise refusal(Rule.EMPTY_GEOMETRY, "The drawn area is smaller than a millimetre.", area, field=field)
    return segments


def lay_on(drawn: IntArray, old: IntArray) -> IntArray:
    """The drawn segments (k, 4) laid onto the old ones (m, 4) where they come within `REACH_STEPS`.

    A drawn vertex goes to the nearest old vertex in reach, or else onto the old edge in reach; a drawn segment is led
    through the old vertices that it passes in reach. Only the drawn line moves.
    """
    box = boxes_of(drawn, REACH_STEPS)
    whole = np.concatenate([box[:, :2].min(axis=0), box[:, 2:].max(axis=0)])[None, :]
    old = old[meeting(boxes_of(old), whole)[0]]
    if not len(old):
        return drawn
    points = drawn.reshape(-1, 2)
    _, first, place = np.unique(pack(points), return_index=True, return_inverse=True)
    spots, vertices = points[first], distinct(old.reshape(-1, 2))
    moved = _to_vertices(_to_edges(spots, old), spots, vertices)
    drawn = moved[place.reshape(-1)].reshape(-1, 4)
    drawn = _with_length(drawn)
    row, spot = meeting(boxes_of(drawn, REACH_STEPS), np.concatenate([vertices, vertices], axis=1))
    run, way = _run_and_way(drawn[row], vertices[spot])
    length2 = (run * run).sum(axis=1)
    along = (run * way).sum(axis=1)
    off = np.abs(run[:, 0] * way[:, 1] - run[:, 1] * way[:, 0])
    passed = (along > 0) & (along < length2) & (off <= REACH_STEPS * np.sqrt(length2))
    source = np.arange(len(drawn))
    ends, source, _ = bend(drawn, source, row[passed], vertices[spot[passed]])
    return ends[np.argsort(source, kind="stable")]


def _with_length(segments: IntArray) -> IntArray:
    kept: IntArray = segments[(segments[:, :2] != segments[:, 2:]).any(axis=1)]
    return kept


def _to_edges(spots: IntArray, old: IntArray) -> IntArray:
    """The spots (n, 2), each moved to the nearest step of the nearest old edge in reach, if there is one."""
    spot, edge = meeting(np.concatenate([spots - REACH_STEPS, spots + REACH_STEPS], axis=1), boxes_of(old))
    run, way = _run_and_way(old[edge], spots[spot])
    share = np.clip((run * way).sum(axis=1) / (run * run).sum(axis=1), 0.0, 1.0)
    foot = run * share[:, None]
    return _nearest(spots, spot, old[edge, :2] + np.rint(foot).astype(np.int64), np.hypot(*(way - foot).T))


def _to_vertices(moved: IntArray, spots: IntArray, vertices: IntArray) -> IntArray:
    """`moved`, but where a spot has an old vertex in reach, the nearest of those."""
    spot, at = meeting(
        np.concatenate([spots - REACH_STEPS, spots + REACH_STEPS], axis=1), np.concatenate([vertices, vertices], axis=1)
    )
    return _nearest(moved, spot, vertices[at], np.hypot(*(vertices[at] - spots[spot]).T))


def _nearest(spots: IntArray, spot: IntArray, target: IntArray, away: npt.NDArray[np.float64]) -> IntArray:
    """The spots, each at the nearest of its targets in reach (`spot` names the row that a target is for)."""
    order = np.lexsort((target[:, 1], target[:, 0], away, spot))
    order = order[away[order] <= REACH_STEPS]
    row, first = np.unique(spot[order], return_index=True)
    moved = spots.copy()
    moved[row] = target[order[first]]
    return moved


def _run_and_way(segments: IntArray, points: IntArray) -> tuple[IntArray, IntArray]:
    """From start to end of each segment, and from its start to its point."""
    return segments[:, 2:] - segments[:, :2], points - segments[:, :2]


def _coordinates(shape: BaseGeometry, most: int, word: str, field: str) -> npt.NDArray[np.float64]:
    """The (n, 2) degrees of a shape; Refused where they are too many, not finite, or no degrees."""
    lonlat = shapely.get_coordinates(shape)
    if len(lonlat) > most:
        message = f"The {word} has {len(lonlat):,} vertices, more than the {most:,} that one edit takes."
        where = (
            shapely.box(*np.nanmin(lonlat, axis=0), *np.nanmax(lonlat, axis=0)) if np.isfinite(lonlat).all() else None
        )
        size = float(len(lonlat))
        raise refusal(Rule.TOO_MANY_VERTICES, message, where, field=field, size=size, unit="vertices")
    good = (np.abs(lonlat) <= (180.0, 90.0)).all(axis=1)
    if not good.all():
        where = shapely.MultiPoint(lonlat[good]) if good.any() else None
        message = f"The {word} has a coordinate that is no longitude and latitude in degrees."
        raise refusal(Rule.BAD_COORDINATE, message, where, field=field)
    return lonlat
