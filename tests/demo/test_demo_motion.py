"""The demo's open matters in motion: real calls, real histories, the same desk as the files say."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mapsvc.casework.flow_json import read_flow
from mapsvc.config import Config
from mapsvc.demo.motion import rewind
from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.demo.networks import make_networks, read_networks
from mapsvc.demo.tables import read_tables
from mapsvc.errors import BadFile
from mapsvc.model.account import Account, actor_of
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.duty import read_hours
from mapsvc.model.incident import STATUSES, Status
from mapsvc.model.query import Query
from mapsvc.model.stocks import Stocks
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import GEODATA, Services, assemble, load_demo_into

NOW = 1_795_415_528
"""2026-11-23 14:32:08 in the community."""


class Clock:
    def now(self) -> int:
        return NOW


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    made = assemble(Config(tmp_path_factory.mktemp("demo")), MemoryStore(), Clock())
    load_demo_into(made)
    return made


@pytest.fixture(scope="module")
def cases(services: Services) -> list[dict[str, Any]]:
    account = services.store.find_account("dispatcher")
    assert isinstance(account, Account)
    columns = services.store.load_columns()
    open_rows = np.flatnonzero(columns.closed_at == 0)
    return [services.cases.case(f"i{fid}", actor_of(account)) for fid in columns.fid[open_rows].tolist()]


def test_the_open_matters_stand_where_the_files_say(services: Services, demo: Stocks, cases: list[Any]) -> None:
    figures = services.view.desk(Query())["figures"]
    named = ("open", "overdue", "waiting", "open_unlocated", "open_sensitive", "open_boundary")
    assert {name: figures[name] for name in named} == {
        "open": 47,
        "overdue": 4,
        "waiting": 4,
        "open_unlocated": 3,
        "open_sensitive": 2,
        "open_boundary": 5,
    }
    wanted = Counter(plan.status.value for plan in rewind(demo.batch, demo.task_types)[1])
    assert Counter(one["feature"]["properties"]["status"] for one in cases) == wanted
    lights = Counter(one["feature"]["properties"]["light"] for one in cases)
    assert lights == {"red": 4, "waiting": 4, "yellow": 7, "suspended": 1, "green": 31}
    assert 4 <= figures["dispatch_median_min"] <= 9


def test_whoever_is_expected_to_do_something_is_called_and_the_history_is_in_order(cases: list[Any]) -> None:
    called = ("dispatched", "handling", "suspended")
    for one in cases:
        status = one["feature"]["properties"]["status"]
        open_calls = [call for call in one["calls"] if not call["done_at"] and not call["dropped_at"]]
        assert bool(open_calls) is (status in called), (one["id"], status)
        assert sum(call["lead"] for call in open_calls) == (1 if status in called else 0)
        told = [entry["at"] for entry in one["history"]]
        assert told == sorted(told)
        assert one["history"][-1]["status"] == status or one["history"][-1]["kind"] == "incident.arrived"


def test_one_joint_call_misses_one_of_three(services: Services) -> None:
    (joint,) = services.view.desk(Query())["whistles"]
    assert (joint["called"], joint["arrived"]) == (3, 2)


def test_the_broken_manhole_was_reported_twice(services: Services, cases: list[Any]) -> None:
    (second,) = [one for one in cases if one["feature"]["properties"]["title"].startswith("Manhole cover")]
    (first, *_) = second["duplicates"]
    assert (first["distance_m"], first["minutes"], first["status"]) == (12.0, -35, "dispatched")
    dispatcher = services.store.find_account("dispatcher")
    assert dispatcher is not None
    advice = services.cases.recommend(second["id"], actor_of(dispatcher))
    chosen = [one["target"] for one in advice["candidates"] if one["recommended"]]
    assert chosen == ["post:02-worker-full-05", "department:fire"]


def test_six_networks_have_areas_and_each_names_a_department(services: Services, place: Neighbourhood) -> None:
    areas = services.cases.areas.listed()
    counts = Counter(area.network for area in areas)
    yards = len(place.compounds)
    assert counts == {"police": 2, "court": 1, "procuratorate": 1, "justice": 1, "owners": yards, "property": yards}
    known = {one.code for one in services.store.list_departments()}
    assert {area.department for area in areas} <= known
    assert all(area.geometry.is_valid and not area.geometry.is_empty for area in areas)
    frame = services.view.plan(Query()).plan.frame.buffer(1e-5)
    assert all(frame.covers(area.geometry) for area in areas)
    assert [area.code for area in make_networks(place)] == [area.code for area in read_networks(GEODATA)]


def test_all_posts_have_hours_that_can_be_read(demo: Stocks) -> None:
    assert all(read_hours(post.hours) or post.role == "micro_fire" for post in demo.posts)


def test_the_tables_are_read_and_the_workflow_is_the_one_that_holds_anyway(services: Services) -> None:
    assert {"workflow", "limits", "calendar"} <= {
        name for name in ("workflow", "limits", "calendar") if services.store.find_setting(name)
    }
    flow = tomllib.loads((GEODATA / "workflow.toml").read_text(encoding="utf-8"))
    assert read_flow(flow) == DEFAULT_FLOW
    rules = services.view.stage.registers(services.view.stage.journal.marks()).rules
    assert rules.limit("hidden_danger", 4).resolve == 4


def test_a_table_that_makes_no_sense_is_named_with_its_field(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text('[[limits]]\ntype = "*"\nresolve = -1\n', encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_tables(tmp_path)
    assert (refused.value.file, refused.value.field) == ("limits.toml", "limits[0].resolve")
    (tmp_path / "limits.toml").write_text("[[", encoding="utf-8")
    with pytest.raises(BadFile):
        read_tables(tmp_path)


def test_a_load_that_was_cut_short_is_completed(tmp_path: Path) -> None:
    class Torn(MemoryStore):
        left = 60

        def change_incidents(self, *given: Any, **more: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise OSError("The plug was pulled.")
            return super().change_incidents(*given, **more)

    torn = assemble(Config(tmp_path), Torn(), Clock())
    with pytest.raises(OSError, match="plug"):
        load_demo_into(torn)
    assert torn.store.find_community() is None
    load_demo_into(torn)
    figures = torn.view.desk(Query())["figures"]
    assert (figures["open"], figures["overdue"], figures["waiting"]) == (47, 4, 4)


def test_settled_rows_learn_when_they_were_dispatched(demo: Stocks) -> None:
    batch, planned = rewind(demo.batch, demo.task_types)
    assert len(planned) == 47
    began, status = batch.columns["dispatched_at"], batch.columns["status"]
    rows = np.flatnonzero(began > 0)
    assert len(rows) > 3000
    assert (began[rows] >= batch.columns["reported_at"][rows]).all()
    assert (began[rows] <= batch.columns["closed_at"][rows]).all()
    assert all(STATUSES[int(status[plan.row])] is Status.REPORTED for plan in planned)
