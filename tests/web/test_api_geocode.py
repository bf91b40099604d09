from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from square import NOW, SOUTH, STEP, WEST

from mapsvc.model.site import Site
from mapsvc.web.openapi import document
from mapsvc.wiring import Services

BLOCK = box(WEST + 0.001, SOUTH + 0.001, WEST + 0.0015, SOUTH + 0.0012)
TEACH = {
    "text": "广厦小区北门",
    "lon": WEST + 1.5 * STEP,
    "lat": SOUTH + 0.5 * STEP,
    "datum": "wgs84",
    "precision": "place",
}


@pytest.fixture
def known(square_services: Services) -> Services:
    site = Site("b9", "building", BLOCK, "Block 3", "3号楼", "Block 3, Plum Court", "梅苑小区3号楼")
    square_services.store.put_sites([site], at=NOW, post="test", source="test")
    return square_services


@pytest.mark.usefixtures("known")
def test_an_address_is_answered_with_its_grid(client: FlaskClient) -> None:
    told = client.get("/api/geocode", query_string={"q": "梅苑小区三号楼旁边"})
    assert told.status_code == 200
    assert told.json is not None
    (answer,) = told.json["answers"]
    assert answer["grid"] == "11"
    assert answer["precision"] == "building"
    assert told.json["single"] is True
    assert told.json["reading"] == {"compound": "梅苑小区", "building": "3", "relation": "旁边"}


@pytest.mark.usefixtures("known")
def test_an_unknown_address_is_200_without_an_answer_and_says_what_is_missing(client: FlaskClient) -> None:
    told = client.get("/api/geocode", query_string={"q": "梅苑小区4号楼"}).json
    assert told is not None
    assert told["answers"] == []
    assert told["single"] is False
    assert told["missing"] == "building 4 is not known in 梅苑小区."


@pytest.mark.usefixtures("known")
def test_a_dispatcher_teaches_an_address_and_it_is_the_answer(client_as: Callable[..., FlaskClient]) -> None:
    dispatcher, viewer = client_as("dispatcher"), client_as("viewer")
    assert viewer.get("/api/geocode", query_string={"q": TEACH["text"]}).json["answers"] == []  # type: ignore[index]
    taught = dispatcher.post("/api/geocode/corrections", json=TEACH)
    assert taught.status_code == 201
    told = viewer.get("/api/geocode", query_string={"q": "广厦小区 北门"}).json
    assert told is not None
    assert told == {**taught.json, "text": "广厦小区 北门"}  # type: ignore[dict-item]
    assert [(a["source"], a["grid"], a["precision"]) for a in told["answers"]] == [("correction", "12", "place")]


def test_only_those_who_dispatch_teach_or_ask_elsewhere(
    client_as: Callable[..., FlaskClient], anonymous: FlaskClient, square_services: Services
) -> None:
    seq = square_services.store.seq
    for role, teaches in (("viewer", 403), ("worker", 403), ("planner", 403), ("dispatcher", 201), ("admin", 201)):
        client = client_as(role)
        assert client.get("/api/geocode?q=x").status_code == 200
        before = seq()
        assert client.post("/api/geocode/corrections", json=TEACH).status_code == teaches, role
        assert seq() - before == (teaches == 201)
        # no service is switched on: forbidden for everybody
        assert client.post("/api/geocode/online", json={"text": "nowhere"}).status_code == 403
    assert anonymous.get("/api/geocode?q=x").status_code == 401
    assert anonymous.post("/api/geocode/corrections", json=TEACH).status_code == 401
    assert anonymous.post("/api/geocode/online", json={"text": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [({}, "q"), ({"q": ""}, "q"), ({"q": "  "}, "q"), ({"q": "x" * 201}, "q"), ({"q": "9" * 10_000}, "q"),
     ({"q": "a\x00b"}, "q"), ({"q": "x", "limit": "0"}, "limit"), ({"q": "x", "limit": "21"}, "limit"),
     ({"q": "x", "other": "1"}, "other"), ({"q": ["a", "b"]}, "q")],
)  # fmt: skip
def test_a_wrong_question_is_400_with_its_field(client: FlaskClient, query: dict[str, Any], field: str) -> None:
    told = client.get("/api/geocode", query_string=query)
    assert told.status_code == 400
    assert told.json is not None
    assert told.json["field"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"text": ""}, "text"), ({"text": 7}, "text"), ({"text": "x" * 201}, "text"), ({"text": "a\u202eb"}, "text"),
     ({"lon": None}, "lon"), ({"lat": "39"}, "lat"), ({"lon": 1e300}, "lon"), ({"lon": 181}, "lon"),
     ({"datum": "moon"}, "datum"), ({"datum": None}, "datum"), ({"precision": "town"}, "precision"),
     ({"more": 1}, "more")],
)  # fmt: skip
def test_a_wrong_correction_is_400_and_nothing_is_stored(
    client: FlaskClient, square_services: Services, changes: dict[str, Any], field: str
) -> None:
    before = square_services.store.seq()
    told = client.post("/api/geocode/corrections", json={**TEACH, **changes})
    assert told.status_code == 400
    assert told.json is not None
    assert told.json["field"] == field
    assert square_services.store.seq() == before


def test_a_body_of_five_megabytes_is_refused(client: FlaskClient, square_services: Services) -> None:
    before = square_services.store.seq()
    told = client.post("/api/geocode/corrections", json={**TEACH, "text": "号" * 1_700_000})
    assert told.status_code == 413
    assert square_services.store.seq() == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=220))
def test_any_text_is_200_or_400(client: FlaskClient, text: str) -> None:
    told = client.get("/api/geocode", query_string={"q": text.encode("utf-8", "surrogatepass")})
    assert told.status_code in (200, 400)


@pytest.mark.usefixtures("known")
def test_answers_are_as_the_open_document_says(client: FlaskClient) -> None:
    told = document()
    schema = told["components"]["schemas"]["Geocoded"]
    for text in ("梅苑小区3号楼", "nowhere", "梅苑小区"):
        answer = client.get("/api/geocode", query_string={"q": text}).json
        assert answer is not None
        assert set(answer) == set(schema["properties"])
        for one in answer["answers"]:
            assert set(one) == set(schema["properties"]["answers"]["items"]["properties"])


def test_without_a_plan_an_answer_has_no_grid(empty_client: FlaskClient) -> None:
    assert empty_client.post("/api/geocode/corrections", json=TEACH).status_code == 201
    told = empty_client.get("/api/geocode", query_string={"q": TEACH["text"]}).json
    assert told is not None
    assert [one["grid"] for one in told["answers"]] == [None]
