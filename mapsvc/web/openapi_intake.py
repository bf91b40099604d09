"""Reports, photos and Open311, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

INTAKE_ROUTES: tuple[Operation, ...] = ()
INTAKE_SCHEMAS: dict[str, Any] = {}
