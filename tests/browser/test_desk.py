"""What a duty officer does: look, open, filter, go back, share the address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest
from served import Record, ready, settled

SMALLEST_TYPE = """
Math.min(...[...document.querySelectorAll('#panel *, #strip *, #legend *, .label *')]
  .filter((it) => it.checkVisibility() && [...it.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .map((it) => parseFloat(getComputedStyle(it).fontSize)))
"""
NAMELESS = """
[...document.querySelectorAll('button, a, input, [role=slider]')]
  .filter((it) => it.checkVisibility())
  .filter((it) => !(it.textContent.trim() || it.getAttribute('aria-label') || it.labels?.length))
  .map((it) => it.outerHTML.slice(0, 99))
"""


def desk_of(demo: str, query: str = "") -> Any:
    with urlopen(f"{demo}/api/desk{query}") as answer:
        return json.load(answer)


@pytest.fixture
def page(demo: str, open_page: Callable[..., Any]) -> Any:
    page = open_page(f"{demo}/command")
    ready(page)
    return page


def test_first_glance_shows_strip_queues_figures_and_symbols(page: Any, demo: str) -> None:
    figures = desk_of(demo)["figures"]
    assert str(figures["overdue"]) in page.inner_text(".alarm-words")
    assert page.inner_text(".queue >> nth=0").split()[0] == str(figures["overdue"])
    assert page.inner_text(".queue >> nth=1").split()[0] == str(figures["waiting"])
    assert page.inner_text("#panel .fig >> nth=0").strip() == str(figures["open"])
    assert page.locator(".pane-incidents .s-red").count() == figures["overdue"]
    assert page.locator(".pane-fill path[class*=seq-]").count() == 7


def test_figures_of_the_panel_add_up(page: Any) -> None:
    numbers = [int(word.replace(",", "")) for word in re.findall(r"[\d,]+", page.inner_text(".adds"))]
    assert numbers[0] == numbers[1] + numbers[2]
    column = [int(cell.split()[0]) for cell in page.locator(".gridtable tr td:last-child").all_inner_texts()]
    assert sum(column) == numbers[0]


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_queue_opens_a_list_of_as_many(page: Any, place: int) -> None:
    number = int(page.inner_text(f".queue >> nth={place}").split()[0])
    page.click(f".queue >> nth={place}")
    page.wait_for_selector("#panel .item")
    assert page.locator("#panel .item").count() == number


def test_every_figure_opens_a_list_of_as_many(page: Any) -> None:
    for place, word in [(0, "open now"), (1, "reported today")]:
        number = page.inner_text(f"#panel .fig >> nth={place}").strip()
        assert word in page.inner_text(f"#panel .figure >> nth={place}")
        page.click(f"#panel .fig >> nth={place}")
        page.wait_for_selector("#panel h1 + p")
        told = page.inner_text("#panel h1 + p")
        assert told.startswith("One incident" if number == "1" else f"{number} incidents")
        page.keyboard.press("Escape")


def test_the_sum_and_the_time_to_dispatch_open_their_lists(page: Any, demo: str) -> None:
    figures = desk_of(demo)["figures"]
    assert page.inner_text("[data-id=figure-dispatched]").split()[0] == f"{figures['dispatch_median_min']:.0f}"
    page.click("[data-id=figure-dispatched]")
    page.wait_for_selector("#panel h1 + p:has-text('9 of 10 within')")
    shown = [int(it) for it in page.locator("#panel .waiting-times td.num").all_inner_texts()]
    assert shown == [it["n"] for it in figures["dispatch_classes"]]
    assert sum(shown) == figures["dispatch_n"]
    page.keyboard.press("Escape")
    page.click(".adds button >> nth=0")
    page.wait_for_selector(f"#panel h1 + p:has-text('{figures['total']:,} incidents')")


def test_the_address_reproduces_the_view(page: Any, demo: str, open_page: Callable[..., Any]) -> None:
    page.click(".needs .item >> nth=1")
    page.keyboard.press("3")
    page.wait_for_selector("#panel .kv")
    shared = open_page(page.url)
    ready(shared)
    shared.wait_for_selector("#panel .kv")
    assert shared.inner_text("#panel h1") == page.inner_text("#panel h1")
    assert shared.locator(".chip[data-layer=den]").get_attribute("aria-pressed") == "true"
    assert shared.locator(".needs .item.sel").count() == 1


def test_back_and_forward_work(page: Any) -> None:
    page.click(".needs .item >> nth=0")
    page.wait_for_selector("#panel .kv")
    first = page.inner_text("#panel h1")
    page.click(".needs .item >> nth=2")
    page.wait_for_function(f"() => document.querySelector('#panel h1').textContent !== {json.dumps(first)}")
    page.go_back()
    page.wait_for_function("() => new URLSearchParams(location.search).get('sel')")
    page.wait_for_function("() => document.querySelector('#panel .kv')")
    page.wait_for_function("(it) => document.querySelector('#panel h1').textContent === it", arg=first)
    page.go_back()
    page.wait_for_selector("#panel .gridtable")
    page.go_forward()
    page.wait_for_selector("#panel .kv")


def test_a_default_is_left_out_of_the_address(page: Any, demo: str) -> None:
    assert page.url == f"{demo}/command"
    page.keyboard.press("3")
    assert page.url == f"{demo}/command?layers=inc,count,den"
    page.keyboard.press("3")
    assert page.url == f"{demo}/command"


def test_an_unknown_value_is_named_and_ignored(demo: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{demo}/command?layers=count,nonsense&type=nosuchtype&bogus=1")
    ready(page)
    page.wait_for_function("() => document.querySelectorAll('.toast').length === 3")
    words = page.inner_text("#toasts")
    assert all(name in words for name in ("nonsense", "nosuchtype", "bogus"))
    assert page.inner_text("#panel .fig >> nth=0").strip() == str(desk_of(demo)["figures"]["open"])


def test_the_filter_narrows_figures_and_is_kept_in_the_address(page: Any, demo: str) -> None:
    page.keyboard.press("f")
    page.check(".filter-form input[value=environment]")
    page.click(".filter-form button[type=submit]")
    page.wait_for_url("**type=environment")
    expected = desk_of(demo, "?type=environment")["figures"]["total"]
    page.wait_for_function(f"() => document.querySelector('#panel .adds button').textContent.trim() === '{expected}'")
    assert "Environment" in page.inner_text("#filter")


def test_dragging_the_time_bar_sets_the_interval_and_keeps_the_bars(page: Any, demo: str) -> None:
    box = page.locator(".track").bounding_box()
    bars = page.locator(".hist").count()
    width = box["width"] / bars
    page.mouse.move(box["x"] + width * 2.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + width * 5.5, box["y"] + 20, steps=4)
    page.mouse.up()
    starts = desk_of(demo)["timeline"]["starts"]
    page.wait_for_url(f"**from={starts[2]}&to={starts[6]}")
    expected = desk_of(demo, f"?from={starts[2]}&to={starts[6]}")["figures"]["total"]
    page.wait_for_function(f"() => document.querySelector('#panel .adds button').textContent.trim() === '{expected}'")
    assert page.locator(".hist").count() == bars
    assert page.locator(".hist.in").count() == 4
    page.focus(".handle.to")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**to={starts[7]}")
    page.click(".time-buttons button >> nth=1")
    page.wait_for_url(f"{demo}/command")


def test_opening_moves_the_focus_to_the_heading_and_closing_gives_it_back(page: Any) -> None:
    page.focus(".needs .item >> nth=1")
    opened = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")
    page.wait_for_selector("#panel .kv")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel .gridtable")
    assert page.evaluate("document.activeElement.dataset.id") == opened


def test_a_grid_card_names_the_missing_post(page: Any) -> None:
    page.click(".gridtable tr:has-text('06 Brick Lane') button >> nth=0")
    page.wait_for_selector("tr.missing")
    assert "Night patrol" in page.inner_text("tr.missing")
    assert page.locator(".pane-selection path").count() > 0


def test_a_sensitive_matter_shows_its_grid_and_no_place(page: Any) -> None:
    page.click(".needs .item:has-text('place hidden')")
    page.wait_for_selector("#panel .kv")
    card = page.inner_text("#panel")
    assert "shown by grid" in card
    assert "Address" not in card
    assert "Go to the place" not in card


def test_the_other_language_keeps_the_view(page: Any) -> None:
    page.click(".gridtable button >> nth=0")
    page.wait_for_selector("#panel h1")
    page.click("#language")
    page.wait_for_selector("html[lang=zh-Hans]")
    ready(page)
    assert "sel=grid:" in page.url
    assert page.locator("#panel section").count() > 0


def test_the_theme_is_turned_and_kept(page: Any, demo: str) -> None:
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") == "light"
    page.goto(f"{demo}/hotspots")
    assert page.get_attribute("html", "data-theme") == "light"


def test_wall_mode_has_no_controls_and_type_to_be_read_across_a_room(demo: str, open_page: Callable[..., Any]) -> None:
    for width in (3840, 1920):
        page = open_page(f"{demo}/command?wall=1", viewport={"width": width, "height": 1080})
        ready(page)
        page.wait_for_selector(".wall-row")
        assert page.locator("button:visible, input:visible, a:visible").count() == 0
        assert 1 <= page.locator(".wall-row:visible").count() <= 6
        smallest = page.evaluate(SMALLEST_TYPE)
        assert smallest >= 32
        assert page.evaluate(
            "document.querySelector('#panel').scrollHeight <= document.querySelector('#panel').clientHeight + 1"
        )


def test_a_cell_tells_n_z_p_and_q(demo: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo}/hotspots")
    ready(page)
    page.wait_for_selector(".cell-hot")
    page.locator(".cell-hot").first.dispatch_event("click")
    page.wait_for_url("**sel=cell:**")
    words = page.inner_text("#panel")
    assert re.search(r"q [<\d].*p [<\d].*z [\d-]", words)
    assert page.locator(".cell.chosen").count() == 1
    assert "does not say why, and not who" in words


def test_too_few_reports_are_told_as_cannot_tell(demo: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo}/hotspots?type=appeal&from=2020-01-01&to=2020-01-08")
    ready(page)
    page.wait_for_selector("body.cannot-tell")
    assert "cannot tell" in page.inner_text("#panel h1")
    assert page.locator(".pane-cells path.hatch").get_attribute("fill") == "url(#hatch)"
    assert page.locator(".cell").count() == 0


def test_replay_steps_through_the_bars_and_ends(page: Any) -> None:
    page.keyboard.press(".")
    page.wait_for_selector(".hist.playing")
    page.wait_for_selector(".replay-words")
    page.keyboard.press(".")
    page.wait_for_selector(".replay-words", state="detached")
    assert page.locator(".hist.playing").count() == 0


def test_a_lost_server_is_said_and_the_last_figures_stay(page: Any, demo: str) -> None:
    before = page.inner_text("#panel .fig >> nth=0")
    page.route("**/api/**", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("body.stale")
    assert "No answer" in page.inner_text("#live")
    assert page.inner_text("#panel .fig >> nth=0") == before
    page.unroute("**/api/**")
    page.click("#live button")
    page.wait_for_selector("body:not(.stale)")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1000, 700), (390, 844), (320, 640)])
def test_nothing_is_wider_than_the_window(demo: str, open_page: Callable[..., Any], width: int, height: int) -> None:
    page = open_page(f"{demo}/command", viewport={"width": width, "height": height})
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.locator(".pane-lines path").first.bounding_box()
    legend = page.locator("#legend").bounding_box()
    assert drawn["x"] >= 0
    assert drawn["y"] + drawn["height"] <= legend["y"] + 1


def test_every_control_has_a_name(page: Any) -> None:
    assert page.evaluate(NAMELESS) == []


def test_the_focus_walks_from_what_is_urgent_to_the_top_bar_and_each_grid_has_its_name(
    demo: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(f"{demo}/command")
    settled(page)
    stops = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
            .filter((it) => it.checkVisibility()).map((it) => (it.closest('[id]') ?? it).id)"""
    )
    parts = [it for i, it in enumerate(stops) if i == 0 or stops[i - 1] != it]
    order = ["strip", "rail", "chips", "legend", "replay", "panel", "period", "theme"]
    assert [it for it in parts if it in order] == order
    areas = page.locator(".area[tabindex='0']")
    assert areas.count() == 7
    assert all(areas.nth(i).get_attribute("aria-label") for i in range(7))
    areas.nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sel=grid:*")


def test_hundreds_of_shapes_are_no_stops_of_the_tab_key(demo: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo}/hotspots")
    page.wait_for_selector(".pane-cells .cell-hot", state="attached")
    assert page.locator(".pane-cells .cell-hot:not([tabindex='-1'])").count() == 0
