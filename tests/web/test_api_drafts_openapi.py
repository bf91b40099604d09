"""What drafts answer is what the OpenAPI document says."""

from __future__ import annotations

from typing import Any

import pytest
from drafting import Planner
from flask.testing import FlaskClient
from signed import PASSWORD
from square import SOUTH, STEP, WEST
from test_openapi import matches

from mapsvc.web.openapi import document
from mapsvc.web.openapi_drafts import PLAN_ROUTES
from mapsvc.web.openapi_operation import Operation

READS = [route for route in PLAN_ROUTES if route.method == "get" and "draft_id" in route.path]
OTHERS = {
    "drafts": "/api/drafts",
    "compare": "/api/compare?plan=p1&with=p1",
    "crosswalk": "/api/crosswalk?plan=p1&with=p1&by=area",
    "lineage": "/api/lineage?plan=p1",
}


@pytest.fixture
def planner(client: FlaskClient) -> Planner:
    made = Planner(client)
    to = (WEST + 1.6 * STEP, SOUTH + 1.55 * STEP)
    made.edit(made.move_end("21", "22", *to, near=(WEST + STEP, SOUTH + 2 * STEP)), "The canal")
    return made


def check(route: Operation, answer: Any) -> None:
    told = document()
    declared = told["paths"][route.path][route.method]["responses"]
    assert answer.status_code == route.status, answer.text
    media = answer.content_type.split(";")[0]
    content = declared[str(answer.status_code)]["content"]
    assert media in content
    if media.endswith("json"):
        assert matches(content[media]["schema"], answer.json, told), answer.json


@pytest.mark.parametrize("route", READS, ids=lambda route: route.name)
def test_a_map_of_a_draft_is_as_declared(planner: Planner, route: Operation) -> None:
    answer = planner.client.get(route.path.replace("{draft_id}", planner.id))
    check(route, answer)
    if route.name != "drafts":
        assert answer.headers["ETag"] == '"r2"'


@pytest.mark.parametrize("name", OTHERS)
def test_lists_and_comparisons_are_as_declared(planner: Planner, name: str) -> None:
    route = next(route for route in PLAN_ROUTES if route.name == name)
    check(route, planner.client.get(OTHERS[name]))


def test_writes_answer_as_declared(planner: Planner) -> None:
    routes = {route.name: route for route in PLAN_ROUTES}
    command = planner.move_end("12", "13", WEST + 2.1 * STEP, SOUTH + 1.05 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP))
    check(routes["preview_edit"], planner.send("/preview", {"command": command, "n": 1}))
    check(routes["make_edit"], planner.edit(command, "Market"))
    check(routes["undo_edit"], planner.send("/undo"))
    check(routes["redo_edit"], planner.send("/redo"))
    check(routes["explain_edit"], planner.send("/edits/2", {"reason": "The market"}))
    check(routes["change_draft"], planner.send("", {"name": "Other", "locked": ["11"]}, method="PATCH"))
    check(routes["review_draft"], planner.send("/review", {"valid_from": "2026-11-23", "edition_name": "New"}))
    check(routes["return_draft"], planner.send("/return", {"note": "Once more"}))
    planner.send("/review", {})
    check(routes["publish_draft"], planner.send("/publish", {"password": PASSWORD}))
    check(routes["discard_draft"], Planner(planner.client, "Other").send("", method="DELETE"))
