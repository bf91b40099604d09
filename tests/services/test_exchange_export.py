"""Export: what goes out comes back the same, and no cell runs in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from exchange_samples import FixedClock, exchange, profile, with_plan, write_rows
from shapely.geometry import box

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType

ROW = "2026-06-01 10:00,98.005,39.005,light"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_exported_grids_come_back_bit_for_bit(tmp_path: Path, ending: str) -> None:
    door, store = with_plan(tmp_path)
    plan = store.get_plan(store.list_plans()[0].id)
    written = door.export(tmp_path / f"out.{ending}")
    assert written.rows == 9
    back = door.check(written.path, crs=None, code="code", name="name")
    assert [grid.code for grid in back.grids] == list(plan.codes)
    for before, after in zip(plan.grids, back.grids, strict=True):
        assert shapely.get_coordinates(after.polygon).tolist() == shapely.get_coordinates(before.polygon).tolist()
        assert after.name == before.name


def test_exported_grids_as_parquet_and_csv(tmp_path: Path) -> None:
    import geopandas

    door, _ = with_plan(tmp_path)
    frame = geopandas.read_parquet(door.export(tmp_path / "out.parquet").path)
    assert frame.crs.to_epsg() in (4326, None)
    assert list(frame["code"]) == ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3"]
    assert frame.geometry.iloc[4].covers(shapely.Point(98.015, 39.015))
    rows = read_csv(door.export(tmp_path / "out.csv").path)
    assert float(rows[4]["lon"]) == pytest.approx(98.015)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "csv", "parquet"])
def test_incidents_of_every_kind_are_exported(tmp_path: Path, ending: str) -> None:
    door, _ = with_plan(tmp_path)
    door.import_incidents(
        write_rows(tmp_path / "r.csv", ROW, "2026-06-01 10:00,,,light"), profile(tmp_path, accuracy_m=5)
    )
    assert door.export(tmp_path / f"out.{ending}", layer="incidents").rows == 2
    assert [path.name for path in tmp_path.glob(".out*")] == [], "no half file is left"


def test_exported_incidents_import_again_as_the_same_points(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    door.import_incidents(
        write_rows(tmp_path / "r.csv", ROW, "2026-06-01 10:00,98.0151,39.02,light"), profile(tmp_path)
    )
    path = door.export(tmp_path / "out.csv", layer="incidents").path
    other, copy = exchange()
    text = path.read_text(encoding="utf-8-sig")
    assert "2026-06-01T02:00:00+00:00" in text
    path.write_text(text.replace("occurred_at", "when").replace("task_type", "kind"), encoding="utf-8")
    assert other.import_incidents(path, profile(tmp_path)).stored == 2
    before, after = store.load_columns(), copy.load_columns()
    assert before.lon.tolist() == after.lon.tolist()
    assert before.occurred_at.tolist() == after.occurred_at.tolist()


def test_a_sensitive_incident_leaves_with_its_grid_and_nothing_else(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    store.put_task_types([TaskType("light", "Quarrels", sensitive=True)], at=1, post="cli")
    door.import_incidents(write_rows(tmp_path / "r.csv", ROW), profile(tmp_path))
    (row,) = read_csv(door.export(tmp_path / "out.csv", layer="incidents").path)
    assert (row["grid_code"], row["sensitive"], row["lon"], row["title"], row["address"]) == ("A1", "True", "", "", "")


def test_places_and_findings_are_layers_too(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    site = Site(id="b1", kind="building", geometry=shapely.box(98, 39, 98.001, 39.001), name="=1+1", households=3)
    store.put_sites([site], at=1, post="cli", source="test")
    (row,) = read_csv(door.export(tmp_path / "places.csv", layer="places").path)
    assert (row["name"], row["households"]) == ("'=1+1", "3")
    document = json.loads(door.export(tmp_path / "p.geojson", layer="places").path.read_text(encoding="utf-8"))
    assert document["features"][0]["properties"]["name"] == "=1+1"
    assert door.export(tmp_path / "f.gpkg", layer="findings").rows == 0


def test_unknown_endings_layers_and_plans_are_refused(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    for call, error in (
        (lambda: door.export(tmp_path / "out.shp"), BadInput),
        (lambda: door.export(tmp_path / "out.csv", layer="people"), BadInput),
        (lambda: door.export(tmp_path / "none" / "out.csv"), BadInput),
        (lambda: door.export(tmp_path / "out.csv", plan_id="nope"), BadInput),
        (lambda: exchange()[0].export(tmp_path / "out.csv"), NotFound),
    ):
        with pytest.raises(error):
            call()
    assert not list(tmp_path.glob("out.*"))


def test_an_export_replaces_the_old_file_only_when_it_is_whole(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    target = tmp_path / "out.csv"
    target.write_text("old")

    def stop(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        door.export(target, progress=stop)
    assert target.read_text() == "old"


def test_the_clock_of_the_tests_is_a_wednesday_in_july() -> None:
    from datetime import UTC, datetime

    assert datetime.fromtimestamp(FixedClock().now(), UTC).isoformat() == "2026-07-01T06:32:00+00:00"


def test_places_import_counts_kinds(tmp_path: Path) -> None:
    door, store = exchange()
    path = tmp_path / "s.geojson"
    features: list[dict[str, Any]] = [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": {"type": "Point", "coordinates": [98.0, at]}}
        for at, kind in enumerate(["shop", "shop", "school"])
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    result = door.import_places(path)
    assert (result.stored, dict(result.kinds)) == (3, {"shop": 2, "school": 1})
    assert len(store.list_sites()) == 3


def test_incidents_under_another_plan_carry_its_grids(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    before = store.get_plan(store.list_plans()[0].id)
    west, south, east, north = before.frame.bounds
    whole = replace(before.grids[0], code="ALL", polygon=box(west, south, east, north))
    earlier = replace(before, id="earlier", grids=(whole,), valid_from=dt.date(2001, 1, 1), findings=())
    store.put_plan(earlier, at=1, post="test")
    door.import_incidents(write_rows(tmp_path / "rows.csv", ROW, ROW.replace("98.005", "99.5")), profile(tmp_path))
    door.export(tmp_path / "now.geojson", layer="incidents")
    door.export(tmp_path / "then.geojson", layer="incidents", plan_id="earlier")
    door.export(tmp_path / "day.geojson", layer="incidents", as_of=dt.date(2001, 6, 1))
    now, then, day = (
        [one["properties"]["grid_code"] for one in json.loads((tmp_path / name).read_text())["features"]]
        for name in ("now.geojson", "then.geojson", "day.geojson")
    )
    assert "ALL" not in now
    assert then == day
    assert {code or "-" for code in then} <= {"ALL", "-"}
    assert "ALL" in then
