"""Incident rows from CSV, GeoJSON and Parquet: encodings, delimiters, row numbers, refusals."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from bombs import SQUARE, collection, feature, polygon, write_json

from mapsvc.errors import BadFile
from mapsvc.files.reader import SandboxReader
from mapsvc.ports import RowBatch


def read(path: Path, columns: list[str] | None = None) -> list[RowBatch]:
    return list(SandboxReader().iter_rows(path, columns=columns))


def table(path: Path, columns: list[str] | None = None) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for batch in read(path, columns):
        for name, column in batch.columns.items():
            found.setdefault(name, []).extend(column.to_pylist())
    return found


def test_cells_come_as_text_and_empty_ones_stay_empty(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b,c\n1,,"x, ""y""\nz"\n01,NA,\n')
    assert table(tmp_path / "t.csv") == {"a": ["1", "01"], "b": ["", "NA"], "c": ['x, "y"\nz', ""]}


def test_only_the_asked_columns_are_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\n1,2,3\n")
    assert table(tmp_path / "t.csv", ["c", "a"]) == {"a": ["1"], "c": ["3"]}
    with pytest.raises(BadFile, match=r't.csv: There is no column "d"; the file has: a, b, c'):
        table(tmp_path / "t.csv", ["d"])


def test_a_column_that_is_there_twice_is_refused_only_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,a\n1,2,3\n")
    assert table(tmp_path / "t.csv", ["b"]) == {"b": ["2"]}
    with pytest.raises(BadFile, match='"a" is there 2 times'):
        table(tmp_path / "t.csv", ["a"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "t.csv").write_text(f"a{delimiter}b\n1{delimiter}2\n")
    assert table(tmp_path / "t.csv") == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8, by trial"),
        ("utf-8-sig", "UTF-8, from its byte order mark"),
        ("utf-16", "UTF-16, from its byte order mark"),
        ("gb18030", "GBK, by trial"),
    ],
)
def test_chinese_text_is_read_in_every_usual_code(tmp_path: Path, codec: str, shown: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("标题,地址\n路灯不亮,果园里3号楼\n垃圾堆放,渠畔小区东门\n".encode(codec))
    batches = read(path)
    assert table(path) == {"标题": ["路灯不亮", "垃圾堆放"], "地址": ["果园里3号楼", "渠畔小区东门"]}
    assert batches[0].encoding == shown


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("name\nCafé Müller Straße\n".encode("cp1252"))
    assert table(tmp_path / "t.csv") == {"name": ["Café Müller Straße"]}


def test_rows_of_a_wrong_width_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n")
    (batch,) = read(tmp_path / "t.csv")
    assert batch.columns["a"].to_pylist() == ["1", "4", "9"]
    assert batch.numbers is not None
    assert batch.numbers.tolist() == [1, 3, 5]
    assert batch.refused == ((2, "has 1 fields, 2 are needed"), (4, "has 3 fields, 2 are needed"))


def test_numbers_hold_across_batches(tmp_path: Path) -> None:
    lines = [f"{n},{n}" if n % 50_000 else f"{n}" for n in range(1, 1_200_001)]
    (tmp_path / "t.csv").write_text("a,b\n" + "\n".join(lines) + "\n")
    batches = read(tmp_path / "t.csv")
    assert len(batches) > 1
    for batch in batches:
        assert batch.numbers is not None
        assert batch.columns["a"].to_pylist() == [str(number) for number in batch.numbers]
    assert len(batches[0].refused) == 24


def test_a_file_with_only_wrong_rows_reports_them_all(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1\n2\n")
    (batch,) = read(tmp_path / "t.csv")
    assert (batch.n, len(batch.refused)) == (0, 2)


def test_gzip_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert table(tmp_path / "t.csv") == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(BadFile):
        read(tmp_path / "t.csv")


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n")
    assert read(tmp_path / "t.csv") == []


def test_the_csv_spectrum_is_read_as_its_answers_say(shared: Path) -> None:
    folder = shared / "data/broken/csv_spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        wanted = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        found = table(path)
        rows = [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]
        # Arrow gives CR LF inside a cell as LF
        told = [{key: str(value).replace("\r\n", "\n") for key, value in row.items()} for row in wanted]
        assert rows == told, path.name


def test_points_of_a_geojson_become_lon_and_lat(tmp_path: Path) -> None:
    document = collection(
        feature({"type": "Point", "coordinates": [1.5, 2.5, 9]}, kind="a", lon="liar"),
        feature(polygon(SQUARE), kind="b"),
        feature(None, kind="c", n=3.0),
        feature({"type": "Point", "coordinates": ["x", 2]}, kind="d"),
    )
    path = write_json(tmp_path / "p.geojson", document)
    (batch,) = read(path)
    assert {name: column.to_pylist() for name, column in batch.columns.items()} == {
        "lon": [1.5, None],
        "lat": [2.5, None],
        "kind": ["a", "c"],
        "n": [None, "3"],
    }
    assert batch.numbers is not None
    assert batch.numbers.tolist() == [1, 3]
    assert [number for number, _ in batch.refused] == [2, 4]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"n": [1, None], "t": ["a", "a"], "deep": [[1], [2]]}), path)
    (batch,) = read(path)
    assert batch.columns["n"].to_pylist() == [1, None]
    assert pa.types.is_dictionary(batch.columns["t"].type)
    assert "deep" not in batch.columns
    with pytest.raises(BadFile, match='"deep" is nested'):
        read(path, ["deep"])
