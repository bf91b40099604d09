from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from mapsvc.web.openapi import ROUTES, document, references
from mapsvc.web.params import QUERY_NAMES

PAGES = {"pages", "account_pages", "phone_report"}
"""Blueprints that answer people, not programs."""


def api_paths(client: FlaskClient) -> set[str]:
    rules = client.application.url_map.iter_rules()
    return {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in rules if rule.endpoint.split(".")[0] not in PAGES
    }


def test_every_route_is_declared_and_nothing_else_is(client: FlaskClient) -> None:
    assert api_paths(client) == set(document()["paths"])


def test_the_document_needs_no_other_document() -> None:
    told = document()
    for reference in references(told):
        assert reference.startswith("#/")
        found: Any = told
        for step in reference[2:].split("/"):
            found = found[step]
        assert found


def test_every_operation_is_whole() -> None:
    told = document()
    operations = [(path, one) for path, methods in told["paths"].items() for one in methods.values()]
    names = [operation["operationId"] for _, operation in operations]
    assert len(names) == len(set(names))
    for path, operation in operations:
        given = [told["components"]["parameters"][ref["$ref"].rsplit("/", 1)[1]] for ref in operation["parameters"]]
        in_path = {one["name"] for one in given if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert len({(one["name"], one["in"]) for one in given}) == len(given)
        assert {"200", "201"} & operation["responses"].keys()
        assert all(one["required"] for one in given if one["in"] == "path")


def test_the_query_is_declared_where_it_is_read() -> None:
    declared = {one["name"] for one in document()["components"]["parameters"].values()}
    assert set(QUERY_NAMES) <= declared


def matches(schema: dict[str, Any], value: Any, told: dict[str, Any]) -> bool:
    """As much of JSON Schema as the document uses."""
    if "$ref" in schema:
        return matches(told["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], value, told)
    if "oneOf" in schema:
        return any(matches(one, value, told) for one in schema["oneOf"])
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    right = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "null": value is None,
    }
    if kinds and not any(right[kind] for kind in kinds):
        return False
    if isinstance(value, dict):
        if any(name not in value for name in schema.get("required", [])):
            return False
        return all(
            matches(inner, value[name], told) for name, inner in schema.get("properties", {}).items() if name in value
        )
    if isinstance(value, list) and "items" in schema:
        return all(matches(schema["items"], one, told) for one in value)
    return True


EXAMPLES = {
    "/api/grids/{code}": "/api/grids/11",
    "/api/incidents/{incident_id}": "/api/incidents/i6",
    "/api/locate": "/api/locate?lon=98.495&lat=39.735",
    "/tiles/density/legend": "/tiles/density/legend?z=12",
    "/tiles/density/{z}/{x}/{y}.png": "/tiles/density/0/0/0.png",
    "/tiles/base/{z}/{x}/{y}": "/tiles/base/0/0/0",
}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_answers_are_as_the_document_says(client: FlaskClient, route: Any) -> None:
    told = document()
    answer = client.get(EXAMPLES.get(route.path, route.path))
    declared = told["paths"][route.path]["get"]["responses"]
    assert str(answer.status_code) in declared
    media = answer.content_type.split(";")[0]
    content = declared[str(answer.status_code)]["content"]
    assert media in content
    if media.endswith("json"):
        assert matches(content[media]["schema"], answer.json, told)
    if route.tagged:
        assert answer.headers["ETag"]
        again = client.get(EXAMPLES.get(route.path, route.path), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data


def test_the_document_is_served(client: FlaskClient) -> None:
    assert client.get("/api/openapi.json").json == document()
