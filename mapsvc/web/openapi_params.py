"""Parameters of the OpenAPI document, with the same limits that `params` enforces."""

from __future__ import annotations

from typing import Any

from mapsvc.model.incident import CERTAINTIES, STATUSES
from mapsvc.model.light import LIGHTS
from mapsvc.render.density import THEMES
from mapsvc.services.cases.settings import NAMES
from mapsvc.services.summarise import KEYS, PERIODS
from mapsvc.services.view.desk import MEASURES
from mapsvc.services.view.incidents import ORDERS
from mapsvc.services.view.queues import QUEUES
from mapsvc.web.api_geocode import MAX_ANSWERS
from mapsvc.web.api_grids import MAX_ZOOM
from mapsvc.web.api_locate import MAX_ACCURACY_M
from mapsvc.web.api_reports import KINDS, MAX_CELL_M, MAX_DRAWS
from mapsvc.web.output_datum import OUTPUT_DATUMS
from mapsvc.web.params import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT, MAX_VALUES
from mapsvc.web.tiles import MAX_TILE_ZOOM

Schema = dict[str, Any]


def _text(**more: Any) -> Schema:
    return {"type": "string", "maxLength": MAX_TEXT, **more}


def _list(items: Schema) -> Schema:
    return {"type": "array", "maxItems": MAX_VALUES, "items": items}


def _given(name: str, schema: Schema, told: str, *, place: str = "query", required: bool = False) -> Schema:
    return {"name": name, "in": place, "required": required or place == "path", "description": told, "schema": schema}


def _many(name: str, schema: Schema, told: str) -> Schema:
    # Repeated or separated by commas: both are read.
    return {**_given(name, _list(schema), told), "style": "form", "explode": True}


_NUMBER: Schema = {"type": "number"}
_ZOOM: Schema = {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM}
_TILE: Schema = {"type": "integer", "minimum": 0, "maximum": 2**MAX_TILE_ZOOM - 1}

