"""Text that came in through the doors of incidents in motion is shown as itself on every page that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hostile import hostile_store
from served import Record, serving, settled
from shapely.geometry import box
from signed import sign_in
from square import NOW, SOUTH, STEP, WEST, StillClock

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.wiring import Services, assemble

PAYLOADS = (
    "{{7*191}}<img src=x onerror=window.__hit=1>",
    "${window.__hit=1}</script><script>window.__hit=1</script>",
    "{% x %}<svg onload=window.__hit=1>\"'`",
)
"""Short enough for every field; each field gets one of them in turn."""
HERE = {"datum": "wgs84", "lon": WEST + 1.4 * STEP, "lat": SOUTH + 1.6 * STEP, "accuracy_m": 5}


def said(place: str) -> str:
    """The text of a field, which begins with the name of its place."""
    return f"@{place} {PAYLOADS[len(place) % len(PAYLOADS)]}"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = Config(Path(tmp_path_factory.mktemp("motion")))
    services = assemble(config, hostile_store(), StillClock())
    app = create_app(config, services)
    with serving(app) as found:
        filled(services, sign_in(app))
        yield found


def filled(services: Services, admin: FlaskClient) -> None:
    """Every text that can be stored over HTTP, and the areas of a network."""
    area = box(WEST, SOUTH, WEST + 3 * STEP, SOUTH + 3 * STEP)
    networks = [Jurisdiction("police", "pw", said("network"), area, "d", said("network"))]
    services.store.put_jurisdictions("police", networks, at=NOW, post="test")

    def ask(method: str, path: str, body: Any, **more: Any) -> Any:
        told = admin.open(path, method=method, json=body, **more)
        assert told.status_code in (200, 201), (path, told.text)
        return told.json

    for role in ("dispatcher", "worker"):
        named = {"role": role, "name": said(f"account-{role}"), "name_zh": said(f"account-{role}")}
        ask("POST", "/api/accounts", {"code": f"x-{role}", **named, "grids": ["22"]})
    channel = {"name": said("channel"), "name_zh": said("channel"), "public": True}
    ask("PUT", "/api/channels/citizens", channel)
    ask("POST", "/api/keys", {"name": said("key"), "channel": "citizens"})
    ask("POST", "/api/webhooks", {"name": said("hook"), "url": "https://hooks.example/" + "%3Cimg%20src=x%3E{{7*191}}"})
    report = {"ref": said("ref")[:120], "type": "lamp", "title": said("title"), "text": said("text"), **HERE}
    ask("POST", "/api/reports", {**report, "address": said("address")})
    ask(
        "POST",
        "/api/geocode/corrections",
        {"text": "Canal Road 5 " + said("said"), **{k: HERE[k] for k in ("datum", "lon", "lat")}},
    )
    flow = admin.get("/api/settings/workflow").json
    for row in [*flow["value"]["transitions"], *flow["value"]["acts"]]:
        row |= {"title": said("step"), "title_zh": said("step")}
        for reason in row["reasons"]:
            reason |= {"text": said("reason"), "text_zh": said("reason")}
    ask("PUT", "/api/settings/workflow", {"value": flow["value"]}, headers={"If-Match": f'"r{flow["revision"]}"'})
    moved = {**HERE, "lon": WEST + 1.45 * STEP, "reason": said("moved")}
    ask("POST", "/api/cases/i9/place", moved, headers={"If-Match": '"r0"'})
    ask("POST", "/api/cases/i9/steps", {"step": "accept", "note": said("note")}, headers={"If-Match": '"r1"'})
    ask("POST", "/api/drafts", {"name": said("draft")})
    (draft,) = admin.get("/api/drafts").json["drafts"]
    line = [[WEST + STEP, SOUTH + 1.55 * STEP], [WEST + 2 * STEP, SOUTH + 1.55 * STEP]]
    split = {"kind": "split", "code": "22", "line": line, "new_code": "24"}
    ask(
        "POST",
        f"/api/drafts/{draft['id']}/edits",
        {"command": split, "reason": said("edit")},
        headers={"If-Match": '"r1"'},
    )


def harmless(page: Any, record: Record, *places: str) -> None:
    """Nothing ran, nothing was tried, and each text stands there letter by letter."""
    page.wait_for_function("() => document.body.textContent.includes('@')")
    told = page.evaluate(
        "document.body.textContent + [...document.querySelectorAll('input, textarea')].map((it) => it.value).join(' ')"
    )
    missing = [place for place in places if said(place) not in told]
    assert missing == []
    assert "1337" not in page.evaluate("document.body.innerText")
    assert page.evaluate("window.__hit") is None
    assert page.evaluate("window.__violations") == []
    assert page.locator("img[src=x], svg[onload]").count() == 0
    assert record.complaints == []
    assert [one for one in record.failed if one.startswith("5")] == []


DESK = [
    ("/command?sel=inc:i9", ["title", "text", "address", "moved", "note"]),
    ("/command?wall=1&layers=inc,net", ["title"]),
    pytest.param("/command?layers=inc,net", [], marks=pytest.mark.slow),
    pytest.param("/command?sel=list:open", ["title"], marks=pytest.mark.slow),
]
TABS = [
    ("accounts", ["account-worker", "account-dispatcher"]),
    ("channels", ["channel"]),
    ("keys", ["key"]),
    ("hooks", ["hook"]),
    pytest.param("limits", [], marks=pytest.mark.slow),
    pytest.param("calendar", [], marks=pytest.mark.slow),
]
SLOW_LANGUAGES = [pytest.param("zh", marks=pytest.mark.slow), "en"]


@pytest.mark.parametrize("lang", SLOW_LANGUAGES)
@pytest.mark.parametrize(("path", "places"), DESK)
def test_the_desk_shows_what_came_in(
    address: str, open_page: Callable[..., Any], record: Record, path: str, places: list[str], lang: str
) -> None:
    page = open_page(f"{address}{path}&lang={lang}")
    settled(page)
    if "inc:i9" in path:
        page.wait_for_selector(".case-history li:has-text('@note')", timeout=20_000)
    harmless(page, record, *places)


@pytest.mark.parametrize("lang", SLOW_LANGUAGES)
def test_the_words_of_the_workflow_and_of_networks_are_text(
    address: str, open_page: Callable[..., Any], record: Record, lang: str
) -> None:
    page = open_page(f"{address}/command?sel=inc:i9&lang={lang}")
    settled(page)
    page.wait_for_selector(".case-history li:has-text('@note')", timeout=20_000)
    page.keyboard.press("c")
    page.wait_for_selector(".case-choice")
    harmless(page, record, "network", "title")
    page.keyboard.press("Escape")
    harmless(page, record, "step")


@pytest.mark.parametrize("lang", SLOW_LANGUAGES)
@pytest.mark.parametrize(("tab", "places"), TABS)
def test_the_keeper_s_page_shows_names_as_text(
    address: str, open_page: Callable[..., Any], record: Record, tab: str, places: list[str], lang: str
) -> None:
    page = open_page(f"{address}/admin?lang={lang}#{tab}")
    page.wait_for_selector(f"#tab-{tab}.on")
    page.wait_for_selector("#part:not(:has(.bone))", state="attached")
    harmless(page, record, *places)


@pytest.mark.parametrize(("path", "places"), [("/report?c=citizens", ["channel"]), ("/login", []), ("/public", [])])
def test_pages_for_everybody_show_names_as_text(
    address: str, open_page: Callable[..., Any], record: Record, path: str, places: list[str]
) -> None:
    page = open_page(f"{address}{path}")
    page.wait_for_load_state("networkidle")
    harmless(page, record, *places)


def test_who_is_signed_in_is_text_too(address: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{address}/planner?lang=en")
    page.wait_for_load_state("networkidle")
    harmless(page, record, "draft")
    draft_id = page.evaluate("async () => (await (await fetch('/api/drafts')).json()).drafts[0].id")
    page.goto(f"{address}/planner/{draft_id}?lang=en")
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("#panel:not(:empty)")
    harmless(page, record, "draft")


@pytest.mark.slow
def test_sheets_are_drawn_with_any_text(address: str) -> None:
    import json
    import urllib.request

    for path in (
        "/print/proof.pdf?incident=i9",
        "/print/proof.png?incident=i9&lang=zh",
        "/print/plan.pdf",
        "/print/grid/22.png",
    ):
        with urllib.request.urlopen(address + path, timeout=60) as told:
            assert told.status == 200
            assert len(told.read()) > 2000
    with urllib.request.urlopen(address + "/api/geocode?q=Canal%20Road%205", timeout=20) as told:
        assert json.load(told)["text"]
