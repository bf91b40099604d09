"""What an edit is said to do, against a recount that shares nothing with it but the shapes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from geo.random_edits import RandomEdits
from redraw.commands import command_of
from shapely.geometry import box
from signed import sign_in
from square import DAY, NOW, SOUTH, STEP, WEST, StillClock, fill, square_plan
from web.drafting import Planner

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, Certainty, IncidentBatch, Status
from mapsvc.model.site import Site
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

EPSG = 4542
POINTS = 4000
CLOSED = STATUS_CODE[Status.CLOSED]


def random_batch(rng: np.random.Generator) -> IncidentBatch:
    """Incidents all over, some on the very lines; a third is closed, half is older than the days that make the load."""
    lon = WEST + rng.uniform(-0.1, 3.1, POINTS) * STEP
    lat = SOUTH + rng.uniform(-0.1, 3.1, POINTS) * STEP
    lon[:200] = WEST + rng.integers(0, 4, 200) * STEP
    lat[100:300] = SOUTH + rng.integers(0, 4, 200) * STEP
    plan, points = square_plan(), shapely.points(lon, lat)
    # Backwards: the lowest code has the last word.
    codes = np.full(POINTS, "", dtype="U2")
    for grid in reversed(plan.grids):
        codes[shapely.covers(grid.polygon, points)] = grid.code
    occurred = NOW - rng.integers(0, 180, POINTS) * DAY
    closed = rng.random(POINTS) < 1 / 3
    return IncidentBatch(
        "hotline",
        POINTS,
        {
            "channel_ref": [f"n{number}" for number in range(POINTS)],
            "task_type": ["lamp"] * POINTS,
            "title": ["Lamp"] * POINTS,
            "occurred_at": occurred,
            "reported_at": occurred,
            "closed_at": np.where(closed, NOW, 0),
            "status": np.where(closed, CLOSED, STATUS_CODE[Status.HANDLING]),
            "lon": lon,
            "lat": lat,
            "grid_code": codes.tolist(),
            "certainty": [CERTAINTY_CODE[Certainty.CERTAIN]] * POINTS,
        },
    )


def doors(rng: np.random.Generator, count: int = 300) -> list[Site]:
    x, y = WEST + rng.uniform(0, 3, count) * STEP, SOUTH + rng.uniform(0, 3, count) * STEP
    return [
        Site(
            f"house-{i}",
            "building",
            box(x[i], y[i], x[i] + 1e-4, y[i] + 1e-4),
            f"House {i}",
            address=f"{i} Main St",
            households=int(i % 7),
        )
        for i in range(count)
    ]


@pytest.fixture
def services(tmp_path: Path) -> Services:
    rng, store = np.random.default_rng(1), fill(MemoryStore())
    store.add_incidents(random_batch(rng), at=NOW, post="test", source="test")
    store.put_sites(doors(rng), at=NOW, post="test", source="houses")
    return assemble(Config(tmp_path), store, StillClock())


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return sign_in(create_app(services.config, services))


class Recount:
    """Everything counted from scratch with geopandas, from what the service tells over HTTP."""

    def __init__(self, client: FlaskClient, services: Services, draft_id: str) -> None:
        told = client.get(f"/api/drafts/{draft_id}/export?format=geojson").json
        self.shapes = {one["properties"]["code"]: shapely.geometry.shape(one["geometry"]) for one in told["features"]}
        self.codes = sorted(self.shapes)
        columns = services.store.load_columns()
        points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(columns.lon, columns.lat), crs=4326)
        # Of sensitive matters no draft tells anything.
        told = np.isfinite(columns.lon) & ~columns.sensitive
        self.owner = self.owners(points[told]).reindex(range(len(columns.lon)), fill_value="")
        self.is_open = np.asarray(columns.status) != CLOSED
        today = dt.datetime(2026, 11, 23, tzinfo=dt.timezone(dt.timedelta(hours=8)))
        self.recent = columns.occurred_at >= (today - dt.timedelta(days=90)).timestamp()
        houses = [one for one in services.store.list_sites() if one.kind == "building"]
        self.households = np.array([one.households or 0 for one in houses])
        self.addresses = np.array([int(bool(one.address)) for one in houses])
        places = geopandas.GeoDataFrame(geometry=[one.geometry.representative_point() for one in houses], crs=4326)
        self.house_owner = self.owners(places)
        # An edge is straight in degrees: in the plane it is bent, and measured in short pieces.
        self.plane = geopandas.GeoSeries(self.shapes, crs=4326).segmentize(0.0005).to_crs(EPSG)

    def owners(self, points: geopandas.GeoDataFrame) -> Any:
        """The lowest code of the grids that cover each point, "" for none."""
        grids = geopandas.GeoDataFrame({"code": self.codes}, geometry=[self.shapes[c] for c in self.codes], crs=4326)
        joined = points.sjoin(grids, how="left", predicate="covered_by")
        return joined["code"].fillna("").groupby(level=0).min()

    def load(self, code: str) -> int:
        return int(((self.owner == code).to_numpy() & self.recent).sum())

    def area_m2(self, code: str) -> float:
        return float(self.plane[code].area) if code in self.shapes else 0.0


def ground_that_changes(before: Recount, after: Recount) -> float:
    """Ground that is another grid's than before, in m2 of the plane."""
    stays = sum(
        shapely.intersection(before.plane[code], after.plane[code]).area
        for code in before.codes
        if code in after.shapes
    )
    # What joins or leaves the plan changes too.
    all_ground = shapely.union(*(shapely.union_all(list(side.plane)) for side in (before, after)))
    return float(all_ground.area - stays)


