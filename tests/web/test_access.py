"""Every route x every role: each is declared, open to whom it is for and shut to everybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from signed import key_of, sign_in, with_session

from mapsvc.app import create_app
from mapsvc.config import AccessConfig, Config
from mapsvc.errors import Forbidden, NotSignedIn
from mapsvc.model.account import RIGHTS, Right, Role
from mapsvc.model.channel import Channel
from mapsvc.web.access import CHANNEL, PUBLIC, SIGNED_IN, is_local_path, need_of, needs
from mapsvc.web.writes import READS
from mapsvc.wiring import Services, assemble

OPEN = {
    "/",
    "/login",
    "/public",
    "/report",
    "/api/session",
    "/api/grids",
    "/api/base",
    "/health",
    "/ready",
    "/api/openapi.json",
    "/assets/<name>",
    "/ui/<version>/<path:name>",
}
"""What anyone may call, by docs/api.md; nothing else is public."""
OPEN_BELOW = ("/open311/", "/report/")
REPORTING = ("/api/reports", "/open311/", "/report", "/api/report")
"""Where a channel's key is taken."""
WRITES_NEED = (
    (r"/api/drafts", {Right.REDRAW}),
    (r"/api/(accounts|keys|channels|webhooks)", {Right.ADMINISTER}),
    (r"/api/settings", {Right.ADMINISTER}),
    (r"/api/cases", {Right.HANDLE, Right.DISPATCH, Right.REPORT, Right.SEE}),
)
READS_NEED = (
    (r"/api/(accounts|keys|channels|webhooks)", {Right.ADMINISTER}),
    (r"/admin", {Right.ADMINISTER}),
    (r"/planner", {Right.REDRAW}),
)
FILLED = {
    "draft_id": "none",
    "plan": "p1",
    "code": "11",
    "incident_id": "i1",
    "z": "0",
    "x": "0",
    "y": "0",
    "name": "x",
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(method, rule, endpoint) of every route."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def path_of(rule: str) -> str:
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: FILLED.get(found[1], "1"), rule)


def test_every_route_is_declared(square_app: Flask) -> None:
    known = {*Right, PUBLIC, CHANNEL, SIGNED_IN}
    undeclared = [(method, rule) for method, rule, name in routes(square_app) if need_of(square_app, name) not in known]
    assert undeclared == []
    assert len(routes(square_app)) > 70


def test_only_what_is_meant_for_everybody_is_public(square_app: Flask) -> None:
    public = {rule for _, rule, name in routes(square_app) if need_of(square_app, name) == PUBLIC}
    assert {rule for rule in public if rule not in OPEN and not rule.startswith(OPEN_BELOW)} == set()
    reporting = {rule for _, rule, name in routes(square_app) if need_of(square_app, name) == CHANNEL}
    assert {rule for rule in reporting if not rule.startswith(REPORTING)} == set()


def test_writes_and_what_admins_see_need_more_than_seeing(square_app: Flask) -> None:
    checked = 0
    for method, rule, name in routes(square_app):
        for pattern, wanted in READS_NEED if method in READS else WRITES_NEED:
            if re.match(pattern, rule):
                assert need_of(square_app, name) in wanted, (method, rule)
                checked += 1
    assert checked > 25


def is_open_to(app: Flask, need: Any, rights: frozenset[Right]) -> bool:
    if need == PUBLIC:
        return True
    if need == SIGNED_IN:
        return False  # a key is no session
    return (Right.REPORT if need == CHANNEL else Right(need)) in rights


def asked(app: Flask, method: str, path: str, headers: dict[str, str]) -> str:
    """What the guard says, without doing what the route does."""
    with app.test_request_context(path, method=method, headers=headers):
        try:
            answer = app.preprocess_request()
        except NotSignedIn:
            return "not signed in"
        except Forbidden as error:
            return f"forbidden {error.right}"
    assert answer is None, (method, path)
    return "open"


