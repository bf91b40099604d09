"""The door in a real browser: signing in and out, first passwords, the admin's page; and pages of other sites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from served import Record, ready, serving, session_cookies
from signed import PASSWORD, account_of, known_account

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.demo.accounts import DEMO_PASSWORD
from mapsvc.model.account import Role
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, SystemClock, assemble, load_demo_into

HOSTILE = "{{7*191}}<img src=x onerror='window.__pwned=1'>\"'`${window.__pwned=1}</script><svg onload=window.__pwned=1>"
LONG = "Full-time and part-time workers of the grids north of the canal, evenings, weekends and holidays"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Services, list[tuple[str, str, int]]]]:
    """A demo where nobody is signed in; its services, and what was written to it (method, path, status)."""
    config = Config(tmp_path_factory.mktemp("door"))
    services = assemble(config, MemoryStore(), SystemClock())
    load_demo_into(services)
    app, writes = create_app(config, services), list[tuple[str, str, int]]()
    _watch(app, writes)
    with serving(app, as_role=None) as address:
        yield address, services, writes


def _watch(app: Flask, writes: list[tuple[str, str, int]]) -> None:
    @app.after_request
    def _note(response: Response) -> Response:
        if request.method not in ("GET", "HEAD"):
            writes.append((request.method, request.path, response.status_code))
        return response


@pytest.fixture
def door(house: tuple[str, Services, list[Any]]) -> str:
    return house[0]


@pytest.fixture
def services(house: tuple[str, Services, list[Any]]) -> Services:
    return house[1]


def enter(page: Any, account: str, password: str) -> None:
    page.fill("[name=account]", account)
    page.fill("[name=password]", password)
    page.click("#sign-in button[type=submit]")


def test_the_demo_is_one_click_from_the_desk_and_the_way_out_leads_back(
    door: str, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{door}/command?lang=en")
    assert page.url == f"{door}/login?next=/command%3Flang%3Den"
    page.wait_for_selector(".sketch .sk-grid >> nth=6", state="attached")
    page.click("[data-demo=dispatcher]")
    ready(page)
    assert page.url == f"{door}/command?lang=en"
    assert page.inner_text("#account").split() == ["Dispatch", "desk", "Dispatcher"]
    assert page.locator("nav.desks >> text=Planner").count() == 0
    cookie = next(it for it in page.context.cookies() if it["name"].startswith("mapsvc"))
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert page.evaluate("document.cookie").find("mapsvc") == -1
    page.click("#account")
    page.click("[data-id=sign-out]")
    page.wait_for_url(f"{door}/login")
    page.goto(f"{door}/command")
    assert page.url.startswith(f"{door}/login")
    assert (record.complaints, record.failed, page.evaluate("window.__violations")) == ([], [], [])
    assert record.hosts == {door.removeprefix("http://")}


def test_a_wrong_password_says_what_is_left_in_both_languages(door: str, open_page: Callable[..., Any]) -> None:
    for lang, words in (("en", "tries are left"), ("zh", "还可再试")):
        page = open_page(f"{door}/login?lang={lang}")
        enter(page, "viewer", "not this one")
        page.wait_for_selector("#said .refusal")
        assert words in page.inner_text("#said")
        assert page.input_value("[name=password]") == ""
        assert page.evaluate("document.activeElement.name") == "password"
        enter(page, "viewer", DEMO_PASSWORD)
        page.wait_for_url("**/command*")


def test_a_given_password_is_changed_before_anything_else(
    door: str, services: Services, open_page: Callable[..., Any]
) -> None:
    _, given = services.accounts.book.add("desk-9", {"role": "planner", "name": LONG}, post="test")
    page = open_page(f"{door}/planner?lang=en")
    enter(page, "desk-9", given)
    page.wait_for_selector("#change")
    page.fill("[name=old]", given)
    page.fill("[name=new]", "a better pass phrase")
    page.fill("[name=again]", "another pass phrase")
    page.click("#change button")
    page.wait_for_selector("#said:has-text('differ')")
    page.fill("[name=again]", "a better pass phrase")
    page.click("#change button")
    page.wait_for_url(f"{door}/planner*")
    page.wait_for_selector("body.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("#account")
    page.click("[data-id=change-password]")
    page.fill("dialog [name=old]", "a better pass phrase")
    page.fill("dialog [name=new]", "one more pass phrase")
    page.fill("dialog [name=again]", "one more pass phrase")
    page.click("dialog button[type=submit]")
    page.wait_for_selector(".toast:has-text('changed')")
    page.reload()
    page.wait_for_selector("#account")


def test_a_session_that_ended_leaves_the_page_and_shows_the_way_back(
    door: str, services: Services, open_page: Callable[..., Any]
) -> None:
    page = open_page(f"{door}/command?lang=en", role="viewer")
    ready(page)
    services.accounts.sessions.end_all(
        page.evaluate("JSON.parse(document.getElementById('me').textContent).account.code"), post="test"
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#session-over a")
    assert page.inner_text("#panel .fig >> nth=0").strip() != ""
    page.click("#session-over a")
    assert page.url == f"{door}/login?next=%2Fcommand%3Flang%3Den"


def test_the_admin_adds_an_account_that_can_sign_in(door: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{door}/admin?lang=en", role="admin")
    page.wait_for_selector("[data-account=worker-03]")
    page.click("[data-id=add-account]")
    page.fill("[name=code]", "worker-05")
    page.fill("[name=name]", LONG)
    page.select_option("[name=grids]", ["990101001001005"])
    page.click(".keeper-form button[type=submit]")
    page.wait_for_selector(".secret .code")
    password = page.inner_text(".secret .code")
    assert "05" in page.inner_text("[data-account=worker-05]")
    other = open_page(f"{door}/login?lang=en")
    enter(other, "worker-05", password)
    other.wait_for_selector("#change")
    page.click("[data-account=worker-05] >> text=Switch off")
    page.wait_for_selector("tr.off[data-account=worker-05]")
    other.goto(f"{door}/command")
    assert other.url.startswith(f"{door}/login")
    for part in ("channels", "keys", "hooks", "limits", "calendar"):
        page.click(f"#tab-{part}")
        page.wait_for_selector(f"#tab-{part}.on")
        page.wait_for_selector("#part .btn")
        assert page.locator(".trouble").count() == 0, part
    assert (record.complaints, page.evaluate("window.__violations")) == ([], [])


def test_the_admin_makes_a_channel_and_its_key_and_keeps_limits(
    door: str, services: Services, open_page: Callable[..., Any]
) -> None:
    page = open_page(f"{door}/admin?lang=en#channels", role="admin")
    page.click("[data-id=add-channel]")
    page.fill("[name=code]", "hotline")
    page.fill("[name=name]", "Hotline desk")
    page.click(".keeper-form button[type=submit]")
    page.wait_for_selector("[data-channel=hotline]")
    page.click("#tab-keys")
    page.click("[data-id=add-key]")
    page.fill("[name=name]", "Telephone system")
    page.select_option("[name=channel]", "channel:hotline")
    page.click(".keeper-form button[type=submit]")
    page.wait_for_selector(".secret .code")
    assert services.accounts.find_by_key(page.inner_text(".secret .code")).channel == "hotline"  # type: ignore[union-attr]
    page.click("#tab-limits")
    page.wait_for_selector("#part form")
    before = services.store.find_setting("limits")
    page.click("text=Add a row")
    page.locator("[name^=resolve-]").last.fill("6")
    page.click("#part button[type=submit]")
    page.wait_for_selector(".toast:has-text('Kept')")
    after = services.store.find_setting("limits")
    assert after is not None
    assert after != before
    assert after[0]["limits"][-1]["resolve"] == 6


def test_hostile_names_of_accounts_and_channels_stay_text(
    door: str, services: Services, open_page: Callable[..., Any], record: Record
) -> None:
    from mapsvc.model.channel import Channel

    hostile = replace(account_of(Role.ADMIN), code="hostile", name=HOSTILE[:100], name_zh=HOSTILE[:100])
    known_account(services, hostile)
    services.accounts.channels.put(Channel("hostile", HOSTILE), post="test")
    page = open_page(f"{door}/login?next=/admin&lang=en")
    enter(page, "hostile", PASSWORD)
    page.wait_for_selector("[data-account=hostile]")
    assert HOSTILE[:100] in page.inner_text("[data-account=hostile]")
    page.click("#account")
    assert HOSTILE[:100] in page.inner_text(".account-name")
    page.keyboard.press("Escape")
    for part in ("channels", "keys"):
        page.click(f"#tab-{part}")
        page.wait_for_selector(f"#tab-{part}.on")
        page.wait_for_timeout(200)
    page.goto(f"{door}/command?lang=zh")
    ready(page)
    page.click("#account")
    assert HOSTILE[:100] in page.inner_text(".account-name")
    assert page.evaluate("window.__pwned") is None
    assert (record.complaints, page.evaluate("window.__violations")) == ([], [])


@pytest.mark.parametrize("width", [360, 768, 1366])
@pytest.mark.parametrize("path", ["/login?lang=zh", "/public?lang=en", "/admin?lang=zh"])
def test_nothing_is_wider_than_the_window(door: str, open_page: Callable[..., Any], path: str, width: int) -> None:
    page = open_page(door + path, role="admin" if "admin" in path else "", viewport={"width": width, "height": 800})
    page.wait_for_selector(".sketch, #part table")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_open_map_shows_grids_and_nothing_of_what_happens(
    door: str, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{door}/public?lang=en")
    page.wait_for_selector(".sk-name >> nth=6", state="attached")
    page.click(".open-grid >> nth=2")
    assert page.get_attribute(".sk-grid.chosen", "data-code") == "990101001001003"
    before = page.get_attribute(".sketch", "viewBox")
    page.click(".open-zoom .btn >> nth=0")
    assert page.get_attribute(".sketch", "viewBox") != before
    assert (record.complaints, record.failed) == ([], [])


@contextmanager
def other_site(body: str) -> Iterator[str]:
    """A page of somebody else, on a port of this machine."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *told: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        server.server_close()


