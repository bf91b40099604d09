"""Addresses to places, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.model.address import Precision
from mapsvc.web.openapi_operation import Operation

_JSON = "application/json"
GEOCODE_ROUTES: tuple[Operation, ...] = (
    Operation("get", "/api/geocode", "geocode", "Places of an address", {_JSON: "Geocoded"}, ("q", "limit_answers")),
    Operation(
        "post",
        "/api/geocode/online",
        "geocode_online",
        "The same, asking elsewhere where nothing is known here",
        {_JSON: "Geocoded"},
        (),
        "AddressText",
        problems=(503,),
    ),
    Operation(
        "post",
        "/api/geocode/corrections",
        "correct_address",
        "Teach where an address lies",
        {_JSON: "Geocoded"},
        (),
        "AddressCorrection",
        201,
    ),
)
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_PRECISION = {"type": "string", "enum": [one.value for one in Precision]}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["lon", "lat", "precision", "radius_m", "score", "label", "source", "grid"],
    "properties": {
        "lon": _NUMBER,
        "lat": _NUMBER,
        "precision": _PRECISION,
        "radius_m": _NUMBER,
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "label": _TEXT,
        "source": _TEXT,
        "grid": {"type": ["string", "null"]},
    },
}
GEOCODE_SCHEMAS: dict[str, Any] = {
    "Geocoded": {
        "type": "object",
        "required": ["text", "reading", "answers", "single", "missing"],
        "properties": {
            "text": _TEXT,
            "reading": {"type": "object", "additionalProperties": _TEXT},
            "answers": {"type": "array", "items": _ANSWER},
            "single": {"type": "boolean"},
            "missing": _TEXT,
        },
    },
    "AddressText": {"type": "object", "required": ["text"], "properties": {"text": _TEXT}},
    "AddressCorrection": {
        "type": "object",
        "required": ["text", "lon", "lat", "datum"],
        "properties": {"text": _TEXT, "lon": _NUMBER, "lat": _NUMBER, "datum": _TEXT, "precision": _PRECISION},
    },
}
