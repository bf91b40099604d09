"""Heal: close narrow gaps, settle narrow overlaps, mend broken rings, and report every change.

Nothing wider than the stated tolerance is touched. What stays is for a person to decide; check_partition finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.crs import Geometries
from mapsvc.geo.heal.faces import Faces, cut
from mapsvc.geo.heal.lattice import Lattice
from mapsvc.geo.heal.settle import Settled, settle
from mapsvc.geo.measure import area_m2
from mapsvc.geo.topology.gaps import EMPTY, as_area, find_gaps, find_misfits, union
from mapsvc.geo.topology.patches import Patches, points_in, say_codes, say_count, say_m, say_m2
from mapsvc.geo.topology.soundness import repair, sound_polygons
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Healed:
    """The grids after healing, in the order given, one HEALED finding a change and one with the totals.

    area_moved_m2: area that changed owner, was covered or uncovered, or came with the repair of a ring.
    """

    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...]
    area_moved_m2: float


def heal(grids: Sequence[Grid], frame: Polygon | MultiPolygon | None, epsg: int, tolerance_m: float) -> Healed:
    """Mend grids (lon/lat) within `tolerance_m` metres, measured in the working CRS `epsg`.

    Broken rings are rebuilt (GEOS make_valid "structure"). With a tolerance above 0 all lines are noded on a lattice
    of whole 1e-8 degrees; a gap nowhere wider than the tolerance goes to the neighbour with the longest border, an
    overlap to the claimant with the longest border (tie: lowest code), a strip outside the frame is cut off. No grid
    is healed away. Vertices that stay in place keep their doubles, grids without a change stay the same object; a
    changed grid has its area measured anew. Grids that cannot be repaired come back as they are.
    """
    polygons = sound_polygons(grids)
    findings, moved = _ring_findings(grids, polygons, epsg)
    frame = None if frame is None else as_area(frame if frame.is_valid else repair(frame) or EMPTY)
    frame = None if frame is None or frame.is_empty else frame
    touched = _touched(polygons, frame) if tolerance_m > 0 else np.zeros(len(grids), dtype=bool)
    if touched.any():
        edge: Geometries = np.array([] if frame is None else [frame], dtype=object)
        lattice = Lattice.of(np.concatenate([polygons[touched], edge]))
        faces = cut(polygons, touched, edge, lattice)
        settled = settle(faces, _ranks(grids), lattice, epsg, tolerance_m)
        told, area = _face_findings(grids, faces, settled, lattice, epsg)
        rebuilt = _rebuild(polygons, faces, settled, lattice)
        findings += told + _node_finding(grids, polygons, rebuilt, told)
        moved += area
        findings.append(_total(faces, settled, moved, tolerance_m))
        polygons = rebuilt
    elif findings:
        message = (
            f"{say_count(len(findings), 'broken ring was', 'broken rings were')} repaired; that moved {say_m2(moved)}."
        )
        findings.append(Finding(Rule.HEALED, Severity.NOTE, message, size=moved, unit="m2"))
    return Healed(_replace(grids, polygons, epsg), tuple(findings), moved)


def _touched(polygons: Geometries, frame: Polygon | MultiPolygon | None) -> npt.NDArray[np.bool_]:
    """The grids with a defect and the ones beside them; the rest matches edge for edge and is left alone."""
    misfits = find_misfits(polygons)
    covered = union(polygons, misfits)
    tree = shapely.STRtree(polygons)
    defective = misfits.copy()
    # The overlay may round a gap's corners off the lines of its neighbours: reach out by 1e-9 degrees, 0.1 mm.
    defective[tree.query(find_gaps(covered, frame), predicate="dwithin", distance=1e-9)[1]] = True
    if frame is not None:
        shapely.prepare(frame)
        defective |= ~shapely.is_missing(polygons) & ~shapely.covers(frame, polygons)
    touched = defective.copy()
    touched[tree.query(polygons[defective], predicate="intersects")[1]] = True
    return touched


def _ranks(grids: Sequence[Grid]) -> IntArray:
    """Place of each grid in code order: a tie goes to the lowest code, in whatever order the grids came."""
    rank = np.empty(len(grids), dtype=np.int64)
    rank[sorted(range(len(grids)), key=lambda index: (grids[index].code, index))] = np.arange(len(grids))
    return rank


def _rebuild(polygons: Geometries, faces: Faces, settled: Settled, lattice: Lattice) -> Geometries:
    """The grids put together from their faces; one without a change stays the same object."""
    stays = (settled.owner[faces.claim_face] < 0) & ~settled.dropped[faces.claim_face]
    given = np.flatnonzero(settled.owner >= 0)
    face = np.concatenate([faces.claim_face[stays], given])
    grid = np.concatenate([faces.claim_grid[stays], settled.owner[given]])
    order = np.argsort(grid, kind="stable")
    owners, starts = np.unique(grid[order], return_index=True)
    pieces = np.split(faces.shapes[face[order]], starts[1:])
    steps: Geometries = np.empty(len(owners), dtype=object)
    steps[:] = [shapely.coverage_union_all(each) for each in pieces]
    shapes = lattice.restore(steps)
    if not shapely.is_valid(shapes).all():
        # Input finer than the lattice can cross itself when its own doubles return; whole steps cannot.
        shapes = Lattice(lattice.origin, lattice.key[:0], lattice.lonlat[:0]).restore(steps)
    # Noding drops vertices drawn twice in a row and collections of one polygon; that alone is no change.
    drawn = shapely.remove_repeated_points(polygons[owners])
    alone = shapely.get_num_geometries(drawn) == 1
    drawn[alone] = shapely.get_geometry(drawn[alone], 0)
    same = shapely.equals_exact(shapely.normalize(shapes), shapely.normalize(drawn))
    rebuilt = polygons.copy()
    rebuilt[owners[~same]] = shapes[~same]
    return rebuilt


def _ring_findings(grids: Sequence[Grid], polygons: Geometries, epsg: int) -> tuple[list[Finding], float]:
    """One finding for each ring that was rebuilt, and the area that came or went with it."""
    mended = [
        index for index, grid in enumerate(grids) if polygons[index] is not None and polygons[index] is not grid.polygon
    ]
    before = area_m2([grids[index].polygon for index in mended], epsg)
    after = area_m2([polygons[index] for index in mended], epsg)
    findings = []
    for index, old, new in zip(mended, before.tolist(), after.tolist(), strict=True):
        code = grids[index].code
        message = f"The broken ring of grid {code} was rebuilt: {say_m2(old)} as drawn, {say_m2(new)} now."
        findings.append(Finding(Rule.HEALED, Severity.NOTE, message, polygons[index], abs(new - old), "m2", (code,)))
    return findings, float(np.abs(after - before).sum())


def _face_findings(
    grids: Sequence[Grid], faces: Faces, settled: Settled, lattice: Lattice, epsg: int
) -> tuple[list[Finding], float]:
    """One finding for each face that changed hands, those too small to matter together, and the area of all."""
    changed = np.flatnonzero((settled.owner >= 0) | settled.dropped)
    patches = Patches.of(lattice.restore(faces.shapes[changed]), epsg)
    low, high = np.searchsorted(faces.claim_face, [changed, changed + 1])
    tiny = patches.is_tiny
    findings = []
    for place in np.flatnonzero(~tiny).tolist():
        face = changed[place]
        claimants = tuple(sorted(grids[i].code for i in faces.claim_grid[low[place] : high[place]]))
        size = f"{say_m2(float(patches.area_m2[place]))}, about {say_m(float(patches.width_m[place]))} wide,"
        owner = "" if settled.dropped[face] else grids[settled.owner[face]].code
        if not owner:
            message = f"A strip of grid {say_codes(claimants)} outside the frame, {size} was cut off."
        elif claimants:
            message = f"The overlap of grids {say_codes(claimants)}, {size} went to {owner}, by the longest border."
        else:
            message = f"A gap of {size} went to {owner}, by the longest border."
        codes = tuple(sorted({*claimants, owner} - {""}))
        area = float(patches.area_m2[place])
        findings.append(Finding(Rule.HEALED, Severity.NOTE, message, patches.shapes[place], area, "m2", codes))
    if tiny.any():
        area = float(patches.area_m2[tiny].sum())
        number = say_count(int(tiny.sum()), "place", "places")
        message = f"{number} smaller than coordinates can tell went to the grid with the longest border."
        findings.append(Finding(Rule.HEALED, Severity.NOTE, message, points_in(patches.shapes[tiny]), area, "m2"))
    return findings, float(patches.area_m2.sum())


def _node_finding(
    grids: Sequence[Grid], polygons: Geometries, rebuilt: Geometries, told: Sequence[Finding]
) -> list[Finding]:
    """One finding on the grids that changed in their vertices only."""
    mentioned = {code for finding in told for code in finding.grids}
    codes = tuple(
        sorted(
            grid.code
            for grid, old, new in zip(grids, polygons, rebuilt, strict=True)
            if old is not new and grid.code not in mentioned
        )
    )
    if not codes:
        return []
    message = (
        f"{say_count(len(codes), 'grid', 'grids')} took over vertices of neighbours on shared lines; no area moved."
    )
    return [Finding(Rule.HEALED, Severity.NOTE, message, size=float(len(codes)), unit="features", grids=codes)]


def _total(faces: Faces, settled: Settled, moved: float, tolerance_m: float) -> Finding:
    number = int(np.sum((settled.owner >= 0) | settled.dropped))
    gaps = int(np.sum(settled.wide & (faces.claims == 0)))
    others = int(np.sum(settled.wide)) - gaps
    message = f"Healing within {say_m(tolerance_m)} moved {say_m2(moved)} in {say_count(number, 'place', 'places')}"
    left = [say_count(gaps, "gap", "gaps")] if gaps else []
    left += [say_count(others, "overlap or strip outside", "overlaps or strips outside")] if others else []
    message += f"; wider, and left as they are: {' and '.join(left)}." if left else "; nothing wider is left."
    return Finding(Rule.HEALED, Severity.NOTE, message, size=moved, unit="m2")


def _replace(grids: Sequence[Grid], polygons: Geometries, epsg: int) -> tuple[Grid, ...]:
    """The grids with their new polygons and areas; unchanged ones are the same objects."""
    changed = [
        index for index, grid in enumerate(grids) if polygons[index] is not None and polygons[index] is not grid.polygon
    ]
    areas = area_m2([polygons[index] for index in changed], epsg).tolist()
    healed = list(grids)
    for index, area in zip(changed, areas, strict=True):
        healed[index] = replace(grids[index], polygon=polygons[index], area_m2=area)
    return tuple(healed)