ATTACK = """<!doctype html><title>prize</title>
<form id=form method=post enctype="text/plain" action="TARGET/api/drafts">
<input name='{"name":"forged","x":"' value='"}'></form>
<script>
const send = (method, path, body, type) => {
  const how = {method, body, mode: 'no-cors', credentials: 'include', headers: {'Content-Type': type}};
  return fetch('TARGET' + path, how).catch(() => 0);
};
const PATHS = ['drafts', 'accounts', 'accounts/viewer/reset', 'session', 'keys', 'reports'].map((it) => '/api/' + it);
window.done = (async () => {
  for (const path of PATHS)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
      await send('POST', path, '{"name":"forged"}', type);
  await send('DELETE', '/api/session', '{}', 'text/plain');
  await send('PATCH', '/api/accounts/viewer', '{"disabled":true}', 'application/json');
  return true;
})();
</script>"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_pages_of_other_sites_cannot_write_for_who_is_signed_in(
    house: tuple[str, Services, list[tuple[str, str, int]]], browser: Any, host: str, tmp_path: Path
) -> None:
    """127.0.0.1 with another port is the same site, so that the cookie goes along; localhost is another one."""
    address, services, writes = house
    context = browser.new_context()
    context.add_cookies(session_cookies(address, "admin"))
    page = context.new_page()
    page.goto(f"{address}/command")
    seq = services.store.seq()
    del writes[:]
    with other_site(ATTACK.replace("TARGET", address)) as port:
        page.goto(f"http://{host}:{port}/")
        assert page.evaluate("window.done")
        page.evaluate("document.getElementById('form').submit()")
        page.wait_for_load_state("networkidle")
    sent = [it for it in writes if it[0] != "OPTIONS"]
    assert len(sent) >= 13
    assert {status for _, _, status in sent} == {403}
    assert services.store.seq() == seq
    page.goto(f"{address}/command")
    assert page.url == f"{address}/command"
    context.close()
