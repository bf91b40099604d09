"""The store's file is a GeoPackage that other programs read, and may write."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from store_samples import batch, edition, sites

from mapsvc.model.address import AddressBook, Correction
from mapsvc.model.case import Call, Change
from mapsvc.model.channel import Channel
from mapsvc.model.draft import Draft, Edit
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.task_type import TaskType
from mapsvc.store.sqlite import SqliteStore

LAYERS = {"plan": 1, "grid": 9, "site": 4, "finding": 3, "incident": 3, "incident_readable": 3}
LAYERS |= {"jurisdiction": 1, "address": 2, "correction": 1}
PERSON = re.compile(
    "phone|mobile|tel(ephone)?$|id_?(number|card)|passport|reporter|caller|resident|person|employee|officer_"
    "|birth|gender|ethnic|email|wechat|surname|first_?name|last_?name|track$"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed store with something in every layer."""
    path = tmp_path / "store.gpkg"
    store = SqliteStore.open(path)
    store.put_plan(edition("p1", date(2026, 1, 1)), at=1, post="cli")
    store.put_sites(sites(), at=1, post="cli", source="x")
    store.put_task_types([TaskType("noise", "Noise", "噪音")], at=1, post="cli")
    given = batch(
        ["a", "b", "c"],
        lon=np.array([98.485, 98.495, np.nan]),
        lat=np.array([39.725, 39.735, np.nan]),
        title=["半夜吵闹", "Noise", "x"],
        task_type="噪音",
        grid_code=["G00", "G11", ""],
        certainty=[0, 0, 3],
        closed_at=[1_700_000_000, 0, 0],
        dispatched_at=[1_690_000_000, 0, 0],
        shares=["0.7130 G00;0.2870 G01", "", ""],
    )
    store.add_incidents(given, at=1, post="cli", source="x")
    station = Jurisdiction("police", "a", "Station 公安", shapely.box(98.48, 39.72, 98.49, 39.73), "pol")
    store.put_jurisdictions("police", [station], at=1, post="cli")
    two = np.array([98.485, 98.495])
    book = AddressBook(["1 Elm", "榆树巷2号"], two, two - 58.76, ["building"] * 2, ["", ""])
    store.add_addresses(book, at=1, post="cli", source="x")
    store.put_correction(Correction("elm 1", "1 Elm", 98.485, 39.725), at=1, post="cli")
    store.put_setting("limits", {"noise": 4}, revision=0, at=1, post="cli")
    store.put_channel(Channel("app", "小程序"), at=1, post="cli")
    calls = (Call("post:p1", True, 1_700_000_000),)
    store.change_incidents([Change("i3", 0, "incident.dispatched", {"merged_into": "i1"}, calls)], at=1, post="cli")
    store.close()
    return path


def ogr(*words: object) -> str:
    if shutil.which(str(words[0])) is None:
        pytest.skip(f"{words[0]} (gdal-bin) is not installed")
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60, check=True)
    return done.stdout + done.stderr


def test_closing_leaves_one_file_without_a_wal(file: Path):
    assert not file.with_name("store.gpkg-wal").exists()
    assert file.read_bytes()[68:72] == b"GPKG"
    assert int.from_bytes(file.read_bytes()[60:64], "big") == 10300