def check(effect: dict[str, Any], before: Recount, after: Recount) -> None:
    moved = (before.owner != after.owner).to_numpy()
    assert effect["moved"] == moved.sum()
    assert effect["open"] == (moved & before.is_open).sum()
    houses = (before.house_owner != after.house_owner).to_numpy()
    assert effect["households"] == before.households[houses].sum()
    assert effect["addresses"] == before.addresses[houses].sum()
    assert effect["area_m2"] == pytest.approx(ground_that_changes(before, after), rel=1e-3, abs=30)
    for row in effect["grids"]:
        code = row["code"]
        assert row["load"] == [before.load(code), after.load(code)]
        assert row["area_m2"] == pytest.approx([before.area_m2(code), after.area_m2(code)], abs=1)
        for side, pieces in zip((before, after), row["pieces"], strict=True):
            shape = side.shapes.get(code)
            assert pieces == (0 if shape is None else len(shapely.get_parts(shape)))
    loads = [after.load(code) for code in after.codes]
    assert effect["load"]["mean"] == pytest.approx(np.mean(loads))
    assert effect["load"]["ratio"] == pytest.approx(max(loads) / np.mean(loads))
    assert effect["load"]["spread"] == pytest.approx(np.std(loads) / np.mean(loads))
    assert effect["others"]["load"] + sum(row["load"][1] for row in effect["grids"]) == sum(loads)


def draw_and_recount(client: FlaskClient, services: Services, seed: int, edits: int) -> int:
    """So many accepted edits, each recounted; how many incidents they moved in all."""
    planner, draws = Planner(client, f"Recount {seed}"), RandomEdits(seed)
    first = before = Recount(client, services, planner.id)
    done = moved = 0
    while done < edits:
        _, drawn = draws.draw(services.redraw.desk.sessions.state(planner.id).partition)
        command = command_of(drawn)
        # The recount knows grids by their codes, so none is given a new one here.
        if command is None or "code" in command.get("values", {}):
            continue
        answer = planner.edit(command, "why")
        if answer.status_code != 201:
            assert answer.status_code in (400, 422), answer.text
            continue
        after = Recount(client, services, planner.id)
        check(answer.json["effect"], before, after)
        done, moved, before = done + 1, moved + answer.json["effect"]["moved"], after
    check(planner.get("/effect"), first, before)
    for by, total in (("incidents", len(before.owner)), ("addresses", len(before.house_owner))):
        rows = client.get(f"/api/crosswalk?plan=p1&with={planner.id}&by={by}").json["rows"]
        assert sum(row[2] for row in rows) == total
    check_crosswalk(client, planner.id, first, before)
    return moved


def check_crosswalk(client: FlaskClient, draft_id: str, first: Recount, last: Recount) -> None:
    """Incidents by old and new grid as a recount has them; area adds up to either plan."""
    rows = client.get(f"/api/crosswalk?plan=p1&with={draft_id}&by=incidents").json["rows"]
    told = {(row[0], row[1]): row[2] for row in rows if not row[0].startswith("(") and not row[1].startswith("(")}
    pairs = list(zip(first.owner, last.owner, strict=True))
    counted = {pair: pairs.count(pair) for pair in set(pairs) if all(pair)}
    assert told == counted
    rows = client.get(f"/api/crosswalk?plan=p1&with={draft_id}&by=area").json["rows"]
    for place, side in ((0, first), (1, last)):
        for code in side.codes:
            area = sum(row[2] for row in rows if row[place] == code)
            assert area == pytest.approx(side.area_m2(code), rel=1e-4, abs=30)


def test_what_edits_are_said_to_do_equals_a_recount_from_scratch(client: FlaskClient, services: Services) -> None:
    assert draw_and_recount(client, services, seed=11, edits=12) > 100


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 26))
def test_what_many_edits_are_said_to_do_equals_a_recount(client: FlaskClient, services: Services, seed: int) -> None:
    assert draw_and_recount(client, services, seed, edits=60) > 100


def test_the_farthest_door_is_as_far_as_its_nearest_post(client: FlaskClient, services: Services) -> None:
    """chief-11 serves 11 and stands near its corner; a junction takes doors of 12 in."""
    planner = Planner(client, "Far")
    near = (WEST + STEP, SOUTH + STEP)
    command = planner.move_end("11", "12", WEST + 1.5 * STEP, SOUTH + 1.4 * STEP, near=near)
    done = planner.edit(command, "why")
    assert done.status_code == 201, done.text
    row = next(one for one in done.json["effect"]["grids"] if one["code"] == "11")
    after = Recount(client, services, planner.id)
    houses = [one for one in services.store.list_sites() if one.kind == "building"]
    place = geopandas.GeoSeries.from_xy([WEST + 0.001], [SOUTH + 0.001], crs=4326).to_crs(EPSG)[0]
    spots = geopandas.GeoSeries([one.geometry.representative_point() for one in houses], crs=4326).to_crs(EPSG)
    mine = spots[(after.house_owner == "11").to_numpy()]
    assert row["farthest_m"][1] == pytest.approx(mine.distance(place).max(), rel=1e-6)
