"""A store with boundaries and nothing else: what a report says where nobody can be sent, and when somebody can."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from served import Record, ready, serving
from signed import key_of
from square import NOW, SOUTH, STEP, TZ, WEST, square_plan

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.community import Community
from mapsvc.model.post import Department
from mapsvc.model.task_type import TaskType
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import SystemClock, assemble


def test_the_card_says_what_to_do_and_a_department_can_be_chosen_once_there_is_one(
    tmp_path: Path, open_page: Callable[..., Any], record: Record
) -> None:
    config, store = Config(tmp_path), MemoryStore()
    services = assemble(config, store, SystemClock())
    store.put_community(Community("Bare", "", TZ), at=NOW, post="test")
    store.put_task_types([TaskType("lamp", "Street lamp")], at=NOW, post="test")
    store.put_plan(square_plan(), at=NOW, post="test")
    with serving(create_app(config, services), as_role=None) as address:
        report = {"ref": "a", "type": "lamp", "title": "Lamp out", "datum": "wgs84"}
        place = {"lon": WEST + STEP / 2, "lat": SOUTH + STEP / 2}
        head = {"Content-Type": "application/json", **key_of(services, "dispatcher")}
        with urlopen(Request(f"{address}/api/reports", json.dumps(report | place).encode(), head)) as answer:
            incident = json.load(answer)["id"]
        page = open_page(f"{address}/command?lang=en&sel=inc:{incident}", role="dispatcher")
        ready(page)
        page.wait_for_selector("[data-part=advice] .note.warn")
        said = page.inner_text("[data-part=advice]")
        assert "Nobody can be sent yet." in said
        assert "mapsvc import posts" in said
        assert "No time limit is set" in said
        assert page.locator("#panel [data-main], [data-id=case-c], [data-id=case-b]").count() == 0
        assert page.locator("[data-id=case-r], [data-id=step-accept]").count() == 2
        store.put_departments([Department("works", "Works")], at=NOW, post="test")
        page.reload()
        ready(page)
        page.click("#panel [data-main]:has-text('Choose who goes')")
        page.check(".case-choice:has-text('Works') input[type=checkbox]")
        page.click("[data-id=choose-send]")
        page.wait_for_selector(".case-undo:has-text('to Works')")
    assert (record.complaints, record.failed) == ([], [])
