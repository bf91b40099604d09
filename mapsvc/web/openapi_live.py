"""The stream, events and webhooks, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.web.openapi_operation import Operation

_JSON = "application/json"
_HOOKS = "/api/webhooks"
_HOOK = f"{_HOOKS}/{{webhook_id}}"

LIVE_ROUTES: tuple[Operation, ...] = (
    Operation("get", "/api/stream", "stream", "Events as they happen (SSE)", {"text/event-stream": ""}, ("after_seq",)),
    Operation("get", "/api/events", "events", "Events after a number", {_JSON: "Events"}, ("after_seq", "limit")),
    Operation("get", "/api/replay", "replay", "A day again, moment by moment", {_JSON: "ReplayedDay"}, ("day",)),
    Operation("get", _HOOKS, "webhooks", "Other systems that are told", {_JSON: "Webhooks"}),
    Operation("post", _HOOKS, "add_webhook", "Tell another system", {_JSON: "Webhook"}, (), "NewWebhook", 201),
    Operation(
        "patch", _HOOK, "change_webhook", "Change, switch off", {_JSON: "Webhook"}, ("webhook_id",), "WebhookFacts"
    ),
    Operation("delete", _HOOK, "remove_webhook", "Take it away", {_JSON: "Webhooks"}, ("webhook_id",)),
    Operation(
        "post",
        f"{_HOOK}/replay",
        "replay_webhook",
        "Send again from an event on",
        {_JSON: "Webhook"},
        ("webhook_id",),
        "Replay",
    ),
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
_TEXT, _WHOLE, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_KINDS = {"type": "array", "items": _TEXT}
_DELIVERY = {
    "type": "object",
    "properties": {
        "after": _WHOLE,
        "tries": _WHOLE,
        "next_at": {"type": ["integer", "null"]},
        "parked": {"type": "array", "items": _WHOLE},
        "error": _TEXT,
    },
}
_FACTS: dict[str, Any] = {"name": _TEXT, "url": _TEXT, "kinds": _KINDS}
LIVE_SCHEMAS: dict[str, Any] = {
    "ReplayedDay": {
        "type": "object",
        "required": ["day", "from", "to", "seq", "matched", "hidden", "incidents"],
        "properties": {
            "day": _TEXT,
            "from": _TEXT,
            "to": _TEXT,
            "seq": _WHOLE,
            "matched": _WHOLE,
            "hidden": _WHOLE,
            "incidents": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Webhook": {
        "type": "object",
        "required": ["id", "name", "url", "kinds", "active", "delivery"],
        "properties": {"id": _TEXT, **_FACTS, "active": _FLAG, "delivery": _DELIVERY, "secret": _TEXT},
    },
    "Webhooks": {
        "type": "object",
        "required": ["webhooks"],
        "properties": {"webhooks": {"type": "array", "items": {"$ref": "#/components/schemas/Webhook"}}},
    },
    "NewWebhook": {"type": "object", "required": ["name", "url"], "properties": _FACTS},
    "WebhookFacts": {"type": "object", "properties": {**_FACTS, "active": _FLAG, "renew": _FLAG}},
    "Replay": {"type": "object", "required": ["from"], "properties": {"from": _WHOLE}},
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
