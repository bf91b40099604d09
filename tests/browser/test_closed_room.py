"""No page asks another host, breaks its own policy or complains; and a first view is light."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from served import Record, serving, settled

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import SystemClock, assemble

MAX_FIRST_VIEW_BYTES = 1_500_000

PATHS = [
    "/command",
    "/command?lang=zh&theme=light",
    "/command?layers=inc,count,den,hot,post",
    "/command?cmp=0.5",
    "/command?sel=grid:990101001001006",
    "/command?sel=list:overdue",
    "/command?wall=1",
    "/hotspots",
    "/hotspots?theme=light&lang=zh&type=appeal&from=2020-01-01&to=2020-01-08",
    "/findings",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_stays_in_the_room_and_keeps_its_policy(
    demo: str, open_page: Callable[..., Any], record: Record, path: str
) -> None:
    page = open_page(demo + path)
    if path != "/findings":
        settled(page)
    assert record.hosts == {urlsplit(demo).netloc}
    assert record.complaints == []
    assert record.failed == []
    assert page.evaluate("window.__violations") == []


def test_the_watch_itself_sees_a_breach(demo: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{demo}/command")
    settled(page)
    page.evaluate("document.body.setAttribute('style', 'color:red')")
    page.evaluate("fetch('http://127.0.0.2:9/x').catch(() => 0)")
    page.wait_for_function("() => window.__violations.length >= 2")
    assert record.complaints


def test_the_first_view_is_light(demo: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda it: sizes.append(it["encodedDataLength"]))
    page.goto(f"{demo}/command")
    settled(page)
    total = sum(sizes)
    context.close()
    assert 20_000 < total < MAX_FIRST_VIEW_BYTES / 3


def test_everything_a_user_clicks_through_stays_clean(demo: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{demo}/command")
    settled(page)
    for key in ["q", "Enter", "Escape", "1", "1", "3", "4", "5", "f", "Escape", "?", "Escape", "a", "Escape", "+", "0"]:
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    page.click("#theme")
    page.click("#replay")
    page.wait_for_selector(".replay-words")
    page.click("#period")
    page.click(".popover button >> nth=2")
    page.wait_for_load_state("networkidle")
    assert record.hosts == {urlsplit(demo).netloc}
    assert (record.complaints, record.failed) == ([], [])
    assert page.evaluate("window.__violations") == []


def test_a_first_visit_without_a_plan_is_told_what_to_do(
    tmp_path: Path, open_page: Callable[..., Any], record: Record
) -> None:
    config = Config(tmp_path)
    with serving(create_app(config, assemble(config, MemoryStore(), SystemClock()))) as address:
        for path in ("/command", "/hotspots", "/command?lang=zh&wall=1"):
            page = open_page(address + path)
            page.wait_for_selector(".first-use" if "wall" not in path else "body")
        assert "mapsvc import boundaries" in open_page(f"{address}/command").inner_text(".first-use")
        assert (record.complaints, record.failed) == ([], [])
