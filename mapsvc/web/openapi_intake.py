"""Reports, photos and Open311, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.model.incident import CERTAINTIES, STATUSES
from mapsvc.model.place import Method
from mapsvc.model.report_in import LEVELS, LONGEST, MOST_ACCURACY_M
from mapsvc.services.intake.intake import MOST_REPORTS
from mapsvc.web.openapi_operation import Operation

_JSON = "application/json"
_FORM = "multipart/form-data"


def _open311(
    path: str, name: str, told: str, *, method: str = "get", parameters: tuple[str, ...] = (), **more: Any
) -> Operation:
    return Operation(method, path, name, told, {_JSON: "Any", "text/xml": ""}, ("open311_form", *parameters), **more)


INTAKE_ROUTES: tuple[Operation, ...] = (
    Operation(
        "post",
        "/api/reports",
        "report",
        "One report, or a batch of them; 200 where the reference was stored before",
        {_JSON: "Reported"},
        ("public_channel",),
        body="Reports",
        status=201,
    ),
    Operation(
        "post",
        "/api/reports/{incident_id}/photos",
        "add_photo",
        "A photo of a report: JPEG, PNG or WebP; 200 where the report has it already",
        {_JSON: "PhotoAdded"},
        ("incident_id", "public_channel"),
        body="PhotoForm",
        form=_FORM,
        status=201,
    ),
    Operation("get", "/api/photos/{photo_id}", "photo", "A photo", {"image/jpeg": ""}, ("photo_id",)),
    _open311("/open311/discovery.{form}", "open311_discovery", "Where the Open311 endpoints are"),
    _open311("/open311/v2/services.{form}", "open311_services", "Task types as services"),
    _open311(
        "/open311/v2/services/{service_code}.{form}", "open311_service", "One service", parameters=("service_code",)
    ),
    _open311(
        "/open311/v2/requests.{form}",
        "open311_requests",
        "What the channel reported, newest first, at most 1000 of 90 days",
        parameters=(
            "service_request_ids",
            "service_codes",
            "open311_status",
            "start_date",
            "end_date",
            "api_key",
        ),
    ),
    _open311(
        "/open311/v2/requests/{service_request_id}.{form}",
        "open311_request",
        "One request",
        parameters=("service_request_id", "api_key"),
    ),
    _open311(
        "/open311/v2/requests.{form}",
        "open311_add_request",
        "A report by the form of the standard; 200 where it was received before",
        method="post",
        body="Open311Form",
        form="application/x-www-form-urlencoded",
        status=201,
    ),
)


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _text(name: str) -> dict[str, Any]:
    return {"type": "string", "maxLength": LONGEST[name]}


_NUMBER = {"type": ["number", "null"]}
_WHOLE = {"type": "integer"}
_NOTE = _object(("rule", "message"), rule={"type": "string"}, message={"type": "string"}, index=_WHOLE)
_REPORT = _object(
    ("ref", "type", "title"),
    ref=_text("ref"),
    type=_text("type"),
    title=_text("title"),
    text=_text("text"),
    datum=_text("datum"),
    lon=_NUMBER,
    lat=_NUMBER,
    x=_NUMBER,
    y=_NUMBER,
    address=_text("address"),
    accuracy_m={"type": ["number", "null"], "minimum": 0, "maximum": MOST_ACCURACY_M},
    method={"type": "string", "enum": [one.value for one in Method]},
    occurred_at={"type": "string", "format": "date-time"},
    level={"type": "integer", "minimum": LEVELS[0], "maximum": LEVELS[1]},
)
_RECEIPT = _object(
    ("id", "grid", "certainty", "grid_share", "shares", "lon", "lat", "status", "is_new", "findings", "seq"),
    id={"type": "string"},
    grid={"type": ["string", "null"]},
    certainty={"type": "string", "enum": [one.value for one in CERTAINTIES]},
    grid_share={"type": "number"},
    shares={
        "type": "array",
        "items": _object(("grid", "share"), grid={"type": ["string", "null"]}, share={"type": "number"}),
    },
    lon=_NUMBER,
    lat=_NUMBER,
    status={"type": "string", "enum": [one.value for one in STATUSES]},
    is_new={"type": "boolean"},
    findings={"type": "array", "items": _NOTE},
    seq=_WHOLE,
)
_BATCH_RECEIPT = _object(
    ("stored", "known", "ids", "findings", "seq"),
    stored=_WHOLE,
    known=_WHOLE,
    ids={"type": "array", "items": {"type": "string"}},
    findings={"type": "array", "items": _NOTE},
    seq=_WHOLE,
)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


INTAKE_SCHEMAS: dict[str, Any] = {
    "ReportIn": {**_REPORT, "additionalProperties": False},
    "ReportBatch": _object(
        ("reports",), reports={"type": "array", "minItems": 1, "maxItems": MOST_REPORTS, "items": _ref("ReportIn")}
    ),
    "Reports": {"oneOf": [_ref("ReportIn"), _ref("ReportBatch")]},
    "Receipt": _RECEIPT,
    "BatchReceipt": _BATCH_RECEIPT,
    "Reported": {"oneOf": [_ref("Receipt"), _ref("BatchReceipt")]},
    "PhotoAdded": _object(("id", "width_px", "height_px"), id={"type": "string"}, width_px=_WHOLE, height_px=_WHOLE),
    "Open311Form": _object(
        ("service_code",),
        api_key={"type": "string"},
        service_code={"type": "string"},
        lat={"type": "number"},
        long={"type": "number"},
        address_string=_text("address"),
        description=_text("text"),
        media_url={"type": "string"},
    ),
    "PhotoForm": _object(("photo",), photo={"type": "string", "format": "binary"}, ref={"type": "string"}),
}
