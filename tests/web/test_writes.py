"""Who may write, and that no way in goes around the question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from square import StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import AccessConfig, Config, read_config
from mapsvc.errors import BadInput
from mapsvc.store.memory import MemoryStore
from mapsvc.web.writes import READS
from mapsvc.wiring import Services, assemble


def client_with(rule: str, tmp_path: Path) -> FlaskClient:
    config = replace(Config(tmp_path), access=AccessConfig(rule))
    services = assemble(config, fill(MemoryStore()), StillClock())
    return create_app(config, services).test_client()


def start(client: FlaskClient, **more: object) -> int:
    return client.post("/api/drafts", json={"name": "Draft"}, **more).status_code  # type: ignore[arg-type]


def test_every_route_that_is_no_read_asks_who_may_write(client: FlaskClient, square_services: Services) -> None:
    seq = square_services.store.seq()
    asked = 0
    for rule in client.application.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - READS):
            path = rule.rule.replace("<int:position>", "1").replace("<draft_id>", "none").replace("<key>", "none")
            assert "<" not in path, path
            answer = client.open(path, method=method, json={}, headers={"X-Forwarded-For": "10.0.0.1"})
            assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden"), (method, path)
            asked += 1
    assert asked >= 14
    assert square_services.store.seq() == seq


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_write(client: FlaskClient, address: str) -> None:
    assert start(client, environ_base={"REMOTE_ADDR": address}) == 201


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "::ffff:10.0.0.7", "fe80::1", "", "localhost"])
def test_another_machine_may_not_write(client: FlaskClient, address: str) -> None:
    assert start(client, environ_base={"REMOTE_ADDR": address}) == 403


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
def test_a_forwarded_request_is_not_local(client: FlaskClient, header: str) -> None:
    assert start(client, headers={header: "for=127.0.0.1"}) == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 201),
        ("127.0.0.1:8000", 201),
        ("[::1]:8000", 201),
        ("localhost.:8000", 201),
        ("evil.example:8000", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
    ],
)
def test_a_name_that_was_bent_to_this_machine_is_not_local(client: FlaskClient, host: str, status: int) -> None:
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert start(client, headers=headers) == status


def test_open_takes_changes_from_anyone_and_off_from_nobody(tmp_path: Path) -> None:
    assert start(client_with("open", tmp_path), environ_base={"REMOTE_ADDR": "10.0.0.7"}) == 201
    assert start(client_with("off", tmp_path)) == 403


@pytest.mark.parametrize("rule", ["local", "open"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "http://localhost:8001"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 201),
    ],
)
def test_a_page_of_another_site_may_not_write(tmp_path: Path, rule: str, headers: dict[str, str], status: int) -> None:
    assert start(client_with(rule, tmp_path), headers=headers) == status


def test_reading_needs_no_leave(tmp_path: Path) -> None:
    answer = client_with("off", tmp_path).get("/api/drafts", environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert answer.json == {"drafts": []}


@pytest.mark.parametrize("post", ["Planner", "", "a" * 41, "../x", "a b", "p\u00e9"])
def test_a_post_is_a_plain_short_name(client: FlaskClient, post: str) -> None:
    answer = client.post("/api/drafts", json={"name": "Draft"}, headers={"X-Post": post})
    assert (answer.status_code, answer.json["field"]) == (400, "X-Post")


def test_the_post_that_writes_is_in_the_journal(client: FlaskClient, square_services: Services) -> None:
    assert start(client, headers={"X-Post": "reviewer-2"}) == 201
    assert start(client) == 201
    assert [event.post for event in square_services.store.list_events()[-2:]] == ["reviewer-2", "planner"]


def test_the_rule_is_read_from_the_environment_then_the_file(tmp_path: Path) -> None:
    assert read_config(tmp_path, {}).access.write == "local"
    (tmp_path / "mapsvc.toml").write_text('[access]\nwrite = "off"\n', encoding="utf-8")
    assert read_config(tmp_path, {}).access.write == "off"
    assert read_config(tmp_path, {"MAPSVC_WRITE": "open"}).access.write == "open"
    with pytest.raises(BadInput):
        read_config(tmp_path, {"MAPSVC_WRITE": "everybody"})
