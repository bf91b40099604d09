"""Addresses, networks and proof sheets, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

PLACE_ROUTES: tuple[Operation, ...] = ()
PLACE_SCHEMAS: dict[str, Any] = {}
