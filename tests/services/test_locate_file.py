"""A file of points gets its grids row by row, with nothing else about the rows changed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from exchange_samples import SOUTH, STEP, WEST, with_plan

from mapsvc.errors import BadFile, BadInput
from mapsvc.files.reader import SandboxReader
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.exchange.locate_file import LocatedFile, locate_file

MIDDLE = (WEST + 1.5 * STEP, SOUTH + 1.5 * STEP)


def _locate(tmp_path: Path, points: Path, out: Path | None = None, **how: Any) -> LocatedFile:
    _, store = with_plan(tmp_path)
    plan = store.get_plan(store.list_plans()[0].id)
    assigner = Assigner(plan)
    out = tmp_path / "out.csv" if out is None else out
    return locate_file(SandboxReader(), plan, assigner.locate, points, out, **{"crs": "wgs84", **how})


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_numbers_and_texts_stay_as_they_were_written(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text(f'code,lon,lat,note\n007,0{MIDDLE[0]:.6f}0,{MIDDLE[1]:.3f},"a, b"\n', encoding="utf-8")
    _locate(tmp_path, points)
    wanted = ["007", f"0{MIDDLE[0]:.6f}0", f"{MIDDLE[1]:.3f}", "a, b", "B2", "certain"]
    assert _rows(tmp_path / "out.csv") == [["code", "lon", "lat", "note", "grid", "certainty"], wanted]


def test_a_null_is_an_empty_cell_and_never_the_word_none(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    points = tmp_path / "points.parquet"
    table = pa.table(
        {
            "lon": [MIDDLE[0], None],
            "lat": [MIDDLE[1], None],
            "kind": pa.array(["tree", None]).dictionary_encode(),
            "n": pa.array([3, None], pa.int64()),
        }
    )
    pq.write_table(table, points)
    found = _locate(tmp_path, points)
    assert _rows(tmp_path / "out.csv")[1:] == [
        [repr(MIDDLE[0]), repr(MIDDLE[1]), "tree", "3", "B2", "certain"],
        ["", "", "", "", "", "unlocated"],
    ]
    assert found.certainties == {"certain": 1, "boundary": 0, "outside": 0, "unlocated": 1}


def test_no_place_on_the_globe_and_0_0_are_unlocated_as_in_an_import(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n0,0\n190,39\nnan,39\nx,39\n10,10\n", encoding="utf-8")
    _locate(tmp_path, points)
    assert [row[-1] for row in _rows(tmp_path / "out.csv")[1:]] == [*["unlocated"] * 4, "outside"]


def test_rows_of_a_wrong_width_are_told_and_not_lost_in_silence(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n98.015,39.015\n98.015\n98.015,39.015\n", encoding="utf-8")
    found = _locate(tmp_path, points)
    assert (found.rows, found.refused) == (2, ((2, "has 1 fields, 2 are needed"),))


def test_the_file_with_the_points_is_not_written_over(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n98.015,39.015\n", encoding="utf-8")
    with pytest.raises(BadInput, match="the file with the points itself"):
        _locate(tmp_path, points, points)
    assert points.read_text(encoding="utf-8") == "lon,lat\n98.015,39.015\n"


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat,note,note,,\n98.015,39.015,a,b,,\n", encoding="utf-8")
    with pytest.raises(BadFile, match='The column "note" is there 2 times'):
        _locate(tmp_path, points)
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n98.015,39.015\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"^o\.csv cannot be written: No such file or directory\.$"):
        _locate(tmp_path, points, tmp_path / "nowhere" / "o.csv")


def test_the_datum_of_the_points_is_heeded(tmp_path: Path) -> None:
    from mapsvc.geo.datum import wgs84_to_gcj02

    lon, lat = wgs84_to_gcj02(*([value] for value in MIDDLE))
    points = tmp_path / "points.csv"
    points.write_text(f"x,y\n{float(lon[0])!r},{float(lat[0])!r}\n", encoding="utf-8")
    _locate(tmp_path, points, crs="gcj02")
    assert _rows(tmp_path / "out.csv")[1][2] == "B2"
