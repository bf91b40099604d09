"""Boundary mend: the repairs that a person asked for, each one told as a finding."""

from __future__ import annotations

from dataclasses import replace

import shapely
from shapely.geometry import MultiPolygon

from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.services.exchange.boundary_check import BoundaryCheck, measured


def join_parts(boundaries: BoundaryCheck) -> tuple[BoundaryCheck, tuple[Finding, ...]]:
    """Features of the same code and name as one grid of several parts, each joint a finding.

    Cities publish the parts of a beat that lies apart as features of their own. Features that share a code but not
    a name stay as they are, and so does their finding.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for place, grid in enumerate(boundaries.grids):
        groups.setdefault((grid.code, grid.name, grid.name_zh), []).append(place)
    grids, features, findings = [], [], []
    for places in groups.values():
        first, numbers = boundaries.grids[places[0]], [boundaries.features[place] for place in places]
        if len(places) > 1:
            parts = [part for place in places for part in shapely.get_parts(boundaries.grids[place].polygon)]
            # not a union: the parts keep every vertex, and parts that overlap are still found by the checks
            first = replace(first, polygon=MultiPolygon([part for part in parts if not part.is_empty]))
            shown = ", ".join(str(number) for number in numbers)
            message = f"Features {shown} have the code {first.code} and were joined into one grid."
            findings.append(
                Finding(
                    Rule.HEALED, Severity.NOTE, message, first.polygon, float(len(places)), "features", (first.code,)
                )
            )
        grids.append(first)
        features.append(numbers[0])
    return replace(boundaries, grids=tuple(grids), features=tuple(features)), tuple(findings)


def heal_boundaries(
    boundaries: BoundaryCheck, fix_m: float, *, has_frame: bool
) -> tuple[BoundaryCheck, tuple[Finding, ...]]:
    """The grids healed up to fix_m metres (0 = rings only), not checked again, and one finding for each repair."""
    from mapsvc.geo.heal import heal
    from mapsvc.geo.topology import default_frame

    healed = heal(boundaries.grids, boundaries.frame, boundaries.working_epsg, fix_m)
    grids = measured(healed.grids, boundaries.working_epsg)
    # without a frame file the outline follows the repaired rings, or every repair would leave a gap at the rim
    frame = boundaries.frame if has_frame else default_frame(grids)
    return replace(boundaries, grids=grids, frame=frame, findings=()), tuple(healed.findings)
