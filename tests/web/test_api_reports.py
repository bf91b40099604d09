from __future__ import annotations

import csv
import io
from pathlib import Path

from flask.testing import FlaskClient
from signed import sign_in

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import SystemClock, assemble, load_demo_into


def test_counts_add_up_to_all_incidents(client: FlaskClient) -> None:
    report = client.get("/api/counts?by=grid").json
    assert report["columns"][0] == "grid"
    count = report["columns"].index("n") if "n" in report["columns"] else len(report["columns"]) - 1
    assert sum(row[count] for row in report["rows"]) == 8
    assert (report["plan"], report["seq"]) == ("p1", client.application.extensions["mapsvc"].store.seq())


def test_counts_follow_the_filter_and_the_order_of_keys(client: FlaskClient) -> None:
    report = client.get("/api/counts?by=type,grid&type=lamp").json
    assert report["columns"][:2] == ["type", "grid"]
    assert {row[0] for row in report["rows"]} == {"lamp"}


def test_coverage_tells_of_plan_and_incidents(client: FlaskClient) -> None:
    report = client.get("/api/coverage").json
    assert len(report["rows"]) == 9
    assert report["figures"]["inside"] == 7
    assert report["figures"]["unlocated"] == 1


def test_hot_spots_of_too_few_incidents_are_refused_with_a_reason(client: FlaskClient) -> None:
    answer = client.get("/api/hotspots")
    assert answer.status_code == 200
    assert answer.json["rows"] == []
    assert "at least 30" in answer.json["refused"]


def test_sensitive_incidents_are_no_part_of_hot_spots(client: FlaskClient) -> None:
    figures = client.get("/api/hotspots").json["figures"]
    assert figures["events"] == 7


def test_every_report_comes_as_json_csv_and_geojson(client: FlaskClient) -> None:
    for name in ("counts", "coverage", "hotspots"):
        table = client.get(f"/api/{name}?format=csv")
        assert table.content_type == "text/csv; charset=utf-8"
        header = next(csv.reader(io.StringIO(table.text)))
        assert header == client.get(f"/api/{name}").json["columns"]
        shapes = client.get(f"/api/{name}?format=geojson")
        assert shapes.content_type == "application/geo+json"
        assert shapes.json["type"] == "FeatureCollection"


def test_a_report_is_made_once_for_equal_questions(client: FlaskClient) -> None:
    services = client.application.extensions["mapsvc"]
    from mapsvc.model.query import Query

    first = services.summaries.coverage(Query())
    assert services.summaries.coverage(Query()).table is first.table


def test_only_the_cells_that_stand_out_are_sent_where_only_they_are_asked_for(tmp_path: Path) -> None:
    services = assemble(Config(tmp_path), MemoryStore(), SystemClock())
    load_demo_into(services)
    client = sign_in(create_app(Config(tmp_path), services))
    whole = client.get("/api/hotspots?format=geojson").json
    some = client.get("/api/hotspots?format=geojson&only=hot,cold").json
    kinds = [cell["properties"]["kind"] for cell in whole["features"]]
    assert 0 < kinds.count("hot") < len(kinds)
    assert [cell for cell in whole["features"] if cell["properties"]["kind"] != "none"] == some["features"]
    assert some["figures"] == whole["figures"]
    assert len(client.get("/api/hotspots?only=hot").json["rows"]) == whole["figures"]["hot"]
