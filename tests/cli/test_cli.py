"""The command line as a newcomer uses it: real files, a real store, exit codes and sentences."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mapsvc.cli import main
from mapsvc.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]
GEODATA = ROOT / "geodata"

GRIDS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": f"{row}{column}", "label": f"Grid {row}{column}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [98.49 + 0.01 * (column + dx), 39.73 + 0.01 * (row + dy)]
                        for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
                    ]
                ],
            },
        }
        for row in range(3)
        for column in range(3)
    ],
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo")
    assert main(["demo", "--data", str(data), "--no-serve"]) == 0
    return data


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    path = tmp_path / "squares.geojson"
    path.write_text(json.dumps(GRIDS), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "verb",
    [
        ["demo"],
        ["serve"],
        ["import", "boundaries"],
        ["import", "incidents"],
        ["import", "places"],
        ["check"],
        ["locate"],
        ["summarise"],
        ["export"],
    ],
)
def test_each_verb_has_a_help_text_and_a_heading_in_the_guide(
    verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "--data" in capsys.readouterr().out
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8")
    assert f"`{' '.join(verb)}" in guide


def test_the_parser_knows_every_verb_of_the_readme() -> None:
    assert build_parser().parse_args(["summarise", "coverage"]).what == "coverage"


def test_loading_the_demo_twice_keeps_one_copy(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "counts", "--by", "grid", "--format", "json", "--data", str(demo)]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(["demo", "--data", str(demo), "--no-serve"]) == 0
    capsys.readouterr()
    assert main(["summarise", "counts", "--by", "grid", "--format", "json", "--data", str(demo)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == first["rows"]


def test_a_fresh_demo_replaces_the_demo_but_nothing_a_user_put_there(
    squares: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "data")]
    assert main(["demo", "--no-serve", *data]) == 0
    assert main(["demo", "--no-serve", "--fresh", *data]) == 0
    assert main(["import", "boundaries", str(squares), "--code", "code", *data]) == 0
    capsys.readouterr()
    assert main(["demo", "--no-serve", "--fresh", *data]) == 4
    assert "more than the demo" in capsys.readouterr().err


def test_a_demo_of_an_earlier_day_is_loaded_anew_and_ends_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mapsvc.wiring import SystemClock

    data = ["--data", str(tmp_path / "data"), "--no-serve"]
    start = int(time.time())
    monkeypatch.setattr(SystemClock, "now", lambda self: start)
    assert main(["demo", *data]) == 0
    assert main(["demo", *data]) == 0
    assert capsys.readouterr().err.count("Loaded the demo") == 1
    monkeypatch.setattr(SystemClock, "now", lambda self: start + 3 * 86_400)
    assert main(["demo", *data]) == 0
    assert "earlier day" in capsys.readouterr().err


def test_summaries_come_in_every_format(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for what in ("coverage", "counts", "hotspots"):
        assert main(["summarise", what, "--format", "table", "--data", str(demo)]) == 0
        assert "Method" in capsys.readouterr().out
        assert main(["summarise", what, "--format", "json", "--data", str(demo)]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["method"]
        assert report["rows"]
        assert main(["summarise", what, "--format", "csv", "--data", str(demo)]) == 0
        assert len(list(csv.reader(capsys.readouterr().out.splitlines()))) > 1
    assert main(["summarise", "hotspots", "--format", "geojson", "--data", str(demo)]) == 0
    assert json.loads(capsys.readouterr().out)["type"] == "FeatureCollection"


def test_counts_by_grid_come_with_the_grids_for_a_map(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "counts", "--by", "grid", "--format", "geojson", "--data", str(demo)]) == 0
    features = json.loads(capsys.readouterr().out)["features"]
    kinds = {one["properties"]["grid"]: one["geometry"] and one["geometry"]["type"] for one in features}
    assert [kind for grid, kind in kinds.items() if not grid.startswith("(")] == ["Polygon"] * 7
    assert kinds["(unlocated)"] is None


def test_hot_spots_among_seven_grids_cannot_be_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "hotspots", "--of", "grids", "--data", str(demo)]) == 5
    assert "The plan has 7 grids; hot spots among grids need at least 12." in capsys.readouterr().out


def test_hot_spots_among_sixty_four_grids_find_the_crowded_corner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"{row}{column}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [98.4 + 0.01 * (column + dx), 39.7 + 0.01 * (row + dy)]
                        for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
                    ]
                ],
            },
        }
        for row in range(8)
        for column in range(8)
    ]
    squares, rows, profile = tmp_path / "s.geojson", tmp_path / "rows.csv", tmp_path / "p.toml"
    squares.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    lines = [
        f"2026-01-01,{98.405 + 0.01 * column},{39.705 + 0.01 * row}"
        for row in range(8)
        for column in range(8)
        for _ in range(20 if row < 3 and column < 3 else 1 + (row + column) % 2)
    ]
    rows.write_text("\n".join(["day,lon,lat", *lines]), encoding="utf-8")
    profile.write_text(
        'datum = "wgs84"\ndefault_type = "x"\n[columns]\noccurred = "day"\nlon = "lon"\nlat = "lat"\n'
        '[time]\nzone = "UTC"\n[[task_types]]\ncode = "x"\nname = "Noise"\n',
        encoding="utf-8",
    )
    data = ["--data", str(tmp_path / "data")]
    assert main(["import", "boundaries", str(squares), "--code", "code", *data]) == 0
    assert main(["import", "incidents", str(rows), "--profile", str(profile), *data]) == 0
    capsys.readouterr()
    assert main(["summarise", "hotspots", "--of", "grids", "--format", "json", *data]) == 0
    report = json.loads(capsys.readouterr().out)
    kind = report["columns"].index("kind")
    hot = {row[0] for row in report["rows"] if row[kind] == "hot"}
    assert "11" in hot
    assert "77" not in hot


def test_counts_add_up_to_the_incidents_stored(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "counts", "--by", "type", "--format", "json", "--data", str(demo)]) == 0
    by_type = json.loads(capsys.readouterr().out)
    assert main(["summarise", "counts", "--by", "grid", "--format", "json", "--data", str(demo)]) == 0
    by_grid = json.loads(capsys.readouterr().out)
    position = by_type["columns"].index("n"), by_grid["columns"].index("n")
    totals = sum(r[position[0]] for r in by_type["rows"]), sum(r[position[1]] for r in by_grid["rows"])
    assert totals[0] == totals[1] > 4000


def test_boundaries_and_points_go_in_and_every_point_gets_its_square(
    squares: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    arguments = ["import", "boundaries", str(squares), "--crs", "EPSG:4326", "--code", "code", "--name", "label"]
    assert main([*arguments, "--data", str(data)]) == 0
    points = tmp_path / "points.csv"
    points.write_text(
        "id,lon,lat\nmiddle,98.505,39.745\nshared edge,98.50,39.735\nfar away,10,10\nnothing,,\n", encoding="utf-8"
    )
    out = tmp_path / "located.csv"
    capsys.readouterr()
    assert main(["locate", "--points", str(points), "--crs", "wgs84", "--out", str(out), "--data", str(data)]) == 0
    rows = {row["id"]: row for row in csv.DictReader(out.read_text("utf-8").splitlines())}
    assert rows["middle"]["grid"] == "11"
    assert rows["middle"]["certainty"] == "certain"
    assert rows["shared edge"]["grid"] == "00"
    assert rows["shared edge"]["certainty"] == "boundary"
    assert rows["far away"]["certainty"] == "outside"
    assert rows["nothing"]["certainty"] == "unlocated"


def test_a_gap_keeps_the_plan_a_draft_until_it_is_accepted_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holed = {**GRIDS, "features": [f for f in GRIDS["features"] if f["properties"]["code"] != "11"]}  # type: ignore[index]
    path = tmp_path / "holed.geojson"
    path.write_text(json.dumps(holed), encoding="utf-8")
    assert main(["check", str(path), "--code", "code"]) == 1
    assert "gap" in capsys.readouterr().err
    data = ["--data", str(tmp_path / "data")]
    assert main(["import", "boundaries", str(path), "--code", "code", *data]) == 1
    assert "draft" in capsys.readouterr().out
    assert main(["import", "boundaries", str(path), "--code", "code", "--accept", "a lake", *data]) == 0
    assert "published" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["check", "absent.geojson"], 2, "absent.geojson"),
        (["import", "incidents", "absent.csv", "--profile", "absent.toml"], 2, "absent.toml"),
        (["summarise", "coverage"], 3, "plan"),
        (["summarise", "counts", "--by", "person"], 2, "person"),
        (["summarise", "counts", "--from", "yesterday"], 2, "yesterday"),
        (["import", "boundaries", "absent.geojson", "--tz", "Mars/Base"], 2, "Mars/Base"),
        (["serve", "--port", "99999999"], 2, "port"),
    ],
)
def test_a_mistake_ends_with_one_sentence_and_its_exit_code(
    arguments: list[str], code: int, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--data", str(tmp_path)]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_exports_open_again(demo: Path, tmp_path: Path) -> None:
    import geopandas

    for name, layer, least in (("g.geojson", "grids", 7), ("i.gpkg", "incidents", 4000), ("p.geojson", "places", 500)):
        path = tmp_path / name
        assert main(["export", str(path), "--layer", layer, "--data", str(demo)]) == 0
        assert len(geopandas.read_file(path)) >= least


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serve_answers_within_ten_seconds_and_stops_on_a_signal(demo: Path) -> None:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "mapsvc", "serve", "--data", str(demo), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert time.monotonic() < deadline, "the server did not answer"
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                time.sleep(0.1)
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/command", headers={"Accept": "text/html"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.url.endswith("/login?next=/command")
            assert b'id="sign-in"' in answer.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        if process.stdout:
            process.stdout.close()
        process.wait()
