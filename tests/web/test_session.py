"""/api/session: cookies, rotation, tries, first passwords; over HTTP as a browser does it."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from signed import PASSWORD, account_of, key_of, known_account, with_session
from square import StillClock
from werkzeug.test import TestResponse

from mapsvc.app import create_app
from mapsvc.config import AccessConfig
from mapsvc.services.accounts.accounts import Accounts
from mapsvc.services.accounts.tries import PER_PAIR
from mapsvc.web.who import cookie_name
from mapsvc.wiring import Services

COOKIE = "mapsvc"


@pytest.fixture(autouse=True)
def planner(square_services: Services) -> None:
    known_account(square_services, account_of("planner"))


def enter(client: FlaskClient, account: Any = "planner", password: Any = PASSWORD, **more: Any) -> TestResponse:
    return client.post("/api/session", json={"account": account, "password": password}, **more)


def test_nobody_is_told_so(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/api/session")
    assert answer.json == {"account": None, "rights": []}
    assert answer.headers["Cache-Control"] == "no-store"


def test_signing_in_tells_who_and_what_may_be_done(anonymous: FlaskClient) -> None:
    answer = enter(anonymous)
    assert answer.status_code == 200
    assert answer.json["account"] == {
        "code": "planner",
        "role": "planner",
        "name": "The planner",
        "name_zh": "",
        "post": "",
        "department": "",
        "grids": [],
        "must_change": False,
        "demo": False,
    }
    assert answer.json["rights"] == ["redraw", "report", "see"]
    assert anonymous.get("/api/session").json == answer.json
    assert anonymous.get("/api/desk").status_code == 200


def test_the_cookie_is_shut_to_scripts_and_to_other_sites(anonymous: FlaskClient) -> None:
    set_cookie = enter(anonymous).headers["Set-Cookie"]
    name, _, rest = set_cookie.partition("=")
    parts = {part.strip() for part in rest.split(";")[1:]}
    assert name == COOKIE
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith(("Domain", "Secure")) for part in parts)


def test_over_tls_the_cookie_is_tied_to_this_host(anonymous: FlaskClient) -> None:
    answer = enter(anonymous, base_url="https://map.example")
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    parts = {part.strip() for part in rest.split(";")[1:]}
    assert name == f"__Host-{COOKIE}"
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert anonymous.get("/api/desk", base_url="https://map.example").status_code == 200
    assert anonymous.get("/api/desk", base_url="http://map.example").status_code == 401


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "mapsvc"),
        ("127.0.0.1:8000", "mapsvc-8000"),
        ("[::1]:8001", "mapsvc-8001"),
        ("[::1]", "mapsvc"),
        ("map.example:x", "mapsvc"),
    ],
)
def test_two_services_on_one_machine_keep_their_cookies_apart(square_app: Flask, host: str, name: str) -> None:
    with square_app.test_request_context("/", headers={"Host": host}):
        from flask import request

        assert cookie_name(request) == name


def test_the_token_is_new_after_each_sign_in_and_the_old_one_is_worth_nothing(
    square_app: Flask, square_services: Services
) -> None:
    client = with_session(square_app, "viewer")
    old = client.get_cookie(COOKIE).value  # type: ignore[union-attr]
    assert enter(client).status_code == 200
    new = client.get_cookie(COOKIE).value  # type: ignore[union-attr]
    assert new != old
    assert square_services.accounts.find(old) is None
    assert square_services.accounts.find(new).code == "planner"  # type: ignore[union-attr]


def test_a_token_that_somebody_planted_is_not_taken_over(anonymous: FlaskClient, square_services: Services) -> None:
    planted = "p" * 43
    anonymous.set_cookie(COOKIE, planted)
    assert enter(anonymous).status_code == 200
    assert anonymous.get_cookie(COOKIE).value != planted  # type: ignore[union-attr]
    assert square_services.accounts.find(planted) is None


def test_signing_out_ends_the_session_and_takes_the_cookie_back(square_app: Flask) -> None:
    client, thief = with_session(square_app, "viewer"), square_app.test_client()
    thief.set_cookie(COOKIE, client.get_cookie(COOKIE).value)  # type: ignore[union-attr]
    assert thief.get("/api/desk").status_code == 200
    answer = client.delete("/api/session")
    assert answer.json["account"] is None
    assert client.get_cookie(COOKIE) is None
    assert thief.get("/api/desk").status_code == 401
    assert client.delete("/api/session").status_code == 200


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "worker"}, {"grids": ["11"]}])
def test_a_session_ends_with_the_rights_it_was_opened_for(
    square_app: Flask, client: FlaskClient, change: dict[str, Any]
) -> None:
    viewer = with_session(square_app, "viewer")
    assert viewer.get("/api/desk").status_code == 200
    assert client.patch("/api/accounts/viewer", json=change).status_code == 200
    assert viewer.get("/api/desk").status_code == 401


def test_a_disabled_account_is_out_at_once_in_another_process_too(
    square_app: Flask, square_services: Services, client: FlaskClient
) -> None:
    viewer = with_session(square_app, "viewer")
    other = replace(square_services, accounts=Accounts.over(square_services.store, square_services.clock))
    there = create_app(other.config, other).test_client()
    there.set_cookie(COOKIE, viewer.get_cookie(COOKIE).value)  # type: ignore[union-attr]
    assert there.get("/api/desk").status_code == 200
    client.patch("/api/accounts/viewer", json={"disabled": True})
    assert there.get("/api/desk").status_code == 401


def test_wrong_passwords_tell_the_tries_left_then_a_wait(anonymous: FlaskClient, clock: StillClock) -> None:
    for left in reversed(range(PER_PAIR)):
        answer = enter(anonymous, password="wrong")
        assert (answer.status_code, answer.json["left"]) == (401, left)
    answer = enter(anonymous)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(answer.json["wait_s"])
    assert enter(anonymous, environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 200
    clock.time += answer.json["wait_s"]
    assert enter(anonymous).status_code == 200


def test_an_unknown_account_and_a_wrong_password_give_the_same_answer(anonymous: FlaskClient) -> None:
    known, unknown = enter(anonymous, password="wrong"), enter(anonymous, "nobody-here", "wrong")
    assert known.json == unknown.json | {"left": known.json["left"]}
    assert set(known.headers.keys()) == set(unknown.headers.keys())


def test_a_forwarded_address_counts_only_where_a_proxy_is_trusted(square_services: Services) -> None:
    for proxies, status in ((0, 429), (1, 401)):
        config = replace(square_services.config, access=AccessConfig(proxies=proxies))
        client = create_app(config, square_services).test_client()
        base = {"REMOTE_ADDR": f"10.1.{proxies}.1"}
        for n in range(PER_PAIR):
            enter(client, password="wrong", headers={"X-Forwarded-For": f"192.0.2.{n}"}, environ_base=base)
        answer = enter(client, password="wrong", headers={"X-Forwarded-For": "192.0.2.99"}, environ_base=base)
        assert answer.status_code == status
        square_services.accounts.book.reset("planner", post="test")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "account"),
        ({"account": "planner"}, 400, "password"),
        ({"account": 1, "password": "x"}, 400, "account"),
        ({"account": "planner", "password": ["x"]}, 400, "password"),
        ({"account": "planner", "password": "x" * 201}, 400, "password"),
        ({"account": "x" * 101, "password": "x"}, 400, "account"),
        ({"account": "planner", "password": "x", "remember": True}, 400, "remember"),
        ({"account": "\u0000", "password": "\u0000"}, 401, None),
        ({"account": "planner", "password": "{{7*191}}"}, 401, None),
        ({"account": "planner' OR '1'='1", "password": "x"}, 401, None),
    ],
)
def test_what_is_no_sign_in_is_refused(anonymous: FlaskClient, body: Any, status: int, field: str | None) -> None:
    answer = anonymous.post("/api/session", json=body)
    assert (answer.status_code, answer.json.get("field")) == (status, field)
    assert "Set-Cookie" not in answer.headers
    assert "x" * 201 not in answer.text


def test_a_given_password_opens_nothing_until_it_is_changed(anonymous: FlaskClient, client: FlaskClient) -> None:
    given = client.post("/api/accounts/planner/reset", json={}).json["password"]
    assert enter(anonymous, password=given).json["account"]["must_change"] is True
    answer = anonymous.get("/api/desk")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
    page = anonymous.get("/command", headers={"Accept": "text/html"})
    assert page.headers["Location"] == "/login?next=/command"
    assert 'id="change"' in anonymous.get("/login?next=/command").text
    poor = anonymous.post("/api/session/password", json={"old": given, "new": "short"})
    assert (poor.status_code, poor.json["field"]) == (400, "new")
    changed = anonymous.post("/api/session/password", json={"old": given, "new": "a better pass phrase"})
    assert changed.json["account"]["must_change"] is False
    assert anonymous.get("/api/desk").status_code == 200


def test_another_password_gives_a_new_token_and_ends_the_other_sessions(square_app: Flask) -> None:
    here, there = with_session(square_app, "planner"), with_session(square_app, "planner")
    old = here.get_cookie(COOKIE).value  # type: ignore[union-attr]
    body = {"old": PASSWORD, "new": "a better pass phrase"}
    assert here.post("/api/session/password", json=body).status_code == 200
    assert here.get_cookie(COOKIE).value != old  # type: ignore[union-attr]
    assert here.get("/api/desk").status_code == 200
    assert there.get("/api/desk").status_code == 401


def test_a_key_is_no_session(square_app: Flask, square_services: Services) -> None:
    headers = key_of(square_services, "planner")
    body = {"old": PASSWORD, "new": "a better pass phrase"}
    assert square_app.test_client().post("/api/session/password", json=body, headers=headers).status_code == 401


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer mk_wrong", "Basic cGxhbm5lcjp4", "mk_x", "\u00e9"])
def test_a_wrong_key_is_refused_whatever_the_cookie_says(square_app: Flask, given: str) -> None:
    client = with_session(square_app, "admin")
    answer = client.get("/api/desk", headers={"Authorization": given})
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/not-signed-in")


def test_publishing_asks_for_the_password_again(client: FlaskClient) -> None:
    draft = client.post("/api/drafts", json={"name": "Autumn"}).json
    for body, status in (({}, 400), ({"password": "wrong"}, 401), ({"password": 7}, 400)):
        answer = client.post(f"/api/drafts/{draft['id']}/publish", json=body, headers={"If-Match": '"r1"'})
        assert answer.status_code == status, answer.text
    right = client.post(f"/api/drafts/{draft['id']}/publish", json={"password": PASSWORD}, headers={"If-Match": '"r1"'})
    assert right.status_code == 409  # it is not in review


@pytest.mark.slow
@pytest.mark.usefixtures("costly_hashes")
def test_an_unknown_account_takes_as_long_as_a_known_one(square_services: Services, clock: StillClock) -> None:
    book = square_services.accounts.book
    account, _ = book.add("timed", {"role": "viewer", "name": "Timed"}, post="test")
    client = create_app(square_services.config, square_services).test_client()
    took: dict[str, list[float]] = {account.code: [], "nobody-here": []}
    for n in range(200):
        for code in took:
            clock.time += 1000  # no try counts for long
            begin = time.perf_counter()
            assert enter(client, code, f"wrong {n}").status_code == 401
            took[code].append(time.perf_counter() - begin)
    one, other = (statistics.median(times) for times in took.values())
    assert abs(one - other) <= 0.005
