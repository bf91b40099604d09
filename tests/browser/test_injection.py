"""Text of users and files is shown as itself: on every page, in every card, in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import ATTACKS, attack, hostile_store
from served import Record, serving, settled
from square import StillClock

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.wiring import assemble


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = Config(Path(tmp_path_factory.mktemp("hostile")))
    with serving(create_app(config, assemble(config, hostile_store(), StillClock()))) as address:
        yield address


def assert_harmless(page: Any, record: Record, *places: str) -> None:
    """Nothing ran, and the whole text of each place stands on the page letter by letter."""
    text = page.evaluate("document.body.textContent")
    for place in places:
        whole = f"@{place} " + " ".join(ATTACKS)
        assert whole in text, place
    visible = page.evaluate("document.body.innerText")
    assert "1337" not in visible
    assert page.evaluate("window.__hit") is None
    assert record.complaints == []
    assert page.evaluate("window.__violations") == []
    assert page.locator("img[src=x]").count() == 0


TAKE_STEP = """
async ([id, body]) => {
  const told = await (await fetch(`/api/cases/${id}`)).json();
  const headers = {'Content-Type': 'application/json', 'If-Match': `"r${told.revision}"`};
  const answer = await fetch(`/api/cases/${id}/steps`, {method: 'POST', headers, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
}
"""
VIEWS = [
    ("/command", ["community", "type-dispute", "title", "grid-11", "missing"]),
    ("/command?sel=grid:11", ["theme", "unit", "post", "missing", "duty", "grid-11"]),
    ("/command?sel=inc:i2", ["title", "text", "address", "type-lamp"]),
    ("/command?sel=list:open", ["title", "grid-22"]),
    ("/command?layers=inc,count,post", ["community"]),
    ("/command?wall=1", ["community", "title", "missing"]),
    ("/hotspots", ["community"]),
    ("/findings", ["finding", "accepted", "plan"]),
]


@pytest.mark.parametrize(
    ("path", "places", "lang"), [(*view, "en") for view in VIEWS] + [(*view, "zh") for view in VIEWS[1:3]]
)
def test_every_text_is_shown_as_itself(
    hostile: str, open_page: Callable[..., Any], record: Record, path: str, places: list[str], lang: str
) -> None:
    page = open_page(f"{hostile}{path}{'&' if '?' in path else '?'}lang={lang}")
    if path != "/findings":
        settled(page)
        page.wait_for_function("() => document.body.textContent.includes('@')")
        page.wait_for_timeout(500)
    assert_harmless(page, record, *places)


def test_forms_and_tips_show_it_too(hostile: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{hostile}/command?layers=inc,count,post")
    settled(page)
    page.keyboard.press("f")
    page.wait_for_selector(".filter-form")
    assert_harmless(page, record, "type-lamp", "type-waste", "grid-33")
    page.keyboard.press("Escape")
    for marker in page.locator(".leaflet-marker-icon[aria-label]").all()[:6]:
        marker.dispatch_event("mouseover")
        page.wait_for_selector(".leaflet-tooltip")
        assert_harmless(page, record)


def test_the_card_of_a_case_shows_posts_and_notes_as_text(
    hostile: str, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{hostile}/command?sel=inc:i4&lang=en")
    settled(page)
    page.evaluate(TAKE_STEP, ["i4", {"step": "accept", "note": attack("note")}])
    page.wait_for_selector(".case-history li:has-text('@note')", timeout=20_000)
    page.keyboard.press("c")
    page.wait_for_selector(".case-choice")
    assert_harmless(page, record, "note", "title", "text", "address", "post")
    page.locator(".case-choice input[type=checkbox] >> nth=0").check()
    page.click("[data-id=choose-send]")
    page.wait_for_selector(".case-undo")
    assert_harmless(page, record, "note", "post")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_the_address_is_named_and_ignored(
    hostile: str, open_page: Callable[..., Any], record: Record, attack: str
) -> None:
    page = open_page(f"{hostile}/command")
    settled(page)
    page.evaluate(
        "(it) => { location.search = new URLSearchParams({from: it, bogus: it, sel: it}).toString(); }", attack
    )
    page.wait_for_selector(".toast")
    settled(page)
    assert attack in page.evaluate("document.body.textContent")
    assert_harmless(page, record)
