"""Incidents in motion, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.model.incident import STATUSES
from mapsvc.model.step import LEVELS, MAX_HOURS
from mapsvc.web.openapi_operation import Operation

_JSON, _GEOJSON = "application/json", "application/geo+json"
_CASE = "/api/cases/{incident_id}"
_SETTING = "/api/settings/{name}"


def _do(rest: str, name: str, summary: str, body: str = "") -> Operation:
    return Operation("post", _CASE + rest, name, summary, {_JSON: "Case"}, ("incident_id",), body, needs_revision=True)


CASE_ROUTES: tuple[Operation, ...] = (
    Operation("get", _CASE, "case", "One incident in motion", {_JSON: "Case"}, ("incident_id",)),
    _do("/steps", "take_step", "One step of the workflow", "TakeStep"),
    Operation("get", f"{_CASE}/recommend", "recommend", "Who should go, and why", {_JSON: "Advice"}, ("incident_id",)),
    _do("/dispatch", "dispatch", "Accept, file and dispatch at once", "Dispatch"),
    _do("/undo", "undo_step", "Take the last step back, within its time"),
    _do("/place", "move_pin", "Another place; calls follow it into another grid", "MovePin"),
    _do("/merge", "merge_case", "It repeats another incident", "MergeCase"),
    _do("/unmerge", "unmerge_case", "It does not repeat it after all"),
    Operation("get", _SETTING, "setting", "An editable table", {_JSON: "Setting"}, ("setting_name",)),
    Operation(
        "put",
        _SETTING,
        "put_setting",
        "Replace an editable table",
        {_JSON: "Setting"},
        ("setting_name",),
        "PutSetting",
        needs_revision=True,
    ),
    Operation(
        "get",
        "/api/networks",
        "networks",
        "Areas of linked networks",
        {_GEOJSON: "FeatureCollection"},
        ("network", "map_datum"),
    ),
)

_TEXT, _WHOLE, _FLAG, _NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"type": "number"}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_COUNT = {"type": ["integer", "null"]}
_STATUS = {"type": "string", "enum": [one.value for one in STATUSES]}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _object(required: tuple[str, ...] | None = None, **members: Any) -> dict[str, Any]:
    """An object; required: None = all members."""
    return {"type": "object", "required": list(members if required is None else required), "properties": members}


_SHARE = _object(grid=_TEXT, share=_NUMBER)
_HOURS = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_HOURS}
_SETS = {
    "reason": _TEXT,
    "note": _TEXT,
    "level": {"type": "integer", "enum": list(LEVELS)},
    "type": _TEXT,
    "limit_hours": _HOURS,
    "due_at": {"type": "string", "format": "date-time"},
}
_CALL = _object(
    target=_TEXT,
    name=_TEXT,
    name_zh=_TEXT,
    lead=_FLAG,
    whistle=_FLAG,
    called_at=_TIME,
    taken_at=_TIME,
    arrived_at=_TIME,
    done_at=_TIME,
    dropped_at=_TIME,
)
_REASON = _object(code=_TEXT, text=_TEXT, text_zh=_TEXT)
_STEP = _object(name=_TEXT, to=_STATUS, title=_TEXT, title_zh=_TEXT, needs=_list(_TEXT), reasons=_list(_REASON))
_ENTRY = _object(
    ("seq", "at", "kind", "post", "status", "reason", "note", "grids"),
    seq=_WHOLE,
    at=_TIME,
    kind=_TEXT,
    post=_TEXT,
    status=_TEXT,
    reason=_TEXT,
    reason_text=_TEXT,
    reason_text_zh=_TEXT,
    note=_TEXT,
    target=_TEXT,
    grids=_list(_TEXT),
)
_DUPLICATE = _object(
    id=_TEXT, title=_TEXT, type=_TEXT, distance_m=_NUMBER, minutes=_WHOLE, score=_NUMBER, status=_STATUS
)
_LINE = _object(distance_m=_NUMBER, bearing_deg=_NUMBER, grid=_TEXT)
_MAYBE = {"type": "null"}
_CANDIDATE = _object(
    target=_TEXT,
    name=_TEXT,
    name_zh=_TEXT,
    lead=_FLAG,
    recommended=_FLAG,
    role=_TEXT,
    distance_m={"type": ["number", "null"]},
    lon={"type": ["number", "null"]},
    lat={"type": ["number", "null"]},
    load=_WHOLE,
    on_duty={"type": ["boolean", "null"]},
    reasons=_list(_object(code=_TEXT, values={"type": "object"})),
)
CASE_SCHEMAS: dict[str, Any] = {
    "Case": _object(
        id=_TEXT,
        revision=_WHOLE,
        seq=_WHOLE,
        feature={"$ref": "#/components/schemas/Incident"},
        steps=_list(_STEP),
        calls=_list(_CALL),
        shares=_list(_SHARE),
        line={"oneOf": [_LINE, _MAYBE]},
        limit=_object(sign_s=_COUNT, resolve_s=_COUNT, working=_FLAG, left_s=_COUNT),
        dispatched_at=_TIME,
        photos=_list(_object(id=_TEXT, width_px=_WHOLE, height_px=_WHOLE)),
        history=_list(_ENTRY),
        duplicates=_list(_DUPLICATE),
        merged_into=_TEXT,
        merged=_list(_TEXT),
        undo={"oneOf": [_object(until=_TIME, seq=_WHOLE), _MAYBE]},
        hidden=_FLAG,
        drill=_FLAG,
    ),
    "Advice": _object(
        lead=_TEXT,
        candidates=_list(_CANDIDATE),
        departments=_list(_object(target=_TEXT, name=_TEXT, name_zh=_TEXT)),
        undo_s=_WHOLE,
        limit=_object(sign_s=_COUNT, resolve_s=_COUNT, working=_FLAG, due_at=_TIME),
        revision=_WHOLE,
        seq=_WHOLE,
    ),
    "TakeStep": _object(("step",), step=_TEXT, **_SETS, photos=_list(_TEXT), hours=_HOURS, target=_TEXT),
    "Dispatch": _object((), targets=_list(_TEXT), lead=_TEXT, whistle=_FLAG, **_SETS),
    "MovePin": _object(
        ("lon", "lat", "datum", "reason"), lon=_NUMBER, lat=_NUMBER, datum=_TEXT, accuracy_m=_NUMBER, reason=_TEXT
    ),
    "MergeCase": _object(into=_TEXT),
    "Setting": _object(name=_TEXT, revision=_WHOLE, value={"type": "object"}),
    "PutSetting": _object(("value",), name=_TEXT, revision=_WHOLE, value={"type": "object"}),
}
