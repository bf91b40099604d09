"""A report becomes an order in two clicks; it is undone, sent elsewhere, moved, merged; what others do is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import pytest
from served import CSP_RECORDER, Record, ready, serving, session_cookies, settled
from signed import key_of

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, SystemClock, assemble, load_demo_into

LANTERN, BRICK_LANE, CANAL = "990101001001005", "990101001001006", "990101001001003"
_numbers = count(1)
GO_TO = "(it) => { history.pushState(null, '', it); dispatchEvent(new PopStateEvent('popstate')); }"


class Server:
    """The demo community over HTTP, as a channel or another post meets it."""

    def __init__(self, address: str, services: Services) -> None:
        self.address = address
        self.services = services
        self._keys: dict[str, dict[str, str]] = {}
        self._labels = {it["code"]: it["label"] for it in self.ask("/api/desk")["grids"]}

    def ask(self, path: str, body: Any = None, *, role: str = "dispatcher", **headers: str) -> Any:
        key = self._keys.setdefault(role, key_of(self.services, role))
        data = None if body is None else json.dumps(body).encode()
        asked = Request(self.address + path, data, {"Content-Type": "application/json", **key, **headers})
        with urlopen(asked) as answer:
            return json.load(answer)

    def report(self, grid: str = LANTERN, *, shift: float = 0.0, **more: Any) -> str:
        """A new report in the middle of a grid; its id."""
        n = next(_numbers)
        lon, lat = self._labels[grid]
        place = {"lon": lon + shift, "lat": lat, "datum": "wgs84", "accuracy_m": 5}
        given = {"ref": f"T-{n}", "type": "environment", "title": f"Test heap {n}", **place, **more}
        return str(self.ask("/api/reports", {k: v for k, v in given.items() if v is not None})["id"])

    def case(self, incident_id: str) -> Any:
        return self.ask(f"/api/cases/{incident_id}")

    def step(self, incident_id: str, name: str, body: Any) -> Any:
        match = {"If-Match": f'"r{self.case(incident_id)["revision"]}"'}
        return self.ask(f"/api/cases/{incident_id}/{name}", body, **match)

    def status(self, incident_id: str) -> str:
        return str(self.case(incident_id)["feature"]["properties"]["status"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    config = Config(tmp_path_factory.mktemp("dispatch"))
    services = assemble(config, MemoryStore(), SystemClock())
    load_demo_into(services)
    with serving(create_app(config, services)) as address:
        yield Server(address, services)


@pytest.fixture(scope="module")
def open_case(server: Server, browser: Any) -> Iterator[Callable[..., Any]]:
    """open_case(id, role) -> the desk of that role with this incident open. A desk is loaded once and then goes on, as
    one does that stands open for a whole shift."""
    desks: dict[str, Any] = {}
    record = Record()

    def open_(incident_id: str, role: str = "dispatcher") -> Any:
        if role not in desks:
            context = browser.new_context(viewport={"width": 1600, "height": 900})
            context.add_cookies(session_cookies(server.address, role))
            desks[role] = page = context.new_page()
            page.add_init_script(CSP_RECORDER)
            record.watch(page)
            page.goto(f"{server.address}/command?lang=en")
            ready(page)
        page = desks[role]
        page.evaluate(GO_TO, f"/command?lang=en&sel=inc:{incident_id}")
        page.wait_for_selector(f".case[data-id='{incident_id}']")
        return page

    yield open_
    assert [page.evaluate("window.__violations") for page in desks.values()] == [[]] * len(desks)
    # 412 is what a late step gets, and the browser notes it as it notes any refusal.
    assert [it for it in record.failed if not it.startswith("412 ")] == []
    assert [it for it in record.complaints if "412" not in it] == []
    for page in desks.values():
        page.context.close()


def main_button(page: Any) -> Any:
    page.wait_for_selector("#panel [data-main]:not(:disabled)")
    return page.locator("#panel [data-main]")


def test_two_clicks_lead_from_a_new_report_to_a_dispatch(
    server: Server, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{server.address}/command?lang=en", role="dispatcher")
    settled(page)
    new = server.report()
    page.wait_for_selector(f".needs .item[data-id='{new}']", timeout=20_000)
    page.click(f".needs .item[data-id='{new}']")
    button = main_button(page)
    assert page.evaluate("document.activeElement.tagName") == "H1"
    whom = page.locator(".case-card").count()
    assert page.locator(".case-card .tag").count() >= whom
    assert page.locator(".candidate").count() >= 1
    button.click()
    page.wait_for_selector(".case-undo")
    case = server.case(new)
    assert case["feature"]["properties"]["status"] == "dispatched"
    assert len(case["calls"]) == whom
    assert "Undo, " in page.inner_text(".case-undo")
    assert (record.complaints, record.failed) == ([], [])


def test_enter_leads_to_the_button_and_does_it_and_u_takes_it_back(
    server: Server, open_case: Callable[..., Any]
) -> None:
    new = server.report()
    page = open_case(new)
    main_button(page)
    page.locator("#panel h1").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.id") == "case-main"
    assert server.status(new) == "reported"
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-undo")
    assert server.status(new) == "dispatched"
    # What was just done is not begun again by one Enter too many.
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("u")
    page.wait_for_selector("[data-part=outcome] .note.ok")
    assert server.status(new) == "reported"
    assert all(call["dropped_at"] for call in server.case(new)["calls"])
    assert "Undone" in page.inner_text(".case-history")


def test_change_who_sends_those_that_are_ticked(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report()
    page = open_case(new)
    main_button(page)
    page.keyboard.press("c")
    page.wait_for_selector(".case-choice")
    ticked = page.locator(".case-choice input[type=checkbox]:checked")
    while ticked.count():
        ticked.first.uncheck()
    assert page.locator("[data-id=choose-send]").is_disabled()
    page.locator(".case-choice:visible input[type=checkbox] >> nth=2").check()
    chosen = page.locator(".case-choice input[type=checkbox]:checked").get_attribute("value")
    page.click("[data-id=choose-send]")
    page.wait_for_selector(".case-undo")
    assert [(call["target"], call["lead"]) for call in server.case(new)["calls"]] == [(chosen, True)]


def test_a_whistle_calls_several_and_notes_who_has_come(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report()
    page = open_case(new)
    main_button(page)
    page.keyboard.press("b")
    page.wait_for_selector(".case-choice")
    for place in range(3):
        page.locator(f".case-choice:visible input[type=checkbox] >> nth={place}").check()
    named = page.locator(".case-choice input[type=checkbox]:checked").count()
    page.click("[data-id=choose-send]")
    page.wait_for_selector(".case-call")
    assert [call["whistle"] for call in server.case(new)["calls"]] == [True] * named
    assert f"0 of {named}" in page.inner_text("[data-part=calls]")
    page.click(".case-call [data-id^=arrive-] >> nth=0")
    page.wait_for_function(f"() => document.querySelector('[data-part=calls]').textContent.includes('1 of {named}')")


def test_not_ours_returns_it_with_a_reason(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report()
    server.step(new, "dispatch", {})
    page = open_case(new, role="admin")
    page.keyboard.press("r")
    page.wait_for_selector(".case-form select[name=reason]")
    assert page.locator("[data-id=step-send]").is_disabled()
    page.select_option(".case-form select[name=reason]", "not_our_grid")
    page.fill(".case-form textarea", "The heap lies beyond the canal.")
    page.click("[data-id=step-send]")
    page.wait_for_selector(".case-history li:has-text('beyond the canal')")
    assert server.status(new) == "filed"
    assert "Another grid's ground" in page.inner_text(".case-history")


def test_moving_the_pin_over_a_line_reroutes(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report(LANTERN)
    server.step(new, "dispatch", {})
    page = open_case(new)
    page.click("[data-id=move-pin]")
    page.wait_for_selector(".case-pin")
    lon, lat = server._labels[BRICK_LANE]
    at = page.evaluate(
        "([lat, lon]) => { const p = window.mapsvc.map.latLngToContainerPoint([lat, lon]); const box ="
        " window.mapsvc.map.getContainer().getBoundingClientRect(); return [p.x + box.x, p.y + box.y]; }",
        [lat, lon],
    )
    page.mouse.click(*at)
    page.wait_for_selector("[data-pin=to]:has-text('From 05 Lantern to 06 Brick Lane')")
    assert "sel=inc:" in page.url  # the click set the pin and opened no grid
    page.fill(".case-form input[name=reason]", "Seen on the photo")
    page.click("[data-id=pin-send]")
    page.wait_for_selector("[data-part=outcome] .note.ok")
    assert "Moved from 05 Lantern to 06 Brick Lane" in page.inner_text("[data-part=outcome]")
    case = server.case(new)
    assert case["feature"]["properties"]["grid"] == BRICK_LANE
    assert any(call["dropped_at"] for call in case["calls"])
    assert page.locator(".case-pin").count() == 0


def test_a_duplicate_is_compared_merged_and_taken_out_again(server: Server, open_case: Callable[..., Any]) -> None:
    first = server.report(CANAL, title="Waste heap at the steps")
    second = server.report(CANAL, shift=0.00005, title="Waste heap, canal steps")
    page = open_case(second)
    page.click(f"[data-id='compare-{first}']")
    page.wait_for_selector(".case-compare td:has-text('Waste heap at the steps')")
    page.click("[data-id=merge]")
    page.wait_for_selector("[data-id=unmerge]")
    assert server.status(second) == "voided"
    assert server.case(first)["merged"] == [second]
    page.click("[data-id=unmerge]")
    page.wait_for_selector("[data-id=unmerge]", state="detached")
    assert server.status(second) != "voided"


def test_what_another_post_did_meanwhile_is_told_and_what_was_typed_stays(
    server: Server, open_case: Callable[..., Any]
) -> None:
    new = server.report()
    page = open_case(new)
    main_button(page)

    def overtake(route: Any) -> None:
        server.step(new, "steps", {"step": "accept"})
        route.continue_()

    page.route("**/steps", overtake, times=1)
    page.keyboard.press("r")
    page.wait_for_selector(".case-form")
    page.select_option(".case-form select[name=reason]", "other")
    page.fill(".case-form textarea", "Half a sentence that must not be lost")
    page.click("[data-id=step-send]")
    page.wait_for_selector("[data-trouble=stale]")
    assert "Another post came first" in page.inner_text("[data-part=outcome]")
    assert "Accepted" in page.inner_text(".case-news")
    assert page.input_value(".case-form textarea") == "Half a sentence that must not be lost"
    assert server.status(new) == "accepted"
    page.click("[data-id=step-send]")
    page.wait_for_selector(".case-undo:has-text('Rejected')")
    assert server.status(new) == "rejected"


def test_who_may_not_is_told_who_may(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report()
    page = open_case(new, role="viewer")
    page.wait_for_selector("[data-part=bar] .note")
    words = page.inner_text("[data-part=bar]")
    assert "dispatcher" in words
    assert "viewer" in words
    assert page.locator("#panel [data-main], [data-id=move-pin]").count() == 0


def test_a_sensitive_matter_shows_its_grid_and_says_who_sees_more(
    server: Server, open_case: Callable[..., Any]
) -> None:
    new = server.report(type="dispute", title="A secret title", text="A secret text")
    page = open_case(new)
    words = page.inner_text("#panel")
    assert "Only the handling post sees this place" in words
    assert "secret" not in page.evaluate("document.body.textContent")
    assert page.locator("[data-id=proof], [data-id=case-go], .candidate").count() == 0
    page.click("[data-id=hidden-grid]")
    page.wait_for_url("**sel=grid:*")


def test_a_matter_without_a_place_gets_one_by_a_click(server: Server, open_case: Callable[..., Any]) -> None:
    new = server.report(lon=None, lat=None, datum=None, accuracy_m=None, address="Nobody knows this place 77")
    page = open_case(new)
    page.click("[data-id=find-place]")
    page.wait_for_selector(".case-form [data-id=place-use]")
    page.locator("#map").click(position={"x": 420, "y": 330})
    page.wait_for_selector("[data-id=place-use]:not(:disabled)")
    page.click("[data-id=place-use]")
    page.wait_for_selector("[data-id=move-pin]")
    assert server.case(new)["feature"]["properties"]["certainty"] in ("certain", "boundary", "outside")


def test_networks_are_lines_with_a_look_each_and_a_name(
    server: Server, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{server.address}/command?lang=en&layers=inc,net", role="viewer")
    settled(page)
    page.wait_for_selector(".pane-networks path")
    looks = page.evaluate(
        "[...new Set([...document.querySelectorAll('.pane-networks path')].map((it) =>"
        " getComputedStyle(it).stroke + getComputedStyle(it).strokeDasharray))].length"
    )
    assert looks == page.locator("#legend .netkey").count() == 6
    assert page.evaluate("getComputedStyle(document.querySelector('.pane-networks path')).fill") == "none"
    page.keyboard.press("6")
    page.wait_for_selector(".pane-networks path", state="detached")
    assert (record.complaints, record.failed) == ([], [])
