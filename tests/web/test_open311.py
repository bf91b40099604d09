"""Open311 GeoReport v2, as a client of the standard uses it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from reporting import key_for, public_channel
from signed import sign_in
from square import DAY, NOW, SOUTH, STEP, WEST, StillClock

from mapsvc.model.case import Change
from mapsvc.model.channel import Channel
from mapsvc.model.incident import Status
from mapsvc.store.memory import MemoryStore

V2 = "/open311/v2"
LON, LAT = WEST + 1.5 * STEP, SOUTH + 1.5 * STEP


@pytest.fixture
def key(square_app: Flask) -> str:
    return key_for(square_app, Channel("city", "City app"))


@pytest.fixture
def store(square_app: Flask) -> MemoryStore:
    found: MemoryStore = square_app.extensions["mapsvc"].store
    return found


def form(key: str, **changes: Any) -> dict[str, Any]:
    return {"api_key": key, "service_code": "lamp", "lat": str(LAT), "long": str(LON), "description": "Dark", **changes}


def post(client: FlaskClient, data: dict[str, Any], ending: str = "json", **more: Any) -> Any:
    return client.post(f"{V2}/requests.{ending}", data=data, **more)


def test_services_are_the_task_types(anonymous: FlaskClient) -> None:
    told = anonymous.get(f"{V2}/services.json")
    assert [one["service_code"] for one in told.json] == ["lamp", "waste", "dispute"]
    assert told.json[0]["service_name"] == "Street lamp"
    assert told.json[0]["metadata"] is False
    root = ElementTree.fromstring(anonymous.get(f"{V2}/services.xml").data)
    assert root.tag == "services"
    assert [one.findtext("service_code") for one in root.findall("service")] == ["lamp", "waste", "dispute"]
    one = anonymous.get(f"{V2}/services/lamp.json").json
    assert one == {"service_code": "lamp", "attributes": []}
    assert ElementTree.fromstring(anonymous.get(f"{V2}/services/lamp.xml").data).tag == "service_definition"


def test_discovery_names_the_endpoint_and_its_forms(anonymous: FlaskClient) -> None:
    told = anonymous.get("/open311/discovery.json").json["endpoints"][0]
    assert told["url"] == "http://localhost/open311/v2"
    assert told["specification"].endswith("GeoReport_v2")
    root = ElementTree.fromstring(anonymous.get("/open311/discovery.xml").data)
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_a_request_becomes_an_incident_and_is_read_back(anonymous: FlaskClient, key: str, store: MemoryStore) -> None:
    sent = post(anonymous, form(key))
    assert (sent.status_code, len(sent.json)) == (201, 1)
    request_id = sent.json[0]["service_request_id"]
    stored = store.get_incident(request_id)
    assert (stored.channel, stored.task_type, stored.title, stored.grid_code) == ("city", "lamp", "Dark", "22")
    assert (stored.place.lon, stored.place.lat, stored.place.datum) == (LON, LAT, "wgs84")
    told = anonymous.get(f"{V2}/requests/{request_id}.json?api_key={key}").json[0]
    assert (told["status"], told["status_notes"], told["service_code"]) == ("open", "reported", "lamp")
    assert (told["lat"], told["long"], told["description"]) == (round(LAT, 7), round(LON, 7), "Dark")
    assert told["requested_datetime"] == "2026-11-23T14:00:00+08:00"
    root = ElementTree.fromstring(anonymous.get(f"{V2}/requests/{request_id}.xml?api_key={key}").data)
    assert root.findtext("request/service_request_id") == request_id
    assert root.findtext("request/description") == "Dark"


def test_nothing_of_a_person_in_the_form_is_kept(anonymous: FlaskClient, key: str, store: MemoryStore) -> None:
    person = {
        "first_name": "Person-Given",
        "last_name": "Person-Family",
        "email": "person@example.org",
        "phone": "13812345678",
        "device_id": "Person-Device",
        "account_id": "Person-Account",
    }
    request_id = post(anonymous, form(key, description="Call 13812345678", **person)).json[0]["service_request_id"]
    stored = repr((store.get_case(request_id), store.list_events()))
    assert "13812345678" not in stored
    assert "Person" not in stored
    assert "example.org" not in stored
    assert store.get_incident(request_id).title == "Call ***"


def test_sent_again_the_same_form_is_the_same_request(anonymous: FlaskClient, key: str, clock: StillClock) -> None:
    first = post(anonymous, form(key)).json[0]["service_request_id"]
    again = post(anonymous, form(key, phone="2"))
    assert (again.status_code, again.json[0]["service_request_id"]) == (200, first)
    assert "before" in again.json[0]["service_notice"]
    assert post(anonymous, form(key, description="Dark again")).status_code == 201
    named = {"Idempotency-Key": "a-1"}
    one = post(anonymous, form(key), headers=named).json[0]["service_request_id"]
    assert one != first
    clock.time += DAY
    assert post(anonymous, form(key), headers=named).json[0]["service_request_id"] == one
    assert post(anonymous, form(key)).status_code == 201


def test_a_picture_elsewhere_is_not_fetched_and_that_is_said(anonymous: FlaskClient, key: str) -> None:
    told = post(anonymous, form(key, media_url="http://127.0.0.1:1/x.jpg")).json[0]
    assert "media_url" in told["service_notice"]


def test_an_address_alone_waits_for_its_place(anonymous: FlaskClient, key: str, store: MemoryStore) -> None:
    sent = post(anonymous, {"api_key": key, "service_code": "lamp", "address_string": "77 Nowhere Road"})
    stored = store.get_incident(sent.json[0]["service_request_id"])
    assert (stored.place.lon, stored.place.address, stored.title) == (None, "77 Nowhere Road", "Street lamp")


def test_a_channel_may_speak_another_datum(square_app: Flask, anonymous: FlaskClient, store: MemoryStore) -> None:
    from mapsvc.geo.datum import wgs84_to_gcj02

    key = key_for(square_app, Channel("mini", "Mini program", datum="gcj02"))
    lon, lat = (float(value) for value in wgs84_to_gcj02(LON, LAT))
    request_id = post(anonymous, form(key, long=str(lon), lat=str(lat))).json[0]["service_request_id"]
    stored = store.get_incident(request_id)
    assert (stored.place.datum, stored.given) == ("gcj02", (lon, lat))
    assert stored.place.lon == pytest.approx(LON, abs=1e-9)
    told = anonymous.get(f"{V2}/requests/{request_id}.json?api_key={key}").json[0]
    assert (told["long"], told["lat"]) == (round(lon, 7), round(lat, 7))


def test_of_a_sensitive_matter_no_words_and_no_place_are_told(anonymous: FlaskClient, key: str) -> None:
    sent = post(anonymous, form(key, service_code="dispute", address_string="5 Well Lane", description="Neighbours"))
    told = anonymous.get(f"{V2}/requests/{sent.json[0]['service_request_id']}.json?api_key={key}").json[0]
    assert (told["lat"], told["long"], told["address"], told["description"]) == (None, None, "", "")
    assert told["service_code"] == "dispute"


def test_filters_choose_requests(anonymous: FlaskClient, key: str, store: MemoryStore, clock: StillClock) -> None:
    ids = []
    for n, code in enumerate(("lamp", "waste", "lamp")):
        clock.time = NOW + n * DAY
        ids.append(post(anonymous, form(key, service_code=code)).json[0]["service_request_id"])
    closed = Change(ids[0], 0, "incident.closed", {"status": Status.CLOSED, "closed_at": clock.time})
    store.change_incidents([closed], at=clock.time, post="test")

    def asked(query: str) -> list[str]:
        answer = anonymous.get(f"{V2}/requests.json?api_key={key}&{query}")
        assert answer.status_code == 200, answer.data
        return [one["service_request_id"] for one in answer.json]

    assert asked("") == ids[::-1]
    assert asked("service_code=waste") == [ids[1]]
    assert asked("service_code=waste,lamp&status=open") == [ids[2], ids[1]]
    assert asked("status=closed") == [ids[0]]
    assert asked("status=open,closed") == ids[::-1]
    assert asked("start_date=2026-11-24T00:00:00Z") == [ids[2], ids[1]]
    assert asked("end_date=2026-11-24T00:00:00Z") == [ids[0]]
    assert asked("start_date=2026-11-24T00:00:00Z&end_date=2026-11-24T12:00:00Z") == [ids[1]]
    assert asked(f"service_request_id={ids[1]},{ids[0]},i999,nonsense") == [ids[1], ids[0]]
    clock.time = NOW + 100 * DAY
    assert asked("") == []


def test_a_channel_reads_its_own_requests_only(square_app: Flask, anonymous: FlaskClient, key: str) -> None:
    request_id = post(anonymous, form(key)).json[0]["service_request_id"]
    other = key_for(square_app, Channel("other", "Other app"))
    assert anonymous.get(f"{V2}/requests.json?api_key={other}").json == []
    assert anonymous.get(f"{V2}/requests/{request_id}.json?api_key={other}").status_code == 404
    assert anonymous.get(f"{V2}/requests/i1.json?api_key={key}").status_code == 404
    # an account that may see, sees all of them
    assert sign_in(square_app, "dispatcher").get(f"{V2}/requests/i1.json").status_code == 200


def refused(answer: Any, code: int) -> str:
    assert answer.status_code == code
    assert [one["code"] for one in answer.json] == [code]
    return str(answer.json[0]["description"])


def test_errors_have_the_form_and_codes_of_the_standard(anonymous: FlaskClient, key: str, store: MemoryStore) -> None:
    n = store.count_incidents()
    for wrong in ({}, {"api_key": "mk_wrong"}, {"api_key": ""}):
        refused(post(anonymous, {**form(key), "api_key": "", **wrong}), 403)
        refused(anonymous.get(f"{V2}/requests.json", query_string=wrong), 403)
    assert "service_code" in refused(post(anonymous, form(key, service_code="")), 400)
    assert "service_code" in refused(post(anonymous, form(key, service_code="none")), 400)
    for field, value in (("lat", "x"), ("lat", "NaN"), ("long", "inf"), ("lat", "95"), ("long", ""), ("lat", "1e999")):
        told = refused(post(anonymous, form(key, **{field: value})), 400)
        assert field in told or field == "lat"
    assert "address_string" in refused(post(anonymous, {"api_key": key, "service_code": "lamp"}), 400)
    assert "description" in refused(post(anonymous, form(key, description="x" * 5000)), 400)
    assert "address_id" in refused(post(anonymous, form(key, address_id="7")), 400)
    twice = {**form(key), "lat": [str(LAT), "1"]}
    assert "lat" in refused(post(anonymous, twice), 400)
    refused(anonymous.post(f"{V2}/requests.json?api_key={key}", json={}), 415)
    refused(post(anonymous, form(key, description="x" * 100_000)), 413)
    refused(anonymous.get(f"{V2}/services/none.json"), 404)
    refused(anonymous.get(f"{V2}/requests.json?api_key={key}&status=done"), 400)
    refused(anonymous.get(f"{V2}/requests.json?api_key={key}&start_date=2026-01-01&end_date=2026-11-01"), 400)
    refused(anonymous.get(f"{V2}/requests.json?api_key={key}&start_date=2026-11-02&end_date=2026-11-01"), 400)
    refused(anonymous.get(f"{V2}/requests.json?api_key={key}&start_date=soon"), 400)
    refused(anonymous.get(f"{V2}/services.yaml"), 404)
    root = ElementTree.fromstring(anonymous.get(f"{V2}/services/none.xml").data)
    assert (root.tag, root.findtext("error/code")) == ("errors", "404")
    assert store.count_incidents() == n


def test_a_public_channel_opens_no_door_here(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app)
    refused(anonymous.get(f"{V2}/requests.json?c=citizens"), 403)
    refused(anonymous.post(f"{V2}/requests.json?c=citizens", data=form("")), 403)


def test_hostile_texts_stay_texts_in_both_forms(anonymous: FlaskClient, key: str) -> None:
    evil = "</description><script>alert(1)</script>&{{7*191}}]]>\ufffe"
    request_id = post(anonymous, form(key, description=evil)).json[0]["service_request_id"]
    answer = anonymous.get(f"{V2}/requests/{request_id}.xml?api_key={key}")
    assert answer.content_type.startswith("text/xml")
    found = ElementTree.fromstring(answer.data).findtext("request/description") or ""
    assert found.startswith("</description><script>alert(1)</script>&{{7*191}}]]>")


def test_a_channel_over_its_pace_waits(square_app: Flask, anonymous: FlaskClient) -> None:
    key = key_for(square_app, Channel("slow", "Slow", per_minute=1))
    assert post(anonymous, form(key)).status_code == 201
    late = post(anonymous, form(key, description="Two"))
    refused(late, 429)
    assert late.headers["Retry-After"] == "60"
