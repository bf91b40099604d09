"""`import addresses` and `geocode` as an operator uses them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from mapsvc.cli import main
from mapsvc.geo.datum import wgs84_to_gcj02

LIST = "address,lon,lat\n梅苑小区3号楼,98.4941,39.7325\n12 Main Street,98.50,39.74\n,98.5,39.7\n14 Main Street,,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    return tmp_path / "data"


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_a_list_is_imported_and_its_addresses_are_found(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", "addresses", tmp_path / "list.csv", "--crs", "wgs84", "--data", data) == 0
    told = dict(line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert told == {
        "rows": "4",
        "addresses": "2",
        "without an address": "1",
        "without a point": "1",
        "not readable": "0",
    }
    assert run("geocode", "梅苑小区3#楼旁边", "--data", data) == 0
    shown = capsys.readouterr()
    lon, lat, precision, radius, _, label = shown.out.strip().split("\t")
    assert (float(lon), float(lat), precision, radius, label) == (98.4941, 39.7325, "building", "40 m", "梅苑小区3号楼")
    assert "building 3" in shown.err


def test_an_address_that_is_not_known_is_told_and_ends_with_1(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import", "addresses", tmp_path / "list.csv", "--crs", "wgs84", "--data", data)
    capsys.readouterr()
    assert run("geocode", "13 Main Street", "--data", data) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "number 13 is not known in Main Street." in shown.err


def test_points_in_gcj02_are_shifted_back(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lon, lat = wgs84_to_gcj02([98.4941], [39.7325])
    (tmp_path / "list.csv").write_text(f"地址;经度;纬度\n梅苑小区3号楼;{lon[0]:.8f};{lat[0]:.8f}\n", "gbk")
    assert run("import", "addresses", tmp_path / "list.csv", "--crs", "gcj02", "--data", data) == 0
    capsys.readouterr()
    run("geocode", "梅苑小区3栋", "--data", data)
    assert capsys.readouterr().out.startswith("98.4941000\t39.7325000\t")


def test_the_rows_of_a_file_get_what_was_found(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", "addresses", tmp_path / "list.csv", "--crs", "wgs84", "--data", data)
    asked, out = tmp_path / "asked.csv", tmp_path / "found.csv"
    asked.write_text("ref,text\na,12 Main St\nb,13 Main St\nc,\n", "utf-8")
    capsys.readouterr()
    assert run("geocode", asked, "--out", out, "--data", data) == 0
    told = dict(line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert told == {"found": "1", "several places": "0", "not found": "2"}
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["ref"] for row in rows] == ["a", "b", "c"]
    assert [(row["lon"], row["precision"], row["answers"]) for row in rows] == [
        ("98.5", "number", "1"),
        ("", "", "0"),
        ("", "", "0"),
    ]
    assert rows[1]["missing"] == "number 13 is not known in Main St."


def test_a_file_that_says_its_datum_needs_no_option_and_importing_it_again_replaces(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    for number in (3, 4):
        point = {"type": "Point", "coordinates": [98.4941, 39.7325]}
        feature = {"type": "Feature", "properties": {"address": f"梅苑小区{number}号楼"}, "geometry": point}
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), "utf-8")
        assert run("import", "addresses", path, "--data", data) == 0
    assert run("geocode", "梅苑小区3号楼", "--data", data) == 1
    assert run("geocode", "梅苑小区4号楼", "--data", data) == 0


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("a,b\n1,2\n", ("--crs", "wgs84"), "--text COLUMN"),
        ("address,b\n1,2\n", ("--crs", "wgs84"), "--x COLUMN"),
        ("address,lon,lat\nx,1,2\n", (), "--crs"),
        ("address,lon,lat\n,1,2\n", ("--crs", "wgs84"), "both an address and a point"),
        ("address,lon,lat\nx,1,2\n", ("--crs", "wgs84", "--text", "nope"), "no column"),
        ("address,lon,lat\nx,1,2\n", ("--crs", "moon"), "moon"),
        ("", ("--crs", "wgs84"), ""),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_a_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, options: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "bad.csv").write_text(text, "utf-8")
    assert run("import", "addresses", tmp_path / "bad.csv", *options, "--data", data) != 0
    shown = capsys.readouterr().err
    assert sentence in shown
    assert "Traceback" not in shown


def test_a_file_without_a_name_for_the_answers_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import", "addresses", tmp_path / "list.csv", "--crs", "wgs84", "--data", data)
    assert run("geocode", tmp_path / "list.csv", "--data", data) != 0
    assert "--out" in capsys.readouterr().err
    assert run("geocode", tmp_path / "list.csv", "--out", tmp_path / "list.csv", "--data", data) != 0
    assert (tmp_path / "list.csv").read_text("utf-8") == LIST


def test_the_regions_of_a_list_of_divisions_are_known_afterwards(
    shared: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", "regions", shared / "fixtures/domain/admin_620902.json", "--data", data) == 0
    told = dict(line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert told == {"province": "1", "city": "1", "county": "1", "street": "24", "community": "0"}
    (tmp_path / "list.csv").write_text("address,lon,lat\n果园镇幸福小区3号楼,98.49,39.73\n", "utf-8")
    run("import", "addresses", tmp_path / "list.csv", "--crs", "wgs84", "--data", data)
    capsys.readouterr()
    assert run("geocode", "肃州区果园镇幸福小区3号楼", "--data", data) == 0
    assert "street 果园镇" in capsys.readouterr().err


BAD_REGIONS = ("", "{", "[1]", '{"street": [""]}', f'{{"street": ["{"x" * 50}"]}}', "[" * 100_000)


@pytest.mark.parametrize("text", BAD_REGIONS, ids=range(len(BAD_REGIONS)))
def test_a_list_of_regions_that_cannot_be_read_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "regions.json").write_text(text, "utf-8")
    assert run("import", "regions", tmp_path / "regions.json", "--data", data) != 0
    assert "regions.json" in capsys.readouterr().err
