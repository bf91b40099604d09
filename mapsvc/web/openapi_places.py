"""Addresses, networks and proof sheets, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_geocode import GEOCODE_ROUTES, GEOCODE_SCHEMAS
from mapsvc.web.openapi_operation import Operation

PLACE_ROUTES: tuple[Operation, ...] = (*GEOCODE_ROUTES,)
PLACE_SCHEMAS: dict[str, Any] = {**GEOCODE_SCHEMAS}