@pytest.mark.parametrize("role", [*Role])
def test_every_route_is_open_to_the_roles_that_have_its_right_and_to_no_other(
    square_app: Flask, square_services: Services, role: Role
) -> None:
    headers = key_of(square_services, role)
    for method, rule, name in routes(square_app):
        need = need_of(square_app, name)
        told = asked(square_app, method, path_of(rule), headers)
        if is_open_to(square_app, need, RIGHTS[role]):
            assert told == "open", (method, rule)
        elif need == SIGNED_IN:
            assert told == "not signed in", (method, rule)
        else:
            assert told == f"forbidden {Right.REPORT if need == CHANNEL else need}", (method, rule)


def test_every_route_that_is_not_public_is_shut_to_nobody(square_app: Flask, square_services: Services) -> None:
    anonymous, seq = square_app.test_client(), square_services.store.seq()
    shut = 0
    for method, rule, name in routes(square_app):
        if need_of(square_app, name) == PUBLIC:
            continue
        answer = anonymous.open(path_of(rule), method=method, json={} if method not in READS else None)
        shut += 1
        if rule.startswith("/open311/"):  # that standard has problems of its own form
            assert answer.status_code in (401, 403), (method, rule)
            continue
        assert (answer.status_code, answer.json["type"]) == (401, "/problems/not-signed-in"), (method, rule)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert shut > 60
    assert square_services.store.seq() == seq


def test_every_route_refuses_a_viewer_over_http_without_a_trace(square_app: Flask, square_services: Services) -> None:
    viewer = with_session(square_app, "viewer")
    seq, refused = square_services.store.seq(), 0
    for method, rule, name in routes(square_app):
        need = need_of(square_app, name)
        if is_open_to(square_app, need, RIGHTS[Role.VIEWER]) or need == SIGNED_IN:
            continue
        answer = viewer.open(path_of(rule), method=method, json={} if method not in READS else None)
        refused += 1
        if rule.startswith("/open311/"):
            assert answer.status_code == 403, (method, rule)
            continue
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden"), (method, rule)
        assert answer.json["right"] == (Right.REPORT if need == CHANNEL else need)
    assert refused > 30
    assert square_services.store.seq() == seq


def test_a_channel_s_key_reports_and_opens_nothing_else(square_app: Flask, square_services: Services) -> None:
    square_services.accounts.channels.put(Channel("hotline", "Hotline"), post="test")
    _, text = square_services.accounts.keys.make("desk", channel="hotline", post="test")
    headers = {"Authorization": f"Bearer {text}"}
    for method, rule, name in routes(square_app):
        need = need_of(square_app, name)
        opens = need in (PUBLIC, CHANNEL, Right.REPORT)
        told = asked(square_app, method, path_of(rule), headers)
        assert (told == "open") == opens, (method, rule, told)


def test_a_route_that_says_nothing_is_open_to_nobody(square_services: Services) -> None:
    app = create_app(square_services.config, square_services)
    app.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/api/said", "said", needs(Right.SEE)(lambda: "told"))
    for client in (sign_in(app), with_session(app), app.test_client()):
        answer = client.get("/api/forgotten")
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
        assert "secret" not in answer.text
    assert sign_in(app).get("/api/said").text == "told"


# own grid and another's
MAY_DISPATCH = {Role.DISPATCHER, Role.ADMIN}


@pytest.mark.parametrize("grid", ["22", "11", ""], ids=["own", "other", "all"])
@pytest.mark.parametrize("role", [*Role])
def test_a_matter_is_dispatched_by_the_roles_that_may_and_in_their_own_grids_only(
    client_as: Callable[..., FlaskClient], square_services: Services, role: Role, grid: str
) -> None:
    asker = client_as(role, grid_codes=(grid,) if grid else ())
    found = asker.get("/api/cases/i4")
    assert found.status_code == 200  # seeing is not limited by grids
    seq = square_services.store.seq()
    body = {"targets": ["post:chief-11"], "reason": "nearest"}
    answer = asker.post("/api/cases/i4/dispatch", json=body, headers={"If-Match": found.headers["ETag"]})
    if role in MAY_DISPATCH and grid != "11":
        assert answer.status_code == 200, answer.text
        assert square_services.store.list_events(seq)[0].post == role.value
    else:
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden"), answer.text
        assert square_services.store.seq() == seq


