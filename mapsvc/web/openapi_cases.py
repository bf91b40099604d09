"""Incidents in motion, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

CASE_ROUTES: tuple[Operation, ...] = ()
CASE_SCHEMAS: dict[str, Any] = {}