def test_ogrinfo_opens_every_layer_without_a_warning(file: Path):
    said = ogr("ogrinfo", "-ro", "-al", "-so", file)
    assert "Warning" not in said
    assert "ERROR" not in said
    for layer, n in LAYERS.items():
        part = said.split(f"Layer name: {layer}\n")[1]
        assert f"Feature Count: {n}" in part.split("Layer name:")[0]
    assert 'ID["EPSG",4326]' in said
    shown = ogr("ogrinfo", "-ro", "-al", file, "incident_readable")
    for text in ("title (String) = 半夜吵闹", "task_type (String) = 噪音", "grid (String) = G11"):
        assert text in shown
    assert "closed_at (String) = 2023-11-14T22:13:20Z" in shown
    assert "status (String) = reported" in shown
    assert "certainty (String) = unlocated" in shown
    for text in ("dispatched_at (String) = 2023-07-22T", "shares (String) = 0.7130 G00;0.2870 G01", "= i1"):
        assert text in shown
    assert "POINT (98.495 39.735)" in shown


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_pyogrio_reads_every_layer(file: Path, layer: str):
    import pyogrio

    frame = pyogrio.read_dataframe(file, layer=layer)
    assert len(frame) == LAYERS[layer]
    assert frame.crs.to_epsg() == 4326
    if layer == "grid":
        assert set(frame["name_zh"]) == {"第一网格"}
        expected = {grid.code: grid.polygon for grid in edition("p", date(2026, 1, 1)).grids}
        for code, polygon in zip(frame["code"], frame.geometry, strict=True):
            assert shapely.to_wkb(polygon) == shapely.to_wkb(expected[code])


def test_a_program_with_gdal_may_append_incidents_and_index_them(file: Path, tmp_path: Path):
    extra = tmp_path / "extra.geojson"
    extra.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"title":"From outside","status":5},'
        '"geometry":{"type":"Point","coordinates":[98.501,39.741]}}]}'
    )
    ogr("ogr2ogr", "-append", "-nln", "incident", file, extra)
    ogr("ogrinfo", file, "-sql", "SELECT CreateSpatialIndex('incident', 'geom')")
    store = SqliteStore.open(file)
    columns = store.load_columns()
    assert columns.fid.tolist() == [1, 2, 3, 4]
    assert (columns.lon[3], columns.lat[3], columns.status[3]) == (98.501, 39.741, 5)
    assert store.get_incident("i4").title == "From outside"
    # GDAL's index now has triggers on the table: our next batch must pass through them.
    given = batch(["d", "e"], lon=98.4812, lat=39.7212)
    assert store.add_incidents(given, at=2, post="cli", source="y").first_fid == 5
    store.put_plan(edition("p2", date(2026, 2, 1)), at=2, post="cli")
    store.reassign("p2", columns.fid, ["G22"], np.zeros(4, np.int32), np.zeros(4, np.int8), at=2, post="cli")
    store.close()
    assert "Feature Count: 2" in ogr("ogrinfo", "-ro", "-so", "-spat", 98.481, 39.721, 98.482, 39.722, file, "incident")


def test_a_moved_pin_is_found_where_it_went_and_no_longer_where_it_was(file: Path):
    ogr("ogrinfo", file, "-sql", "SELECT CreateSpatialIndex('incident', 'geom')")
    store = SqliteStore.open(file)
    for revision, values in enumerate(({"lon": 98.501, "lat": 39.741}, {"lon": None, "lat": None})):
        store.change_incidents([Change("i1", revision, "incident.moved", values)], at=2, post="desk")
        with store._db.read() as connection:
            boxes = connection.exec_driver_sql("SELECT id, round(minx, 3), round(maxy, 3) FROM rtree_incident_geom")
            expected = [(1, 98.501, 39.741), (2, 98.495, 39.735)][revision:]
            assert sorted(map(tuple, boxes)) == expected
    store.change_incidents([Change("i3", 1, "incident.located", {"lon": 98.49, "lat": 39.73})], at=2, post="desk")
    store.close()
    assert "Feature Count: 1" in ogr("ogrinfo", "-ro", "-so", "-spat", 98.489, 39.729, 98.491, 39.731, file, "incident")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT rtreecheck('rtree_incident_geom')").fetchone() == ("ok",)


