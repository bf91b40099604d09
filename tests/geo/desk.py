"""Small helpers to say by eye what is edited: arcs by the grids beside them, places in cells of the nine squares."""

from __future__ import annotations

import pytest
from shapely.geometry import LineString, Point

from mapsvc.errors import Refused
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Finding, Rule
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import AddVertex, Command, VertexMove
from tests.geo.nine import EPSG, FRAME, at, nine


def nine_squares() -> Partition:
    return Partition.of(Plan("p1", "Nine", FRAME, EPSG, tuple(nine())))


def arc_between(partition: Partition, one: str, two: str) -> int:
    """The id of the one arc that two grids share."""
    arcs = partition.arcs_of(partition.number_of(one)) & partition.arcs_of(partition.number_of(two))
    (number,) = arcs
    return number


def move_to(
    partition: Partition, one: str, two: str, start: tuple[float, float], end: tuple[float, float]
) -> VertexMove:
    """The move of the vertex at `start` (cell units) of the arc between two grids to `end`."""
    number = arc_between(partition, one, two)
    (place,) = partition.steps([at(*start)]).tolist()
    return VertexMove(number, partition.arcs[number].steps.tolist().index(place), *at(*end))


def add_near(partition: Partition, one: str, two: str, place: tuple[float, float]) -> Partition:
    """The partition with one more vertex on the line of two grids, put into the segment that lies nearest."""
    number = arc_between(partition, one, two)
    ends = partition.degrees(partition.arcs[number].steps)
    apart = [LineString(ends[i : i + 2]).distance(Point(at(*place))) for i in range(len(ends) - 1)]
    return apply(partition, AddVertex(number, apart.index(min(apart)), *at(*place))).partition


def refused(partition: Partition, command: Command, rule: Rule, **more: object) -> Finding:
    """The first finding of an edit that is refused by `rule`."""
    with pytest.raises(Refused) as caught:
        apply(partition, command, **more)  # type: ignore[arg-type]
    assert caught.value.findings[0].rule is rule, caught.value
    return caught.value.findings[0]


def corners(partition: Partition, code: str) -> set[tuple[float, float]]:
    """The vertices of a grid in cell units, to the thousandth."""
    shape = partition.polygon(partition.number_of(code))
    west, south = at(0, 0)
    return {(round((x - west) / 0.01, 3), round((y - south) / 0.01, 3)) for x, y in shape.exterior.coords}