PARAMETERS: dict[str, Schema] = {
    "from": _given("from", _text(), "ISO date (midnight in the community) or time; the interval begins here"),
    "to": _given("to", _text(), "ISO date or time; the interval ends before this"),
    "type": _many("type", _text(), "Task types"),
    "status": _many("status", {"type": "string", "enum": [one.value for one in STATUSES]}, "States"),
    "grid": _many("grid", _text(), "Grid codes of the plan"),
    "light": _many("light", {"type": "string", "enum": [one.value for one in LIGHTS]}, "Lights"),
    "certainty": _many("certainty", {"type": "string", "enum": [one.value for one in CERTAINTIES]}, "Certainties"),
    "bbox": _given("bbox", _text(), "west,south,east,north in degrees; sensitive incidents are in no box"),
    "plan": _given("plan", _text(), "Plan id; wins over as_of"),
    "as_of": _given("as_of", {"type": "string", "format": "date"}, "The edition in force on this day"),
    "limit": _given(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "Incidents a page",
    ),
    "after": _given("after", _text(), "Id of the last incident of the page before"),
    "public_channel": _given("c", _text(), "Code of a channel that takes reports from anyone"),
    "open311_form": _given("form", {"type": "string", "enum": ["json", "xml"]}, "The form of the answer", place="path"),
    "service_code": _given("service_code", _text(), "Code of a service, which is a task type", place="path"),
    "service_request_id": _given("service_request_id", _text(), "Id of a request, which is an incident", place="path"),
    "service_request_ids": _given("service_request_id", _text(), "Ids of requests, separated by commas"),
    "service_codes": _given("service_code", _text(), "Codes of services, separated by commas"),
    "open311_status": _given("status", _text(), "open, closed, or both separated by a comma"),
    "start_date": _given("start_date", _text(), "Reported at or after this time"),
    "end_date": _given("end_date", _text(), "Reported at or before this time, at most 90 days later"),
    "api_key": _given("api_key", _text(), "Key of a channel"),
    "photo_id": _given("photo_id", _text(), "SHA-256 of the photo (hex)", place="path"),
    "after_seq": _given("after", {"type": "integer", "minimum": 0}, "Number of the last event heard"),
    "day": _given("day", {"type": "string", "format": "date"}, "Calendar day in the community", required=True),
    "webhook_id": _given("webhook_id", _text(), "Webhook id", place="path"),
    "measure": _given("measure", {"type": "string", "enum": list(MEASURES)}, "What the classes of grids are made of"),
    "order": _given("order", {"type": "string", "enum": list(ORDERS)}, "Newest first, or most urgent first"),
    "z": _given("z", _ZOOM, "Zoom; shapes carry the detail it can show"),
    "z_required": _given("z", _ZOOM, "Zoom", required=True),
    "theme": _given("theme", {"type": "string", "enum": list(THEMES)}, "Ground that the colours are made for"),
    "code": _given("code", _text(), "Grid code", place="path"),
    "account_code": _given("code", _text(), "What an account signs in with", place="path"),
    "channel_code": _given("code", _text(), "Code of a channel", place="path"),
    "key_id": _given("key_id", _text(), "Id of a key", place="path"),
    "incident_id": _given("incident_id", _text(), "Incident id", place="path"),
    "tile_z": _given("z", {"type": "integer", "minimum": 0, "maximum": MAX_TILE_ZOOM}, "Zoom", place="path"),
    "tile_x": _given("x", _TILE, "Column from 180 W", place="path"),
    "tile_y": _given("y", _TILE, "Row from the north", place="path"),
    "lon": _given("lon", _NUMBER, "Degrees, or east in metres of an EPSG code", required=True),
    "lat": _given("lat", _NUMBER, "Degrees, or north in metres of an EPSG code", required=True),
    "accuracy_m": _given(
        "accuracy_m", {"type": "number", "minimum": 0, "maximum": MAX_ACCURACY_M}, "68 % radius of the position"
    ),
    "datum": _given("datum", _text(default="wgs84"), "wgs84, cgcs2000, gcj02, bd09, bd09mc or EPSG:n"),
    "incident": _given("incident", _text(), "Incident id; then no point is given"),
    "point_lon": _given("lon", _NUMBER, "Degrees, or east in metres of an EPSG code"),
    "point_lat": _given("lat", _NUMBER, "Degrees, or north in metres of an EPSG code"),
    "point_datum": _given("datum", _text(), "What the point is in; it has no default"),
    "at": _given("at", _text(), "ISO date or time of the matter; the edition of that day is used"),
    "map_datum": _given(
        "datum", {"type": "string", "enum": list(OUTPUT_DATUMS), "default": "wgs84"}, "Datum of the basemap; bbox too"
    ),
    "by": _many("by", {"type": "string", "enum": list(KEYS)}, "What to count by"),
    "period": _given("period", {"type": "string", "enum": list(PERIODS), "default": "month"}, "Length of a period"),
    "format": _given("format", {"type": "string", "enum": ["json", "csv", "geojson"], "default": "json"}, "Form"),
    "cell_m": _given("cell_m", {"type": "number", "minimum": 1, "maximum": MAX_CELL_M}, "Side of a cell"),
    "alpha": _given(
        "alpha", {"type": "number", "minimum": 0.0001, "maximum": 0.5, "default": 0.05}, "False discovery rate"
    ),
    "draws": _given("draws", {"type": "integer", "minimum": 99, "maximum": MAX_DRAWS}, "Permutations, where drawn"),
    "seed": _given("seed", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 1}, "Seed of the draws"),
    "only": _many("only", {"type": "string", "enum": list(KINDS)}, "Cells of these kinds; figures speak of all cells"),
    "queue": _given("queue", {"type": "string", "enum": list(QUEUES)}, "Open ones that wait for a certain hand"),
    "q": _given("q", {"type": "string", "maxLength": MAX_TEXT}, "An address as people write it", required=True),
    "limit_answers": _given(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_ANSWERS, "default": 5}, "Answers at most"
    ),
    "network": _given("network", _text(), "Only the areas of this network"),
    "setting_name": _given("name", {"type": "string", "enum": list(NAMES)}, "Name of the table", place="path"),
    "draft_id": _given("draft_id", _text(), "Draft id", place="path"),
    "key": _given("key", _text(), "Key of a finding", place="path"),
    "position": _given("position", {"type": "integer", "minimum": 0}, "Place of an edit in its draft", place="path"),
    "media": _given("media", {"type": "string", "enum": ["pdf", "png"]}, "Form of the sheet", place="path"),
    "since": _given("since", {"type": "integer", "minimum": 1}, "An older revision to compare with"),
    "edit": _given("edit", {"type": "integer", "minimum": 1}, "Only what this edit moved"),
    "open": _given("open", {"type": "string", "enum": ["0", "1"]}, "1 = only those that are not closed"),
    "with": _given("with", _text(), "Plan to compare with", required=True),
    "tolerance_m": _given(
        "tolerance_m", {"type": "number", "minimum": 0, "maximum": 1000, "default": 5}, "Thinner is no real move"
    ),
    "walk_by": _given("by", {"type": "string", "enum": ["incidents", "addresses", "area"]}, "What to count"),
    "file_format": _given("format", {"type": "string", "enum": ["gpkg", "shp", "geojson"]}, "Form of the file"),
    "lang": _given("lang", {"type": "string", "enum": ["en", "zh"]}, "Language of the sheet"),
    "size": _given("size", {"type": "string", "enum": ["a4", "a3"]}, "Paper"),
    "if_match": _given("If-Match", _text(), 'Revision that the change is made for, as in "r14"', place="header"),
}
