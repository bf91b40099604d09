"""A report and its parts."""

from __future__ import annotations

from mapsvc.model.report import Report


def test_only_some_rows_keep_their_shapes_and_the_figures_of_all() -> None:
    report = Report(
        "m",
        "t",
        {},
        {"n": [1, 2, 3, 4], "kind": ["hot", "none", "cold", "hot"]},
        geometry=["a", "b", "c", "d"],
        figures={"hot": 2},
    )
    some = report.only("kind", {"hot", "cold"})
    assert some.table == {"n": [1, 3, 4], "kind": ["hot", "cold", "hot"]}
    assert some.geometry == ["a", "c", "d"]
    assert some.figures == {"hot": 2}
    assert report.rows == 4


def test_a_plain_table_and_an_empty_one_stay_so() -> None:
    assert Report("m", "t", {}, {"kind": ["hot"]}).only("kind", ["cold"]).rows == 0
    assert Report("m", "t", {}, {"kind": []}, geometry=[]).only("kind", ["hot"]).geometry == []