def test_calls_settings_and_channels_can_be_read_by_other_programs_and_secrets_are_no_layer(file: Path):
    shown = ogr("ogrinfo", "-ro", "-al", file, "incident_call", "setting", "channel")
    assert "Warning" not in shown
    for text in ("target (String) = post:p1", 'value (String) = {"noise": 4}', "name (String) = 小程序"):
        assert text in shown
    with closing(sqlite3.connect(file)) as other:
        listed = {name for (name,) in other.execute("SELECT table_name FROM gpkg_contents")}
    assert listed.isdisjoint({"account", "session", "sign_in_try", "api_key", "webhook"})


def test_points_written_in_other_forms_are_read_all_the_same(file: Path):
    from mapsvc.store import gpkg

    boxed = gpkg.encode([shapely.Point(98.5, 39.7)])[0]
    big_endian = b"GP\x00\x00\x00\x00\x10\xe6" + shapely.to_wkb(shapely.Point(98.6, 39.8), byte_order=0)
    empty = gpkg.encode([shapely.Point()])[0]
    with closing(sqlite3.connect(file)) as other, other:
        for fid, blob in ((10, boxed), (20, big_endian), (30, empty)):
            other.execute("INSERT INTO incident (fid, geom, status) VALUES (?, ?, 4095)", (fid, blob))
    store = SqliteStore.open(file)
    columns = store.load_columns(after_fid=3)
    assert columns.fid.tolist() == [10, 20, 30]
    np.testing.assert_array_equal(columns.lon, [98.5, 98.6, np.nan])
    np.testing.assert_array_equal(columns.lat, [39.7, 39.8, np.nan])
    assert columns.occurred_at.tolist() == [0, 0, 0]
    assert columns.grid.tolist() == [-1, -1, -1]
    assert store.load_columns_of(np.array([20, 30, 10])).lon[:2].tolist() == [98.5, 98.6]
    store.close()


def test_addresses_another_program_wrote_in_its_own_form_are_read_all_the_same(file: Path):
    from mapsvc.store import gpkg

    boxed = gpkg.encode([shapely.Point(98.5, 39.7)])[0]
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("INSERT INTO address (geom, text, source) VALUES (?, '3 Ash', 'qgis')", (boxed,))
    store = SqliteStore.open(file)
    found = store.load_addresses()
    assert (found.texts, found.lon.tolist()) == (["1 Elm", "榆树巷2号", "3 Ash"], [98.485, 98.495, 98.5])
    store.close()


def test_the_rtrees_hold_one_box_for_every_shape(file: Path):
    with closing(sqlite3.connect(file)) as other:
        for layer in ("plan", "grid", "site", "jurisdiction"):
            assert other.execute(f"SELECT count(*) FROM rtree_{layer}_geom").fetchone() == (LAYERS[layer],)
            assert other.execute(f"SELECT rtreecheck('rtree_{layer}_geom')").fetchone() == ("ok",)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []


def test_drafts_and_edits_are_tables_that_other_programs_can_read(file: Path):
    store = SqliteStore.open(file)
    store.add_draft(Draft("d1", "春", "p1", "p1"), at=1, post="planner")
    edit = Edit(1, 1, {"kind": "merge", "codes": ["G00", "G01"]}, "因为", b"\x00\x01")
    store.add_edit("d1", edit, revision=1, at=1, post="planner")
    store.close()
    shown = ogr("ogrinfo", "-ro", "-al", file, "draft", "draft_edit")
    assert "Warning" not in shown
    for text in ("name (String) = 春", "position (Integer64) = 1", "reason (String) = 因为", "delta (Binary) = 0001"):
        assert text in shown.replace("(Integer)", "(Integer64)")


def test_no_table_has_a_column_that_could_hold_a_person(file: Path):
    with closing(sqlite3.connect(file)) as other:
        tables = [name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        columns = {(table, row[1]) for table in tables for row in other.execute(f'PRAGMA table_info("{table}")')}
    assert ("incident", "channel_ref") in columns
    assert [column for column in sorted(columns) if PERSON.search(column[1])] == []
    assert PERSON.search("reporter_phone")
    assert PERSON.search("resident_name")
