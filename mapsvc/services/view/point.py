"""Point: one place asked of the plan: its grid, how sure, and which grids are near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mapsvc.errors import BadQuery
from mapsvc.model.incident import Certainty
from mapsvc.model.place import Share
from mapsvc.services.scene.placing import rounded
from mapsvc.services.scene.plans import PlanInUse

if TYPE_CHECKING:
    from mapsvc.geo.outlines import NearestLine

_NEAR = 3
_ON_LINE_M = 0.001
"""Nearer than this there is no direction to the line."""


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """x, y in `datum` (lon, lat degrees, or east, north metres of an EPSG code); accuracy_m: 68 % radius."""

    x: float
    y: float
    datum: str = "wgs84"
    accuracy_m: float | None = None


def locate_point(asked: AskedPoint, plan: PlanInUse, seq: int) -> dict[str, Any]:
    """The answer of GET /api/locate. Raises BadInput for an unknown datum, BadQuery for a point off the earth."""
    lon, lat = wgs84_of(asked)
    grids = plan.plan.grids
    number = plan.index.locate_one(lon, lat)
    nearest = plan.nearby.near(lon, lat, number, _NEAR)
    line = find_line(plan, lon, lat, number)
    shares = _shares(plan, lon, lat, number, asked.accuracy_m)
    return {
        "grid": grids[number].code if number >= 0 else None,
        "name": grids[number].name if number >= 0 else "",
        "name_zh": grids[number].name_zh if number >= 0 else "",
        "certainty": _certainty(plan, lon, lat, number, shares, line).value,
        "lon": round(lon, 8),
        "lat": round(lat, 8),
        "near": [
            {"grid": grids[other].code, "distance_m": round(distance_m, 1), "bearing_deg": round(bearing, 1)}
            for other, distance_m, bearing in nearest
        ],
        "shares": [{"grid": one.grid_code or None, "share": one.share} for one in rounded(shares)],
        "line": tell_line(plan, lon, lat, line),
        "plan": plan.plan.id,
        "seq": seq,
    }


def wgs84_of(asked: AskedPoint) -> tuple[float, float]:
    """lon, lat in WGS 84 degrees. Raises BadInput for an unknown datum, BadQuery for a point off the earth."""
    from mapsvc.geo.datum import to_wgs84

    lons, lats = to_wgs84(np.array([asked.x]), np.array([asked.y]), asked.datum)
    lon, lat = float(lons[0]), float(lats[0])
    if not (np.isfinite(lon) and np.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadQuery("The point is not on the earth in this datum.", field="lon")
    return lon, lat


def _certainty(
    plan: PlanInUse, lon: float, lat: float, number: int, shares: Sequence[Share], line: NearestLine | None
) -> Certainty:
    """As geo.certainty.judge has it for many points, from what is known of this one already."""
    from mapsvc.geo.certainty import CERTAIN_SHARE, TOUCH_M

    if number < 0:
        return Certainty.OUTSIDE
    own = plan.plan.grids[number].code
    if sum(one.share for one in shares if one.grid_code == own) < CERTAIN_SHARE:
        return Certainty.BOUNDARY
    near = line is not None and line.distance_m <= TOUCH_M
    touches = near and bool(plan.outlines.passes_through(np.array([lon]), np.array([lat]), TOUCH_M)[0])
    return Certainty.BOUNDARY if touches else Certainty.CERTAIN


def shares_at(plan: PlanInUse, lon: float, lat: float, number: int, accuracy_m: float | None) -> tuple[Share, ...]:
    """Shares of all candidates in four digits, largest first, code "" = outside; without an accuracy one share of 1."""
    return tuple(rounded(_shares(plan, lon, lat, number, accuracy_m)))


def _shares(plan: PlanInUse, lon: float, lat: float, number: int, accuracy_m: float | None) -> list[Share]:
    from mapsvc.geo.shares import find_shares

    def code(grid: int) -> str:
        return plan.plan.grids[grid].code if grid >= 0 else ""

    if not accuracy_m:
        return [Share(code(number), 1.0)]
    x, y = plan.outlines.plane.forward([lon], [lat])
    found = find_shares(plan.outlines, x, y, np.array([number], np.int32), np.array([accuracy_m]))
    pairs = zip(found.grid.tolist(), found.share.tolist(), strict=True)
    return [Share(code(grid), share) for grid, share in pairs]


def line_at(plan: PlanInUse, lon: float, lat: float, number: int) -> dict[str, Any] | None:
    """Distance and bearing to the nearest line, and the grid on its other side (None = outside); None without lines."""
    return tell_line(plan, lon, lat, find_line(plan, lon, lat, number))


def find_line(plan: PlanInUse, lon: float, lat: float, number: int) -> NearestLine | None:
    """The line nearest to a point (degrees) that lies in a grid by its index (-1 = none)."""
    x, y = (float(value) for value in plan.outlines.plane.forward(lon, lat))
    return plan.outlines.nearest(x, y, number)


def tell_line(plan: PlanInUse, lon: float, lat: float, line: NearestLine | None) -> dict[str, Any] | None:
    """The line as the API tells it."""
    from mapsvc.geo.measure import bearing_deg

    if line is None:
        return None
    there_lon, there_lat = plan.outlines.plane.inverse(line.x, line.y)
    bearing = 0.0 if line.distance_m < _ON_LINE_M else float(bearing_deg(lon, lat, there_lon, there_lat))
    return {
        "distance_m": round(line.distance_m, 1),
        "bearing_deg": round(bearing, 1),
        "grid": plan.plan.grids[line.grid].code if line.grid >= 0 else None,
    }


def nearest_other(lon: float, lat: float, own: str, plan: PlanInUse) -> str | None:
    """Code of the grid nearest to a point (degrees) that is not its own; None in a plan of one grid."""
    nearest = plan.nearby.near(lon, lat, plan.number_of.get(own, -1), 1)
    return plan.plan.grids[nearest[0][0]].code if nearest else None