# anybody sees, where the configuration says so
def test_anyone_on_the_network_may_see_and_nothing_else(tmp_path: Any, square_services: Services) -> None:
    config = Config(tmp_path, access=AccessConfig("viewer"))
    app = create_app(config, square_services)
    guest = app.test_client()
    assert guest.get("/api/desk").status_code == 200
    assert guest.get("/command", headers={"Accept": "text/html"}).status_code == 200
    assert guest.post("/api/drafts", json={"name": "x"}).status_code == 401
    assert guest.get("/api/accounts").status_code == 401
    assert guest.get("/planner", headers={"Accept": "text/html"}).headers["Location"] == "/login?next=/planner"
    assert guest.get("/api/session").json == {"account": None, "rights": ["see"]}
    assert assemble(config, square_services.store, square_services.clock).config.access.anonymous == "viewer"


def test_shapes_are_public_and_those_of_drafts_and_other_days_are_not(
    anonymous: FlaskClient, client: FlaskClient
) -> None:
    assert anonymous.get("/api/grids").status_code == 200
    assert anonymous.get("/api/grids?z=12").status_code == 200
    assert anonymous.get("/api/base?z=16").status_code == 200
    draft = client.post("/api/drafts", json={"name": "Secret"}).json["id"]
    for query in (f"plan={draft}", "plan=p1", "as_of=2026-02-01"):
        assert anonymous.get(f"/api/grids?{query}").status_code == 401
        assert client.get(f"/api/grids?{query}").status_code == 200


# pages
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    ("path", "next_"),
    [
        ("/command", "/command"),
        ("/command?sel=inc:i1&lang=zh", "/command%3Fsel%3Dinc%3Ai1%26lang%3Dzh"),
        ("/planner/abc", "/planner/abc"),
        ("/print/plan.pdf", "/print/plan.pdf"),
        ("/admin", "/admin"),
    ],
)
def test_a_page_sends_to_the_sign_in_and_back(anonymous: FlaskClient, path: str, next_: str) -> None:
    answer = anonymous.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={next_}")


def test_a_program_is_told_and_not_sent_around(anonymous: FlaskClient) -> None:
    assert anonymous.get("/api/desk", headers=HTML).status_code == 401
    assert anonymous.get("/command", headers={"Accept": "application/json"}).status_code == 401
    assert anonymous.get("/tiles/density/0/0/0.png", headers=HTML).status_code == 401


def test_a_page_for_another_post_says_whose_it_is(client_as: Callable[..., FlaskClient]) -> None:
    answer = client_as("viewer").get("/admin?lang=en", headers=HTML)
    assert (answer.status_code, answer.content_type) == (403, "text/html; charset=utf-8")
    assert "Admins open it." in answer.text
    assert "The viewer (Viewer)" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "",
        "/\n/evil",
        "javascript:alert(1)",
        "/a\\b",
    ],
)
def test_the_way_back_stays_here(client_as: Callable[..., FlaskClient], anonymous: FlaskClient, path: str) -> None:
    assert not is_local_path(path)
    page = anonymous.get("/login", query_string={"next": path})
    assert 'data-next="/command"' in page.text
    assert "evil" not in page.text


def test_who_is_signed_in_goes_on_at_once(square_app: Flask) -> None:
    client = with_session(square_app, "viewer")
    answer = client.get("/login?next=/hotspots%3Flang%3Dzh")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/hotspots?lang=zh")
    assert client.get("/login?next=//evil.example").headers["Location"] == "/command"


def test_health_asks_the_store_nothing(anonymous: FlaskClient, square_services: Services, monkeypatch: Any) -> None:
    for name in ("seq", "find_session", "find_key"):
        monkeypatch.setattr(square_services.store, name, None)
    anonymous.set_cookie("mapsvc", "x" * 43)
    assert anonymous.get("/health", headers={"Authorization": "Bearer mk_x"}).status_code == 200
