"""The OpenAPI 3.1 description of the API, self-contained: written from the same tables that the routes use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mapsvc import __version__
from mapsvc.web.openapi_access import ACCESS_ROUTES, ACCESS_SCHEMAS
from mapsvc.web.openapi_cases import CASE_ROUTES, CASE_SCHEMAS
from mapsvc.web.openapi_draft_schemas import DRAFT_SCHEMAS
from mapsvc.web.openapi_drafts import PLAN_ROUTES
from mapsvc.web.openapi_intake import INTAKE_ROUTES, INTAKE_SCHEMAS
from mapsvc.web.openapi_live import LIVE_ROUTES, LIVE_SCHEMAS
from mapsvc.web.openapi_operation import Operation
from mapsvc.web.openapi_params import PARAMETERS
from mapsvc.web.openapi_places import PLACE_ROUTES, PLACE_SCHEMAS
from mapsvc.web.openapi_schemas import SCHEMAS
from mapsvc.web.params import QUERY_NAMES

_GEOJSON, _JSON, _PROBLEM = "application/geo+json", "application/json", "application/problem+json"


@dataclass(frozen=True, slots=True)
class Route:
    """One GET operation. types: media type -> name of its schema, "" for bytes."""

    path: str
    name: str
    summary: str
    types: dict[str, str]
    parameters: tuple[str, ...] = ()
    takes_query: bool = False
    problems: tuple[int, ...] = (400,)
    tagged: bool = True


_REPORT = {_JSON: "Report", "text/csv": "", _GEOJSON: "FeatureCollection"}

ROUTES: tuple[Route, ...] = (
    Route("/api/desk", "desk", "Figures of the desk", {_JSON: "Desk"}, ("measure", "map_datum"), True, (400, 404)),
    Route("/api/plans", "plans", "All plans without geometry", {_JSON: "Plans"}),
    Route("/api/findings", "findings", "Findings of the plan", {_GEOJSON: "FeatureCollection"}, (), True, (400, 404)),
    Route(
        "/api/grids",
        "grids",
        "Shapes of the grids",
        {_GEOJSON: "FeatureCollection"},
        ("z", "map_datum"),
        True,
        (400, 404),
    ),
    Route("/api/grids/{code}", "grid", "The grid card", {_JSON: "GridCard"}, ("code",), True, (400, 404)),
    Route(
        "/api/incidents",
        "incidents",
        "A page of incidents",
        {_GEOJSON: "IncidentPage"},
        ("order", "queue", "map_datum"),
        True,
        (400, 404),
    ),
    Route(
        "/api/incidents/{incident_id}",
        "incident",
        "One incident whole",
        {_GEOJSON: "Incident"},
        ("incident_id", "map_datum"),
        True,
        (400, 404),
    ),
    Route("/api/base", "base", "Shapes of the built-in basemap", {_GEOJSON: "FeatureCollection"}, ("z", "map_datum")),
    Route("/api/posts", "posts", "Posts that stand somewhere", {_GEOJSON: "FeatureCollection"}, ("map_datum",)),
    Route(
        "/api/locate",
        "locate",
        "Which grid a point is in",
        {_JSON: "Located"},
        ("lon", "lat", "accuracy_m", "datum"),
        True,
        (400, 404),
        tagged=False,
    ),
    Route("/api/counts", "counts", "Counts of incidents", _REPORT, ("by", "period", "format"), True, (400, 404, 422)),
    Route("/api/coverage", "coverage", "Cover of the frame", _REPORT, ("format",), True, (400, 404, 422)),
    Route(
        "/api/hotspots",
        "hotspots",
        "Cells that stand out",
        _REPORT,
        ("cell_m", "alpha", "draws", "seed", "only", "format"),
        True,
        (400, 404, 422),
    ),
    Route(
        "/tiles/density/{z}/{x}/{y}.png",
        "density",
        "A tile of the density of reports",
        {"image/png": ""},
        ("tile_z", "tile_x", "tile_y", "theme", "map_datum"),
        True,
        (400, 404),
    ),
    Route(
        "/tiles/density/legend",
        "density_legend",
        "What the colours of density tiles mean",
        {_JSON: "DensityLegend"},
        ("z_required", "theme"),
        True,
        (400, 404),
    ),
    Route(
        "/tiles/base/{z}/{x}/{y}",
        "base_tile",
        "A tile of the configured basemap file",
        {"image/png": "", "image/jpeg": "", "image/webp": "", "application/x-protobuf": ""},
        ("tile_z", "tile_x", "tile_y"),
        problems=(400, 404),
        tagged=False,
    ),
    Route("/health", "health", "Alive", {_JSON: "Health"}, problems=(), tagged=False),
    Route("/ready", "ready", "Ready for work", {_JSON: "Ready"}, problems=(), tagged=False),
    Route("/api/openapi.json", "openapi", "This document", {_JSON: "Any"}, problems=()),
)


OPERATIONS: tuple[Operation, ...] = (
    *PLAN_ROUTES,
    *ACCESS_ROUTES,
    *INTAKE_ROUTES,
    *CASE_ROUTES,
    *PLACE_ROUTES,
    *LIVE_ROUTES,
)
_SCHEMAS = {
    **SCHEMAS,
    **DRAFT_SCHEMAS,
    **ACCESS_SCHEMAS,
    **INTAKE_SCHEMAS,
    **CASE_SCHEMAS,
    **PLACE_SCHEMAS,
    **LIVE_SCHEMAS,
}


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mapsvc",
            "version": __version__,
            "description": "Community grids and incidents. Coordinates are WGS 84 lon/lat degrees, times ISO 8601 "
            "with zone, areas m2. Errors are problem documents (RFC 9457).",
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "security": [{"session": []}, {"key": []}],
        "components": {
            "schemas": _SCHEMAS,
            "parameters": PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "mapsvc"},
                "key": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {route.path: {"get": _operation(route)} for route in ROUTES}
    for route in OPERATIONS:
        paths.setdefault(route.path, {})[route.method] = _plan_operation(route)
    return paths


def _plan_operation(route: Operation) -> dict[str, Any]:
    content = {media: {"schema": _schema(name, media)} for media, name in route.types.items()}
    answer = {"description": route.summary, "content": content, "headers": {"ETag": {"$ref": _ETAG}}}
    names = [*route.parameters, *(("if_match",) if route.needs_revision else ())]
    statuses = [400, 404]
    statuses += [401, 403]
    if route.method != "get":
        statuses += [409, 413, 415, 422]
    if route.needs_revision:
        statuses += [412, 428]
    statuses += [status for status in route.problems if status not in statuses]
    told: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
        "responses": {str(route.status): answer, **{str(status): _problem(status) for status in sorted(statuses)}},
    }
    if route.method == "get":
        told["responses"]["304"] = {"description": "The asker has this answer already"}
    told["responses"]["default"] = _problem(500)
    if route.body:
        media = route.form or _JSON
        told["requestBody"] = {"required": True, "content": {media: {"schema": _schema(route.body, media)}}}
    if route.file:
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FILE}}}
    return told


def _operation(route: Route) -> dict[str, Any]:
    names = [*route.parameters, *(QUERY_NAMES if route.takes_query else ())]
    content = {media: {"schema": _schema(name, media)} for media, name in route.types.items()}
    responses: dict[str, Any] = {"200": {"description": route.summary, "content": content}}
    if route.tagged:
        responses["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        responses["304"] = {"description": "The asker has this answer already"}
    if route.path == "/ready":
        responses["503"] = {"description": "Not ready", "content": content}
    needs = () if route.path in _OPEN else (401, 403)
    responses |= {str(status): _problem(status) for status in sorted((*route.problems, *needs))}
    responses["default"] = _problem(500)
    return {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
        "responses": responses,
    }


def _schema(name: str, media: str) -> dict[str, Any]:
    if name:
        return {"$ref": f"#/components/schemas/{name}"}
    return {"type": "string"} if media.startswith("text/") else {"type": "string", "format": "binary"}


_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "reason": {"type": "string"}},
    "required": ["file"],
}
_ETAG = "#/components/headers/ETag"
_OPEN = ("/health", "/ready", "/api/openapi.json")
_MEANINGS = {
    400: "A parameter cannot be read; field names it",
    401: "Nobody is signed in, or the password or key is wrong (left: tries that remain)",
    403: "Not for this account (right: what it would need), or a write from a page of another site",
    404: "There is no such thing",
    409: "It does not fit what is stored now; findings show both lines",
    412: "Another change came first; revision is the newest, mergeable whether both would hold",
    413: "The request is too large",
    415: "This form of request is not read",
    422: "The data cannot tell, or the map would break: findings show where",
    428: "If-Match is missing",
    429: "Too many tries or requests; wait_s tells how long to wait",
    500: "Another problem",
    503: "A service that was asked does not answer; try again",
}
_HEADERS = {"ETag": {"description": "Names this answer; send it as If-None-Match", "schema": {"type": "string"}}}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _MEANINGS[status],
        "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def references(value: Any) -> Iterable[str]:
    """Every $ref in a document, for checks."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
