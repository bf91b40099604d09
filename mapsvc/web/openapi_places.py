"""Addresses, networks and proof sheets, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_geocode import GEOCODE_ROUTES, GEOCODE_SCHEMAS
from mapsvc.web.openapi_operation import Operation

PLACE_ROUTES: tuple[Operation, ...] = (
    *GEOCODE_ROUTES,
    Operation(
        "get",
        "/print/proof.{media}",
        "proof_sheet",
        "Whose a point is, on the edition of its day; of an incident, or of a point",
        {"application/pdf": "", "image/png": ""},
        ("media", "incident", "point_lon", "point_lat", "point_datum", "accuracy_m", "at", "lang"),
        problems=(403, 409),
    ),
)
PLACE_SCHEMAS: dict[str, Any] = {**GEOCODE_SCHEMAS}
