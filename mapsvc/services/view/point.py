"""Point: one place asked of the plan: its grid, how sure, and which grids are near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mapsvc.errors import BadQuery
from mapsvc.services.scene.plans import PlanInUse

_NEAR = 3


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """x, y in `datum` (lon, lat degrees, or east, north metres of an EPSG code); accuracy_m: 68 % radius."""

    x: float
    y: float
    datum: str = "wgs84"
    accuracy_m: float | None = None


def locate_point(asked: AskedPoint, plan: PlanInUse, seq: int) -> dict[str, Any]:
    """The answer of GET /api/locate. Raises BadInput for an unknown datum, BadQuery for a point off the earth."""
    from mapsvc.geo.datum import to_wgs84

    lons, lats = to_wgs84(np.array([asked.x]), np.array([asked.y]), asked.datum)
    lon, lat = float(lons[0]), float(lats[0])
    if not (np.isfinite(lon) and np.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadQuery("The point is not on the earth in this datum.", field="lon")
    grids = plan.plan.grids
    number = plan.index.locate_one(lon, lat)
    nearest = plan.nearby.near(lon, lat, number, _NEAR)
    return {
        "grid": grids[number].code if number >= 0 else None,
        "name": grids[number].name if number >= 0 else "",
        "name_zh": grids[number].name_zh if number >= 0 else "",
        "certainty": plan.nearby.certainty(lon, lat, number, asked.accuracy_m).value,
        "lon": round(lon, 8),
        "lat": round(lat, 8),
        "near": [
            {"grid": grids[other].code, "distance_m": round(distance_m, 1), "bearing_deg": round(bearing, 1)}
            for other, distance_m, bearing in nearest
        ],
        "plan": plan.plan.id,
        "seq": seq,
    }


def nearest_other(lon: float, lat: float, own: str, plan: PlanInUse) -> str | None:
    """Code of the grid nearest to a point (degrees) that is not its own; None in a plan of one grid."""
    nearest = plan.nearby.near(lon, lat, plan.number_of.get(own, -1), 1)
    return plan.plan.grids[nearest[0][0]].code if nearest else None
