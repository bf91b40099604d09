"""Snap: an edge follows a street line wherever the two lie near each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString
from shapely.ops import substring

from mapsvc.geo.crs import projector
from mapsvc.geo.edit.cut import cut
from mapsvc.geo.edit.drawn import line_segments
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.edit.reshape import follow
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.redraw import SnapEdge

_SHORTEST_M = 0.5
"""Runs of the street shorter than this beside the edge do not move it."""


def snap(partition: Partition, command: SnapEdge) -> Delta:
    """Lay the edge `arc` onto `street` where they lie within `within_m` metres of each other (working CRS).

    Where the street comes near and where it leaves, the edge passes over in a slant as long as the two lie apart; the
    ends of the arc stay. Refused with findings for an unknown arc, an edge of the frame, or where nothing changes.
    """
    arc = partition.arcs.get(command.arc)
    if arc is None:
        message = f"There is no edge {command.arc} in this state of the map."
        raise refusal(Rule.NO_SUCH_PLACE, message, command.street, field="arc")
    if min(arc.left, arc.right) < 0:
        message = "This edge is no border of two grids; only such an edge can be laid onto a street."
        where = LineString(partition.degrees(arc.steps))
        raise refusal(Rule.NOT_NEIGHBOURS, message, where, field="arc")
    if not (np.isfinite(command.within_m) and 0 < command.within_m <= 1000):
        raise refusal(Rule.BAD_COORDINATE, "The reach has to be more than 0 and at most 1000 metres.", field="within_m")
    line_segments(partition, command.street, "street")
    plane = projector(partition.epsg)
    edge = LineString(np.column_stack(plane.forward(*partition.degrees(arc.steps).T)))
    street = LineString(np.column_stack(plane.forward(*shapely.get_coordinates(command.street).T)))
    nothing = f"The edge stays as it is: the street does not lie apart from it within {command.within_m:g} m."
    paths = [path for run in _runs(edge, street, command.within_m) if (path := _path(edge, run)) is not None]
    if not paths:
        raise refusal(Rule.NO_CUT, nothing, command.street, field="street")
    lines = [LineString(np.column_stack(plane.inverse(*path.T))) for path in paths]
    drawn = np.concatenate([line_segments(partition, line, "street") for line in lines])
    made = cut(partition, {arc.left, arc.right}, drawn, shapely.MultiLineString(lines))
    return follow(made, frozenset({command.arc}), nothing)


Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of the street near the edge, in the direction of the edge. start, end: metres along the edge of the
    places next to its ends."""

    line: LineString
    start: float
    end: float


def _runs(edge: LineString, street: LineString, within_m: float) -> list[_Run]:
    """The stretches of the street within `within_m` of the edge and beside it, not beyond its ends."""
    near = shapely.get_parts(shapely.line_merge(shapely.intersection(street, shapely.buffer(edge, within_m))))
    runs = []
    for part in near[shapely.get_type_id(near) == 1]:
        first, last = (shapely.line_locate_point(edge, shapely.get_point(part, at)) for at in (0, -1))
        if first > last:
            part, first, last = part.reverse(), last, first
        part = _within_ends(edge, part)
        if part is None or part.length < _SHORTEST_M or last - first < _SHORTEST_M:
            continue
        runs.append(_Run(part, float(first), float(last)))
    return runs


def _within_ends(edge: LineString, part: LineString) -> LineString | None:
    """The part of a stretch without what lies beyond the ends of the edge."""
    start, end = 0.0, part.length
    for at, is_start in ((0, True), (-1, False)):
        corner = shapely.get_point(edge, at)
        tip = shapely.get_point(part, 0 if is_start else -1)
        beyond = shapely.line_locate_point(edge, tip) in (0.0, edge.length)
        if beyond:
            nearest = float(shapely.line_locate_point(part, corner))
            start, end = (max(start, nearest), end) if is_start else (start, min(end, nearest))
    rest = substring(part, start, end)
    return rest if isinstance(rest, LineString) and end > start else None


def _path(edge: LineString, run: _Run) -> Points | None:
    """(n, 2) metres: from the edge over to the street, along it, and back to the edge; None where it is too short."""
    length = run.line.length
    ends = [shapely.get_point(run.line, at) for at in (0, -1)]
    off = [float(shapely.distance(edge, point)) for point in ends]
    # A slant as long as the two lie apart turns the corner by about 45 degrees.
    slant = [min(distance, length / 4) for distance in off]
    middle = substring(run.line, slant[0], length - slant[1])
    if middle.geom_type != "LineString" or middle.length == 0:
        return None
    feet = [shapely.line_interpolate_point(edge, at) for at in (run.start, run.end)]
    return np.concatenate([shapely.get_coordinates(shape) for shape in (feet[0], middle, feet[1])])
