"""What a planner and a reviewer do at the panel of the planner's desk: start, look, reason, undo, review, publish."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from hostile import hostile_store
from served import Record, ready, serving
from signed import PASSWORD
from square import StillClock

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import SystemClock, assemble, load_demo_into

LANTERN, BRICK_LANE = "990101001001005", "990101001001006"
OVERFLOWING = """
[...document.querySelectorAll('#panel-body, #tabs, .top, .tools')]
  .filter((it) => it.checkVisibility() && it.scrollWidth > it.clientWidth + 1).map((it) => it.id || it.className)
"""

OWN_WORDS = """
[...document.querySelectorAll('#panel button, #panel h1, #panel h2, #panel th')]
  .filter((it) => it.checkVisibility() && !it.closest('[lang=en]')).map((it) => it.textContent.trim())
"""

NAMELESS = """
[...document.querySelectorAll('button, a, input, select, [role=slider], [role=tab]')]
  .filter((it) => it.checkVisibility())
  .filter((it) => !(it.textContent.trim() || it.labels?.length))
  .filter((it) => !it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby'))
  .map((it) => it.outerHTML.slice(0, 99))
"""
SMALLEST_TYPE = """
Math.min(...[...document.querySelectorAll('#panel *, .top *, .tools *')]
  .filter((it) => it.checkVisibility() && it.tagName !== 'KBD')
  .filter((it) => [...it.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .map((it) => parseFloat(getComputedStyle(it).fontSize)))
"""


@contextmanager
def served_demo(folder: Path) -> Iterator[str]:
    config = Config(folder)
    services = assemble(config, MemoryStore(), SystemClock())
    load_demo_into(services)
    with serving(create_app(config, services)) as address:
        yield address


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose plan in force stays: every test has a draft of its own."""
    with served_demo(tmp_path_factory.mktemp("planner")) as address:
        yield address


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    """A server of its own: what is published here is nobody else's plan in force."""
    with served_demo(tmp_path) as address:
        yield address


def ask(address: str, path: str) -> Any:
    with urlopen(f"{address}{path}") as answer:
        return json.load(answer)


def tell(address: str, path: str, body: Any, revision: int | None = None) -> Any:
    """A write by somebody who is not at this page."""
    headers = {"Content-Type": "application/json"}
    if revision is not None:
        headers["If-Match"] = f'"r{revision}"'
    with urlopen(Request(f"{address}{path}", json.dumps(body).encode(), headers, method="POST")) as answer:
        return json.load(answer)


def start(address: str, name: str = "autumn balance") -> str:
    return str(tell(address, "/api/drafts", {"name": name})["id"])


def edge_between(address: str, draft: str, one: str, other: str) -> Any:
    """The longest arc between two grids, in full, with its coordinates."""
    arcs = ask(address, f"/api/drafts/{draft}/arcs?bbox=98.4,39.7,98.6,39.8&z=15")
    number = {grid["code"]: grid["number"] for grid in arcs["grids"]}
    found = [it for it in arcs["arcs"] if {it["left"], it["right"]} == {number[one], number[other]}]
    arc = max(found, key=lambda it: len(it["steps"]))
    x, y = arcs["origin"]
    points = []
    for dx, dy in zip(arc["steps"][::2], arc["steps"][1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x / 1e8, y / 1e8))
    return {"id": arc["id"], "points": points}


def move(
    address: str,
    draft: str,
    revision: int,
    metres: float,
    at: float = 0.5,
    pair: tuple[str, str] = (LANTERN, BRICK_LANE),
) -> Any:
    """Somebody pushes a vertex of an edge to the north (negative: south)."""
    edge = edge_between(address, draft, *pair)
    index = int(len(edge["points"]) * at)
    lon, lat = edge["points"][index]
    command = {"kind": "move", "moves": [{"arc": edge["id"], "index": index, "to": [lon, lat + metres / 111_000]}]}
    return tell(address, f"/api/drafts/{draft}/edits", {"command": command, "reason": ""}, revision)


def shown(page: Any) -> None:
    """Wait until the draft's page has its facts, its lines and its figures."""
    page.wait_for_selector("#draftbar .draftchip")
    page.wait_for_selector(".effect-head .fig")


def figure(page: Any, name: str) -> float:
    return float(page.inner_text(f"[data-figure={name}] .fig").replace(",", ""))


def test_a_draft_is_started_with_a_name_and_a_press(fresh: str, open_page: Callable[..., Any], record: Record) -> None:
    page = open_page(f"{fresh}/planner")
    page.fill("[name=name]", "autumn balance")
    page.click(".start-form button")
    page.wait_for_url("**/planner/autumn-balance")
    shown(page)
    assert "autumn balance" in page.inner_text("#draftbar")
    assert "2026-07-01" in page.inner_text("#draftbar")
    assert figure(page, "moved") == 0
    assert (record.complaints, page.evaluate("window.__violations")) == ([], [])


def test_the_first_page_lists_drafts_and_editions(fresh: str, open_page: Callable[..., Any]) -> None:
    start(fresh, "one"), start(fresh, "two")
    page = open_page(f"{fresh}/planner")
    page.wait_for_selector(".draftcard")
    assert page.locator(".draftcard b").all_inner_texts() == ["two", "one"]
    assert "2026-07-01" in page.inner_text(".editions")
    page.select_option("[name=plan]", index=1)
    page.fill("[name=name]", "as it was")
    page.click(".start-form button")
    page.wait_for_url("**/planner/as-it-was")


def test_without_a_plan_the_page_names_the_command_that_brings_one(
    tmp_path: Any, open_page: Callable[..., Any]
) -> None:
    config = Config(tmp_path)
    with serving(create_app(config, assemble(config, MemoryStore(), SystemClock()))) as address:
        page = open_page(f"{address}/planner")
        page.wait_for_selector(".first-use")
        assert "python -m mapsvc import boundaries" in page.inner_text("#start")


def test_figures_of_the_panel_are_those_of_a_count_from_scratch(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -120)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    was, now = (
        {
            it["properties"]["id"]: it["properties"]["grid"]
            for it in ask(desk, f"/api/incidents?limit=5000{plan}")["features"]
            if not it["properties"]["sensitive"]  # of these no draft tells anything
        }
        for plan in ("", f"&plan={draft}")
    )
    moved = [key for key in was if was[key] != now[key]]
    assert len(moved) > 0
    assert figure(page, "moved") == len(moved)
    page.click("[data-figure=moved] .fig")
    page.wait_for_selector(".part-list .item")
    assert {it.get_attribute("data-id") for it in page.locator(".part-list .item").all()} == set(moved)
    page.keyboard.press("Escape")
    assert page.is_visible(".effect-head .fig")


def test_the_table_says_was_and_now_of_the_grids_that_change(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -120)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.wait_for_selector(".effect-table tbody tr >> nth=2")
    rows = page.locator(".effect-table tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["05", "06", "5"]
    effect = ask(desk, f"/api/drafts/{draft}/effect")
    for row, grid in zip(rows, effect["grids"], strict=False):
        assert str(grid["load"][1]) in row.split("\t")[1]


def test_an_edit_gets_its_reason_and_undo_takes_it_back(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -80)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.fill("#why", "The yard is served from Lamp Street")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Kept.")
    assert ask(desk, f"/api/drafts/{draft}")["edits"][0]["reason"] == "The yard is served from Lamp Street"
    page.click("[data-id=undo]")
    page.wait_for_selector("[data-id=undo]:disabled")
    page.wait_for_function("() => document.querySelector('[data-figure=moved] .fig').textContent !== '–'")
    assert ask(desk, f"/api/drafts/{draft}")["position"] == 0
    assert page.is_disabled("#why")
    page.click("#tab-history")
    page.click("[data-id=to-1]")
    page.wait_for_function("() => !document.querySelector('[data-id=to-1]')")
    assert ask(desk, f"/api/drafts/{draft}")["position"] == 1


def test_a_finding_is_kept_with_a_reason(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -138)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.wait_for_selector(".finding")
    page.click(".finding >> nth=0 >> text=Keep, give reason")
    assert page.is_disabled(".reason-form button >> nth=0")
    page.fill(".reason-form input", "Along the wall")
    page.click(".reason-form button >> nth=0")
    page.wait_for_selector("text=kept: Along the wall")
    kept = [it["properties"]["kept"] for it in ask(desk, f"/api/drafts/{draft}/findings")["features"]]
    assert kept.count("Along the wall") == 1


def test_the_line_of_the_comparison_moves_by_keys_and_each_side_has_its_counts(
    desk: str, open_page: Callable[..., Any]
) -> None:
    draft = start(desk)
    move(desk, draft, 1, -150)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.keyboard.press("k")
    page.wait_for_selector(".cmp-label", state="attached")
    assert page.inner_text(".cmp-name.left") == "In force, 2026-07-01"
    assert "revision 2" in page.inner_text(".cmp-name.right")
    page.focus("#cmp-line")
    page.keyboard.press("ArrowLeft")
    assert "cmp=0.48" in page.url
    for side, plan in (("force", ""), ("draft", f"&plan={draft}")):
        counts = {it["code"][-2:]: it["count"] for it in ask(desk, f"/api/desk?measure=count{plan}")["grids"]}
        for text in page.locator(f".cmp-of-{side} .cmp-label").all_text_contents():
            number = re.match(r"\d\d", text)
            assert number is not None
            assert text.endswith(str(counts[number[0]]))
    page.keyboard.press("k")
    page.wait_for_selector(".cmp-frame", state="detached")


def test_a_draft_is_reviewed_and_published_and_yesterday_keeps_the_old_map(
    fresh: str, open_page: Callable[..., Any], record: Record
) -> None:
    draft = start(fresh)
    move(fresh, draft, 1, -138)
    page = open_page(f"{fresh}/planner/{draft}?panel=review")
    page.wait_for_selector("#send:disabled")
    assert "Not yet" in page.inner_text("#send")
    page.fill("[name=reason-1]", "Lamp Street serves both")
    page.keyboard.press("Enter")
    page.wait_for_selector("#send:not(:disabled)")
    today = ask(fresh, "/api/desk")["now"][:10]
    page.fill("[name=valid_from]", today)
    page.fill("[name=edition_name]", "Autumn edition")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#publish")
    for button in range(page.locator("text=Agree to keep").count()):
        page.locator("text=Agree to keep").nth(button).click()
    with urlopen(f"{fresh}/print/plan.pdf?plan={draft}") as sheet:
        assert sheet.read(5) == b"%PDF-"
    page.click("#publish:not(:disabled)")
    assert ask(fresh, f"/api/drafts/{draft}")["status"] == "in_review"
    page.fill("#publish-password", PASSWORD)
    page.click("#publish-now")
    page.wait_for_selector("#to-command")
    assert "Autumn edition" in page.inner_text("#part-review")
    page.click("#to-command")
    ready(page)
    assert f"Edition {today}, in force" in page.inner_text("#edition")
    old_line, new_line = ask(fresh, "/api/grids?plan=willow-bank-1"), ask(fresh, "/api/grids")
    assert old_line["features"] != new_line["features"]
    yesterday = date.fromisoformat(today) - timedelta(days=1)
    page.click("#edition")
    page.fill("[name=as_of]", yesterday.isoformat())
    page.click("text=Show that day")
    page.wait_for_function("() => document.querySelector('#edition').textContent.includes('2026-07-01')")
    assert ask(fresh, f"/api/grids?as_of={yesterday}")["features"] == old_line["features"]
    assert record.complaints == []


def test_the_reviewer_sends_a_draft_back_with_a_note(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    revision = move(desk, draft, 1, 30)["revision"]
    revision = tell(desk, f"/api/drafts/{draft}/edits/1", {"reason": "why not"}, revision)["revision"]
    day = ask(desk, "/api/desk")["now"][:10]
    tell(desk, f"/api/drafts/{draft}/review", {"valid_from": day, "edition_name": "x"}, revision)
    page = open_page(f"{desk}/planner/{draft}?panel=review")
    page.click("#send-back")
    page.fill(".reason-form input", "Keep the yard together")
    page.click(".reason-form button >> nth=0")
    page.wait_for_selector("text=Keep the yard together")
    assert ask(desk, f"/api/drafts/{draft}")["status"] == "draft"


def test_a_wrong_password_publishes_nothing_and_says_how_many_tries_are_left(
    fresh: str, open_page: Callable[..., Any]
) -> None:
    draft = start(fresh)
    revision = move(fresh, draft, 1, 30)["revision"]
    revision = tell(fresh, f"/api/drafts/{draft}/edits/1", {"reason": "why not"}, revision)["revision"]
    day = ask(fresh, "/api/desk")["now"][:10]
    tell(fresh, f"/api/drafts/{draft}/review", {"valid_from": day, "edition_name": "x"}, revision)
    page = open_page(f"{fresh}/planner/{draft}?panel=review")
    page.click("#publish:not(:disabled)")
    page.fill("#publish-password", "not this one")
    page.click("#publish-now")
    page.wait_for_selector(".reason-form .refusal:has-text('4 tries are left')")
    assert ask(fresh, f"/api/drafts/{draft}")["status"] == "in_review"
    page.keyboard.press("Escape")
    page.wait_for_selector("#publish-password", state="detached")
    page.click("#publish")
    page.fill("#publish-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#to-command")


def test_another_planner_s_change_is_seen_without_loading_again(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    move(desk, draft, 1, -100)
    page.wait_for_selector("#saved:has-text('revision 2')", timeout=12_000)
    page.wait_for_function("() => Number(document.querySelector('[data-figure=moved] .fig').textContent) > 0")
    assert "1" in page.inner_text("#tab-history")


def drag(page: Any, down: int) -> None:
    """Pull the middle vertex of the chosen edge down by so many pixels."""
    page.wait_for_selector(".handle[data-n]", state="attached")
    boxes = page.eval_on_selector_all(
        ".handle.vertex, .handle[class*=vertex]",
        "(all) => all.map((it) => it.getBoundingClientRect()).map((b) => [b.x + b.width / 2, b.y + b.height / 2])",
    )
    x, y = boxes[len(boxes) // 2]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x, y + down * step / 5)
        page.wait_for_timeout(60)
    page.mouse.up()


def test_a_drag_tells_its_consequences_before_and_after_the_hand_lets_go(
    desk: str, open_page: Callable[..., Any], record: Record
) -> None:
    draft = start(desk)
    edge = edge_between(desk, draft, LANTERN, BRICK_LANE)["id"]
    page = open_page(f"{desk}/planner/{draft}?tool=edge&edge={edge}")
    shown(page)
    drag(page, 90)
    page.wait_for_selector("h1:has-text('What the last edit did')")
    effect = ask(desk, f"/api/drafts/{draft}/effect")
    assert (figure(page, "moved"), figure(page, "ground")) == (effect["moved"], effect["households"])
    page.click("[data-id='planner.effect.all']")
    assert "What the draft does" in page.inner_text(".effect-head")
    assert (record.complaints, page.evaluate("window.__violations")) == ([], [])


def test_of_two_planners_at_one_line_the_second_sees_both_and_chooses(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    edge = edge_between(desk, draft, LANTERN, BRICK_LANE)["id"]
    page = open_page(f"{desk}/planner/{draft}?tool=edge&edge={edge}")
    shown(page)
    page.wait_for_selector(".handle[data-n]", state="attached")
    # Between two looks at the server: the page does not know yet.
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    move(desk, draft, 1, -60)
    drag(page, 90)
    page.wait_for_selector("text=Two versions of one line")
    page.wait_for_selector(".o-mine", state="attached")
    assert page.locator(".o-theirs").count() > 0
    page.click("text=Take theirs")
    assert ask(desk, f"/api/drafts/{draft}")["revision"] == 2
    page.click("#tab-history")
    assert "Edits that gave way" in page.inner_text("#part-history")


def test_changes_of_different_lines_are_both_kept(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    edge = edge_between(desk, draft, LANTERN, BRICK_LANE)["id"]
    page = open_page(f"{desk}/planner/{draft}?tool=edge&edge={edge}")
    shown(page)
    page.wait_for_selector(".handle[data-n]", state="attached")
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    move(desk, draft, 1, 40, pair=("990101001001001", "990101001001004"))
    drag(page, 60)
    page.wait_for_selector("text=Both changes hold")
    assert [it["in_effect"] for it in ask(desk, f"/api/drafts/{draft}")["edits"]] == [True, True]


def test_a_grid_in_two_pieces_is_refused_until_a_reason_is_given(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    page = open_page(f"{desk}/planner/{draft}?tool=transfer")
    shown(page)
    page.click("[data-mode=ring]")
    middle = page.locator("#map").bounding_box()
    x, y = middle["x"] + middle["width"] * 0.52, middle["y"] + middle["height"] * 0.56
    for dx, dy in ((0, 0), (40, 0), (40, 30), (0, 30)):
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(350)
    page.select_option(".bar-choice select", "990101001001001")
    page.keyboard.press("Enter") if page.locator(".drawbar .pri").count() == 0 else page.click(".drawbar .pri")
    page.wait_for_selector("text=A grid in two pieces needs a reason")
    assert ask(desk, f"/api/drafts/{draft}")["revision"] == 1
    page.fill(".alertcard input", "The yard belongs to the school")
    page.click("text=Keep the pieces")
    page.wait_for_selector(".alertcard", state="detached")
    assert ask(desk, f"/api/drafts/{draft}")["checks"]["in_pieces"] != []


def test_a_proposal_is_applied_step_by_step(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    page = open_page(f"{desk}/planner/{draft}?panel=proposals")
    page.wait_for_selector(".stepcard", timeout=60_000)
    steps = page.locator(".stepcard").count()
    page.hover(".stepcard >> nth=0")
    page.wait_for_selector(".o-step", state="attached")
    page.click("[data-id=apply-1]")
    page.wait_for_selector(".stepcard >> nth=0 >> text=Applied", timeout=60_000)
    assert page.locator(".stepcard").count() == steps
    found = ask(desk, f"/api/drafts/{draft}")
    assert (found["position"], found["edits"][0]["kind"]) == (1, "proposal")
    assert found["edits"][0]["reason"] != ""


def test_a_picked_grid_is_renamed_as_an_edit(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.locator("#map").click(position={"x": 300, "y": 560})
    page.click(".gridpick summary")
    page.fill(".gridpick [name=name]", "<b>New Mill</b>")
    page.fill(".gridpick [name=reason]", "Renamed by the council")
    page.click(".gridpick [type=submit]")
    page.wait_for_selector(".gridpick h2:has-text('<b>New Mill</b>')")
    edits = ask(desk, f"/api/drafts/{draft}")["edits"]
    assert [(it["kind"], it["reason"]) for it in edits] == [("attributes", "Renamed by the council")]


def test_a_file_goes_out_and_comes_back_as_one_edit(desk: str, open_page: Callable[..., Any], tmp_path: Any) -> None:
    other = start(desk, "elsewhere")
    move(desk, other, 1, -100)
    with urlopen(f"{desk}/api/drafts/{other}/export?format=geojson") as answer:
        (tmp_path / "edited.geojson").write_bytes(answer.read())
    draft = start(desk)
    page = open_page(f"{desk}/planner/{draft}?panel=history")
    shown_in_history = "#part-history [name=file]"
    page.wait_for_selector(shown_in_history)
    page.set_input_files(shown_in_history, str(tmp_path / "edited.geojson"))
    page.fill("[name=file-reason]", "Drawn at the planning office")
    page.click("text=Take the file over as one edit")
    page.wait_for_selector(".histstep.here:has-text('Drawn at the planning office')")
    was, now = (ask(desk, f"/api/drafts/{one}/effect")["moved"] for one in (other, draft))
    assert was == now > 0


def test_a_draft_follows_the_edition_that_came_into_force_meanwhile(fresh: str, open_page: Callable[..., Any]) -> None:
    draft, other = start(fresh), start(fresh, "quicker")
    move(fresh, draft, 1, -60)
    revision = move(fresh, other, 1, 40, pair=("990101001001001", "990101001001004"))["revision"]
    revision = tell(fresh, f"/api/drafts/{other}/edits/1", {"reason": "the lane"}, revision)["revision"]
    day = ask(fresh, "/api/desk")["now"][:10]
    revision = tell(fresh, f"/api/drafts/{other}/review", {"valid_from": day, "edition_name": "Quick"}, revision)[
        "revision"
    ]
    tell(fresh, f"/api/drafts/{other}/publish", {"password": PASSWORD}, revision)
    page = open_page(f"{fresh}/planner/{draft}")
    shown(page)
    page.click("[data-id=rebase]")
    page.wait_for_selector("text=stands on the plan in force now")
    page.wait_for_selector("[data-id=rebase]", state="detached")
    assert ask(fresh, f"/api/drafts/{draft}")["is_behind"] is False
    assert page.inner_text(".draftchip").endswith(f"on edition {day}")


def test_the_focus_goes_to_a_list_and_comes_back_to_its_number(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -120)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.focus("[data-figure=moved] .fig")
    page.keyboard.press("Enter")
    page.wait_for_selector(".part-list .item")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.getAttribute('data-id') === 'figure-moved'")


def test_a_narrow_window_and_a_page_twice_as_large_lose_nothing(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -138)
    for size in ((1366, 768), (960, 540), (683, 384)):
        page = open_page(f"{desk}/planner/{draft}", viewport={"width": size[0], "height": size[1]})
        shown(page)
        assert page.evaluate(OVERFLOWING) in ([], ["tools"]), size
        for tab in ("proposals", "history", "review", "effect"):
            page.click(f"#tab-{tab}")
            assert page.is_visible(f"#part-{tab}")
        page.locator("#why").scroll_into_view_if_needed()
        assert page.locator("#why").is_visible()


def test_the_chinese_page_has_every_sentence(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -138)
    page = open_page(f"{desk}/planner/{draft}?lang=zh")
    shown(page)
    for tab in ("proposals", "history", "review", "effect"):
        page.click(f"#tab-{tab}")
        page.wait_for_timeout(200)
        text = page.inner_text("body")
        assert not re.findall(r"\b(?:planner|draw|rule)\.[a-z_.]+", text), tab
        own = page.evaluate(OWN_WORDS)
        assert [it for it in own if re.fullmatch(r"[A-Za-z ]{4,}", it)] == [], tab


def test_names_that_are_attacks_stay_text(tmp_path: Any, open_page: Callable[..., Any], record: Record) -> None:
    config = Config(tmp_path)
    with serving(create_app(config, assemble(config, hostile_store(), StillClock()))) as address:
        draft = start(address, "<img src=x onerror=window.__hit=1>{{7*191}}${window.__hit=1}")
        page = open_page(f"{address}/planner")
        page.wait_for_selector(".draftcard")
        assert "<img src=x" in page.inner_text(".draftcard")
        page.goto(f"{address}/planner/{draft}")
        shown(page)
        for tab in ("proposals", "history", "review", "effect"):
            page.click(f"#tab-{tab}")
        page.keyboard.press("k")
        page.wait_for_timeout(800)
        assert "{{7*191}}" in page.inner_text("#draftbar")
        assert page.evaluate("window.__hit") is None
        assert page.evaluate("window.__violations") == []
        assert [it for it in record.complaints if "status of 4" not in it] == []


def test_what_an_edition_changed_is_told_grid_by_grid(desk: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{desk}/planner")
    page.click("text=What changed")
    page.wait_for_selector(".changed li")
    words = page.inner_text(".changed")
    assert "06 Brick Lane: split from 05" in words
    assert "05 Lantern: redrawn, renamed, other staffing" in words
    assert "5 grids stay as they were" in words


def test_a_line_beside_a_street_is_laid_on_it_by_one_press(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -138)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.wait_for_selector(".finding[data-rule=beside_street]")
    before = page.locator(".finding[data-rule=beside_street]").count()
    page.click(".finding[data-rule=beside_street] >> nth=0 >> text=Snap")
    page.wait_for_function(f"() => document.querySelectorAll('.finding[data-rule=beside_street]').length < {before}")
    edits = ask(desk, f"/api/drafts/{draft}")["edits"]
    assert [(it["kind"], it["reason"]) for it in edits[1:]] == [("snap", "Follows the street")]


def test_every_control_has_a_name_and_no_type_is_too_small(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -138)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.wait_for_selector(".finding")
    for tab in ("history", "review", "effect"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(NAMELESS) == [], tab
        assert page.evaluate(SMALLEST_TYPE) >= 13, tab


def test_a_silent_server_is_told_and_nothing_is_lost(desk: str, open_page: Callable[..., Any]) -> None:
    draft = start(desk)
    move(desk, draft, 1, -60)
    page = open_page(f"{desk}/planner/{draft}")
    shown(page)
    page.context.set_offline(True)
    page.wait_for_selector("#saved.lost", timeout=15_000)
    page.click("[data-id=undo]")
    page.wait_for_selector("text=Nothing was changed")
    page.context.set_offline(False)
    page.wait_for_selector("#saved:not(.lost)", timeout=15_000)
    assert ask(desk, f"/api/drafts/{draft}")["position"] == 1
