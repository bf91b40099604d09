"""/api/accounts, /api/keys, /api/channels: what the admin keeps; and the configuration of who gets in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import read_config
from mapsvc.errors import BadInput
from mapsvc.wiring import Services

HOSTILE = "{{7*191}}<img src=x onerror=alert(1)>'\"`${7*7}</script>"


def add(client: FlaskClient, **more: Any) -> Any:
    body = {"code": "worker-11", "role": "worker", "name": "Workers", "grids": ["11"], **more}
    return client.post("/api/accounts", json=body)


def test_an_account_is_added_listed_changed_reset_and_switched_off(client: FlaskClient, square_app: Flask) -> None:
    made = add(client)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/accounts/worker-11")
    assert made.headers["Cache-Control"] == "no-store"
    password = made.json["password"]
    listed = client.get("/api/accounts").json["accounts"]
    assert [one["code"] for one in listed] == ["admin", "worker-11"]
    assert "password" not in str(listed)
    assert "argon2" not in client.get("/api/accounts").text
    changed = client.patch("/api/accounts/worker-11", json={"name_zh": "十一网格", "post": "chief-11"})
    assert (changed.json["name_zh"], changed.json["post"]) == ("十一网格", "chief-11")
    again = client.post("/api/accounts/worker-11/reset", json={}).json["password"]
    assert again != password
    door = square_app.test_client()
    body = {"account": "worker-11", "password": password}
    assert door.post("/api/session", json=body).status_code == 401
    assert door.post("/api/session", json=body | {"password": again}).status_code == 200
    assert client.patch("/api/accounts/worker-11", json={"disabled": True}).json["disabled"] is True
    assert door.get("/api/session").json["account"] is None
    assert door.post("/api/session", json=body | {"password": again}).status_code == 401


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"code": "Worker 11"}, 400, "code"),
        ({"code": None}, 400, "code"),
        ({"role": "king"}, 400, "role"),
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 101}, 400, "name"),
        ({"name": "a\u202eb"}, 400, "name"),
        ({"grids": "11"}, 400, "grids"),
        ({"grids": ["99"]}, 400, "grids"),
        ({"grids": [{}]}, 400, "grids"),
        ({"post": "nowhere"}, 400, "post"),
        ({"disabled": "yes"}, 400, "disabled"),
        ({"password": "my own choice"}, 400, "password"),
        ({"code": "admin"}, 409, None),
    ],
)
def test_what_an_account_cannot_be_is_named_and_nothing_is_stored(
    client: FlaskClient, square_services: Services, more: dict[str, Any], status: int, field: str | None
) -> None:
    seq = square_services.store.seq()
    answer = add(client, **more)
    assert (answer.status_code, answer.json.get("field")) == (status, field)
    assert square_services.store.seq() == seq


def test_the_last_admin_stays(client: FlaskClient) -> None:
    for change in ({"disabled": True}, {"role": "viewer"}):
        assert client.patch("/api/accounts/admin", json=change).status_code == 409


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.patch("/api/accounts/none", json={"name": "x"}).status_code == 404
    assert client.post("/api/accounts/none/reset", json={}).status_code == 404
    assert client.delete("/api/keys/none").status_code == 404


def test_a_key_is_told_once_works_and_is_taken_back(client: FlaskClient, square_app: Flask) -> None:
    add(client)
    made = client.post("/api/keys", json={"name": "Export", "account": "worker-11"})
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    headers = {"Authorization": f"Bearer {made.json['key']}"}
    program = square_app.test_client()
    assert program.get("/api/desk", headers=headers).status_code == 200
    assert program.get("/api/session", headers=headers).json["account"]["code"] == "worker-11"
    assert made.json["key"] not in client.get("/api/keys").text
    assert "hash" not in client.get("/api/keys").text
    gone = client.delete(f"/api/keys/{made.json['id']}")
    assert gone.json["taken_back_at"] is not None
    assert program.get("/api/desk", headers=headers).status_code == 401
    assert client.delete(f"/api/keys/{made.json['id']}").status_code == 409


def test_a_channel_is_put_and_put_again(client: FlaskClient) -> None:
    facts = {"name": "Hotline", "name_zh": "热线", "datum": "gcj02", "public": True, "per_minute": 60}
    put = client.put("/api/channels/hotline", json=facts)
    assert put.json == {"code": "hotline", "active": True, **facts}
    off = client.put("/api/channels/hotline", json=facts | {"active": False})
    assert client.get("/api/channels").json == {"channels": [off.json]}
    assert off.json["active"] is False


@pytest.mark.parametrize(
    ("code", "more", "field"),
    [
        ("Hot line", {}, "code"),
        ("x" * 61, {}, "code"),
        ("hotline", {"name": ""}, "name"),
        ("hotline", {"datum": "mars"}, "datum"),
        ("hotline", {"per_minute": -1}, "per_minute"),
        ("hotline", {"per_minute": 1.5}, "per_minute"),
        ("hotline", {"public": 1}, "public"),
        ("hotline", {"key": "x"}, "key"),
    ],
)
def test_what_a_channel_cannot_be_is_named(client: FlaskClient, code: str, more: dict[str, Any], field: str) -> None:
    answer = client.put(f"/api/channels/{code}", json={"name": "Hotline", **more})
    assert (answer.status_code, answer.json["field"]) == (400, field)
    assert client.get("/api/channels").json == {"channels": []}


def test_secrets_are_nowhere_in_the_journal(client: FlaskClient, square_services: Services) -> None:
    password = add(client).json["password"]
    key = client.post("/api/keys", json={"name": "Export", "account": "worker-11"}).json["key"]
    told = str(square_services.store.list_events())
    assert password not in told
    assert key not in told
    assert "argon2" not in told


def test_hostile_names_are_shown_as_text_on_every_page(client: FlaskClient, square_app: Flask) -> None:
    for member in ("name", "name_zh"):
        code = f"hostile-{member.replace('_', '-')}"
        given = {"code": code, "role": "admin", "name": "Plain", "grids": [], member: HOSTILE}
        password = add(client, **given).json["password"]
        door = square_app.test_client()
        door.post("/api/session", json={"account": code, "password": password})
        assert 'id="change"' in door.get("/login").text
        door.post("/api/session/password", json={"old": password, "new": "a better pass phrase"})
        for path in ("/command", "/admin", "/planner", "/public"):
            page = door.get(f"{path}?lang={'zh' if member == 'name_zh' else 'en'}", headers={"Accept": "text/html"})
            assert page.status_code == 200, path
            assert "<img src=x" not in page.text
            assert "1337" not in page.text
    client.put("/api/channels/hotline", json={"name": HOSTILE})
    assert client.get("/api/channels").json["channels"][0]["name"] == HOSTILE


def test_who_gets_in_is_read_from_the_environment_then_the_file(tmp_path: Path) -> None:
    assert read_config(tmp_path, {}).access.anonymous == "none"
    assert read_config(tmp_path, {}).access.proxies == 0
    (tmp_path / "mapsvc.toml").write_text('[access]\nanonymous = "viewer"\nproxies = 2\n', encoding="utf-8")
    assert read_config(tmp_path, {}).access.anonymous == "viewer"
    assert read_config(tmp_path, {}).access.proxies == 2
    environ = {"MAPSVC_ANONYMOUS": "none", "MAPSVC_PROXIES": "1"}
    assert (read_config(tmp_path, environ).access.anonymous, read_config(tmp_path, environ).access.proxies) == (
        "none",
        1,
    )
    for bad in ({"MAPSVC_ANONYMOUS": "admin"}, {"MAPSVC_PROXIES": "-1"}):
        with pytest.raises(BadInput):
            read_config(tmp_path, bad)
