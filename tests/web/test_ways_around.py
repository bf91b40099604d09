"""Ways around a right: other methods, other spellings of an address, keys and sessions that are over, other grids."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from casefile import act, staff, step
from drafting import Planner
from flask import Flask
from flask.testing import FlaskClient
from reporting import REPORT, channel_client
from signed import PASSWORD, sign_in, with_session
from square import SOUTH, STEP, WEST
from werkzeug.test import TestResponse

from mapsvc.app import create_app
from mapsvc.wiring import Services, assemble

Clients = Callable[..., FlaskClient]
NOT_HERE = {"datum": "wgs84", "lon": WEST + 2.5 * STEP, "lat": SOUTH + 2.5 * STEP, "reason": "Seen"}
INTO_22 = {**NOT_HERE, "lon": WEST + 1.5 * STEP, "lat": SOUTH + 1.5 * STEP}
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@pytest.fixture(autouse=True)
def _staffed(square_services: Services) -> None:
    staff(square_services.store)


def shut_paths(app: Flask) -> list[str]:
    """Addresses that are read and not public."""
    from test_access import OPEN, OPEN_BELOW, path_of

    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [path_of(rule.rule) for rule in rules if rule.rule not in OPEN and not rule.rule.startswith(OPEN_BELOW)]


def test_head_and_options_tell_nobody_what_get_would_not(square_app: Flask, anonymous: FlaskClient) -> None:
    for path in shut_paths(square_app):
        head = anonymous.head(path)
        assert head.status_code in (401, 403, 404), path
        assert head.data == b""
        assert "ETag" not in head.headers, path
        assert anonymous.options(path).status_code in (200, 401, 403), path
        assert not anonymous.options(path).get_data().startswith(b"<"), path


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_read_stays_a_read_whatever_a_header_says(square_services: Services, client_as: Clients, name: str) -> None:
    viewer, seq = client_as("viewer"), square_services.store.seq()
    for method in ("POST", "PUT", "DELETE"):
        assert viewer.get("/api/incidents", headers={name: method}).status_code == 200
        assert viewer.get(f"/api/accounts?_method={method}", headers={name: method}).status_code == 403
    assert square_services.store.seq() == seq


@pytest.mark.parametrize(
    "spelling",
    ["{}/", "/{}", "{}//", "/.{}", "{}%2f", "{}%00", "{};x=1", "{}/..;/", "%2e{}", "{}.json", "/{}/.", "{}%20"],
)
def test_another_spelling_of_an_address_opens_nothing(
    square_app: Flask, anonymous: FlaskClient, client_as: Clients, spelling: str
) -> None:
    viewer = client_as("viewer")
    for path in ("/api/accounts", "/api/keys", "/admin", "/api/webhooks", "/api/incidents"):
        for asked in (spelling.format(path), spelling.format(path.upper())):
            told = as_sent(anonymous, asked)
            assert told.status_code in (301, 303, 308, 400, 401, 403, 404, 405), asked
            if told.status_code in (301, 303, 308):
                assert re.match(r"(http://localhost)?/(?![/\\])", told.headers["Location"]), asked
            if path != "/api/incidents":
                assert as_sent(viewer, asked).status_code in (301, 308, 400, 401, 403, 404, 405), asked
                assert viewer.get("/" + asked.lstrip("/"), follow_redirects=True).status_code in (400, 403, 404, 405), (
                    asked
                )


def as_sent(client: FlaskClient, path: str) -> TestResponse:
    """A test client would take what follows two strokes for a host."""
    return client.get("/", environ_overrides={"PATH_INFO": unquote(path), "REQUEST_URI": path})


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "localhost:80@evil.example"])
def test_the_name_of_another_host_is_no_way_out(anonymous: FlaskClient, host: str) -> None:
    told = anonymous.get("/command", headers={"Host": host, "Accept": "text/html"})
    assert told.status_code in (303, 400)
    assert told.headers.get("Location", "/").startswith("/")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "none, cross-site"])
def test_a_cookie_of_a_page_of_another_site_writes_nothing(
    square_app: Flask, square_services: Services, site: str
) -> None:
    browser = with_session(square_app, "admin")
    seq = square_services.store.seq()
    told = browser.post("/api/channels/x", json={"name": "x"}, headers={"Sec-Fetch-Site": site})
    put = browser.put("/api/channels/x", json={"name": "x"}, headers={"Sec-Fetch-Site": site})
    assert (told.status_code, put.status_code) in ((405, 403), (403, 403))
    for origin in ("null", "http://localhost.evil.example", "https://evil.example", "http://localhost:81", "file://"):
        assert browser.put("/api/channels/x", json={"name": "x"}, headers={"Origin": origin}).status_code == 403
    assert square_services.store.seq() == seq


def test_a_key_that_is_wrong_does_not_fall_back_to_the_cookie(square_app: Flask, square_services: Services) -> None:
    browser = with_session(square_app, "admin")
    seq = square_services.store.seq()
    for given in ("Bearer", "Bearer x", "Basic YTpi", "", "bearer  ", "Bearer " + "x" * 10_000):
        told = browser.put(
            "/api/channels/x", json={"name": "x"}, headers={"Authorization": given, "Sec-Fetch-Site": "cross-site"}
        )
        assert told.status_code in (401, 403), given
    assert square_services.store.seq() == seq


def test_a_channel_s_key_with_an_admin_s_cookie_is_a_channel(square_app: Flask) -> None:
    browser = with_session(square_app, "admin")
    key = channel_client(square_app).environ_base["HTTP_AUTHORIZATION"]
    assert browser.get("/api/accounts", headers={"Authorization": key}).status_code == 403
    assert browser.get("/api/incidents", headers={"Authorization": key}).status_code == 403
    assert browser.post("/api/reports", json=REPORT, headers={"Authorization": key}).status_code == 201


def test_a_key_ends_with_its_account_and_a_channel_s_with_the_channel(
    square_app: Flask, client: FlaskClient, client_as: Clients
) -> None:
    worker, channel = client_as("worker"), channel_client(square_app)
    assert worker.get("/api/incidents").status_code == 200
    assert client.patch("/api/accounts/worker", json={"disabled": True}).status_code == 200
    assert worker.get("/api/incidents").status_code == 401
    assert worker.post("/api/reports", json=REPORT).status_code == 401
    assert client.put("/api/channels/app", json={"name": "App", "active": False}).status_code == 200
    assert channel.post("/api/reports", json=REPORT).status_code == 403
    assert channel.get("/open311/v2/requests.json").status_code in (401, 403)


def test_a_sign_out_in_one_process_is_one_in_all(square_app: Flask, square_services: Services) -> None:
    other = create_app(
        square_services.config, assemble(square_services.config, square_services.store, square_services.clock)
    )
    here = with_session(square_app, "dispatcher")
    there = other.test_client()
    there.set_cookie("mapsvc", here.get_cookie("mapsvc").value)  # type: ignore[union-attr]
    assert there.get("/api/incidents").status_code == 200
    assert here.delete("/api/session").status_code == 200
    assert there.get("/api/incidents").status_code == 401


@pytest.mark.parametrize("role", ["viewer", "worker", "dispatcher", "planner"])
def test_nobody_gives_itself_another_role(client_as: Clients, square_services: Services, role: str) -> None:
    own, seq = client_as(role, grid_codes=("11",)), square_services.store.seq()
    assert own.patch(f"/api/accounts/{role}", json={"role": "admin"}).status_code == 403
    assert own.patch(f"/api/accounts/{role}", json={"grids": []}).status_code == 403
    assert own.post(f"/api/accounts/{role}/reset").status_code == 403
    assert own.post("/api/keys", json={"name": "mine", "account": "admin"}).status_code == 403
    assert own.put("/api/settings/workflow", json={"value": {}}, headers={"If-Match": '"r0"'}).status_code == 403
    assert square_services.store.seq() == seq


def test_who_answers_for_one_grid_reaches_no_other_by_any_call(
    client: FlaskClient, client_as: Clients, square_services: Services
) -> None:
    """i3 and i4 lie in 22; the dispatcher and the worker are of 11."""
    i1 = {"datum": "wgs84", "lon": WEST + 0.5 * STEP, "lat": SOUTH + 0.5 * STEP, "reason": "Seen"}
    for own in (client_as("dispatcher", grid_codes=("11",)), client_as("worker", grid_codes=("11",), post="w11")):
        seq = square_services.store.seq()
        tried = [
            step(own, "i4", "accept"),
            act(own, "i4", "dispatch", {"targets": ["post:w11"]}),
            act(own, "i4", "dispatch", {"targets": ["post:w11"], "whistle": True}),
            act(own, "i4", "place", i1),
            act(own, "i4", "merge", {"into": "i2"}),
            step(own, "i3", "resolve", note="Done"),
            step(own, "i3", "urge"),
            act(own, "i3", "undo"),
        ]
        assert [told.status_code for told in tried if told.status_code not in (403, 409)] == []
        assert square_services.store.seq() == seq


def test_a_step_of_another_s_is_not_undone_from_outside_its_grid(client: FlaskClient, client_as: Clients) -> None:
    assert step(client, "i4", "accept").status_code == 200
    assert act(client_as("dispatcher", grid_codes=("11",)), "i4", "undo").status_code == 403
    assert act(client_as("worker", grid_codes=("22",), post="w22"), "i4", "undo").status_code == 403


def test_a_worker_does_not_merge_void_or_dispatch_in_its_own_grid_either(client_as: Clients) -> None:
    worker = client_as("worker", grid_codes=("22",), post="w22")
    for told in (
        act(worker, "i4", "dispatch", {"targets": ["post:w22"]}),
        act(worker, "i4", "merge", {"into": "i3"}),
        step(worker, "i4", "void", reason="other"),
        step(worker, "i4", "accept"),
    ):
        assert told.status_code in (403, 409), told.text


def test_a_call_opens_its_own_incident_and_no_other(
    client: FlaskClient, client_as: Clients, square_services: Services
) -> None:
    assert act(client, "i4", "dispatch", {"targets": ["post:w11"]}).status_code == 200
    called = client_as("worker", grid_codes=("11",), post="w11")
    assert step(called, "i4", "take").status_code == 200
    assert step(called, "i3", "resolve", note="Done").status_code == 403


def test_publishing_with_wrong_passwords_is_limited_as_signing_in_is(square_app: Flask) -> None:
    planner = Planner(sign_in(square_app, "planner"))
    middle = (WEST + STEP, SOUTH + 2 * STEP)
    assert (
        planner.edit(planner.move_end("21", "22", WEST + 1.2 * STEP, SOUTH + 2 * STEP, near=middle), "Why").status_code
        == 201
    )
    assert planner.to_review("2026-11-23").status_code == 200
    told: list[Any] = [planner.send("/publish", {"password": f"guess {k}"}).status_code for k in range(14)]
    assert 429 in told
    assert set(told) <= {401, 403, 429}
    assert planner.send("/publish", {"password": PASSWORD}).status_code == 429


def test_changing_a_password_with_wrong_old_ones_is_limited_too(square_app: Flask) -> None:
    browser = with_session(square_app, "viewer")
    told = [
        browser.post("/api/session/password", json={"old": f"guess {k}", "new": "a long new one 77"}).status_code
        for k in range(14)
    ]
    assert 429 in told
    assert set(told) <= {400, 401, 403, 429}
