from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from mapsvc.errors import BadInput
from mapsvc.model.report import Report
from mapsvc.render.report import as_text
from mapsvc.render.table import as_cell, as_columns, as_csv, width

REPORT = Report(
    method="m",
    title="A title",
    parameters={"alpha": np.float64(0.05)},
    table={"grid": ["01", "=cmd()"], "n": np.array([3, 4]), "z": [1.5, float("nan")], "area_m2": [1.0, 2.0]},
    plan_id="p",
    seq=9,
    seed=1,
    units={"area_m2": "m2", "z": "sd"},
    figures={"total": np.int64(7), "share": float("inf")},
    geometry=[Point(1, 2), None],
    notes=("A note.",),
)


def test_json_holds_plain_values_and_null_for_what_is_no_number() -> None:
    told = json.loads(as_text(REPORT, "json"))
    assert told["columns"] == ["grid", "n", "z", "area_m2"]
    assert told["rows"] == [["01", 3, 1.5, 1.0], ["=cmd()", 4, None, 2.0]]
    assert told["figures"] == {"total": 7, "share": None}
    assert (told["plan"], told["seq"], told["seed"], told["parameters"]) == ("p", 9, 1, {"alpha": 0.05})


def test_geojson_has_a_feature_a_row_and_null_where_there_is_no_place() -> None:
    told = json.loads(as_text(REPORT, "geojson"))
    assert [feature["geometry"] and feature["geometry"]["coordinates"] for feature in told["features"]] == [
        [1, 2],
        None,
    ]
    assert told["features"][0]["properties"] == {"grid": "01", "n": 3, "z": 1.5, "area_m2": 1.0}
    assert told["method"] == "m"


def test_a_spreadsheet_runs_nothing() -> None:
    rows = list(csv.reader(io.StringIO(as_text(REPORT, "csv"))))
    assert rows[0] == ["grid", "n", "z", "area_m2"]
    assert rows[2] == ["'=cmd()", "4", "", "2.0"]


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(blacklist_categories=("Cs",))), min_size=2, max_size=2), max_size=5))
def test_csv_reads_back_as_written(rows: list[list[str]]) -> None:
    got = list(csv.reader(io.StringIO(as_csv(["a", "b"], rows), newline="")))
    assert got[1:] == [[as_cell(cell) for cell in row] for row in rows]


def test_columns_line_up_with_chinese_words_too() -> None:
    text = as_columns(["grid", "n"], [["砖巷", 5], ["Mill", 12]])
    lines = text.splitlines()
    assert [width(line) for line in lines] == [8, 8, 8]
    assert lines[1].endswith(" 5")


def test_a_terminal_gets_no_control_character() -> None:
    assert "\x1b" not in as_text(Report("m", "t", {}, {"a": ["\x1b[31m red \x07"]}), "table")


def test_the_table_tells_reason_figures_units_and_how_to_make_it_again() -> None:
    text = as_text(REPORT, "table")
    for part in ("A title", "z (sd)", "area_m2", "total: 7", "A note.", "seed 1", "plan p", "seq 9"):
        assert part in text
    assert "area_m2 (m2)" not in text
    refused = Report("m", "t", {}, {}, refused="Only 3 events.")
    assert "Cannot tell: Only 3 events." in as_text(refused, "table")


def test_another_format_is_refused() -> None:
    with pytest.raises(BadInput):
        as_text(REPORT, "xlsx")
