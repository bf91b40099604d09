"""Changes: the map of what a step changes: ground that gets another grid, lines that go, lines that come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mapsvc.services.redraw.whole import Weighed

if TYPE_CHECKING:
    from mapsvc.analysis.changed_lines import ChangedLines
    from mapsvc.geo.partition.partition import Partition

_LEAST_M2 = 0.01
"""Thinner than a lattice step anywhere: what overlaying two polygons leaves over."""
_NOBODY = -1
_WIDTH_DETAIL = 200.0


def changes(weighed: Weighed) -> dict[str, Any]:
    """A FeatureCollection: `kind` area (from, to, area_m2, width_m, incidents), old_line and new_line."""
    from mapsvc.analysis.changed_lines import ChangedLines, degree_lines

    step = weighed.step
    lines = ChangedLines.of(step.delta)
    features = list(_areas(weighed, lines))
    for kind, partition, segments in (("old_line", step.before, lines.went), ("new_line", step.after, lines.came)):
        if len(segments.ends):
            merged = shapely.line_merge(shapely.MultiLineString(list(degree_lines(partition, segments))))
            features.append({"type": "Feature", "properties": {"kind": kind}, "geometry": merged})
    return {"type": "FeatureCollection", "features": features}


def _areas(weighed: Weighed, lines: ChangedLines) -> Iterator[dict[str, Any]]:
    """Connected pieces of ground with another grid, largest first."""
    from mapsvc.geo.crs import projector
    from mapsvc.geo.measure import area_m2

    step = weighed.step
    pairs = _pairs(step.before, step.after, lines)
    pieces = [(old, new, part) for old, new, shape in pairs for part in shapely.get_parts(shape) if part.area > 0]
    if not pieces:
        return
    flat: Any = projector(step.after.epsg).geometry([part for _, _, part in pieces])
    sizes = area_m2([part for _, _, part in pieces], step.after.epsg)
    rows = weighed.ground.only_told(np.flatnonzero(weighed.was.owner != weighed.now.owner))
    lon, lat = weighed.ground.incidents.lon[rows], weighed.ground.incidents.lat[rows]
    was, now = weighed.was.owner[rows], weighed.now.owner[rows]
    for place in np.argsort(-sizes, kind="stable").tolist():
        old, new, part = pieces[place]
        if sizes[place] < _LEAST_M2:
            continue
        here = (was == old) & (now == new)
        here[here] = shapely.intersects_xy(part, lon[here], lat[here])
        told = {
            "kind": "area",
            "from": _code(step.before, old),
            "to": _code(step.after, new),
            "area_m2": round(float(sizes[place]), 2),
            "width_m": _width_m(flat[place]),
            "incidents": int(np.count_nonzero(here)),
        }
        yield {"type": "Feature", "properties": told, "geometry": part}


def _pairs(before: Partition, after: Partition, lines: ChangedLines) -> Iterator[tuple[int, int, Any]]:
    """(old number, new number, ground that goes from one to the other), -1 = nobody's."""
    numbers = sorted(lines.touched)
    old = [(n, before.polygon(n)) for n in numbers if before.arcs_of(n)]
    new = [(n, after.polygon(n)) for n in numbers if after.arcs_of(n)]
    tree = shapely.STRtree([shape for _, shape in new])
    for number, shape in old:
        for place in sorted(tree.query(shape, predicate="intersects").tolist()):
            other, now = new[place]
            if other != number:
                yield number, other, _polygons(shapely.intersection(shape, now))
    if not lines.moves_frame:
        return
    everything_old = shapely.union_all([shape for _, shape in old])
    everything_new = shapely.union_all([shape for _, shape in new])
    for number, shape in old:
        yield number, _NOBODY, _polygons(shapely.difference(shape, everything_new))
    for number, shape in new:
        yield _NOBODY, number, _polygons(shapely.difference(shape, everything_old))


def _polygons(shape: Any) -> Any:
    """The parts that have an area."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _code(partition: Partition, number: int) -> str | None:
    return partition.facts[number].code if number >= 0 else None


def _width_m(flat: Any) -> float | None:
    """Diameter of the largest circle inside, in metres."""
    try:
        west, south, east, north = flat.bounds
        fine = max(east - west, north - south) / _WIDTH_DETAIL
        return round(2.0 * float(shapely.maximum_inscribed_circle(flat, tolerance=fine).length), 2)
    except shapely.GEOSException:
        return None
