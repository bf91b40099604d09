"""Topology: does a set of grids cover its frame once, and only once? Every defect is a finding with place and size.

Decided in one plane, lon/lat degrees; sizes are measured in the working CRS. GEOS's coverage check alone would not do:
it misses gaps and gives false alarms, so it only picks candidates (overlaps) and gaps are holes of the union.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import Geometries
from mapsvc.geo.topology.gaps import as_area, check_outside, describe_gaps, fill_holes, find_gaps, find_misfits, union
from mapsvc.geo.topology.overlaps import describe_overlaps, find_overlaps
from mapsvc.geo.topology.patches import Patches, points_in, say_codes, say_m, say_m2
from mapsvc.geo.topology.soundness import POLYGONAL, check_soundness, repair, sound_polygons, why_invalid
from mapsvc.geo.topology.unmatched import check_unmatched
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid

SLIVER_WIDTH_M = 10.0
"""A grid is only called a sliver when it is this narrow as well: rough coasts make wide grids look thin."""


def check_partition(
    grids: Sequence[Grid],
    frame: Polygon | MultiPolygon | None,
    epsg: int,
    *,
    features: Sequence[int] = (),
) -> tuple[Finding, ...]:
    """All findings on grids (lon/lat) that should cover `frame` without gap or overlap, in the order of Rule.

    frame: None = the outline of the grids, so that only holes are gaps. epsg: working CRS that measures sizes.
    features: 1-based positions in the imported file, parallel to grids. Errors block publishing; patches too small
    for 7 decimals of a degree are gathered in notes. Broken polygons take part as repaired copies, and their
    findings say so. Raises BadInput only for an unknown epsg.
    """
    codes = tuple(grid.code for grid in grids)
    sound = check_soundness(grids, epsg, features)
    polygons = sound.polygons
    findings = list(sound.findings)
    misfits = find_misfits(polygons)
    covered = union(polygons, misfits)
    if frame is not None:
        frame, complaint = _sound_frame(frame)
        findings += complaint
    gap_findings, gaps = describe_gaps(find_gaps(covered, frame), polygons, codes, epsg)
    overlap_findings, overlaps = describe_overlaps(find_overlaps(polygons, misfits), codes, epsg)
    findings += gap_findings + overlap_findings
    findings += _check_slivers(polygons, codes, epsg, gaps, overlaps)
    findings += check_unmatched(polygons, codes)
    if frame is not None:
        findings += check_outside(polygons, frame, codes, epsg)
    findings += _check_codes(grids, features)
    findings += _check_parts(grids, features)
    order = {rule: place for place, rule in enumerate(Rule)}
    return tuple(sorted(findings, key=lambda finding: (order[finding.rule], -finding.size)))


def default_frame(grids: Sequence[Grid]) -> Polygon | MultiPolygon:
    """The outline of the grids (lon/lat), broken ones mended, with its holes filled: so holes are gaps."""
    return fill_holes(union(sound_polygons(grids)))


def _sound_frame(frame: Polygon | MultiPolygon) -> tuple[Polygon | MultiPolygon | None, list[Finding]]:
    if frame.is_valid and not frame.is_empty:
        return frame, []
    if frame.is_empty:
        message = "The frame is empty; the outline of the grids is used instead."
        return None, [Finding(Rule.EMPTY_GEOMETRY, Severity.ERROR, message)]
    reason, where = why_invalid(frame)
    mended = repair(frame)
    use = "a repaired copy" if mended is not None else "the outline of the grids"
    message = f"The frame has a broken ring: {reason.lower()}. The other checks use {use}."
    return as_area(mended) if mended else None, [Finding(Rule.INVALID_RING, Severity.ERROR, message, where)]


def _check_slivers(
    polygons: Geometries, codes: tuple[str, ...], epsg: int, gaps: Patches, overlaps: Patches
) -> list[Finding]:
    """A warning for each grid with a sliver of a part, and one that counts the thin gaps and overlaps."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    patches = Patches.of(parts, epsg)
    found = []
    for index in np.flatnonzero(patches.is_sliver & (patches.width_m < SLIVER_WIDTH_M)).tolist():
        code, area = codes[owner[index]], float(patches.area_m2[index])
        width = say_m(float(patches.width_m[index]))
        message = f"A part of grid {code} is a sliver of {say_m2(area)}, about {width} wide."
        found.append(Finding(Rule.SLIVER, Severity.WARNING, message, parts[index], area, "m2", (code,)))
    thin = [patch.shapes[patch.is_sliver & ~patch.is_tiny] for patch in (gaps, overlaps)]
    number = len(thin[0]) + len(thin[1])
    if number:
        message = (
            f"{len(thin[0]):,} of the gaps and {len(thin[1]):,} of the overlaps are long and thin, as lines digitised "
            "twice leave them; healing within a few metres mends such."
        )
        where = points_in(np.concatenate(thin))
        found.append(Finding(Rule.SLIVER, Severity.WARNING, message, where, float(number), "features"))
    return found


def _check_codes(grids: Sequence[Grid], features: Sequence[int]) -> list[Finding]:
    """An error for each code that more than one grid has, and for grids without one."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index, grid in enumerate(grids):
        holders[grid.code].append(index)
    found = []
    for code, indices in holders.items():
        if len(indices) == 1 and code:
            continue
        numbers = say_codes(tuple(str(features[i] if features else i + 1) for i in indices))
        message = f"Code {code} belongs to {len(indices)} features: {numbers}."
        if not code:
            message = f"{len(indices)} features have no code: {numbers}."
        place = [grids[i].polygon for i in indices if not grids[i].polygon.is_empty]
        where = shapely.geometrycollections(place) if place else None
        feature = features[indices[0]] if features else None
        found.append(
            Finding(
                Rule.DUPLICATE_CODE, Severity.ERROR, message, where, float(len(indices)), "features", (code,), feature
            )
        )
    return found


def _check_parts(grids: Sequence[Grid], features: Sequence[int]) -> list[Finding]:
    """A note for each grid in several pieces: often islands, sometimes a slip of the digitiser."""
    found = []
    for index, grid in enumerate(grids):
        number = int(shapely.get_num_geometries(grid.polygon))
        if number > 1 and shapely.get_type_id(grid.polygon) in POLYGONAL:
            message = f"Grid {grid.code} has {number} separate parts."
            feature = features[index] if features else None
            found.append(
                Finding(
                    Rule.MULTIPART,
                    Severity.NOTE,
                    message,
                    grid.polygon,
                    float(number),
                    "features",
                    (grid.code,),
                    feature,
                )
            )
    return found
