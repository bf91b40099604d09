"""One way to say no: a sentence, its rule, its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from mapsvc.errors import Refused
from mapsvc.geo.partition.exact import Int
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Finding, Rule, Severity


def refusal(
    rule: Rule,
    message: str,
    where: BaseGeometry | None = None,
    *,
    codes: Sequence[str] = (),
    field: str | None = None,
    size: float = 0.0,
    unit: str = "",
) -> Refused:
    """The error for an edit, with one finding that says the same and shows the place (lon/lat)."""
    finding = Finding(rule, Severity.ERROR, message, where, size, unit, tuple(sorted(codes)))
    return Refused(message, [finding], field=field)


def places(partition: Partition, steps: Int) -> Point | MultiPoint:
    """Lattice points (n, 2) as lon/lat, at most the first thousand."""
    points = partition.degrees(np.unique(steps, axis=0)[:1000])
    return Point(points[0]) if len(points) == 1 else MultiPoint(points)


def lines(partition: Partition, segments: Int) -> MultiLineString:
    """Segments (n, 4) as lon/lat, at most the first thousand."""
    ends = partition.degrees(segments[:1000].reshape(-1, 2)).reshape(-1, 2, 2)
    return MultiLineString(list(ends))


def line(partition: Partition, steps: Int) -> LineString:
    """A line of steps (n, 2) as lon/lat."""
    return LineString(partition.degrees(steps))


def codes_of(partition: Partition, numbers: Iterable[int]) -> tuple[str, ...]:
    """Codes of these grids in code order; OUTSIDE and GAP have none."""
    return tuple(sorted({partition.facts[number].code for number in numbers if number in partition.facts}))
