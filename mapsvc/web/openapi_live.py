"""The stream, events and webhooks, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

_JSON = "application/json"

LIVE_ROUTES: tuple[Operation, ...] = (
    Operation("get", "/api/stream", "stream", "Events as they happen (SSE)", {"text/event-stream": ""}, ("after_seq",)),
    Operation("get", "/api/events", "events", "Events after a number", {_JSON: "Events"}, ("after_seq", "limit")),
)

_TOLD: dict[str, Any] = {
    "type": "object",
    "required": ["seq", "kind"],
    "properties": {
        "seq": {"type": "integer"},
        "at": {"type": "string"},
        "kind": {"type": "string"},
        "subject": {"type": "string"},
        "post": {"type": "string"},
        "feature": {"$ref": "#/components/schemas/Feature"},
        "first": {"type": "integer"},
        "last": {"type": "integer"},
        "n": {"type": "integer"},
        "drill": {"type": "boolean"},
    },
}
LIVE_SCHEMAS: dict[str, Any] = {
    "Told": _TOLD,
    "Events": {
        "type": "object",
        "required": ["events", "seq"],
        "properties": {
            "events": {"type": "array", "items": {"$ref": "#/components/schemas/Told"}},
            "seq": {"type": "integer"},
        },
    },
}
