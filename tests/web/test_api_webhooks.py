from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mapsvc.wiring import Services

GIVEN: dict[str, Any] = {"name": "Messages", "url": "http://192.0.2.7/hook", "kinds": ["incident.*"]}


@pytest.fixture
def hook(client: FlaskClient) -> str:
    answer = client.post("/api/webhooks", json=GIVEN)
    assert answer.status_code == 201, answer.text
    assert answer.json["secret"].startswith("whsec_")
    return str(answer.json["id"])


def test_a_webhook_is_made_changed_and_taken_away(client: FlaskClient, hook: str, square_services: Services) -> None:
    listed = client.get("/api/webhooks")
    assert "whsec" not in listed.text
    found = listed.json["webhooks"][0]
    assert {name: found[name] for name in GIVEN} == GIVEN
    assert found["delivery"]["after"] == square_services.store.seq() - 1
    changed = client.patch(f"/api/webhooks/{hook}", json={"active": False, "kinds": []}).json
    assert (changed["active"], changed["kinds"], "secret" in changed) == (False, [], False)
    assert client.patch(f"/api/webhooks/{hook}", json={"renew": True}).json["secret"].startswith("whsec_")
    assert client.delete(f"/api/webhooks/{hook}").json == {"webhooks": []}
    assert client.patch(f"/api/webhooks/{hook}", json={"active": True}).status_code == 404
    assert "whsec" not in client.get("/api/events?after=0").text


def test_a_replay_sets_it_back(client: FlaskClient, hook: str) -> None:
    assert client.post(f"/api/webhooks/{hook}/replay", json={"from": 3}).json["delivery"]["after"] == 2
    for start in (0, 10_000, None, "3", 1.5):
        answer = client.post(f"/api/webhooks/{hook}/replay", json={"from": start})
        assert (answer.status_code, answer.json["field"]) == (400, "from")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "ftp://a/"}, "url"),
        ({"url": "http://127.0.0.1:8000/"}, "url"),
        ({"url": 1}, "url"),
        ({"url": ""}, "url"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"kinds": "incident.*"}, "kinds"),
        ({"kinds": ["account.*"]}, "kinds"),
        ({"kinds": [1]}, "kinds"),
        ({"kinds": ["incident.*"] * 41}, "kinds"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(client: FlaskClient, change: dict[str, Any], field: str) -> None:
    answer = client.post("/api/webhooks", json=GIVEN | change)
    assert (answer.status_code, answer.json["field"]) == (400, field)
    assert client.get("/api/webhooks").json == {"webhooks": []}


@pytest.mark.parametrize("role", ["viewer", "worker", "dispatcher", "planner"])
def test_only_an_admin_sees_or_makes_them(client_as: Callable[..., FlaskClient], role: str) -> None:
    asker = client_as(role)
    assert asker.get("/api/webhooks").status_code == 403
    assert asker.post("/api/webhooks", json=GIVEN).status_code == 403
