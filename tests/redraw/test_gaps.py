"""Ground without a grid stays in the frame, whatever is redrawn around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from flask.testing import FlaskClient
from shapely.geometry import Polygon, box
from signed import PASSWORD, sign_in
from square import NOW, SOUTH, STEP, WEST, StillClock, fill, square_plan
from web.drafting import Planner

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.geo.edit.frame_nodes import with_nodes
from mapsvc.model.plan import PlanStatus
from mapsvc.model.site import Site
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

MARSH = box(WEST + 1.2 * STEP, SOUTH + 1.2 * STEP, WEST + 1.4 * STEP, SOUTH + 1.4 * STEP)
"""A hole in grid 22 that no grid covers."""


@pytest.fixture
def services(tmp_path: Path) -> Services:
    store = fill(MemoryStore())
    plan = square_plan(id="marsh", name="With a marsh", valid_from=None)
    grids = list(plan.grids)
    grids[4] = replace(grids[4], polygon=grids[4].polygon.difference(MARSH))
    store.put_plan(replace(plan, status=PlanStatus.DRAFT, grids=tuple(grids)), at=NOW, post="test")
    streets = [
        shapely.linestrings([[WEST, SOUTH + y * STEP], [WEST + 3 * STEP, SOUTH + (y + 0.1) * STEP]])
        for y in (0.45, 1.3, 1.7, 2.4)
    ] + [shapely.linestrings([[WEST + x * STEP, SOUTH], [WEST + x * STEP, SOUTH + 3 * STEP]]) for x in (0.5, 1.3, 2.5)]
    store.put_sites(
        [Site(f"street-{i}", "street", street, f"Street {i}") for i, street in enumerate(streets)],
        at=NOW,
        post="test",
        source="test streets",
    )
    return assemble(Config(tmp_path), store, StillClock())


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return sign_in(create_app(services.config, services))


def test_a_fresh_plan_leaves_a_gap_of_the_old_one_a_gap(client: FlaskClient, services: Services) -> None:
    planner = Planner(client, "Anew", plan="marsh")
    before = services.redraw.desk.sessions.state(planner.id).partition
    told = planner.send("/proposals", {"kind": "fresh"})
    assert told.status_code == 200, told.text
    command = {"kind": "proposal", "proposal": told.json["proposal"], "steps": "all", "pieces_reason": "as proposed"}
    done = planner.edit(command, "anew")
    assert done.status_code == 201, done.text
    after = services.redraw.desk.sessions.state(planner.id).partition
    assert after.frame.symmetric_difference(before.frame).area < 1e-12
    assert after.polygon(-2).symmetric_difference(MARSH).area < 1e-12
    ground = shapely.union_all([after.polygon(number) for number in after.numbers])
    assert ground.symmetric_difference(before.frame.difference(MARSH)).area < 1e-12
    planner.send("/undo")
    assert services.redraw.desk.sessions.state(planner.id).partition.frame is before.frame


def test_a_frame_takes_the_vertices_that_lie_on_its_edges_and_no_others() -> None:
    frame = Polygon(box(0, 0, 1, 1).exterior, [box(0.4, 0.4, 0.6, 0.6).exterior.coords[::-1]])
    grids = [Polygon([(0, 0), (0.3, 0), (0.7, 0), (1, 0), (0.5, 0.4), (0, 0.5)]), box(0, 0.5, 0.2, 1)]
    noded = with_nodes(frame, grids)
    assert noded.equals(frame)
    assert set(noded.exterior.coords) - set(frame.exterior.coords) == {(0.3, 0), (0.7, 0), (0, 0.5), (0.2, 1)}
    assert set(noded.interiors[0].coords) - set(frame.interiors[0].coords) == {(0.5, 0.4)}
    assert with_nodes(frame, [frame]) is frame


def test_a_draft_with_another_gap_than_the_plan_in_force_is_read_compared_and_published(
    client: FlaskClient, services: Services
) -> None:
    planner = Planner(client, "Marsh", plan="marsh")
    assert planner.get("")["in_force"] == "p1"
    effect = planner.get("/effect")
    assert effect["moved"] == 0
    assert effect["area_m2"] == pytest.approx(0.04 * 951_700, rel=0.01)
    for rest in ("/moved", "/changes", "/findings", "/arcs", "/blocks"):
        planner.get(rest)
    assert planner.edit({"kind": "merge", "codes": ["32", "33"], "survivor": "33"}, "one team").status_code == 201
    gap = next(one for one in planner.get("/findings")["features"] if one["properties"]["rule"] == "gap")
    assert planner.send(f"/findings/{gap['properties']['key']}", {"reason": "a marsh"}).status_code == 200
    assert planner.to_review("2026-11-23").status_code == 200
    assert planner.send("/publish", {"password": PASSWORD}).json["reassigned"] == 0
    assert client.get("/api/desk").json["plan"]["grids"] == 8
    restored = Planner(client, "Back", plan="p1")
    assert restored.get("/effect")["area_m2"] == pytest.approx(1.04 * 951_700, rel=0.01)


def test_a_draft_can_replace_a_plan_that_is_no_partition(client: FlaskClient, services: Services) -> None:
    broken = square_plan(id="broken", name="Broken", valid_from=dt.date(2026, 6, 1))
    grids = list(broken.grids)
    grids[4] = replace(grids[4], polygon=box(WEST + 0.9 * STEP, SOUTH + STEP, WEST + 2 * STEP, SOUTH + 2 * STEP))
    services.store.put_plan(replace(broken, grids=tuple(grids)), at=NOW, post="test")
    assert client.get("/api/desk").json["plan"]["id"] == "broken"
    assert client.post("/api/drafts", json={"name": "As it is"}).status_code == 422
    planner = Planner(client, "Back to order", plan="p1")
    assert planner.get("")["in_force"] == "broken"
    planner.get("/findings")
    told = client.get(f"/api/drafts/{planner.id}/effect")
    assert (told.status_code, told.json["type"]) == (422, "/problems/cannot-tell")
    assert planner.edit({"kind": "merge", "codes": ["32", "33"], "survivor": "33"}, "one team").status_code == 201
    assert planner.to_review("2026-11-23").status_code == 200
    assert planner.send("/publish", {"password": PASSWORD}).status_code == 201
    rows = {row[0]: row[-1] for row in client.get("/api/counts?by=grid").json["rows"]}
    assert {code: rows.get(code, 0) for code in ("11", "12", "22", "33")} == {"11": 2, "12": 1, "22": 3, "33": 1}
