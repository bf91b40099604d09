from __future__ import annotations

from collections.abc import Callable

import pytest
from casefile import act, staff, step
from flask.testing import FlaskClient
from square import HOUR, SOUTH, STEP, WEST, StillClock

from mapsvc.services.cases.discretion import SEEN
from mapsvc.wiring import Services

Clients = Callable[..., FlaskClient]
SECRETS = ("Dispute at 7", "1 Main St", "alert(1)")


@pytest.fixture(autouse=True)
def _staffed(square_services: Services) -> None:
    staff(square_services.store)


@pytest.fixture
def police(client_as: Clients) -> FlaskClient:
    return client_as("worker", grid_codes=("22",), department="police")


def looks(services: Services, incident_id: str = "i7") -> list[str]:
    return [event.post for event in services.store.list_history(incident_id) if event.kind == SEEN]


def hidden_everywhere(client: FlaskClient) -> None:
    case = client.get("/api/cases/i7")
    one = client.get("/api/incidents/i7")
    listed = client.get("/api/incidents?type=dispute")
    for answer in (case, one, listed):
        assert answer.status_code == 200
        assert not any(secret in answer.text for secret in SECRETS), answer.text
    assert case.json["hidden"] is True
    assert case.json["feature"]["geometry"] is None
    assert (case.json["shares"], case.json["line"], case.json["duplicates"]) == ([], None, [])
    assert one.json["geometry"] is None
    assert listed.json["features"][0]["geometry"] is None


@pytest.mark.parametrize("role", ["viewer", "worker", "dispatcher", "planner", "admin"])
def test_nobody_who_is_not_called_sees_where_a_sensitive_matter_is(
    client_as: Clients, role: str, square_services: Services
) -> None:
    hidden_everywhere(client_as(role))
    assert looks(square_services) == []


def sent_to(services: Services, client: FlaskClient, target: str) -> None:
    """A sensitive report of our own, dispatched to one target."""
    dispute = {"lon": WEST + 1.5 * STEP, "lat": SOUTH + 1.5 * STEP, "datum": "wgs84", "reason": "Found"}
    assert act(client, "i8", "place", dispute).status_code == 200
    assert step(client, "i8", "accept", type="dispute").status_code == 200
    assert act(client, "i8", "dispatch", {"targets": [target]}).status_code == 200


def test_who_is_called_sees_it_and_each_look_is_an_event_once_an_hour(
    square_services: Services, client: FlaskClient, police: FlaskClient, clock: StillClock
) -> None:
    sent_to(square_services, client, "department:police")
    told = police.get("/api/cases/i8").json
    assert told["hidden"] is False
    assert told["feature"]["properties"]["title"] == "Waste 8"
    assert told["feature"]["properties"]["sensitive"] is True
    assert told["feature"]["geometry"]["coordinates"] == pytest.approx([WEST + 1.5 * STEP, SOUTH + 1.5 * STEP])
    assert police.get("/api/incidents/i8").json["geometry"] is not None
    (listed,) = [one for one in police.get("/api/incidents?queue=mine").json["features"] if one["id"] == "i8"]
    assert listed["geometry"] is not None
    assert looks(square_services, "i8") == ["worker"]
    clock.time += HOUR - 1
    police.get("/api/cases/i8")
    assert len(looks(square_services, "i8")) == 1
    clock.time += 1
    police.get("/api/cases/i8")
    assert len(looks(square_services, "i8")) == 2


def test_the_answer_of_one_is_not_kept_for_another(
    square_services: Services, client: FlaskClient, police: FlaskClient, client_as: Clients
) -> None:
    sent_to(square_services, client, "department:police")
    police.get("/api/incidents/i8")
    for path in ("/api/incidents/i8", "/api/incidents?type=dispute"):
        seen = police.get(path)
        other = client_as("viewer").get(path, headers={"If-None-Match": seen.headers["ETag"]})
        assert other.status_code == 200
        assert "Waste 8" in seen.text
        assert "Waste 8" not in other.text


def test_a_call_that_was_taken_back_closes_the_eyes_again(
    square_services: Services, client: FlaskClient, police: FlaskClient
) -> None:
    sent_to(square_services, client, "department:police")
    assert police.get("/api/cases/i8").json["hidden"] is False
    assert act(client, "i8", "undo").status_code == 200
    assert police.get("/api/cases/i8").json["hidden"] is True


def test_who_did_the_work_may_still_look_when_it_is_done(
    square_services: Services, client: FlaskClient, police: FlaskClient
) -> None:
    sent_to(square_services, client, "department:police")
    step(police, "i8", "take")
    assert step(police, "i8", "resolve", note="Settled").json["hidden"] is False
    assert police.get("/api/cases/i8").json["hidden"] is False


def test_a_look_does_not_end_the_minute_of_undoing(
    square_services: Services, client: FlaskClient, police: FlaskClient
) -> None:
    sent_to(square_services, client, "department:police")
    police.get("/api/cases/i8")
    assert act(client, "i8", "undo").status_code == 200


def test_words_about_a_hidden_matter_are_hidden_too(
    square_services: Services, client: FlaskClient, police: FlaskClient, client_as: Clients
) -> None:
    sent_to(square_services, client, "department:police")
    step(police, "i8", "return", reason="other", note="It is behind block 12")
    act(client, "i8", "dispatch", {"targets": ["department:police"], "reason": "They live in block 12"})
    assert "block 12" in police.get("/api/cases/i8").text
    told = client_as("viewer").get("/api/cases/i8")
    assert "block 12" not in told.text
    assert "Found" not in told.text
    assert [one["reason"] for one in told.json["history"] if one["kind"] == "incident.returned"] == ["other"]


def test_a_recommendation_for_a_hidden_place_does_not_tell_it(client_as: Clients) -> None:
    advice = client_as("dispatcher").get("/api/cases/i7/recommend").json
    assert advice["lead"] == "post:w22"
    assert all(one["distance_m"] is None for one in advice["candidates"])
    codes = {reason["code"] for one in advice["candidates"] for reason in one["reasons"]}
    assert not codes & {"nearest_on_duty", "jurisdiction", "share"}


def test_a_type_that_became_sensitive_hides_what_was_reported_before(
    square_services: Services, client_as: Clients
) -> None:
    from mapsvc.model.task_type import TaskType

    square_services.store.put_task_types([TaskType("lamp", "Lamp", sensitive=True)], at=1, post="test")
    told = client_as("dispatcher").get("/api/cases/i4").json
    assert (told["hidden"], told["feature"]["geometry"], told["line"]) == (True, None, None)
    assert "Lamp 4" not in str(told)


def test_what_its_type_hid_stays_hidden_under_another_type_and_after_undoing(
    square_services: Services, client: FlaskClient, client_as: Clients
) -> None:
    from mapsvc.model.task_type import TaskType

    square_services.store.put_task_types([TaskType("lamp", "Lamp", sensitive=True)], at=1, post="test")
    assert step(client, "i4", "accept", type="waste").status_code == 200
    assert client.get("/api/cases/i4").json["hidden"] is True
    assert client.get("/api/incidents/i4").json["geometry"] is None
    assert "Lamp 4" not in client_as("viewer").get("/api/incidents?type=waste").text
    assert act(client, "i4", "undo").status_code == 200
    square_services.store.put_task_types([TaskType("lamp", "Lamp")], at=1, post="test")
    assert client.get("/api/cases/i4").json["hidden"] is True
