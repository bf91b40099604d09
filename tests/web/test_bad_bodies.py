"""Every write of the API, asked by who may do everything, with bodies that nobody should send."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from casefile import staff
from drafting import Planner
from flask import Flask
from flask.testing import FlaskClient
from reporting import channel_client, public_channel
from signed import sign_in
from square import SOUTH, STEP, WEST, StillClock, fill
from werkzeug.test import TestResponse

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

FILLED = {"incident_id": "i4", "name": "limits", "form": "json", "position": "1", "code": "viewer", "key": "none"}
NOT_JSON = ("/open311/", "/photos", "/import")
"""Forms and files: tests of their own."""
BODIES = {
    "no JSON": b"{",
    "not UTF-8": b'{"reason": "\xff"}',
    "a number that is none": b'{"lon": NaN, "value": NaN, "hours": NaN}',
    "endless": b'{"lon": Infinity, "value": Infinity}',
    "beyond a double": b'{"lon": 1e999, "value": 1e999, "hours": 1e999}',
    "half a letter": b'{"reason": "\\ud800", "name": "\\ud800", "text": "\\ud800"}',
    "nothing": b"null",
    "a list": b"[" * 100 + b"]" * 100,
    "lists without end": b"[" * 100_000 + b"]" * 100_000,
    "objects without end": b'{"value":' * 100_000 + b"1" + b"}" * 100_000,
    "five megabytes": b'{"reason": "' + b"x" * 5_000_000 + b'"}',
    "a member twice": b'{"step": "accept", "step": "reject", "name": "a", "name": "b", "to": 1, "to": 2}',
    "a strange member": b'{"__proto__": {}}',
}
NASTY: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    -1e308,
    2**63,
    2**200,
    0.5,
    "",
    " ",
    "\0",
    "a\0b",
    "\u202e",
    "x" * 5000,
    "NaN",
    "i4",
    [],
    [[]],
    [None],
    [1e308],
    ["x"] * 5000,
    {},
    {"a": {}},
    {"": None},
    "../../etc/passwd",
    "{{7*191}}",
    "EPSG:0",
    "EPSG:99999999",
)
POINT = {"lon": WEST + 1.5 * STEP, "lat": SOUTH + 1.5 * STEP, "datum": "wgs84"}
GOOD: dict[str, dict[str, Any]] = {
    "POST /api/reports": {
        "ref": "n",
        "type": "lamp",
        "title": "Lamp",
        **POINT,
        "accuracy_m": 5,
        "level": 2,
        "x": 1,
        "y": 1,
        "text": "",
        "address": "",
        "method": "gps",
        "occurred_at": "2026-11-23T10:00:00Z",
    },
    "POST /api/cases/i4/steps": {
        "step": "accept",
        "reason": "",
        "note": "",
        "level": 2,
        "type": "lamp",
        "limit_hours": 2,
        "due_at": "2026-11-24T10:00:00Z",
        "photos": [],
        "hours": 2,
        "target": "post:w11",
    },
    "POST /api/cases/i4/dispatch": {
        "targets": ["post:w22"],
        "lead": "post:w22",
        "whistle": True,
        "reason": "",
        "note": "",
        "level": 1,
        "type": "lamp",
        "limit_hours": 1,
        "due_at": "2026-11-24T10:00:00Z",
    },
    "POST /api/cases/i4/place": {**POINT, "accuracy_m": 5, "reason": "Seen"},
    "POST /api/cases/i4/merge": {"into": "i3"},
    "POST /api/cases/i4/undo": {},
    "PUT /api/settings/limits": {
        "value": {"limits": [{"type": "lamp", "level": 1, "sign": 1, "resolve": 2, "unit": "hours"}]}
    },
    "PUT /api/settings/calendar": {
        "value": {"weekdays": ["mon"], "hours": ["09:00-12:00"], "holidays": [], "extra": []}
    },
    "PUT /api/settings/recommend": {"value": {}},
    "PUT /api/settings/escalation": {"value": {}},
    "POST /api/accounts": {
        "code": "new-one",
        "role": "viewer",
        "name": "New",
        "name_zh": "",
        "post": "",
        "department": "",
        "grids": [],
        "disabled": False,
    },
    "PATCH /api/accounts/viewer": {
        "role": "viewer",
        "name": "V",
        "name_zh": "",
        "post": "",
        "department": "",
        "grids": [],
    },
    "POST /api/keys": {"name": "k", "channel": "app", "account": ""},
    "PUT /api/channels/app": {
        "name": "App",
        "name_zh": "",
        "datum": "wgs84",
        "public": False,
        "per_minute": 60,
        "active": True,
    },
    "POST /api/webhooks": {"name": "w", "url": "https://hooks.example/", "kinds": ["incident.*"]},
    "POST /api/geocode/corrections": {"text": "1 Main St", **POINT, "precision": "building"},
    "POST /api/geocode/online": {"text": "1 Main St"},
    "POST /api/session/password": {"old": "a", "new": "b"},
    "POST /api/session": {"account": "viewer", "password": "b"},
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    services = assemble(Config(tmp_path_factory.mktemp("bad")), fill(MemoryStore()), StillClock())
    staff(services.store)
    made = create_app(services.config, services)
    made.testing, made.config["PROPAGATE_EXCEPTIONS"] = True, False
    for role in ("viewer", "admin"):
        sign_in(made, role)
    channel_client(made)
    public_channel(made)
    return made


@pytest.fixture(scope="module")
def services(app: Flask) -> Services:
    found: Services = app.extensions["mapsvc"]
    return found


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return sign_in(app)


@pytest.fixture(scope="module")
def draft(client: FlaskClient) -> str:
    return Planner(client).id


def writes(app: Flask, draft: str) -> list[tuple[str, str]]:
    """(method, address) of every write that takes JSON."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(
            r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda it: {**FILLED, "draft_id": draft}.get(it[1], "none"), rule.rule
        )
        found += [(method, path) for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}]
    return sorted(one for one in found if not any(part in one[1] for part in NOT_JSON))


