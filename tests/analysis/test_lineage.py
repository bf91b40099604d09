"""Lineage: kept, redrawn, renamed, re-staffed, split, merged, new and gone, on nine squares."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from shapely.geometry import Polygon, box
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.analysis.lineage import Lineage, lineage, lineage_report
from mapsvc.analysis.plan_changes import all_lines, changed_lines, gone_lines, plan_changes
from mapsvc.geo.compare import compare
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan


def after(polygons: dict[str, Polygon | None], **facts: dict[str, object]) -> Plan:
    """Nine squares with other polygons (None = gone); facts: grid code -> changed attributes."""
    plan = square_plan()
    known = {grid.code: grid for grid in plan.grids}
    shapes = {code: grid.polygon for code, grid in known.items()} | polygons
    grids = [
        replace(known.get(code, Grid(f"g{code}", code, f"Grid {code}", shape, 0.0)), polygon=shape)
        for code, shape in shapes.items()
        if shape is not None
    ]
    changed = [replace(grid, **facts.get(f"g{grid.code}", {})) for grid in grids]
    return replace(plan, id="p2", name="Second", grids=tuple(sorted(changed, key=lambda grid: grid.code)))


def told(new: Plan, tolerance_m: float = 5.0) -> dict[str, tuple[tuple[str, ...], list[tuple[str, str, float]]]]:
    """code -> kinds and (from, how, share rounded)."""
    found = compare(square_plan(), new, tolerance_m)
    return {
        line["code"]: (
            tuple(line["kinds"]),
            [(one["code"], one["how"], pytest.approx(one["share"], abs=1e-4)) for one in line["from"]],
        )
        for line in all_lines(found, lineage(found))
    }


def cell(column: float, row: float, width: float, height: float) -> Polygon:
    return box(WEST + column * STEP, SOUTH + row * STEP, WEST + (column + width) * STEP, SOUTH + (row + height) * STEP)


def test_of_an_unchanged_plan_every_grid_is_kept():
    assert set(map(str, told(square_plan()).values())) == {
        str((("kept",), [(code, "kept", pytest.approx(1.0, abs=1e-4))])) for code in square_plan().codes
    }


def test_a_transfer_redraws_both_grids_and_names_the_giver():
    lines = told(after({"11": cell(0, 0, 1.25, 1), "12": cell(1.25, 0, 0.75, 1)}))
    assert lines["11"] == (("redrawn",), [("11", "redrawn", 0.8), ("12", "transfer_from", 0.2)])
    assert lines["12"] == (("redrawn",), [("12", "redrawn", 1.0)])
    assert lines["13"][0] == ("kept",)


def test_a_line_drawn_anew_with_a_new_name_is_a_rename_and_nothing_else():
    shift = 0.004
    new = after({"11": cell(0, 0, 1 + shift, 1), "12": cell(1 + shift, 0, 1 - shift, 1)}, g11={"name": "Pond side"})
    lines = told(new)
    assert lines["11"] == (("renamed",), [("11", "renamed", pytest.approx(0.996, abs=0.001))])
    assert lines["12"][0] == ("kept",)
    assert told(new, tolerance_m=1)["11"][0] == ("redrawn", "renamed")


def test_another_unit_is_a_new_staff_and_another_code_a_new_name():
    lines = told(after({}, g11={"unit": "Second team"}, g12={"code": "99"}))
    assert lines["11"][0] == ("restaffed",)
    assert lines["99"] == (("renamed",), [("12", "renamed", 1.0)])


def test_a_split_keeps_the_one_and_tells_where_the_other_is_from():
    lines = told(after({"11": cell(0, 0, 0.6, 1), "1b": cell(0.6, 0, 0.4, 1)}))
    assert lines["11"] == (("redrawn",), [("11", "redrawn", 1.0)])
    assert lines["1b"] == (("split_from",), [("11", "split_from", 1.0)])


def test_a_merge_names_the_grid_that_is_gone_and_its_heirs():
    new = after({"11": cell(0, 0, 2, 1), "12": None})
    assert told(new)["11"] == (
        ("redrawn", "merged_from"),
        [("11", "redrawn", 0.5), ("12", "merged_from", 0.5)],
    )
    found = compare(square_plan(), new)
    (gone,) = gone_lines(found, lineage(found))
    assert (gone["plan"], gone["code"], gone["to"]) == ("p1", "12", [{"code": "11", "share": pytest.approx(1.0)}])


def test_a_gone_grid_shared_out_is_merged_with_the_one_that_took_most():
    new = after({"11": cell(0, 0, 1.7, 1), "12": None, "13": cell(1.7, 0, 1.3, 1)})
    lines = told(new)
    assert lines["11"][0] == ("redrawn", "merged_from")
    assert lines["13"] == (("redrawn",), [("13", "redrawn", 1 / 1.3), ("12", "transfer_from", 0.3 / 1.3)])


def test_a_grid_made_of_thirds_is_new_and_names_them_all():
    new = after(
        {"11": cell(0, 0, 0.7, 1), "12": cell(1.3, 0, 0.7, 1), "1m": cell(0.7, 0, 0.6, 1.5),
         "21": cell(0, 1, 1, 1).difference(cell(0.7, 1, 0.6, 0.5)),
         "22": cell(1, 1, 1, 1).difference(cell(0.7, 1, 0.6, 0.5))}
    )  # fmt: skip
    kinds, sources = told(new)["1m"]
    assert kinds == ("new",)
    assert {(code, how) for code, how, _ in sources} == {(code, "transfer_from") for code in ("11", "12", "21", "22")}


def test_the_first_plan_of_all_is_new_without_sources():
    nothing = replace(square_plan(), id="", grids=())
    found = compare(nothing, square_plan())
    lines = all_lines(found, lineage(found))
    assert [(line["kinds"], line["from"]) for line in lines] == [(["new"], [])] * 9
    report = lineage_report(found, lineage(found))
    assert (report.rows, report.table["how"]) == (9, ["new"] * 9)


def test_land_given_up_redraws_a_grid_and_leaves_a_gone_one_without_heirs():
    found = compare(square_plan(), after({"33": None, "13": cell(2, 0, 0.9, 1)}))
    lines: Lineage = lineage(found)
    assert changed_lines(found, lines)[0]["kinds"] == ["redrawn"]
    assert gone_lines(found, lines)[0]["to"] == [{"code": "", "share": pytest.approx(1.0)}]


def test_shares_of_a_grid_never_exceed_its_area():
    found = compare(square_plan(), after({"11": cell(0, 0, 1.5, 1), "12": cell(1.5, 0, 0.5, 1)}))
    for line in lineage(found).lines:
        assert sum(source.share for source in line.sources) <= 1 + 1e-9


def test_the_report_of_changes_has_a_row_a_piece_and_the_figures_add_up():
    new = after({"11": cell(0, 0, 1.25, 1), "12": cell(1.25, 0, 0.75, 1), "21": cell(0, 1, 1.001, 1),
                 "22": cell(1.001, 1, 0.999, 1), "31": cell(0, 2, 1.02, 1), "32": cell(1.02, 2, 0.98, 1)})  # fmt: skip
    found = compare(square_plan(), new)
    report = plan_changes(found, lineage(found))
    rows = list(
        zip(report.table["kind"], report.table["from"], report.table["to"], report.table["narrow"], strict=True)
    )
    assert rows == [
        ("moved", "12", "11", False),
        ("moved", "32", "31", True),
        ("redigitised", "22", "21", False),
    ]
    assert report.figures["moved_area_m2"] == pytest.approx(sum(report.table["area_m2"][:2]))
    assert (report.figures["moved_pieces"], report.figures["narrow_pieces"]) == (2, 1)
    assert report.figures["grids"] == {"before": 9, "after": 9, "kept": 5, "redrawn": 4}
    assert [line["code"] for line in report.figures["lineage"]] == ["11", "12", "31", "32"]
    assert report.parameters["from_plan"] == "p1"
    assert shapely.covers(cell(1, 0, 0.25, 1).buffer(1e-9), report.geometry[0])
