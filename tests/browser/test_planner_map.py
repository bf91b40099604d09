"""What a planner does on the map, by pointer and by keys: drag, undo, split, merge, transfer, lock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from planner_hands import (
    BRICK_LANE,
    LANTERN,
    MARKET_PARK,
    NORTH_GATE,
    OLD_MILL,
    ORCHARD,
    Hands,
    grids_of_incidents,
    start_draft,
)
from served import Record, serving

from benchmarks.redraw_edits import made_plan
from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.community import Community
from mapsvc.model.plan import PlanStatus
from mapsvc.model.task_type import TaskType
from mapsvc.store.memory import MemoryStore
from mapsvc.web.pages import own_assets
from mapsvc.wiring import SystemClock, assemble

EDGE = (LANTERN, BRICK_LANE)
_names = count(1)


@pytest.fixture
def take(demo: str, open_page: Callable[..., Any]) -> Callable[..., Hands]:
    """take(query) -> a fresh draft, open on a page."""

    def take_(query: str = "", lang: str = "en", **options: Any) -> Hands:
        draft = start_draft(demo, f"map test {next(_names)}")
        page = open_page(
            f"{demo}/planner/{draft}?lang={lang}{query}", viewport={"width": 1920, "height": 1080}, **options
        )
        page.wait_for_selector("path.line[d^=M]", state="attached", timeout=15_000)
        page.wait_for_selector("#panel .figure, #panel h1", timeout=15_000)
        return Hands(page, demo, draft)

    return take_


def moved_in_panel(hands: Hands) -> int:
    return int(hands.page.inner_text("#panel .fig >> nth=0").strip().replace(",", ""))


def test_dragging_a_shared_vertex_moves_the_line_of_both_neighbours_and_the_panel_counts_right(
    take: Callable[..., Hands], demo: str, record: Record
) -> None:
    hands = take("&tool=edge")
    before, lines = grids_of_incidents(demo), hands.lines()
    hands.drag(hands.handle_at(hands.middle_of(EDGE)), (20, 90))
    assert hands.writes[-1]["status"] == 201
    assert hands.writes[-1]["command"]["kind"] == "move"
    after = grids_of_incidents(demo, hands.draft)
    changed = {it for it, grid in after.items() if before[it] != grid}
    assert len(changed) > 5
    assert moved_in_panel(hands) == len(changed)
    assert {before[it] for it in changed} | {after[it] for it in changed} == set(EDGE)
    now = hands.lines()
    assert {pair for pair in now if now[pair] != lines[pair]} == {EDGE}
    hands.page.wait_for_selector("path.c-area[d^=M]", state="attached")
    assert record.complaints == []
    assert record.failed == []
    assert hands.page.evaluate("window.__violations") == []


def test_the_page_draws_the_line_where_the_server_keeps_it(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.come_near(hands.middle_of(EDGE))
    start = hands.handle_at(hands.middle_of(EDGE))
    hands.drag(start, (40, 60))
    to = hands.writes[-1]["command"]["moves"][0]["to"]
    assert hands.at((to[0], to[1])) == pytest.approx((start[0] + 40, start[1] + 60), abs=13)
    assert hands.handle_at((to[0], to[1])) == pytest.approx(hands.at((to[0], to[1])), abs=0.6)


def test_undo_gives_the_old_line_back_step_for_step_and_redo_the_new_one(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    first = hands.lines()
    hands.drag(hands.handle_at(hands.middle_of(EDGE)), (-10, 60))
    second = hands.lines()
    assert second != first
    hands.press("Control+z")
    assert hands.lines() == first
    hands.press("Control+Shift+z")
    assert hands.lines() == second
    hands.press("Control+z")
    hands.press("Control+y")
    assert hands.lines() == second


def test_while_a_vertex_is_dragged_the_consequences_stand_beside_the_cursor(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.drag(hands.handle_at(hands.middle_of(EDGE)), (20, 90), release=False)
    hands.page.wait_for_selector(".drag-tip >> text=change grid")
    assert "line moved" in hands.page.inner_text(".drag-tip")
    assert hands.page.locator("path.d-new").count() == 1
    assert hands.facts()["revision"] == 1
    hands.after(hands.page.mouse.up)
    assert hands.page.locator(".drag-tip").is_hidden()
    assert hands.page.locator("path.d-new").count() == 0


def test_a_junction_takes_all_lines_that_meet_there_along(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    lines = hands.lines()
    junction = next(iter(lines[OLD_MILL, LANTERN] & lines[OLD_MILL, BRICK_LANE]))
    origin = hands.arcs()["origin"]
    place = ((origin[0] + junction[0]) / 1e8, (origin[1] + junction[1]) / 1e8)
    hands.come_near(place)
    hands.drag(hands.handle_at(place, "junction"), (25, -15))
    assert hands.writes[-1]["status"] == 201
    now = hands.lines()
    assert not any(junction in line for line in now.values())
    met = now[OLD_MILL, LANTERN] & now[OLD_MILL, BRICK_LANE] & now[LANTERN, BRICK_LANE]
    assert len(met) == 1


def test_the_community_s_own_edge_moves_only_after_it_was_chosen(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    lines = hands.lines()
    pair = ("", ORCHARD)
    place = hands.middle_of(pair)
    hands.come_near(place)
    x, y = hands.at(place)
    hands.page.mouse.move(x + 4, y)
    hands.page.mouse.move(x, y)
    hands.page.wait_for_timeout(100)
    assert hands.handles() == []
    hands.page.mouse.click(x, y)
    assert "changes the frame" in hands.page.inner_text(".bar-words")
    hands.drag(hands.handle_at(place), (14, 10))
    assert hands.writes[-1]["command"]["frame"] is True
    assert hands.writes[-1]["status"] == 201
    now = hands.lines()
    assert {it for it in now if now[it] != lines[it]} == {pair}


@pytest.mark.parametrize("snapping", [True, False])
def test_a_drawn_point_catches_on_a_vertex_near_it_while_snapping_is_on(
    take: Callable[..., Hands], snapping: bool
) -> None:
    hands = take("&tool=split")
    vertex = hands.middle_of((LANTERN, MARKET_PARK))
    hands.come_near(vertex, 16.5)
    if not snapping:
        hands.page.keyboard.press("n")
    x, y = hands.at(vertex)
    hands.page.mouse.click(x + 5, y + 3)
    hands.page.mouse.click(x - 200, y + 20)
    hands.press("Enter")
    lon, lat = hands.writes[-1]["command"]["line"][0]
    assert ((lon, lat) == pytest.approx(vertex, abs=0.6e-8)) is snapping


def test_the_end_of_a_line_on_the_frame_slides_along_it(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    lines, frame = hands.lines(), hands.facts()["base"]
    pair = (ORCHARD, OLD_MILL)
    origin = hands.arcs()["origin"]
    x, y = next(iter(lines[pair] & lines["", ORCHARD]))
    place = ((origin[0] + x) / 1e8, (origin[1] + y) / 1e8)
    hands.come_near(place)
    # Well off the frame, and still it stays on it.
    hands.drag(hands.handle_at(place, "junction"), (-12, 40))
    assert hands.writes[-1]["status"] == 201
    assert "frame" not in hands.writes[-1]["command"]
    now = hands.lines()
    assert (x, y) not in now[pair]
    assert lines["", ORCHARD] | lines["", OLD_MILL] < now["", ORCHARD] | now["", OLD_MILL]
    assert hands.facts()["base"] == frame


def test_a_move_across_a_neighbour_springs_back_and_its_place_is_ringed(
    take: Callable[..., Hands], record: Record
) -> None:
    hands = take("&tool=edge")
    lines = hands.lines()
    start = hands.handle_at(hands.middle_of(EDGE))
    beyond = hands.at(hands.label(ORCHARD))
    hands.drag(start, (beyond[0] - start[0], beyond[1] - start[1]), release=False)
    assert "bad" in (hands.page.get_attribute("path.d-new", "class") or "")
    assert "another line" in hands.page.inner_text(".drag-tip")
    hands.after(hands.page.mouse.up)
    assert hands.writes[-1]["status"] == 422
    hands.page.wait_for_selector("path.c-ring", state="attached")
    hands.page.wait_for_selector("path.d-new", state="detached")
    assert hands.lines() == lines
    assert hands.facts()["revision"] == 1
    assert len(record.failed) == 1
    assert hands.page.evaluate("window.__violations") == []


def test_a_place_between_two_vertices_becomes_a_vertex_when_it_is_dragged(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    lines = hands.lines()
    hands.come_near(hands.middle_of(EDGE), 18.5)
    hands.drag(hands.handle_at(hands.middle_of(EDGE), "add"), (5, 40))
    assert hands.writes[-1]["command"]["kind"] == "add_vertex"
    assert len(hands.lines()[EDGE]) == len(lines[EDGE]) + 1


def test_tab_walks_edges_then_vertices_and_each_says_its_name(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    page = hands.page
    names = page.evaluate("[...document.querySelectorAll('.edge-stop')].map((it) => it.getAttribute('aria-label'))")
    assert any(name.startswith("Edge between 05 Lantern and 06 Brick Lane,") for name in names)
    assert len(names) == len(set(names))
    page.locator(".edge-stop[aria-label*='05 Lantern and 06']").focus()
    page.keyboard.press("Enter")
    assert "Edge between 05 Lantern and 06 Brick Lane" in page.evaluate("document.activeElement.ariaLabel")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Vertex")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Vertex")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Edge between 05 Lantern and 06")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList[0]") in ("edge-stop", "handle")


def test_arrow_keys_push_a_vertex_by_metres_and_enter_makes_one_edit(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.come_near(hands.middle_of(EDGE), 18.5)
    page = hands.page
    page.locator(".edge-stop[aria-label*='05 Lantern and 06']").focus()
    page.keyboard.press("Enter")
    lines = hands.lines()
    for key in ("Control+ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    hands.press("Enter")
    assert [it["what"] for it in hands.writes] == ["edits"]
    (new,) = hands.lines()[EDGE] - lines[EDGE]
    (old,) = lines[EDGE] - hands.lines()[EDGE]
    # A degree of latitude is 111.0 km there, one of longitude 85.7 km.
    assert (new[0] - old[0]) / 1e8 * 85_700 == pytest.approx(2.0, abs=0.02)
    assert (new[1] - old[1]) / 1e8 * 111_030 == pytest.approx(-9.9, abs=0.03)
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Vertex")


def test_pushing_by_keys_is_committed_after_a_rest_and_escape_takes_it_back(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.come_near(hands.middle_of(EDGE), 18.5)
    page = hands.page
    page.locator(".edge-stop[aria-label*='05 Lantern and 06']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    assert hands.writes == []
    page.locator(".handle-vertex").first.focus()
    hands.press("ArrowDown")
    assert hands.writes[-1]["status"] == 201


def test_insert_adds_a_vertex_and_delete_removes_it(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.come_near(hands.middle_of(EDGE), 18.5)
    lines = hands.lines()
    hands.page.locator(".edge-stop[aria-label*='05 Lantern and 06']").focus()
    hands.page.keyboard.press("Enter")
    hands.press("Insert")
    assert len(hands.lines()[EDGE]) == len(lines[EDGE]) + 1
    assert hands.page.evaluate("document.activeElement.ariaLabel").startswith("Vertex")
    hands.press("Delete")
    assert hands.lines() == lines


def test_a_clicked_vertex_can_be_removed_at_once(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge")
    hands.come_near(hands.middle_of(EDGE), 18.5)
    lines = hands.lines()
    hands.page.mouse.click(*hands.handle_at(hands.middle_of(EDGE)))
    assert hands.writes == []
    assert hands.page.inner_text(".bar-words").startswith("Vertex")
    hands.after(lambda: hands.page.click(".drawbar .btn >> text=Remove this vertex"))
    assert hands.writes[-1]["command"]["kind"] == "remove_vertex"
    assert len(hands.lines()[EDGE]) == len(lines[EDGE]) - 1


def across(hands: Hands, code: str) -> list[tuple[float, float]]:
    """Three places of a line from west to east through a grid, in degrees."""
    lon, lat = hands.label(code)
    return [(lon - 0.0052, lat - 0.0004), (lon, lat - 0.0004), (lon + 0.0062, lat - 0.0004)]


def test_a_line_across_a_grid_splits_it(take: Callable[..., Hands], demo: str) -> None:
    hands = take("&tool=split")
    before = grids_of_incidents(demo)
    for place in across(hands, MARKET_PARK):
        hands.click(place)
    hands.page.wait_for_selector(".drag-tip >> text=change grid")
    assert "becomes two" in hands.page.inner_text(".drawbar")
    hands.press("Enter")
    assert hands.writes[-1]["status"] == 201
    assert len(hands.arcs()["grids"]) == 8
    after = grids_of_incidents(demo, hands.draft)
    assert moved_in_panel(hands) == sum(1 for it, grid in after.items() if grid != before[it]) > 50
    hands.press("Control+z")
    assert len(hands.arcs()["grids"]) == 7


def test_a_line_drawn_by_keys_splits_as_one_drawn_by_hand(take: Callable[..., Hands]) -> None:
    hands = take()
    hands.come_near(hands.label(MARKET_PARK), 16)
    page = hands.page
    page.keyboard.press("s")
    for key, times in (("Control+ArrowLeft", 9), ("Space", 1), ("Control+ArrowRight", 22), ("Space", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    hands.press("Enter")
    assert hands.writes[-1]["command"]["kind"] == "split"
    assert hands.writes[-1]["status"] == 201
    assert len(hands.arcs()["grids"]) == 8


def test_a_line_that_misses_is_refused_and_stays_to_be_drawn_better(take: Callable[..., Hands]) -> None:
    hands = take("&tool=split")
    lon, lat = hands.label(MARKET_PARK)
    hands.click((lon - 0.001, lat - 0.0005))
    hands.click((lon + 0.001, lat - 0.0005))
    hands.press("Enter")
    assert hands.writes[-1]["status"] == 422
    assert hands.page.locator(".w-point").count() == 2
    hands.page.keyboard.press("Backspace")
    assert hands.page.locator(".w-point").count() == 1
    hands.page.keyboard.press("Escape")
    assert hands.page.locator(".w-point").count() == 0
    assert hands.facts()["revision"] == 1


@pytest.mark.parametrize("by", ["pointer", "keys"])
def test_neighbours_merge_and_the_chosen_one_stays(take: Callable[..., Hands], by: str) -> None:
    hands = take("&tool=merge")
    if by == "pointer":
        hands.click(hands.label(LANTERN))
        hands.click(hands.label(ORCHARD))
        assert "does not touch" in hands.page.inner_text(".drawbar")
        hands.click(hands.label(BRICK_LANE))
    else:
        hands.come_near(hands.middle_of(EDGE), 16.5)
        hands.page.keyboard.press("m")
        for key in ("Control+ArrowUp", "Control+ArrowUp", "Space", *["Control+ArrowDown"] * 4, "Space"):
            hands.page.keyboard.press(key)
    hands.page.select_option(".drawbar select", BRICK_LANE)
    hands.after(lambda: hands.page.click(".drawbar .btn.pri"))
    assert hands.writes[-1]["status"] == 201
    codes = {it["code"] for it in hands.arcs()["grids"]}
    assert BRICK_LANE in codes
    assert LANTERN not in codes
    assert hands.page.locator(".pane-labels .label >> text=05 Lantern").count() == 0


def test_the_ground_in_a_ring_drawn_by_keys_goes_to_the_grid_that_is_chosen(
    take: Callable[..., Hands], demo: str
) -> None:
    hands = take()
    before = grids_of_incidents(demo)
    hands.come_near(hands.middle_of(EDGE), 17)
    page = hands.page
    page.keyboard.press("t")
    page.click(".bar-modes [data-mode=ring]")
    page.focus("#map .leaflet-container")
    ring = ["Control+ArrowUp", "Space", *["Control+ArrowRight"] * 2, "Space", *["Control+ArrowDown"] * 3, "Space"]
    for key in [*ring, *["Control+ArrowLeft"] * 2, "Space"]:
        page.keyboard.press(key)
    page.select_option(".drawbar select", LANTERN)
    page.focus("#map .leaflet-container")
    hands.press("Enter")
    assert hands.writes[-1]["command"]["kind"] == "transfer"
    assert hands.writes[-1]["status"] == 201
    after = grids_of_incidents(demo, hands.draft)
    changed = [it for it, grid in after.items() if grid != before[it]]
    assert moved_in_panel(hands) == len(changed)
    assert {after[it] for it in changed} <= {LANTERN}


def test_the_edge_follows_a_line_drawn_beside_it(take: Callable[..., Hands]) -> None:
    hands = take("&tool=reshape")
    lines = hands.lines()
    origin = hands.arcs()["origin"]
    edge = sorted(lines[EDGE])
    start, end = edge[2], edge[-3]
    places = [((origin[0] + x) / 1e8, (origin[1] + y) / 1e8) for x, y in (start, end)]
    below = (sum(it[0] for it in places) / 2, min(it[1] for it in places) - 0.0006)
    for place in (places[0], below, places[1]):
        hands.click(place)
    hands.press("Enter")
    assert hands.writes[-1]["command"]["between"] == list(EDGE)
    assert hands.writes[-1]["status"] == 201
    now = hands.lines()
    assert {pair for pair in now if now[pair] != lines[pair]} == {EDGE}
    assert min(y for _, y in now[EDGE]) < min(y for _, y in lines[EDGE])


def test_a_locked_grid_keeps_its_lines(take: Callable[..., Hands]) -> None:
    hands = take("&tool=lock")
    hands.click(hands.label(LANTERN))
    hands.page.wait_for_selector(".drawbar >> text=05 Lantern is locked")
    assert hands.facts()["locked"] == [LANTERN]
    hands.page.keyboard.press("e")
    x, y = hands.at(hands.middle_of(EDGE))
    hands.page.mouse.move(x + 5, y)
    hands.page.mouse.move(x, y)
    hands.page.wait_for_selector(".handle.held", state="attached")
    assert hands.handles() == []
    hands.page.keyboard.press("l")
    hands.click(hands.label(LANTERN))
    hands.page.wait_for_selector(".drawbar >> text=05 Lantern is free again")
    assert hands.facts()["locked"] == []


def test_a_finger_drags_a_vertex_like_a_mouse(take: Callable[..., Hands]) -> None:
    hands = take("&tool=edge", has_touch=True)
    x, y = hands.at(hands.middle_of((LANTERN, NORTH_GATE)))
    session = hands.page.context.new_cdp_session(hands.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    centre = hands.page.evaluate("mapsvc.map.getCenter()")
    touch("touchStart", (x, y))
    for k in range(1, 9):
        touch("touchMove", (x, y + 5 * k))
        hands.page.wait_for_timeout(30)
    hands.after(lambda: touch("touchEnd"))
    assert hands.writes[-1]["status"] == 201
    assert hands.page.evaluate("mapsvc.map.getCenter()") == centre


def test_every_tool_speaks_chinese_and_the_console_stays_quiet(take: Callable[..., Hands], record: Record) -> None:
    hands = take(lang="zh")
    said = set()
    for key in "versmtl":
        hands.page.keyboard.press(key)
        hands.page.wait_for_timeout(150)
        said.add(hands.page.inner_text(".bar-words") if hands.page.locator(".drawbar").is_visible() else "")
    hands.page.wait_for_load_state("networkidle")
    assert len(said) == 7
    assert not [words for words in said if re.search("[A-Za-z]{2}", words)]
    assert record.complaints == []
    assert record.failed == []
    assert hands.page.evaluate("window.__violations") == []


@pytest.fixture
def city(tmp_path: Path) -> Iterator[str]:
    """A server with 600 grids of about 200 vertices."""
    store = MemoryStore()
    put: dict[str, Any] = {"at": 1_750_000_000, "post": "test"}
    store.put_community(Community("Made city", "造城", "Asia/Shanghai", synthetic=True, note="Invented"), **put)
    store.put_task_types([TaskType("lamp", "Street lamp", "路灯", limit_hours=24)], **put)
    plan = replace(made_plan(600), status=PlanStatus.PUBLISHED, valid_from=date(2026, 1, 1))
    store.put_plan(plan, **put)
    config = Config(tmp_path)
    with serving(create_app(config, assemble(config, store, SystemClock()))) as address:
        yield address


def test_of_a_city_only_the_edges_in_view_and_near_come_in_full(
    city: str, open_page: Callable[..., Any], record: Record
) -> None:
    draft = start_draft(city, "Big")
    page = open_page(f"{city}/planner/{draft}?lang=en&tool=edge", viewport={"width": 1920, "height": 1080})
    sizes: list[int] = []
    page.on("response", lambda it: sizes.append(len(it.body())) if "/arcs?" in it.url else None)
    page.wait_for_selector("path.line[d^=M]", state="attached", timeout=15_000)
    full = "[...(await import(given)).plan.arcs.values()].filter((it) => it.full).length"
    state = f"/ui/{own_assets().version}/js/planner/state.js"
    assert page.evaluate(f"async (given) => {full}", state) < 10
    hands = Hands(page, city, draft)
    hands.come_near((98.5, 39.75), 15.5)
    page.wait_for_selector(".edge-stop >> nth=3", state="attached")
    assert 10 < page.evaluate(f"async (given) => {full}", state) < 150
    assert max(sizes) < 600_000
    codes = page.get_attribute(".edge-stop", "aria-label")
    numbers = re.findall(r"\b\d{5}\b", codes or "")
    hands.drag(hands.handle_at(hands.middle_of((numbers[0], numbers[1]))), (6, 14))
    assert hands.writes[-1]["status"] == 201
    assert record.complaints == []