def revision(client: FlaskClient, path: str) -> str:
    """If-Match as this address wants it now."""
    asked = re.match(r"/api/(cases|settings|drafts)/[^/]+", path)
    told = client.get(asked[0]) if asked else None
    return told.headers.get("ETag", '"r1"') if told is not None else '"r1"'


def state(services: Services) -> tuple[Any, ...]:
    store = services.store
    return (
        store.seq(),
        store.count_incidents(),
        len(store.list_accounts()),
        len(store.list_keys()),
        len(store.list_channels()),
    )


def refused_whole(told: TestResponse, services: Services, before: tuple[Any, ...], what: object) -> None:
    assert 400 <= told.status_code < 500, (what, told.status_code, told.text[:300])
    assert told.content_type == "application/problem+json", what
    assert told.json["detail"], what
    if told.status_code == 400:
        assert told.json["field"], what
    assert state(services) == before, what


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_none_is_refused_by_every_write_and_nothing_is_stored(
    app: Flask, client: FlaskClient, services: Services, draft: str, name: str
) -> None:
    before = state(services)
    asked = 0
    for method, path in writes(app, draft):
        if (method, path) == ("DELETE", "/api/session"):
            continue
        headers = {"If-Match": revision(client, path), "Content-Type": "application/json"}
        told = client.open(path, method=method, data=BODIES[name], headers=headers)
        refused_whole(told, services, before, (method, path))
        asked += 1
    assert asked > 30


@pytest.mark.parametrize("call", GOOD)
def test_a_wrong_value_of_any_member_is_taken_or_refused_whole(
    client: FlaskClient, services: Services, call: str
) -> None:
    method, path = call.split()
    for body in spoiled(GOOD[call]):
        before = state(services)
        headers = {"If-Match": revision(client, path), "Content-Type": "application/json"}
        told = client.open(path, method=method, data=json.dumps(body), headers=headers)
        if told.status_code >= 300:
            # A wrong password is in the journal.
            after = state(services) if "session" in path else before
            refused_whole(told, services, after, (call, str(body)[:300]))


def spoiled(good: dict[str, Any]) -> list[dict[str, Any]]:
    """The body with each member replaced by each nasty value, and the members of a table's rows too."""
    found = [{**good, name: value} for name in good for value in NASTY]
    table = good.get("value")
    if isinstance(table, dict):
        for name, rows in table.items():
            found += [{"value": {**table, name: value}} for value in NASTY]
            found += [{"value": {**table, name: [value]}} for value in NASTY]
            if isinstance(rows, list) and rows and isinstance(rows[0], dict):
                found += [{"value": {name: [{**rows[0], part: value}]}} for part in rows[0] for value in NASTY]
    return found


def test_a_workflow_with_any_part_spoiled_is_refused_or_works(client: FlaskClient, services: Services) -> None:
    good = client.get("/api/settings/workflow").json["value"]
    for part in ("transitions", "acts"):
        for member in good[part][0]:
            for value in NASTY:
                spoilt = {**good, part: [{**good[part][0], member: value}, *good[part][1:]]}
                put_table(client, services, "workflow", spoilt)
    for reason in (
        {"code": "x"},
        {"code": [], "text": "a"},
        {"code": "a", "text": {}},
        "x",
        None,
        {"code": "a\0", "text": "b"},
    ):
        spoilt = {**good, "transitions": [{**good["transitions"][0], "reasons": [reason]}, *good["transitions"][1:]]}
        put_table(client, services, "workflow", spoilt, must=False)
    put_table(client, services, "workflow", good, must=True)


def put_table(client: FlaskClient, services: Services, name: str, value: Any, *, must: bool | None = None) -> None:
    before = state(services)
    headers = {"If-Match": revision(client, f"/api/settings/{name}")}
    told = client.put(f"/api/settings/{name}", json={"value": value}, headers=headers)
    if must is not None:
        assert (told.status_code == 200) is must, told.text
    if told.status_code != 200:
        refused_whole(told, services, before, str(value)[:300])
        return
    for path in ("/api/cases/i4", "/api/cases/i4/recommend", "/api/desk"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (None, 428),
        ("", 400),
        ("*", 400),
        ('"r"', 400),
        ("r1", 400),
        ('"r1", "r2"', 400),
        ('"r-1"', 400),
        ('"r' + "9" * 40 + '"', 400),
        ('"r999999999999"', 412),
        ('"\u0661"', 400),
        ("W/r1", 400),
    ],
)
@pytest.mark.parametrize("path", ["/api/cases/i4/steps", "/api/cases/i4/undo", "/api/cases/i4/dispatch"])
def test_a_revision_that_is_none_is_refused(
    client: FlaskClient, services: Services, path: str, tag: str | None, status: int
) -> None:
    before = state(services)
    body = {"step": "accept"} if path.endswith("steps") else {}
    told = client.post(path, json=body, headers={} if tag is None else {"If-Match": tag})
    assert told.status_code == status, told.text
    refused_whole(told, services, before, tag)
