"""What the command line does when its user, a file or mapsvc itself is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mapsvc import cli
from mapsvc.cli import main
from mapsvc.store.sqlite import SqliteStore

Shown = pytest.CaptureFixture[str]


def _write(path: Path, **rings: list[list[float]]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[[98.0 + x / 100, 39.0 + y / 100] for x, y in ring]]},
        }
        for code, ring in rings.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def _square(x: float, width: float = 1.0) -> list[list[float]]:
    return [[x, 0.0], [x + width, 0.0], [x + width, 1.0], [x, 1.0], [x, 0.0]]


BOW_TIE = [[1.0, 0.0], [2.0, 1.0], [2.0, 0.0], [1.0, 1.0], [1.0, 0.0]]


def _import(path: Path, data: Path, *more: str) -> int:
    return main(["import", "boundaries", str(path), "--code", "code", "--data", str(data), *more])


def test_a_draft_with_a_broken_ring_is_told_with_its_way_out_and_can_be_looked_at(
    tmp_path: Path, capsys: Shown
) -> None:
    path = _write(tmp_path / "tie.geojson", A=_square(0), B=BOW_TIE)
    assert _import(path, tmp_path / "data") == 1
    said = capsys.readouterr()
    assert "invalid_ring" in said.err
    assert "Mend the rings first" in said.err
    assert "EPSG:4326" in said.out
    # nothing is in force, so the draft is what there is to see: its sound grid holds points, its broken one none
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n98.005,39.005\n98.012,39.005\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    asked = ["--points", str(points), "--crs", "wgs84", "--out", str(out), "--data", str(tmp_path / "data")]
    assert main(["locate", *asked]) == 0
    assert out.read_text("utf-8").splitlines()[1:] == ["98.005,39.005,A,certain", "98.012,39.005,,outside"]
    assert main(["summarise", "coverage", "--data", str(tmp_path / "data")]) == 0


def test_accepted_findings_are_listed_as_accepted(tmp_path: Path, capsys: Shown) -> None:
    path = _write(tmp_path / "over.geojson", A=_square(0, 2.0), B=_square(1))
    assert _import(path, tmp_path / "data", "--accept", "as surveyed") == 0
    said = capsys.readouterr().err
    assert "accepted overlap" in said
    assert "error" not in said


@pytest.mark.parametrize("width", ["-1", "nan", "inf", "1e9"])
def test_a_width_to_heal_that_makes_no_sense_is_refused(width: str, tmp_path: Path, capsys: Shown) -> None:
    assert _import(_write(tmp_path / "a.geojson", A=_square(0)), tmp_path / "data", "--fix", width) == 2
    assert "from 0 to 1000 m" in capsys.readouterr().err


def test_an_import_that_fails_leaves_no_community_behind(tmp_path: Path) -> None:
    assert _import(tmp_path / "absent.geojson", tmp_path / "data", "--community", "Nowhere", "--tz", "UTC") == 2
    store = SqliteStore.open(tmp_path / "data" / "mapsvc.gpkg")
    assert (store.find_community(), store.seq()) == (None, 0)
    store.close()


def test_an_import_names_the_community_and_its_clock_once(tmp_path: Path) -> None:
    path = _write(tmp_path / "town.geojson", A=_square(0))
    assert _import(path, tmp_path / "data", "--tz", "Asia/Shanghai") == 0
    assert _import(path, tmp_path / "data") == 0
    store = SqliteStore.open(tmp_path / "data" / "mapsvc.gpkg")
    known = store.find_community()
    assert known is not None
    assert (known.name, known.tz) == ("town", "Asia/Shanghai")
    assert [event.kind for event in store.list_events()].count("community.set") == 1
    store.close()


def test_a_findings_file_of_an_unknown_kind_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.geojson", A=_square(0))
    assert _import(path, tmp_path / "data", "--findings", str(tmp_path / "f.txt")) == 2
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("verb", [["summarise", "coverage"], ["export", "x.csv"]])
def test_a_question_makes_no_store_in_a_misspelt_folder(verb: list[str], tmp_path: Path, capsys: Shown) -> None:
    assert main([*verb, "--data", str(tmp_path / "no")]) == 3
    assert "There is no store in" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_hot_spots_of_too_few_events_end_with_the_code_for_cannot_tell(tmp_path: Path, capsys: Shown) -> None:
    assert _import(_write(tmp_path / "a.geojson", A=_square(0)), tmp_path / "data") == 0
    assert main(["summarise", "hotspots", "--data", str(tmp_path / "data")]) == 5
    assert "Only 0 located events" in capsys.readouterr().out


def test_an_interval_the_wrong_way_round_is_refused(tmp_path: Path, capsys: Shown) -> None:
    assert _import(_write(tmp_path / "a.geojson", A=_square(0)), tmp_path / "data") == 0
    asked = ["--from", "2026-05-01", "--to", "2026-04-01", "--data", str(tmp_path / "data")]
    assert main(["summarise", "counts", *asked]) == 2
    assert "--from lies after --to" in capsys.readouterr().err


def test_rows_left_out_of_a_located_file_are_told(tmp_path: Path, capsys: Shown) -> None:
    assert _import(_write(tmp_path / "a.geojson", A=_square(0)), tmp_path / "data") == 0
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n98.5\n10,10\n", encoding="utf-8")
    asked = ["--points", str(points), "--crs", "wgs84", "--out", str(tmp_path / "o.csv")]
    assert main(["locate", *asked, "--data", str(tmp_path / "data")]) == 0
    said = capsys.readouterr().err
    assert "1 rows cannot be read and are left out; the first is row 1" in said
    assert "No point lies in a grid" in said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[server]\nport = "x"', "port is a whole number"),
        ("[server]\nport = 70000", "port is a whole number"),
        ("[server]\nprt = 8000", '"server.prt" is unknown'),
        ("[srever]\nport = 8000", '"srever" is unknown'),
        ("server = 3", "server is a table"),
        ("[server", "not readable TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, word: str, tmp_path: Path, capsys: Shown) -> None:
    (tmp_path / "mapsvc.toml").write_text(text, encoding="utf-8")
    assert _import(_write(tmp_path / "a.geojson", A=_square(0)), tmp_path) == 2
    assert word in capsys.readouterr().err


def test_an_error_nobody_foresaw_is_one_sentence_and_a_code_of_its_own(
    tmp_path: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("odd\nvalue")

    monkeypatch.setattr(cli, "build_parser", lambda: _Parser(broken))
    monkeypatch.delenv("MAPSVC_TRACEBACK", raising=False)
    assert main([]) == 70
    said = capsys.readouterr().err
    assert said.startswith("mapsvc: mapsvc itself failed (ValueError: odd value).")
    assert said.count("\n") == 1
    monkeypatch.setenv("MAPSVC_TRACEBACK", "1")
    with pytest.raises(ValueError, match="odd"):
        main([])


class _Parser:
    def __init__(self, run: Any) -> None:
        self.run = run

    def parse_args(self, argv: Any) -> Any:
        return self
