"""Gaps and pieces outside: where the grids and the frame do not cover the same ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from mapsvc.geo.crs import Geometries
from mapsvc.geo.topology.patches import Patches, points_in, polygon_parts, say_codes, say_count, say_m, say_m2
from mapsvc.model.finding import Finding, Rule, Severity

EMPTY = Polygon()


def find_misfits(polygons: Geometries) -> npt.NDArray[np.bool_]:
    """True for the valid polygons that GEOS's coverage check complains about: an edge that crosses, lies inside or runs
    along another polygon without being its edge. Gaps do not count, and now and then it is a false alarm."""
    misfits = np.zeros(len(polygons), dtype=bool)
    present = np.flatnonzero(~shapely.is_missing(polygons))
    if len(present):
        misfits[present] = ~shapely.is_empty(shapely.coverage_invalid_edges(polygons[present]))
    return misfits


def union(polygons: Geometries, misfits: npt.NDArray[np.bool_] | None = None) -> Polygon | MultiPolygon:
    """The ground that valid lon/lat polygons cover together; None takes no part.

    Neighbours that match edge for edge are joined by dropping those edges, which is quick; only the misfits go
    through the general overlay. misfits: as find_misfits gives them, when known.
    """
    present = ~shapely.is_missing(polygons)
    shapes = polygons[present]
    if not len(shapes):
        return EMPTY
    clean = ~(find_misfits(polygons) if misfits is None else misfits)[present]
    joined = shapely.coverage_union_all(shapes[clean]) if clean.any() else EMPTY
    return as_area(joined if clean.all() else shapely.union_all([*shapes[~clean], joined]))


def fill_holes(area: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    """The area with everything filled that its lines enclose: holes, islands in them, and ground between parts that
    touch at their ends (two grids with a strip between them that closes just at the outline)."""
    lines = shapely.get_parts(shapely.union_all(shapely.boundary(shapely.get_parts(area))))
    return as_area(shapely.coverage_union_all(shapely.get_parts(shapely.polygonize(lines))))


def find_gaps(covered: Polygon | MultiPolygon, frame: Polygon | MultiPolygon | None) -> Geometries:
    """Polygons inside the frame that no grid covers; without a frame the holes of the covered ground."""
    if frame is None:
        frame = fill_holes(covered)
    missing, _ = polygon_parts(np.array([shapely.difference(frame, covered)], dtype=object))
    return missing


def describe_gaps(
    gaps: Geometries, polygons: Geometries, codes: tuple[str, ...], epsg: int
) -> tuple[tuple[Finding, ...], Patches]:
    """One error a gap, with area, width and the grids around it; those too small to matter in one note."""
    patches = Patches.of(gaps, epsg)
    tiny = patches.is_tiny
    around = _neighbours(gaps, polygons, codes)
    found = []
    for index in np.flatnonzero(~tiny).tolist():
        area, width = float(patches.area_m2[index]), float(patches.width_m[index])
        beside = f" between {say_codes(around[index])}" if len(around[index]) > 1 else ""
        beside = f" beside {around[index][0]}" if len(around[index]) == 1 else beside
        message = f"No grid covers {say_m2(area)}{beside}, about {say_m(width)} wide."
        found.append(Finding(Rule.GAP, Severity.ERROR, message, gaps[index], area, "m2", around[index]))
    if tiny.any():
        area = float(patches.area_m2[tiny].sum())
        members = {code for index in np.flatnonzero(tiny).tolist() for code in around[index]}
        number = say_count(int(tiny.sum()), "gap is", "gaps are")
        message = f"{number} smaller than coordinates can tell, {say_m2(area)} in all."
        grids = tuple(sorted(members))
        found.append(Finding(Rule.GAP, Severity.NOTE, message, points_in(gaps[tiny]), area, "m2", grids))
    return tuple(found), patches


def check_outside(
    polygons: Geometries, frame: Polygon | MultiPolygon, codes: tuple[str, ...], epsg: int
) -> tuple[Finding, ...]:
    """One error for each grid that reaches out of the frame, with the area outside; tiny ones in one note."""
    present = np.flatnonzero(~shapely.is_missing(polygons))
    shapely.prepare(frame)
    over = present[~shapely.covers(frame, polygons[present])]
    pieces: Geometries = np.empty(len(over), dtype=object)
    for place, index in enumerate(over):
        pieces[place] = _area_or_none(shapely.difference(polygons[index], frame))
    with_area = ~shapely.is_missing(pieces)
    over, pieces = over[with_area], pieces[with_area]
    patches = Patches.of(pieces, epsg)
    tiny = patches.is_tiny
    found = []
    for place in np.flatnonzero(~tiny).tolist():
        area, code = float(patches.area_m2[place]), codes[over[place]]
        message = f"Grid {code} reaches out of the frame with {say_m2(area)}."
        found.append(Finding(Rule.OUTSIDE_FRAME, Severity.ERROR, message, pieces[place], area, "m2", (code,)))
    if tiny.any():
        area = float(patches.area_m2[tiny].sum())
        number = say_count(int(tiny.sum()), "grid leaves", "grids leave")
        message = f"{number} the frame by less than coordinates can tell."
        grids = tuple(sorted(codes[index] for index in over[tiny]))
        found.append(Finding(Rule.OUTSIDE_FRAME, Severity.NOTE, message, points_in(pieces[tiny]), area, "m2", grids))
    return tuple(found)


def as_area(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """A Polygon or MultiPolygon of the parts with area, empty when there are none."""
    return _area_or_none(geometry) or EMPTY


def _area_or_none(geometry: BaseGeometry) -> Polygon | MultiPolygon | None:
    if isinstance(geometry, Polygon | MultiPolygon):
        return None if geometry.is_empty else geometry
    parts, _ = polygon_parts(np.array([geometry], dtype=object))
    if not len(parts):
        return None
    return MultiPolygon(list(parts)) if len(parts) > 1 else parts[0]


def _neighbours(gaps: Geometries, polygons: Geometries, codes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Codes of the grids that touch each gap."""
    around: list[set[str]] = [set() for _ in gaps]
    # The overlay may round a gap's corners off the lines of its neighbours: reach out by 1e-9 degrees, 0.1 mm.
    for gap, grid in shapely.STRtree(polygons).query(gaps, predicate="dwithin", distance=1e-9).T.tolist():
        around[gap].add(codes[grid])
    return [tuple(sorted(members)) for members in around]
