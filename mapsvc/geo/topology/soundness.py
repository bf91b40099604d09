"""Soundness: is each polygon fit to be worked with? The guards stand before any GEOS overlay.

One broken polygon must not spoil the checks of the others, so those get a repaired copy. Repair is bounded: a star
polygon of 3 KB keeps `make_valid` busy for minutes, because the work grows with the crossings and not the vertices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from mapsvc.geo.crs import Geometries
from mapsvc.geo.measure import area_m2
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid

MAX_VERTICES = 1_000_000
MAX_RINGS = 20_000
MAX_REPAIR_VERTICES = 100_000
MAX_REPAIR_CROSSINGS = 20_000
"""Pairs of segments that cross: a star with so many takes half a second, and the time grows faster than they do."""

POLYGONAL = (3, 6)
_REASON = re.compile(r"^(.*?)\s*\[([-+.\deE]+) ([-+.\deE]+)(?: [^\]]*)?\]$")


@dataclass(frozen=True, slots=True)
class Soundness:
    """The polygons of a partition made fit for overlays.

    polygons: valid lon/lat polygons, one a grid, None where a grid cannot take part.
    repaired: True where the polygon is a repaired copy of a broken one.
    """

    polygons: Geometries
    repaired: npt.NDArray[np.bool_]
    findings: tuple[Finding, ...]


def check_soundness(grids: Sequence[Grid], epsg: int, features: Sequence[int] = ()) -> Soundness:
    """Findings on empty, unreadable and invalid polygons, and a valid copy of each that can be mended.

    features: 1-based positions in the imported file, parallel to grids, where known.
    """
    given: Geometries = np.empty(len(grids), dtype=object)
    given[:] = [grid.polygon for grid in grids]
    polygons = given.copy()
    repaired = np.zeros(len(grids), dtype=bool)
    findings: list[Finding] = []

    def refuse(index: int, rule: Rule, message: str, where: BaseGeometry | None = None) -> None:
        feature = features[index] if features else None
        findings.append(Finding(rule, Severity.ERROR, message, where, grids=(grids[index].code,), feature=feature))

    for index, (rule, message) in _unfit(grids, given).items():
        polygons[index] = None
        refuse(index, rule, message)
    fit = np.flatnonzero(~shapely.is_missing(polygons))
    for index in fit[~shapely.is_valid(polygons[fit])]:
        reason, where = why_invalid(polygons[index])
        place = f" at {where.x:.7f}, {where.y:.7f}" if where else ""
        message = f"Grid {grids[index].code} has a broken ring: {reason.lower()}{place}."
        copy, outcome = _copy(polygons[index], epsg)
        polygons[index] = copy
        repaired[index] = copy is not None
        refuse(int(index), Rule.INVALID_RING, f"{message} {outcome}", where)
    return Soundness(polygons, repaired, tuple(findings))


def sound_polygons(grids: Sequence[Grid]) -> Geometries:
    """The polygons as check_soundness gives them, without its findings."""
    polygons: Geometries = np.empty(len(grids), dtype=object)
    polygons[:] = [grid.polygon for grid in grids]
    polygons[list(_unfit(grids, polygons))] = None
    for index in np.flatnonzero(~shapely.is_missing(polygons) & ~shapely.is_valid(polygons)):
        polygons[index] = repair(polygons[index])
    return polygons


def repair(polygon: BaseGeometry) -> BaseGeometry | None:
    """A valid polygon of the same structure of rings (GEOS make_valid "structure"), lines and points dropped.

    None when nothing with area is left, or when the repair would take too long (see repair_refusal).
    """
    return None if repair_refusal(polygon) else _mend(polygon)


def repair_refusal(polygon: BaseGeometry) -> str:
    """Why this broken polygon is not repaired, as the end of a sentence; empty when it can be."""
    vertices = shapely.get_num_coordinates(polygon)
    if vertices > MAX_REPAIR_VERTICES:
        return f"it has {vertices:,} vertices, more than the {MAX_REPAIR_VERTICES:,} that are repaired"
    if _count_crossings(polygon) > MAX_REPAIR_CROSSINGS:
        return f"its lines cross each other more than {MAX_REPAIR_CROSSINGS:,} times"
    return ""


def polygonal(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Only the parts with area of a geometry, as Polygon or MultiPolygon; None when there are none."""
    if geometry is None or geometry.is_empty:
        return None
    if shapely.get_type_id(geometry) in POLYGONAL:
        return geometry
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[shapely.get_type_id(parts) == 3]
    if not len(parts):
        return None
    whole: BaseGeometry = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return whole


