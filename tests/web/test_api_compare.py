"""GET /api/compare, /api/crosswalk, /api/lineage."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shapely.geometry import box
from signed import sign_in
from square import NOW, SOUTH, STEP, WEST, StillClock, fill, square_plan

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    store = fill(MemoryStore())
    plan, cut = square_plan(), WEST + 0.4 * STEP
    eleven = replace(plan.grids[0], polygon=box(WEST, SOUTH, cut, SOUTH + STEP), name="Pond")
    twelve = replace(plan.grids[1], polygon=box(cut, SOUTH, WEST + 2 * STEP, SOUTH + STEP))
    new = replace(plan, id="p2", grids=(eleven, twelve, *plan.grids[2:]), valid_from=dt.date(2027, 1, 1))
    store.put_plan(new, at=NOW, post="test")
    services = assemble(Config(tmp_path), store, StillClock())
    app = create_app(services.config, services)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return sign_in(app)


def test_a_comparison_tells_pieces_figures_and_lineage(client: FlaskClient) -> None:
    report = client.get("/api/compare?plan=p1&with=p2").json
    assert report["columns"] == ["kind", "from", "to", "area_m2", "width_m", "narrow"]
    (row,) = report["rows"]
    assert row[:3] == ["moved", "11", "12"]
    assert report["figures"]["moved_pieces"] == 1
    assert [line["kinds"] for line in report["figures"]["lineage"]] == [["redrawn", "renamed"], ["redrawn"]]
    assert (report["plan"], report["parameters"]["to_plan"]) == ("p1", "p2")


def test_the_plan_may_be_left_out_or_named_by_a_day(client: FlaskClient) -> None:
    for first in ("", "as_of=2026-06-01&"):
        assert client.get(f"/api/compare?{first}with=p2").json["plan"] == "p1"
    assert client.get("/api/compare?as_of=2027-06-01&with=p2").json["rows"] == []


def test_the_crosswalk_adds_up_for_incidents_addresses_and_area(client: FlaskClient) -> None:
    for by, total in (("incidents", 8), ("addresses", 1)):
        report = client.get(f"/api/crosswalk?plan=p1&with=p2&by={by}").json
        count = report["columns"].index("count")
        assert sum(row[count] for row in report["rows"]) == report["figures"]["total"] == total
    report = client.get("/api/crosswalk?plan=p1&with=p2&by=area").json
    assert report["columns"] == ["from", "to", "area_m2", "share"]
    assert client.get("/api/crosswalk?plan=p1&with=p2").json["parameters"]["by"] == "incidents"


def test_no_incident_and_no_point_is_told(client: FlaskClient) -> None:
    told = client.get("/api/crosswalk?plan=p1&with=p2&format=geojson")
    assert all(feature["geometry"] is None for feature in told.json["features"])
    assert "i1" not in told.text


def test_lineage_is_nested_json(client: FlaskClient) -> None:
    told = client.get("/api/lineage?plan=p2").json
    assert (told["plan"], told["parent"], len(told["grids"])) == ("p2", "p1", 9)
    twelve = told["grids"][1]
    assert (twelve["code"], twelve["id"], twelve["kinds"]) == ("12", "g12", ["redrawn"])
    assert [(one["plan"], one["code"], one["how"]) for one in twelve["from"]] == [
        ("p1", "12", "redrawn"), ("p1", "11", "transfer_from"),
    ]  # fmt: skip
    assert client.get("/api/lineage?plan=p1").json["parent"] is None


@pytest.mark.parametrize("path", ["compare?plan=p1&with=p2", "crosswalk?plan=p1&with=p2&by=area", "lineage?plan=p2"])
def test_every_answer_comes_as_json_csv_and_geojson(client: FlaskClient, path: str) -> None:
    table = client.get(f"/api/{path}&format=csv")
    assert table.content_type == "text/csv; charset=utf-8"
    assert "attachment" in table.headers["Content-Disposition"]
    header, *rows = csv.reader(io.StringIO(table.text))
    assert len(header) >= 4
    shapes = client.get(f"/api/{path}&format=geojson")
    assert shapes.content_type == "application/geo+json"
    assert len(shapes.json["features"]) == len(rows)
    assert all(feature["geometry"]["type"] in {"Polygon", "MultiPolygon"} for feature in shapes.json["features"])


def test_an_answer_that_the_asker_has_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("compare?plan=p1&with=p2", "crosswalk?plan=p1&with=p2", "lineage?plan=p2"):
        tag = client.get(f"/api/{path}").headers["ETag"]
        assert client.get(f"/api/{path}", headers={"If-None-Match": tag}).status_code == 304
    other = client.get("/api/compare?plan=p1&with=p2&tolerance_m=7").headers["ETag"]
    assert other != client.get("/api/compare?plan=p1&with=p2").headers["ETag"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("compare?plan=p1", 400, "with"),
        ("crosswalk?plan=p1&with=", 400, "with"),
        ("compare?plan=p1&with=p2&tolerance_m=-1", 400, "tolerance_m"),
        ("compare?plan=p1&with=p2&tolerance_m=nan", 400, "tolerance_m"),
        ("compare?plan=p1&with=p2&type=lamp", 400, "type"),
        ("crosswalk?plan=p1&with=p2&by=people", 400, "by"),
        ("lineage?plan=p1&format=pdf", 400, "format"),
        ("lineage?as_of=soon", 400, "as_of"),
        ("compare?plan=p9&with=p2", 400, "plan"),
        ("compare?plan=p1&with=p9", 400, "with"),
        ("crosswalk?plan=p1&with=p9", 400, "with"),
        ("lineage?plan=p9", 400, "plan"),
    ],
)
def test_a_wrong_question_is_a_problem_that_names_its_field(
    client: FlaskClient, path: str, status: int, field: str
) -> None:
    answer = client.get(f"/api/{path}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["field"] == field
