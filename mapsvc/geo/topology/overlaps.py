"""Overlaps: pairs of grids that both claim a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries
from mapsvc.geo.topology.patches import Patches, points_in, polygon_parts, say_codes, say_count, say_m, say_m2
from mapsvc.model.finding import Finding, Rule, Severity

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of grids (first < second, indices) and the places they share, as lon/lat polygons."""

    first: IntArray
    second: IntArray
    shapes: Geometries


def find_overlaps(polygons: Geometries, misfits: npt.NDArray[np.bool_]) -> Overlaps:
    """All pairs of valid polygons (None = takes no part) whose interiors meet, decided in lon/lat.

    misfits: as gaps.find_misfits gives them. Of two that overlap at least one is a misfit, but not each misfit
    overlaps: they only name the candidates and the intersection decides.
    """
    present = np.flatnonzero(~shapely.is_missing(polygons)).astype(np.int64)
    shapes = polygons[present]
    nothing = np.empty(0, dtype=np.int64)
    if len(shapes) < 2:
        return Overlaps(nothing, nothing, np.empty(0, dtype=object))
    marked = np.flatnonzero(misfits[present])
    hits = shapely.STRtree(shapes).query(shapes[marked], predicate="intersects")
    pairs = np.sort(np.stack([marked[hits[0]], hits[1]], axis=1), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    parts, pair = polygon_parts(shared)
    kept = np.unique(pair)
    whole: Geometries = np.empty(len(kept), dtype=object)
    for place, index in enumerate(kept):
        same = parts[pair == index] if shapely.get_type_id(shared[index]) == 7 else None
        whole[place] = shared[index] if same is None else shapely.multipolygons(same)
    return Overlaps(present[pairs[kept, 0]], present[pairs[kept, 1]], whole)


def describe_overlaps(overlaps: Overlaps, codes: tuple[str, ...], epsg: int) -> tuple[tuple[Finding, ...], Patches]:
    """One error a pair, with its area; pairs below the resolution of the data together in one note."""
    patches = Patches.of(overlaps.shapes, epsg)
    tiny = patches.is_tiny
    found = [_finding(overlaps, index, patches, codes) for index in np.flatnonzero(~tiny).tolist()]
    if tiny.any():
        members = {codes[i] for i in np.concatenate([overlaps.first[tiny], overlaps.second[tiny]]).tolist()}
        area = float(patches.area_m2[tiny].sum())
        message = (
            f"{say_count(int(tiny.sum()), 'pair of grids overlaps', 'pairs of grids overlap')} by less than "
            f"coordinates can tell, {say_m2(area)} in all."
        )
        place = points_in(overlaps.shapes[tiny])
        found.append(Finding(Rule.OVERLAP, Severity.NOTE, message, place, area, "m2", tuple(sorted(members))))
    return tuple(found), patches


def _finding(overlaps: Overlaps, index: int, patches: Patches, codes: tuple[str, ...]) -> Finding:
    pair = tuple(sorted((codes[overlaps.first[index]], codes[overlaps.second[index]])))
    area = float(patches.area_m2[index])
    places = shapely.get_num_geometries(overlaps.shapes[index])
    where = f"in {places} places" if places > 1 else f"about {say_m(float(patches.width_m[index]))} wide"
    message = f"Grids {say_codes(pair)} overlap by {say_m2(area)}, {where}."
    return Finding(Rule.OVERLAP, Severity.ERROR, message, overlaps.shapes[index], area, "m2", pair)