def why_invalid(polygon: BaseGeometry) -> tuple[str, Point | None]:
    """What is wrong with a polygon in GEOS's words, and where (lon/lat), if it says."""
    reason = str(shapely.is_valid_reason(polygon))
    found = _REASON.match(reason)
    if not found:
        return reason, None
    return found.group(1), Point(float(found.group(2)), float(found.group(3)))


def _mend(polygon: BaseGeometry) -> BaseGeometry | None:
    return polygonal(shapely.make_valid(polygon, method="structure", keep_collapsed=False))


def _copy(polygon: BaseGeometry, epsg: int) -> tuple[BaseGeometry | None, str]:
    """The repaired copy of a broken polygon, if there is one, and a sentence on it."""
    refusal = repair_refusal(polygon)
    copy = None if refusal else _mend(polygon)
    if copy is None:
        why = refusal or "nothing with area is left of it"
        return None, f"It cannot be repaired, for {why}; it takes no part in the other checks."
    # The shoelace sum of a broken ring counts reversed lobes as negative, so this is what the file would yield.
    before, after = area_m2([polygon, copy], epsg)
    return copy, f"The other checks use a repaired copy of {after:,.1f} m2 (as drawn: {before:,.1f} m2)."


def _unfit(grids: Sequence[Grid], given: Geometries) -> dict[int, tuple[Rule, str]]:
    """Grids that must not reach GEOS's overlays at all: empty, no polygons, not finite, off the globe, too big."""
    unfit: dict[int, tuple[Rule, str]] = {}
    kind = shapely.get_type_id(given)
    vertices = shapely.get_num_coordinates(given)
    rings = np.array([_count_rings(shape) if k in POLYGONAL else 0 for shape, k in zip(given, kind, strict=True)])
    coordinates, owner = shapely.get_coordinates(given, return_index=True)
    index = np.arange(len(given))
    off_globe = np.isin(index, owner[~(np.abs(coordinates) <= (180.0, 90.0)).all(axis=1)])
    not_finite = np.isin(index, owner[~np.isfinite(coordinates).all(axis=1)])
    too_big = (vertices > MAX_VERTICES) | (rings > MAX_RINGS)
    for i in np.flatnonzero(~np.isin(kind, POLYGONAL) | (vertices == 0) | too_big | off_globe).tolist():
        name = f"Grid {grids[i].code}"
        if vertices[i] == 0:
            unfit[i] = Rule.EMPTY_GEOMETRY, f"{name} has no geometry."
        elif kind[i] not in POLYGONAL:
            unfit[i] = Rule.EMPTY_GEOMETRY, f"{name} is a {given[i].geom_type}, not a polygon."
        elif not_finite[i]:
            unfit[i] = Rule.INVALID_RING, f"{name} has coordinates that are no finite numbers."
        elif off_globe[i]:
            unfit[i] = Rule.INVALID_RING, f"{name} has coordinates that are no longitudes and latitudes."
        else:
            size = f"{vertices[i]:,} vertices in {rings[i]:,} rings"
            limit = f"{MAX_VERTICES:,} in {MAX_RINGS:,}"
            unfit[i] = Rule.INVALID_RING, f"{name} has {size}, more than mapsvc works with ({limit})."
    return unfit


def _count_rings(polygon: BaseGeometry) -> int:
    return int(np.sum(shapely.get_num_interior_rings(shapely.get_parts(polygon)) + 1))


def _count_crossings(polygon: BaseGeometry) -> int:
    """Pairs of segments that cross, 0 when clearly few; stops counting beyond the limit."""
    coordinates, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    joined = ring[1:] == ring[:-1]
    ends = np.stack([coordinates[:-1][joined], coordinates[1:][joined]], axis=1)
    segments: Geometries = np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object))
    tree = shapely.STRtree(segments)
    # Small steps where there are many segments: in a star each one meets all the others.
    step = max(4, 100_000 // max(len(segments), 1))

    def count(predicate: Literal["crosses"] | None, most: int) -> int:
        pairs = 0
        for start in range(0, len(segments), step):
            pairs += tree.query(segments[start : start + step], predicate=predicate).shape[1]
            if pairs > most:
                break
        return pairs

    # Counting boxes that meet is quicker and mostly enough; each meets itself and its two neighbours.
    few = 2 * MAX_REPAIR_CROSSINGS
    boxes = few + 3 * len(segments)
    return 0 if count(None, boxes) <= boxes else count("crosses", few) // 2
