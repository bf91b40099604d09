"""The desk where there are many grids and thousands of incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from served import Record, ready, serving, settled
from shapely.geometry import box
from square import DAY, HOUR, NOW, SOUTH, STEP, WEST, StillClock, square_plan

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.geo.measure import area_m2
from mapsvc.model.community import Community
from mapsvc.model.incident import STATUS_CODE, IncidentBatch, Status
from mapsvc.model.task_type import TaskType
from mapsvc.services.exchange.stocking import locate_batch
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

SIDE, OPEN, OVERDUE = 7, 3000, 12


def city_store() -> MemoryStore:
    """49 squares; 3,000 open matters, the first 12 of them overdue, all others with time left."""
    boxes = {
        f"{row}{column}": box(
            WEST + column * STEP, SOUTH + row * STEP, WEST + (column + 1) * STEP, SOUTH + (row + 1) * STEP
        )
        for row in range(SIDE)
        for column in range(SIDE)
    }
    model = square_plan().grids[0]
    areas = area_m2(list(boxes.values()), 4542)
    grids = tuple(
        replace(model, id=f"g{code}", code=code, name=code, polygon=shape, area_m2=float(area))
        for (code, shape), area in zip(boxes.items(), areas, strict=True)
    )
    frame = box(WEST, SOUTH, WEST + SIDE * STEP, SOUTH + SIDE * STEP)
    plan = square_plan(grids=grids, frame=frame)
    rng = np.random.default_rng(7)
    due = np.where(np.arange(OPEN) < OVERDUE, NOW - HOUR, NOW + 20 * DAY)
    batch = IncidentBatch(
        "test",
        OPEN,
        {
            "channel_ref": [f"r{number}" for number in range(OPEN)],
            "task_type": "lamp",
            "title": "Lamp",
            "occurred_at": NOW - rng.integers(HOUR, 20 * DAY, OPEN),
            "due_at": due,
            "status": STATUS_CODE[Status.HANDLING],
            "lon": WEST + rng.random(OPEN) * SIDE * STEP,
            "lat": SOUTH + rng.random(OPEN) * SIDE * STEP,
            "accuracy_m": 5.0,
        },
    )
    store = MemoryStore()
    put: dict[str, Any] = {"at": NOW, "post": "test"}
    store.put_community(Community("City", tz="Asia/Shanghai"), **put)
    store.put_task_types([TaskType("lamp", "Street lamp", limit_hours=24 * 30)], **put)
    store.put_plan(plan, **put)
    store.add_incidents(locate_batch(batch, plan), **put, source="test")
    return store


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = Config(tmp_path_factory.mktemp("city"))
    with serving(create_app(config, assemble(config, city_store(), StillClock()))) as address:
        yield address


def test_areas_are_compared_per_km2_and_the_table_holds_the_raw_count(city: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{city}/command")
    settled(page)
    assert "per km²" in page.inner_text("#legend")
    assert "3,000 incidents" in page.inner_text(".cityrail h1")
    assert page.locator("#panel table >> nth=0").locator("tbody tr").count() == 10
    tenth = int(page.inner_text("#panel .link.num >> nth=1"))
    page.click("#panel .link.num >> nth=1")
    assert page.locator("#panel table tbody tr").count() == tenth


def test_density_carries_the_many_and_red_ones_still_stand_alone(
    city: str, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{city}/command?layers=inc")
    settled(page)
    page.wait_for_selector("img.leaflet-tile", state="attached")
    assert page.locator(".pane-incidents .s-red").count() == OVERDUE
    assert page.locator(".pane-incidents .s-green").count() == 0
    assert "12 of 3,000 drawn singly" in page.inner_text("#legend")
    assert (record.complaints, record.failed) == ([], [])


def test_the_compare_line_moves_by_arrow_keys_and_is_in_the_address(city: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{city}/command?cmp=0.50")
    ready(page)
    page.focus(".compare")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**cmp=0.52")
    assert page.get_attribute(".compare", "aria-valuenow") == "52"
    left, right = (page.evaluate(f"document.querySelector('.pane-{it}').style.clip") for it in ("fill", "density"))
    assert left.startswith("rect(")
    assert right.startswith("rect(")
    assert left != right


def test_a_class_of_the_legend_opens_its_grids_and_the_map_shows_only_them(
    city: str, open_page: Callable[..., Any], record: Record
) -> None:
    page = open_page(f"{city}/command?layers=count")
    settled(page)
    steps = page.locator("#legend button.step")
    assert steps.count() == 5
    steps.nth(4).click()
    page.wait_for_url("**sel=class:5*")
    rows = page.locator("#panel table tbody tr")
    desk = page.evaluate("fetch('/api/desk').then((it) => it.json())")
    members = [grid for grid, k in zip(desk["grids"], desk["measure"]["classes"], strict=True) if k == 4]
    assert rows.count() == len(members) > 5
    best = max(members, key=lambda it: it["per_km2"])
    assert rows.nth(0).locator("button").nth(0).inner_text() == best["code"]
    assert page.locator(".area.off-filter").count() == len(desk["grids"]) - len(members)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.id") == "class-5"
    assert page.locator(".area.off-filter").count() == 0
    assert (record.complaints, record.failed) == ([], [])


def test_hot_cells_of_a_city_come_without_those_that_tell_nothing(city: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{city}/command?layers=count")
    with page.expect_response("**/api/hotspots*") as answer:
        page.keyboard.press("4")
    assert "only=hot%2Ccold" in answer.value.url
    assert {cell["properties"]["kind"] for cell in answer.value.json()["features"]} <= {"hot", "cold"}
