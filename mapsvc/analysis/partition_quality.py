"""Partition quality: how well the grids of a plan cover its frame, how much they overlap, how compact each is.

Gaps and overlaps are decided in lon/lat, the plane of all topology, by difference and intersection (a test of
matching vertices misses gaps without them); areas are measured in the plan's working CRS.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon

from mapsvc.geo.measure import Shapes, area_m2, measure, perimeter_m
from mapsvc.geo.topology.soundness import repair, sound_polygons
from mapsvc.model.finding import Severity
from mapsvc.model.plan import Plan
from mapsvc.model.report import Report

Geometries = npt.NDArray[np.object_]

MIN_AREA_M2 = 1e-3
MIN_WIDTH_M = 1e-3
"""Thinner or smaller pieces are what rounding of coordinates leaves; their area is added, but they are not counted."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Places that a partition should not have: lon/lat polygons and their areas."""

    shapes: Geometries
    area_m2: npt.NDArray[np.float64]
    counted: npt.NDArray[np.bool_]

    @property
    def total_m2(self) -> float:
        """Area of all pieces."""
        return float(self.area_m2.sum())

    @property
    def count(self) -> int:
        """Number of pieces larger than rounding."""
        return int(np.count_nonzero(self.counted))


def partition_quality(plan: Plan) -> Report:
    """Per grid area, perimeter and compactness; over the plan cover, gaps, overlaps and findings.

    Shares are of the frame's area, 0 to 1. overlap_area_m2 is ground that lies in two or more grids, each place
    once; overlap_pairs counts pairs of grids. Invalid rings are measured on a repaired copy, which a note tells.
    """
    polygons, repaired = _sound(plan)
    epsg = plan.working_epsg
    shapes = measure(polygons, epsg)
    figures = {"grids": len(plan.grids), "grids_area_m2": float(shapes.area_m2.sum())}
    figures |= _cover_figures(plan, polygons)
    units = {name: "m2" for name in ("area_m2", *figures) if name.endswith("_m2")}
    return Report(
        method="partition_quality",
        title="Cover of the frame and shape of the grids",
        parameters={"epsg": epsg, "min_area_m2": MIN_AREA_M2, "min_width_m": MIN_WIDTH_M},
        table=_table(plan, shapes, polygons),
        plan_id=plan.id,
        units=units | {"perimeter_m": "m"},
        figures=figures | _finding_figures(plan),
        geometry=[grid.polygon for grid in plan.grids],
        notes=_notes(plan, repaired),
    )


def _cover_figures(plan: Plan, polygons: Geometries) -> dict[str, Any]:
    """Cover, gaps, overlaps and ground outside, from polygons fit for overlay."""
    epsg = plan.working_epsg
    frame = plan.frame if plan.frame.is_valid else (repair(plan.frame) or Polygon())
    frame_area = float(area_m2([frame], epsg)[0])
    union = shapely.union_all(polygons)
    gaps = _pieces([shapely.difference(frame, union)], epsg)
    outside = _pieces([shapely.difference(union, frame)], epsg)
    pairs = _pair_overlaps(polygons)
    overlaps = _pieces([shapely.union_all(pairs)], epsg)
    return {
        "frame_area_m2": frame_area,
        "covered_share": _share(frame_area - gaps.total_m2, frame_area),
        "gap_area_m2": gaps.total_m2,
        "gap_count": gaps.count,
        "gap_share": _share(gaps.total_m2, frame_area),
        "overlap_area_m2": overlaps.total_m2,
        "overlap_pairs": int(np.count_nonzero(_sizes(pairs, epsg)[1])),
        "overlap_share": _share(overlaps.total_m2, frame_area),
        "outside_area_m2": outside.total_m2,
        "outside_count": outside.count,
    }


def _sound(plan: Plan) -> tuple[Geometries, list[int]]:
    """The grids fit for overlay, empty where one cannot be made so, and the positions of those that were changed."""
    polygons = sound_polygons(plan.grids)
    polygons[shapely.is_missing(polygons)] = Polygon()
    return polygons, [i for i, grid in enumerate(plan.grids) if polygons[i] is not grid.polygon]


def _pair_overlaps(polygons: Geometries) -> Geometries:
    """The common ground of every two grids that meet, where it has an area."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    common = shapely.intersection(polygons[first[once]], polygons[second[once]])
    overlapping: Geometries = common[shapely.area(common) > 0]
    return overlapping


def _pieces(shapes: list[Any], epsg: int) -> Pieces:
    """The separate polygons of the shapes, largest first."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    parts = parts[shapely.area(parts) > 0]
    area, counted = _sizes(parts, epsg)
    order = np.argsort(-area, kind="stable")
    return Pieces(parts[order], area[order], counted[order])


def _sizes(shapes: Geometries, epsg: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Area in m2 of each shape, and whether it is more than rounding: area and mean width 2 A / P are large enough."""
    area = area_m2(shapes, epsg)
    return area, (area >= MIN_AREA_M2) & (2.0 * area >= MIN_WIDTH_M * perimeter_m(shapes, epsg))


def _table(plan: Plan, shapes: Shapes, polygons: Geometries) -> dict[str, list[Any]]:
    return {
        "grid": list(plan.codes),
        "area_m2": shapes.area_m2.tolist(),
        "perimeter_m": shapes.perimeter_m.tolist(),
        "polsby_popper": shapes.polsby_popper.tolist(),
        "reock": shapes.reock.tolist(),
        "hull_ratio": shapes.hull_ratio.tolist(),
        "parts": shapely.get_num_geometries(polygons).tolist(),
    }


def _finding_figures(plan: Plan) -> dict[str, int]:
    """Findings of the plan in all, and by rule: open, accepted, and those that never block."""
    by_rule: Counter[str] = Counter()
    for finding in plan.findings:
        if finding.severity is Severity.ERROR:
            by_rule[f"findings_{finding.rule}_{'open' if finding.is_open else 'accepted'}"] += 1
        else:
            by_rule[f"findings_{finding.rule}_{finding.severity}"] += 1
    accepted = sum(bool(finding.accepted) for finding in plan.findings)
    return {
        "findings": len(plan.findings),
        "findings_open": len(plan.open_findings),
        "findings_accepted": accepted,
        **dict(sorted(by_rule.items())),
    }


def _notes(plan: Plan, repaired: list[int]) -> tuple[str, ...]:
    notes: tuple[str, ...] = (
        f"Gaps and overlaps are decided in lon/lat and measured in EPSG:{plan.working_epsg}; pieces under "
        f"{MIN_AREA_M2:g} m2 or {MIN_WIDTH_M:g} m wide are in the areas but not in the counts.",
        "Polsby-Popper (4 pi A / P^2) falls with finer digitising of a rough line; compare it only within one source.",
    )
    if repaired:
        codes = ", ".join(plan.grids[place].code for place in repaired[:5])
        more = f" and {len(repaired) - 5} more" if len(repaired) > 5 else ""
        notes = (
            *notes,
            f"Grids with invalid rings are measured on a repaired copy, or left out if there is none: {codes}{more}.",
        )
    return notes


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
