"""The command map as it lives: two browsers over a real server that is killed and comes back."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from live_server import Served
from served import Record
from square import SOUTH, WEST, fill

from mapsvc import wiring
from mapsvc.config import Config
from mapsvc.model.account import Account, Role
from mapsvc.model.case import Change
from mapsvc.model.channel import Channel
from mapsvc.model.incident import Status
from mapsvc.wiring import Services

LISTEN = """async () => {
  const { on } = await import(document.querySelector('script[src$="js/main.js"]').src.replace('main.js', 'app.js'));
  window.__heard = [];
  on('event', (told) => window.__heard.push(told.seq));
}"""


@dataclass
class Place:
    """A served community, a second hold of its store, and keys."""

    served: Served
    services: Services
    keys: dict[str, str]

    def send(self, path: str, body: dict[str, Any], key: str, **headers: str) -> dict[str, Any]:
        given = {"Authorization": f"Bearer {self.keys[key]}", "Content-Type": "application/json", **headers}
        asked = urllib.request.Request(f"{self.served.address}{path}", json.dumps(body).encode(), given)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        return told

    def report(self, ref: str, title: str = "Lamp out") -> dict[str, Any]:
        at = {"datum": "wgs84", "lon": WEST + 0.0075, "lat": SOUTH + 0.0075, "accuracy_m": 5}
        return self.send("/api/reports", {"ref": ref, "type": "lamp", "title": title, **at}, "channel")

    def step(self, incident_id: str, status: Status, **fields: Any) -> None:
        revision = self.services.store.get_incident(incident_id).revision
        change = Change(incident_id, revision, f"incident.{status.value}", {"status": status, **fields})
        self.services.store.change_incidents([change], at=int(time.time()), post="other")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    tmp_path = tmp_path_factory.mktemp("live")
    services = wiring.build(Config(tmp_path))
    fill(services.store)  # type: ignore[arg-type]
    keys = {}
    for role in (Role.DISPATCHER, Role.VIEWER):
        account = Account(role.value, role, role.value, created_at=1)
        services.store.put_account(account, kind="account.added", at=1, post="test")
        keys[role.value] = services.accounts.keys.make(role.value, account=role.value, post="test")[1]
    services.store.put_channel(Channel("hotline", "Hotline"), at=1, post="test")
    keys["channel"] = services.accounts.keys.make("Hotline", channel="hotline", post="test")[1]
    served = Served(tmp_path, keys["viewer"])
    served.start()
    yield Place(served, services, keys)
    if served.process is not None:
        served.end(signal.SIGKILL)
    services.close()


def opened(open_page: Callable[..., Any], place: Place, role: str = "viewer", path: str = "/command") -> Any:
    headers = {"Authorization": f"Bearer {place.keys[role]}"}
    page = open_page(f"{place.served.address}{path}", extra_http_headers=headers)
    page.wait_for_selector("body.ready")
    page.wait_for_selector(".pane-incidents [data-incident]", state="attached")
    page.wait_for_selector("#live .dot:not(.lost)")
    page.evaluate(LISTEN)
    return page


def symbol(page: Any, incident_id: str) -> Any:
    return page.locator(f'.pane-incidents [data-incident="{incident_id}"]')


def test_two_browsers_see_a_report_and_its_dispatch_without_reload(
    place: Place, open_page: Callable[..., Any], record: Record
) -> None:
    pages = [opened(open_page, place, "dispatcher"), opened(open_page, place)]
    waiting = pages[1].locator('[data-id="queue-waiting"] b').inner_text()
    begin = time.monotonic()
    told = place.report("n1")
    for page in pages:
        symbol(page, told["id"]).locator(".s-fresh").first.wait_for(state="attached", timeout=2000)
    assert time.monotonic() - begin < 2
    assert symbol(pages[1], told["id"]).get_attribute("aria-label").startswith("Waiting")
    pages[1].wait_for_function(
        "(was) => document.querySelector('[data-id=\"queue-waiting\"] b').innerText !== was", arg=waiting, timeout=6000
    )
    untouched = symbol(pages[1], "i3").element_handle()
    place.send(f"/api/cases/{told['id']}/dispatch", {}, "dispatcher", **{"If-Match": '"r0"'})
    pages[1].wait_for_selector(f'[data-incident="{told["id"]}"] .s-body.hollow:not(.s-waiting)', state="attached")
    assert untouched.evaluate("(node) => node.isConnected"), "only the symbol of the event is drawn anew"
    symbol(pages[1], told["id"]).click()
    pages[1].wait_for_function("(id) => !document.querySelector(`[data-incident='${id}'] .s-fresh`)", arg=told["id"])
    assert record.complaints == []


def test_a_moved_pin_moves_and_a_closed_matter_leaves(place: Place, open_page: Callable[..., Any]) -> None:
    page = opened(open_page, place)
    before = symbol(page, "i5").bounding_box()
    place.step("i5", Status.HANDLING, lon=WEST + 0.005, lat=SOUTH + 0.015)
    page.wait_for_function(
        "(x) => Math.abs(document.querySelector('[data-incident=i5]').getBoundingClientRect().x - x) > 50",
        arg=before["x"],
    )
    place.step("i5", Status.CLOSED, closed_at=int(time.time()))
    page.wait_for_function("() => !document.querySelector('[data-incident=i5]')")


def test_a_sensitive_matter_never_comes_with_its_place(place: Place, open_page: Callable[..., Any]) -> None:
    page = opened(open_page, place)
    place.step("i7", Status.RESOLVED)
    page.wait_for_function("() => window.__heard.length >= 1")
    assert symbol(page, "i7").count() == 0
    assert "Dispute at 7" not in page.content()


def test_an_alarm_sounds_once_after_a_gesture_and_not_while_it_is_muted(
    place: Place, open_page: Callable[..., Any]
) -> None:
    page = opened(open_page, place)
    sounded = "Number(document.documentElement.dataset.sounded ?? 0)"
    place.step("i2", Status.HANDLING)
    page.locator("#strip .alarmbar").wait_for()
    page.locator('[data-id="alarm-mute"]').click()
    assert page.locator('[data-id="alarm-mute"]').inner_text().startswith("Muted until ")
    place.services.store.add_note("incident.overdue", "i2", {}, at=int(time.time()), post="keeper")
    symbol(page, "i2").locator(".s-fresh").first.wait_for(state="attached")
    assert page.evaluate(sounded) == 0
    page.locator('[data-id="alarm-mute"]').click()
    for _ in range(2):
        place.services.store.add_note("incident.overdue", "i2", {}, at=int(time.time()), post="keeper")
    page.wait_for_function(f"() => {sounded} === 1")
    page.wait_for_timeout(300)
    assert page.evaluate(sounded) == 1


def test_a_day_is_played_again_and_left_without_a_trace(place: Place, open_page: Callable[..., Any]) -> None:
    page = opened(open_page, place, path="/command?from=2026-11-23&to=2026-11-24")
    now = symbol(page, "i2").get_attribute("aria-label")
    page.locator("#replay", has_text="Replay the day").click()
    page.locator('[data-id="day-play"][aria-label="Pause"]').click()
    slider = page.locator('[data-id="day-at"]')
    for body in ("body.cannot-tell", "body:not(.cannot-tell)"):  # hot cells that come and go leave the bar where it is
        page.keyboard.press("4")
        page.wait_for_selector(body)
        assert slider.is_visible()
    slider.evaluate("(it) => { it.value = it.min; it.dispatchEvent(new Event('input')); }")
    page.wait_for_function("() => !document.querySelector('.pane-incidents [data-incident]')")
    slider.evaluate("(it) => { it.value = it.max; it.dispatchEvent(new Event('input')); }")
    symbol(page, "i2").wait_for(state="attached")
    assert "overdue" in page.locator(".day-words").inner_text()
    page.locator('[data-id="day-end"]').click()
    page.wait_for_function("() => !document.body.classList.contains('replaying')")
    assert symbol(page, "i2").get_attribute("aria-label") == now
    assert page.locator("#mapnote").is_hidden()


def test_after_the_server_was_killed_the_stream_resumes_with_nothing_missing_or_double(
    place: Place, open_page: Callable[..., Any]
) -> None:
    page = opened(open_page, place)
    start = place.services.store.seq()
    place.step("i3", Status.SUSPENDED, due_at=None)
    page.wait_for_function("() => window.__heard.length >= 1")
    place.served.end(signal.SIGKILL)
    page.wait_for_selector(".stream-note", timeout=10_000)
    note = page.locator(".stream-note").inner_text()
    assert note.startswith("Live stream lost at ")
    assert "asking every 10 s meanwhile" in note
    for status in (Status.HANDLING, Status.RESOLVED, Status.VERIFIED):
        place.step("i3", status)
    place.served.start()
    place.step("i4", Status.CLOSED, closed_at=int(time.time()))
    page.wait_for_function("(n) => window.__heard.length >= n", arg=5, timeout=20_000)
    page.wait_for_selector(".stream-note", state="detached")
    # A new start of the server may write lines of its own.
    heard = page.evaluate("window.__heard")
    assert heard == list(range(start + 1, start + 1 + len(heard)))
    assert heard[-1] == place.services.store.seq()
    assert symbol(page, "i4").count() == 0
    page.wait_for_selector('[data-incident="i3"] .s-tick', state="attached")
