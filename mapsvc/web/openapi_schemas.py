"""Schemas of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.model.incident import CERTAINTIES, STATUSES
from mapsvc.model.light import LIGHTS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _enum(values: list[str]) -> Schema:
    return {"type": "string", "enum": values}


_GEOMETRY: Schema = _or_null(
    {"type": "object", "properties": {"type": _TEXT, "coordinates": {"type": "array"}}, "required": ["type"]}
)
_FIGURES = (
    "total",
    "open",
    "closed",
    "overdue",
    "waiting",
    "boundary",
    "unlocated",
    "outside",
    "inside",
    "sensitive",
    "open_boundary",
    "open_unlocated",
    "open_outside",
    "open_sensitive",
    "reported_today",
)
_COUNTS = ("count", "open", "overdue", "waiting")

_INCIDENT_PROPERTIES = _object(
    id=_TEXT,
    title=_TEXT,
    type=_TEXT,
    status=_enum([one.value for one in STATUSES]),
    light=_enum([one.value for one in LIGHTS]),
    grid=_TEXT,
    certainty=_enum([one.value for one in CERTAINTIES]),
    occurred_at=_TIME,
    due_at=_TIME,
    closed_at=_TIME,
    address=_TEXT,
    near={"type": ["string", "null"]},
    near_share={"type": ["number", "null"]},
    grid_share={"type": ["number", "null"]},
    sensitive=_FLAG,
)

SCHEMAS: dict[str, Schema] = {
    "Any": {"type": "object"},
    "Problem": {
        **_object(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT),
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": _WHOLE,
            "detail": _TEXT,
            "field": _TEXT,
            "code": _TEXT,
        },
    },
    "Feature": {
        "type": "object",
        "properties": {"type": {"const": "Feature"}, "geometry": _GEOMETRY, "properties": {"type": "object"}},
        "required": ["type", "geometry", "properties"],
    },
    "FeatureCollection": _object(type={"const": "FeatureCollection"}, features=_list(_ref("Feature"))),
    "Incident": _object(type={"const": "Feature"}, id=_TEXT, geometry=_GEOMETRY, properties=_INCIDENT_PROPERTIES),
    "IncidentPage": _object(
        type={"const": "FeatureCollection"},
        seq=_WHOLE,
        numberMatched=_WHOLE,
        numberReturned=_WHOLE,
        next={"type": ["string", "null"]},
        features=_list(_ref("Incident")),
    ),
    "Plan": _object(
        id=_TEXT,
        name=_TEXT,
        status=_TEXT,
        revision=_WHOLE,
        valid_from=_DAY,
        valid_to=_DAY,
        bbox={"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 4},
        grids=_WHOLE,
        working_epsg=_WHOLE,
        findings=_object(open=_WHOLE, accepted=_WHOLE, total=_WHOLE),
    ),
    "Plans": _object(seq=_WHOLE, plans=_list({"type": "object"})),
    "GridRow": _object(
        code=_TEXT,
        name=_TEXT,
        name_zh=_TEXT,
        kind=_TEXT,
        area_m2=_NUMBER,
        **{name: _WHOLE for name in _COUNTS},
        count_low=_WHOLE,
        count_high=_WHOLE,
        per_km2={"type": ["number", "null"]},
        label={"type": ["array", "null"], "items": _NUMBER},
    ),
    "Desk": _object(
        seq=_WHOLE,
        now=_TIME,
        community=_object(name=_TEXT, name_zh=_TEXT, tz=_TEXT, synthetic=_FLAG, note=_TEXT),
        plan=_ref("Plan"),
        interval={"type": "object", "properties": {"from": _TIME, "to": _TIME, "days": _WHOLE}},
        figures=_object(
            **{name: _WHOLE for name in _FIGURES},
            usual_today={"type": ["array", "null"], "items": _WHOLE},
            on_time=_or_null(_object(share=_NUMBER, of=_WHOLE, on_time=_WHOLE, low=_NUMBER, high=_NUMBER)),
            dispatch_median_min={"type": ["number", "null"]},
            dispatch_p90_min={"type": ["number", "null"]},
            dispatch_n=_WHOLE,
            dispatch_classes=_list(_object(under_min={"type": ["number", "null"]}, n=_WHOLE)),
        ),
        whistles=_list(_object(id=_TEXT, title=_TEXT, grid=_TEXT, called=_WHOLE, arrived=_WHOLE, called_at=_TIME)),
        grids=_list(_ref("GridRow")),
        measure=_object(
            name=_TEXT, breaks={"type": "array", "items": _NUMBER, "minItems": 6, "maxItems": 6}, classes=_list(_WHOLE)
        ),
        timeline=_object(unit=_TEXT, starts=_list(_TEXT), counts=_list(_WHOLE)),
        types=_list(
            _object(code=_TEXT, name=_TEXT, name_zh=_TEXT, count=_WHOLE, open=_WHOLE, sensitive=_FLAG, icon=_TEXT)
        ),
        concentration=_object(half_in=_WHOLE, tenth_in=_WHOLE),
        basemap={"type": "object", "properties": {"kind": _enum(["own", "tiles", "xyz"])}, "required": ["kind"]},
        drill=_FLAG,
    ),
    "GridCard": _object(
        seq=_WHOLE,
        code=_TEXT,
        name=_TEXT,
        name_zh=_TEXT,
        kind=_TEXT,
        theme=_TEXT,
        theme_zh=_TEXT,
        unit=_TEXT,
        unit_zh=_TEXT,
        area_m2=_NUMBER,
        compactness=_NUMBER,
        neighbours=_list(_TEXT),
        figures=_object(**{name: _WHOLE for name in _COUNTS}),
        posts=_list({"type": "object"}),
        sites=_list(_object(kind=_TEXT, count=_WHOLE, households=_WHOLE)),
        plan=_ref("Plan"),
    ),
    "Located": _object(
        grid={"type": ["string", "null"]},
        name=_TEXT,
        name_zh=_TEXT,
        certainty=_TEXT,
        lon=_NUMBER,
        lat=_NUMBER,
        near=_list(_object(grid=_TEXT, distance_m=_NUMBER, bearing_deg=_NUMBER)),
        shares=_list(_object(grid={"type": ["string", "null"]}, share=_NUMBER)),
        line=_or_null(_object(distance_m=_NUMBER, bearing_deg=_NUMBER, grid={"type": ["string", "null"]})),
        plan=_TEXT,
        seq=_WHOLE,
    ),
    "Report": _object(
        method=_TEXT,
        title=_TEXT,
        parameters={"type": "object"},
        seed={"type": ["integer", "null"]},
        plan=_TEXT,
        seq=_WHOLE,
        figures={"type": "object"},
        units={"type": "object"},
        notes=_list(_TEXT),
        refused=_TEXT,
        columns=_list(_TEXT),
        rows=_list({"type": "array"}),
    ),
    "DensityLegend": _object(
        z=_WHOLE,
        unit=_TEXT,
        breaks=_list(_NUMBER),
        colours=_list(_TEXT),
        bandwidth_px=_NUMBER,
        bandwidth_m=_NUMBER,
        theme=_TEXT,
        edge_corrected=_FLAG,
        seq=_WHOLE,
    ),
    "Health": _object(status=_TEXT, version=_TEXT),
    "Ready": _object(status=_TEXT, checks={"type": "object"}, warnings=_list(_TEXT)),
}
