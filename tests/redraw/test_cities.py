"""Random edits of real cities over HTTP: the map is whole, what moved equals a recount, undo gives back the doubles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from geo.random_edits import RandomEdits
from redraw.commands import command_of
from signed import sign_in
from square import StillClock
from web.drafting import Planner

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.files.reader import SandboxReader
from mapsvc.geo.partition.arc import GAP
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, Certainty, IncidentBatch, Status
from mapsvc.model.plan import Plan
from mapsvc.model.task_type import TaskType
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

pytestmark = pytest.mark.realdata
POINTS = 3000
# boundaries, metres that mend them for redrawing (None: they need none)
CITIES = {
    "dc": ("dc_ward-2012", None),
    "chicago_2012": ("chicago_wards_from_precincts_2012", 1),
    "chicago_2023": ("chicago_wards_from_precincts_2023", 1),
    "houston": ("houston_super_neighborhoods", 5),
    "boston": ("boston_neighborhoods", 2),
    "beats": ("chicago_beats_2014", 1),
}


def city(shared: Path, folder: Path, name: str) -> Services:
    store, clock = MemoryStore(), StillClock()
    door = Exchange(store, SandboxReader(), clock)
    done = door.import_boundaries(
        shared / f"data/boundaries/{name}.geojson",
        crs=None, code=None, name=None, fix_m=0, accept="as published",
    )  # fmt: skip
    store.put_task_types([TaskType("lamp", "Street lamp", "路灯")], at=clock.now(), post="test")
    store.add_incidents(points_in(done.plan, clock.now()), at=clock.now(), post="test", source="test")
    return assemble(Config(folder), store, clock)


def points_in(plan: Plan, now: int) -> IncidentBatch:
    """Half anywhere, half on vertices, which are on the lines of several grids."""
    rng = np.random.default_rng(3)
    shapes = np.array([grid.polygon for grid in plan.grids], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    vertices = shapely.get_coordinates(shapes)
    spots = np.column_stack([rng.uniform(west, east, POINTS), rng.uniform(south, north, POINTS)])
    spots[: POINTS // 2] = vertices[rng.integers(0, len(vertices), POINTS // 2)]
    return IncidentBatch(
        "test",
        POINTS,
        {
            "channel_ref": [f"n{number}" for number in range(POINTS)],
            "task_type": ["lamp"] * POINTS,
            "title": ["Lamp"] * POINTS,
            "occurred_at": np.full(POINTS, now - 86_400),
            "reported_at": np.full(POINTS, now - 86_400),
            "status": np.full(POINTS, STATUS_CODE[Status.HANDLING]),
            "lon": spots[:, 0],
            "lat": spots[:, 1],
            "grid_code": [""] * POINTS,
            "certainty": [CERTAINTY_CODE[Certainty.OUTSIDE]] * POINTS,
        },
    )


class Judge:
    """The draft as shapes alone, and who owns each incident by them."""

    def __init__(self, services: Services, planner: Planner) -> None:
        self.state = services.redraw.desk.sessions.state(planner.id)
        partition = self.state.partition
        self.plan = self.state.plan
        self.shapes = np.array([grid.polygon for grid in self.plan.grids], dtype=object)
        self.gap = partition.polygon(GAP) if partition.arcs_of(GAP) else shapely.Polygon()
        self.ground = sum(shape.area for shape in self.shapes) + self.gap.area
        columns = services.store.load_columns()
        owner = np.full(len(columns.lon), len(self.shapes))
        points = shapely.points(columns.lon, columns.lat)
        point, grid = shapely.STRtree(self.shapes).query(points, predicate="covered_by")
        np.minimum.at(owner, point, grid)
        self.owner = np.array([*(grid.id for grid in self.plan.grids), ""])[owner]

    def check(self) -> None:
        assert shapely.is_valid(self.shapes).all()
        if not shapely.coverage_is_valid(self.shapes):
            one, two = shapely.STRtree(self.shapes).query(self.shapes, predicate="intersects")
            pairs = self.shapes[one[one < two]], self.shapes[two[one < two]]
            assert not shapely.relate_pattern(*pairs, "T********").any()

    def check_frame(self) -> None:
        covered = shapely.union(shapely.union_all(self.shapes), self.gap)
        assert covered.symmetric_difference(self.plan.frame).area < 1e-9 * self.ground


def start(client: FlaskClient, services: Services, fix_m: float | None) -> Planner:
    plan = services.store.list_plans()[0].id
    if fix_m is not None:
        refused = client.post("/api/drafts", json={"name": "As it is", "plan": plan})
        if refused.status_code == 422:
            assert refused.json["findings"]["features"]
            mended = client.post("/api/drafts", json={"name": "Mended", "plan": plan, "fix_m": fix_m})
            assert mended.status_code == 201, mended.text
            plan = mended.json["base"]["id"]
    return Planner(client, "City", plan=plan)


def draw(services: Services, planner: Planner, edits: int) -> int:
    """How many of so many edits were accepted, all of them recounted."""
    draws, before, done = RandomEdits(5), Judge(services, planner), 0
    for number in range(edits):
        command = command_of(draws.draw(before.state.partition)[1])
        if command is None:
            continue
        answer = planner.edit(command, "why")
        if answer.status_code != 201:
            refused: Any = answer.json
            assert answer.status_code == 422, answer.text
            assert refused["findings"]["features"]
            continue
        after = Judge(services, planner)
        after.check()
        assert answer.json["effect"]["moved"] == (before.owner != after.owner).sum(), command
        if not command.get("frame"):
            assert after.ground == pytest.approx(before.ground, rel=1e-6)
        if number % 10 == 0:
            after.check_frame()
        before, done = after, done + 1
    before.check_frame()
    return done


@pytest.mark.slow
@pytest.mark.parametrize("name", CITIES)
def test_a_real_city_is_redrawn_over_http_and_undone_bit_for_bit(shared: Path, tmp_path: Path, name: str) -> None:
    file, fix_m = CITIES[name]
    services = city(shared, tmp_path, file)
    app = create_app(services.config, services)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    planner = start(sign_in(app), services, fix_m)
    first = Judge(services, planner)
    assert draw(services, planner, 150) > 60
    assert planner.send("/undo", {"to": 0}).status_code == 200
    last = Judge(services, planner)
    assert [grid.polygon.wkb for grid in last.plan.grids] == [grid.polygon.wkb for grid in first.plan.grids]
    assert last.plan.frame.wkb == first.plan.frame.wkb
