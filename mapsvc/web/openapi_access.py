"""Sign-in, accounts, keys and channels, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

ACCESS_ROUTES: tuple[Operation, ...] = ()
ACCESS_SCHEMAS: dict[str, Any] = {}
