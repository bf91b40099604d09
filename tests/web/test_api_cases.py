from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from casefile import act, staff, step
from flask.testing import FlaskClient
from square import HOUR, NOW, SOUTH, STEP, WEST, StillClock

from mapsvc.web.openapi import document
from mapsvc.wiring import Services

Clients = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _staffed(square_services: Services) -> None:
    staff(square_services.store)


@pytest.fixture
def desk(client_as: Clients) -> FlaskClient:
    return client_as("dispatcher")


@pytest.fixture
def works(client_as: Clients) -> FlaskClient:
    return client_as("worker", grid_codes=("33",), department="works")


def case(client: FlaskClient, incident_id: str = "i4") -> Any:
    answer = client.get(f"/api/cases/{incident_id}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_case_tells_everything_about_one_incident(desk: FlaskClient) -> None:
    told = case(desk)
    assert (told["id"], told["revision"], told["hidden"], told["drill"]) == ("i4", 0, False, False)
    assert told["feature"]["properties"]["title"] == "Lamp 4"
    assert [one["name"] for one in told["steps"]] == ["accept", "reject", "fast_close"]
    assert told["steps"][1]["needs"] == ["reason"]
    assert told["steps"][1]["reasons"][0]["text_zh"] == "不属于本社区"
    assert told["shares"] == [{"grid": "22", "share": 1.0}]
    assert told["line"]["distance_m"] > 400
    assert told["limit"] == {"sign_s": 2 * HOUR, "resolve_s": 24 * HOUR, "working": False, "left_s": None}
    assert [one["kind"] for one in told["history"]] == ["incident.reported"]
    assert (told["calls"], told["undo"], told["merged_into"]) == ([], None, "")


def test_one_button_dispatches_a_report_to_whom_was_recommended_and_can_be_undone(
    desk: FlaskClient, clock: StillClock
) -> None:
    advice = desk.get("/api/cases/i4/recommend").json
    assert advice["lead"] == "post:w22"
    chosen = [one["target"] for one in advice["candidates"] if one["recommended"]]
    assert chosen == ["post:w22", "department:works"]
    codes = {one["code"] for one in advice["candidates"][0]["reasons"]}
    assert {"responsible_grid", "nearest_on_duty", "on_duty", "load"} <= codes
    assert advice["limit"]["due_at"] == "2026-11-24T14:00:00+08:00"
    done = act(desk, "i4", "dispatch")
    assert done.status_code == 200
    assert done.headers["ETag"] == '"r3"'
    told = done.json
    assert told["feature"]["properties"]["status"] == "dispatched"
    assert [(call["target"], call["lead"]) for call in told["calls"]] == [
        ("post:w22", True),
        ("department:works", False),
    ]
    assert [one["kind"] for one in told["history"]][1:] == [
        "incident.accepted",
        "incident.filed",
        "incident.dispatched",
    ]
    assert told["limit"]["left_s"] == 24 * HOUR
    assert told["undo"]["until"] == "2026-11-23T14:01:00+08:00"
    clock.time += 59
    back = act(desk, "i4", "undo").json
    assert back["feature"]["properties"]["status"] == "reported"
    assert back["feature"]["properties"]["due_at"] is None
    assert all(call["dropped_at"] for call in back["calls"])
    assert back["undo"] is None


def test_nothing_is_undone_after_a_minute_or_after_something_came_after(
    desk: FlaskClient, works: FlaskClient, clock: StillClock
) -> None:
    act(desk, "i4", "dispatch", {"targets": ["department:works"]})
    clock.time += 61
    assert act(desk, "i4", "undo").status_code == 409
    act(desk, "i3", "dispatch", {"targets": ["department:works"]})
    clock.time = NOW
    act(desk, "i8", "dispatch", {"targets": ["department:works"]})
    assert step(works, "i8", "take").status_code == 200
    assert step(desk, "i8", "urge").status_code == 200
    assert act(desk, "i8", "undo").status_code == 409


def test_a_matter_goes_all_the_way_over_http_and_its_history_tells_it(
    desk: FlaskClient, works: FlaskClient, client_as: Clients, clock: StillClock
) -> None:
    worker = client_as("worker", grid_codes=("22",), post="w22")
    act(desk, "i4", "dispatch", {"targets": ["department:works", "post:w22"], "reason": "The lamp is theirs"})
    assert step(works, "i4", "take").json["calls"][0]["taken_at"]
    clock.time += HOUR
    assert step(works, "i4", "resolve").json["field"] == "note"
    assert step(works, "i4", "resolve", note="New bulb").status_code == 200
    assert step(worker, "i4", "verify_ok").status_code == 200
    assert step(desk, "i4", "close").json["field"] == "note"
    assert step(worker, "i4", "visit", note="Content").status_code == 200
    told = step(desk, "i4", "close").json
    assert told["feature"]["properties"]["light"] == "closed"
    assert [one["kind"].removeprefix("incident.") for one in told["history"]] == [
        *("reported", "accepted", "filed", "dispatched", "taken", "resolved", "verified", "visited", "closed")
    ]
    assert told["history"][3]["reason"] == "The lamp is theirs"
    assert [one["post"] for one in told["history"]][4:7] == ["worker", "worker", "worker-2"]


def test_steps_out_of_order_and_by_the_wrong_role_are_refused_by_name(
    desk: FlaskClient, works: FlaskClient, client_as: Clients
) -> None:
    wrong = step(desk, "i4", "close")
    assert (wrong.status_code, wrong.json["type"]) == (409, "/problems/illegal-step")
    assert wrong.json["allowed"] == ["accept", "reject", "fast_close"]
    assert step(works, "i4", "accept").status_code == 403
    viewer = step(client_as("viewer"), "i4", "accept")
    assert (viewer.status_code, viewer.json["right"]) == (403, "handle")
    elsewhere = client_as("dispatcher", grid_codes=("11",))
    assert step(elsewhere, "i4", "accept").status_code == 403
    assert act(elsewhere, "i4", "dispatch").status_code == 403
    assert case(desk)["revision"] == 0


def test_a_change_names_the_revision_it_was_made_for(desk: FlaskClient) -> None:
    assert desk.post("/api/cases/i4/steps", json={"step": "accept"}).status_code == 428
    assert act(desk, "i4", "steps", {"step": "accept"}, revision=0).status_code == 200
    late = act(desk, "i4", "steps", {"step": "file"}, revision=0)
    assert (late.status_code, late.json["type"], late.json["revision"]) == (412, "/problems/stale", 1)


@pytest.mark.parametrize(
    ("call", "body", "status", "field"),
    [
        ("steps", {"step": "accept", "who": "me"}, 400, "who"),
        ("steps", {}, 400, "step"),
        ("steps", {"step": 7}, 400, "step"),
        ("steps", {"step": "accept", "level": "2"}, 400, "level"),
        ("steps", {"step": "accept", "type": "nothing"}, 400, "type"),
        ("steps", {"step": "accept", "due_at": "2026-11-24T10:00:00"}, 400, "due_at"),
        ("steps", {"step": "accept", "limit_hours": -1}, 400, "limit_hours"),
        ("steps", {"step": "accept", "note": "x" * 4001}, 400, "note"),
        ("steps", {"step": "accept", "photos": ["a"]}, 400, "photos"),
        ("steps", {"step": "dispatch"}, 400, "step"),
        ("dispatch", {"targets": ["post:nobody"]}, 400, "targets[0]"),
        ("dispatch", {"targets": ["department:works", "who"]}, 400, "targets[1]"),
        ("dispatch", {"targets": ["post:night-11"]}, 400, "targets[0]"),
        ("dispatch", {"targets": "post:w22"}, 400, "targets"),
        ("dispatch", {"targets": ["post:w22"], "lead": "post:w11"}, 400, "lead"),
        ("dispatch", {"targets": ["post:w22"], "whistle": True}, 400, "targets"),
        ("dispatch", {"whistle": "yes"}, 400, "whistle"),
        ("place", {"lon": 98.5, "lat": 39.7, "datum": "mars", "reason": "x"}, 400, None),
        ("place", {"lon": 98.5, "lat": 39.7, "datum": "wgs84", "reason": ""}, 400, "reason"),
        ("place", {"lon": 980.5, "lat": 39.7, "datum": "wgs84", "reason": "x"}, 400, "lon"),
        ("place", {"lon": "98", "lat": 39.7, "datum": "wgs84", "reason": "x"}, 400, "lon"),
        ("place", {"lon": 98.5, "lat": 39.7, "reason": "x"}, 400, "datum"),
        ("merge", {"into": "i999"}, 400, "into"),
        ("merge", {"into": "i4"}, 400, "into"),
        ("merge", {}, 400, "into"),
        ("undo", {"really": True}, 400, "really"),
    ],
)
def test_a_body_that_says_nothing_useful_is_refused_and_nothing_is_stored(
    desk: FlaskClient, call: str, body: dict[str, Any], status: int, field: str | None
) -> None:
    answer = act(desk, "i4", call, body)
    assert answer.status_code == status, answer.json
    assert answer.content_type == "application/problem+json"
    if field:
        assert answer.json["field"] == field
    assert case(desk)["revision"] == 0


@pytest.mark.parametrize("text", [b'{"step": NaN}', b"[" * 90 + b"]" * 90, b'{"step":"accept","hours":1e999}', b"\xff"])
def test_what_is_no_plain_json_is_refused(desk: FlaskClient, text: bytes) -> None:
    headers = {"If-Match": '"r0"', "Content-Type": "application/json"}
    assert desk.post("/api/cases/i4/steps", data=text, headers=headers).status_code == 400


def test_a_text_of_five_megabytes_is_refused(desk: FlaskClient) -> None:
    assert act(desk, "i4", "steps", {"step": "accept", "note": "x" * 5_000_000}, revision=0).status_code == 413


@pytest.mark.parametrize("incident_id", ["i999", "x", "i", "i4;drop", "i99999999999999999999"])
def test_an_incident_that_is_not_there_is_not_found(desk: FlaskClient, incident_id: str) -> None:
    assert desk.get(f"/api/cases/{incident_id}").status_code == 404
    assert act(desk, incident_id, "steps", {"step": "accept"}, revision=0).status_code == 404
    assert desk.get(f"/api/incidents/{incident_id}").status_code == 404


def test_numbers_of_people_in_notes_are_masked(desk: FlaskClient) -> None:
    told = step(desk, "i4", "reject", reason="other", note="Call 13812345678 about it").json
    assert told["history"][-1]["note"] == "Call *** about it"
    assert told["history"][-1]["reason_text"] == "Other, see the note"


def test_a_joint_call_shows_who_has_arrived_on_the_desk(desk: FlaskClient, works: FlaskClient) -> None:
    act(desk, "i4", "dispatch", {"targets": ["department:works", "department:police"], "whistle": True})
    assert step(works, "i4", "arrive").json["calls"][0]["arrived_at"]
    (joint,) = desk.get("/api/desk").json["whistles"]
    assert (joint["id"], joint["called"], joint["arrived"], joint["title"]) == ("i4", 2, 1, "Lamp 4")
    step(desk, "i4", "arrive", target="department:police")
    assert desk.get("/api/desk").json["whistles"][0]["arrived"] == 2


def test_suspended_has_no_other_light_and_goes_on_where_it_stopped(
    desk: FlaskClient, works: FlaskClient, clock: StillClock
) -> None:
    act(desk, "i4", "dispatch", {"targets": ["department:works"]})
    step(works, "i4", "take")
    told = step(desk, "i4", "suspend", reason="weather").json
    assert (told["feature"]["properties"]["light"], told["limit"]["left_s"]) == ("suspended", 24 * HOUR)
    listed = desk.get("/api/incidents?light=suspended").json
    assert [one["id"] for one in listed["features"]] == ["i4"]
    clock.time += 40 * HOUR
    assert step(desk, "i4", "resume").json["limit"]["left_s"] == 24 * HOUR


def test_a_light_counts_from_the_dispatch(desk: FlaskClient, clock: StillClock) -> None:
    act(desk, "i4", "dispatch", {"targets": ["department:works"], "limit_hours": 8})
    for hours, light in ((0, "green"), (5.9, "green"), (6.1, "yellow"), (8.1, "red")):
        clock.time = NOW + int(hours * HOUR)
        assert case(desk)["feature"]["properties"]["light"] == light, hours


def test_a_moved_pin_takes_the_calls_into_the_new_grid(desk: FlaskClient) -> None:
    act(desk, "i4", "dispatch", {"targets": ["post:w22", "department:works"]})
    to = {"lon": WEST + 0.5 * STEP, "lat": SOUTH + 0.5 * STEP, "datum": "wgs84", "reason": "Behind the other block"}
    told = act(desk, "i4", "place", to).json
    assert told["feature"]["properties"]["grid"] == "11"
    open_calls = [(call["target"], call["lead"]) for call in told["calls"] if not call["dropped_at"]]
    assert open_calls == [("department:works", False), ("post:w11", True)]
    last = told["history"][-1]
    assert (last["kind"], last["grids"], last["reason"]) == ("incident.moved", ["22", "11"], "Behind the other block")
    listed = desk.get("/api/incidents?grid=11").json
    assert "i4" in [one["id"] for one in listed["features"]]
    back = act(desk, "i4", "undo").json
    assert back["feature"]["properties"]["grid"] == "22"
    assert [call["target"] for call in back["calls"] if not call["dropped_at"]] == ["post:w22", "department:works"]


def test_a_pin_given_in_another_datum_is_turned_into_ours(desk: FlaskClient, square_services: Services) -> None:
    from mapsvc.geo.datum import from_wgs84

    lon, lat = WEST + 0.5 * STEP, SOUTH + 0.5 * STEP
    x, y = (float(one[0]) for one in from_wgs84([lon], [lat], "gcj02"))
    told = act(desk, "i8", "place", {"lon": x, "lat": y, "datum": "gcj02", "accuracy_m": 10, "reason": "Found"})
    assert told.json["feature"]["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-6)
    kept = square_services.store.get_incident("i8")
    assert (kept.place.datum, kept.given, kept.grid_code) == ("gcj02", (x, y), "11")
    assert kept.certainty.value == "certain"


def test_near_a_line_a_moved_pin_has_shares_of_both_grids(desk: FlaskClient) -> None:
    to = {"lon": WEST + STEP - 1e-5, "lat": SOUTH + 0.5 * STEP, "datum": "wgs84", "accuracy_m": 30, "reason": "GPS"}
    told = act(desk, "i4", "place", to).json
    assert [one["grid"] for one in told["shares"]] == ["11", "12"]
    assert told["feature"]["properties"]["certainty"] == "boundary"
    targets = {one["target"] for one in desk.get("/api/cases/i4/recommend").json["candidates"]}
    assert "post:w11" in targets


def test_a_duplicate_is_suggested_merged_and_taken_out_again(desk: FlaskClient) -> None:
    told = case(desk, "i4")
    assert [one["id"] for one in told["duplicates"]] == ["i3"]
    assert (told["duplicates"][0]["distance_m"], told["duplicates"][0]["minutes"]) == (0.0, -30)
    merged = act(desk, "i4", "merge", {"into": "i3"}).json
    assert (merged["feature"]["properties"]["status"], merged["merged_into"]) == ("voided", "i3")
    assert merged["steps"] == []
    assert case(desk, "i3")["merged"] == ["i4"]
    assert act(desk, "i4", "merge", {"into": "i3"}).status_code == 409
    out = act(desk, "i4", "unmerge").json
    assert (out["feature"]["properties"]["status"], out["merged_into"]) == ("accepted", "")
    assert case(desk, "i3")["merged"] == []
    assert act(desk, "i4", "unmerge").status_code == 409


def test_the_queues_hold_what_waits_for_each_hand(desk: FlaskClient, client_as: Clients, works: FlaskClient) -> None:
    def ids(client: FlaskClient, queue: str) -> set[str]:
        return {one["id"] for one in client.get(f"/api/incidents?queue={queue}").json["features"]}

    assert ids(desk, "boundary") == {"i6"}
    assert ids(desk, "unlocated") == {"i8"}
    assert ids(desk, "outside") == set()
    assert ids(desk, "overdue") == {"i2"}
    assert ids(desk, "unassigned") == {"i4", "i8"}
    assert ids(client_as("worker", grid_codes=("22",)), "mine") == {"i3", "i4", "i7"}
    assert ids(works, "mine") == {"i5"}
    act(desk, "i4", "dispatch", {"targets": ["department:works"]})
    assert ids(works, "mine") == {"i4", "i5"}
    assert ids(desk, "unassigned") == {"i8"}
    assert desk.get("/api/incidents?queue=all").json["field"] == "queue"


def test_the_desk_tells_how_long_reports_wait(desk: FlaskClient) -> None:
    before = desk.get("/api/desk").json["figures"]
    assert (before["dispatch_median_min"], before["dispatch_n"]) == (None, 0)
    act(desk, "i4", "dispatch", {"targets": ["department:works"]})
    assert desk.get("/api/desk").json["figures"]["dispatch_n"] == 1


@pytest.mark.parametrize(("east", "north"), [(0.9, 0.5), (0.5, 0.9)])
def test_a_pin_goes_straight_east_or_north_and_comes_back(
    client: FlaskClient, square_services: Services, east: float, north: float
) -> None:
    was = square_services.store.get_incident("i1").place
    to = {"datum": "wgs84", "lon": WEST + east * STEP, "lat": SOUTH + north * STEP, "reason": "Seen"}
    told = act(client, "i1", "place", to)
    assert told.status_code == 200, told.text
    assert told.json["feature"]["geometry"]["coordinates"] == pytest.approx([to["lon"], to["lat"]])
    assert act(client, "i1", "undo").status_code == 200
    assert square_services.store.get_incident("i1").place == was


def test_settings_are_read_replaced_whole_or_refused(client: FlaskClient, desk: FlaskClient) -> None:
    found = desk.get("/api/settings/workflow")
    assert (found.json["revision"], found.headers["ETag"]) == (0, '"r0"')
    flow = found.json["value"]
    flow["undo_s"] = 5
    headers = {"If-Match": '"r0"'}
    assert desk.put("/api/settings/workflow", json={"value": flow}, headers=headers).status_code == 403
    assert client.put("/api/settings/workflow", json={"value": flow}).status_code == 428
    done = client.put(
        "/api/settings/workflow", json={"value": flow, "name": "workflow", "revision": 0}, headers=headers
    )
    assert (done.status_code, done.json["revision"]) == (200, 1)
    assert client.put("/api/settings/workflow", json={"value": flow}, headers=headers).status_code == 412
    act(desk, "i4", "dispatch", {"targets": ["department:works"]})
    assert case(desk)["undo"]["until"] == "2026-11-23T14:00:05+08:00"


@pytest.mark.parametrize(
    ("name", "value", "status", "field"),
    [
        ("workflow", {"transitions": []}, 400, "transitions"),
        ("limits", {"limits": [{"type": "nothing", "resolve": 3}]}, 400, "limits[0].type"),
        ("limits", {"limits": [{"type": "key_personnel", "resolve": 3}]}, 422, "task_type"),
        ("calendar", {"hours": ["9-5"]}, 400, "hours[0]"),
        ("recommend", {"load": "x"}, 400, "load"),
        ("recommend", [], 400, "recommend"),
        ("drill", {}, 404, None),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    client: FlaskClient, name: str, value: Any, status: int, field: str | None
) -> None:
    revision = 1 if name == "limits" else 0
    answer = client.put(f"/api/settings/{name}", json={"value": value}, headers={"If-Match": f'"r{revision}"'})
    assert answer.status_code == status
    if field:
        assert answer.json["field"] == field


def test_areas_of_networks_are_told_and_name_their_body(desk: FlaskClient) -> None:
    (area,) = desk.get("/api/networks").json["features"]
    assert area["properties"] == {
        "network": "police",
        "code": "pw",
        "name": "West beat",
        "name_zh": "西片",
        "department": "police",
    }
    assert desk.get("/api/networks?network=court").json["features"] == []
    assert desk.get("/api/networks?network=nothing").json["field"] == "network"
    shifted = desk.get("/api/networks?datum=gcj02").json
    assert shifted["datum"] == "gcj02"
    assert shifted["features"][0]["geometry"] != area["geometry"]
    advice = desk.get("/api/cases/i4/recommend").json["candidates"]
    (police,) = [one for one in advice if one["target"] == "department:police"]
    assert police["reasons"][0] == {
        "code": "jurisdiction",
        "values": {"network": "police", "name": "West beat", "name_zh": "西片"},
    }


def test_answers_are_as_the_document_says_they_are(desk: FlaskClient) -> None:
    from test_openapi import matches

    told = document()
    schemas = told["components"]["schemas"]
    act(desk, "i4", "dispatch")
    for path, schema in (
        ("/api/cases/i4", "Case"),
        ("/api/cases/i7", "Case"),
        ("/api/cases/i8/recommend", "Advice"),
        ("/api/settings/limits", "Setting"),
        ("/api/networks", "FeatureCollection"),
    ):
        assert matches(schemas[schema], desk.get(path).json, told), path
