"""The stream, events and webhooks, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

LIVE_ROUTES: tuple[Operation, ...] = ()
LIVE_SCHEMAS: dict[str, Any] = {}
