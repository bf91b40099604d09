"""Season after season: drafts race, one is published, the others are rebased; every edition is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from geo.random_edits import RandomEdits
from redraw.commands import command_of
from redraw.test_recount import random_batch
from signed import PASSWORD, sign_in
from square import NOW, StillClock, fill
from web.drafting import Planner

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

TODAY = "2026-11-23"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    store = fill(MemoryStore())
    store.add_incidents(random_batch(np.random.default_rng(7)), at=NOW, post="test", source="test")
    return assemble(Config(tmp_path), store, StillClock())


@pytest.fixture
def client(services: Services) -> FlaskClient:
    app = create_app(services.config, services)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return sign_in(app)


def draw(services: Services, planner: Planner, draws: RandomEdits, edits: int) -> None:
    done = 0
    while done < edits:
        command = command_of(draws.draw(services.redraw.desk.sessions.state(planner.id).partition)[1])
        if command is not None and command.get("frame", False) is False:
            answer = planner.edit(command, "why")
            assert answer.status_code in (201, 400, 422), answer.text
            done += answer.status_code == 201


def check_whole(services: Services, planner: Planner) -> None:
    partition = services.redraw.desk.sessions.state(planner.id).partition
    shapes = [partition.polygon(number) for number in partition.numbers]
    assert shapely.coverage_is_valid(np.array(shapes, dtype=object))
    assert shapely.coverage_union_all(shapes).symmetric_difference(partition.frame).area < 1e-10
    assert planner.get("")["checks"]["whole"]


def publish(services: Services, planner: Planner, name: str) -> Any:
    for one in planner.get("/findings")["features"]:
        if one["properties"]["open"]:
            kept = planner.send(f"/findings/{one['properties']['key']}", {"reason": "as it is"})
            assert kept.status_code == 200, kept.text
    sent = planner.to_review(TODAY, name)
    assert sent.status_code == 200, sent.text
    return planner.send("/publish", {"password": PASSWORD})


def carried(services: Services) -> list[str]:
    """The grid code that each incident carries, "" for none."""
    columns = services.store.load_columns()
    return [columns.grid_codes[code] if code >= 0 else "" for code in columns.grid.tolist()]


def check_carried(services: Services) -> None:
    """What the incidents carry is what the store's edition gives them, point by point."""
    columns = services.store.load_columns()
    plan = services.store.get_plan(str(services.store.find_assigned_plan()))
    shapes = np.array([grid.polygon for grid in plan.grids], dtype=object)
    owner = np.full(len(columns.lon), len(shapes))
    point, grid = shapely.STRtree(shapes).query(shapely.points(columns.lon, columns.lat), predicate="covered_by")
    np.minimum.at(owner, point, grid)
    codes = [*plan.codes, ""]
    assert [codes[place] for place in owner] == carried(services)


def season(client: FlaskClient, services: Services, seed: int, edits: int) -> str:
    """Three drafts of one edition; how the two late ones fared."""
    draws = RandomEdits(seed)
    planners = [Planner(client, f"Season {seed} {number}") for number in range(3)]
    for planner in planners:
        draw(services, planner, draws, edits)
    first, *late = planners
    before = carried(services)
    done = publish(services, first, f"Edition {seed}")
    assert done.status_code == 201, done.text
    assert done.json["reassigned"] == sum(one != two for one, two in zip(before, carried(services), strict=True))
    check_carried(services)
    told = []
    for planner in late:
        assert planner.get("")["is_behind"]
        assert planner.get("")["before_review"]
        rebased = planner.send("/rebase")
        told.append("rebased" if rebased.status_code == 200 else "clash")
        if rebased.status_code == 200:
            check_whole(services, planner)
            assert not planner.get("")["is_behind"]
            planner.get("/effect")
            planner.send("/undo", {"to": 0})
            base = services.redraw.desk.sessions.state(planner.id)
            stored = services.store.get_plan(done.json["plan"])
            assert [one.polygon.wkb for one in base.plan.grids] == [one.polygon.wkb for one in stored.grids]
        else:
            assert rebased.status_code == 409, rebased.text
            assert rebased.json["findings"]["features"]
            assert planner.get("")["is_behind"]
    return " ".join(told)


def test_editions_follow_each_other_and_late_drafts_are_rebased_or_told_where_they_clash(
    client: FlaskClient, services: Services
) -> None:
    told = [season(client, services, seed, edits=2) for seed in range(4)]
    assert any("rebased" in one for one in told)


@pytest.mark.slow
def test_many_seasons_of_longer_drafts(client: FlaskClient, services: Services) -> None:
    told = [season(client, services, seed, edits=1 + seed % 6) for seed in range(100, 130)]
    assert {word for one in told for word in one.split()} == {"rebased", "clash"}
