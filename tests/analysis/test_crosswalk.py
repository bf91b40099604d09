"""Crosswalk tables: every row accounted for, from both sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.analysis.crosswalk import crosswalk_addresses, crosswalk_area, crosswalk_incidents
from mapsvc.geo.compare import common_ground
from mapsvc.geo.measure import area_m2

A = square_plan()
B = replace(A, id="p2", name="Two", grids=A.grids[:4])


def rows(report, *columns: str):
    return list(zip(*(report.table[name] for name in columns), strict=True))


def test_each_pair_of_grids_has_one_row_and_those_without_a_grid_come_last():
    first = np.array([0, 0, 0, 8, -1, -2, 1])
    second = np.array([0, 0, 1, -1, 3, -2, 1])
    report = crosswalk_incidents(A, B, first, second)
    assert rows(report, "from", "to", "count", "share") == [
        ("11", "11", 2, pytest.approx(2 / 3)),
        ("11", "12", 1, pytest.approx(1 / 3)),
        ("12", "12", 1, 1.0),
        ("33", "(outside)", 1, 1.0),
        ("(outside)", "21", 1, 1.0),
        ("(unlocated)", "(unlocated)", 1, 1.0),
    ]
    assert report.figures == {"total": 7, "stays": 4, "changes": 3}
    assert (report.plan_id, report.parameters) == ("p1", {"from_plan": "p1", "to_plan": "p2", "by": "incidents"})


def test_nothing_at_all_is_an_empty_table():
    none = np.array([], dtype=np.int64)
    report = crosswalk_incidents(A, B, none, none)
    assert (report.rows, report.figures["total"]) == (0, 0)


pairs = st.lists(st.tuples(st.integers(-2, 8), st.integers(-2, 3), st.integers(0, 900)), max_size=60)


@given(pairs)
def test_counts_and_households_add_up_exactly_to_the_totals_of_either_plan(given_rows: list[tuple[int, int, int]]):
    first, second, households = (
        (np.array(column, dtype=np.int64) for column in zip(*given_rows, strict=True))
        if (given_rows)
        else (np.array([], dtype=np.int64),) * 3
    )
    report = crosswalk_addresses(A, B, first, second, households)
    for column, weights in (("count", np.ones_like(households)), ("households", households)):
        for side, plan, positions in (("from", A, first), ("to", B, second)):
            labels = {**dict(enumerate(plan.codes)), -1: "(outside)", -2: "(unlocated)"}
            expected: dict[str, int] = {}
            for position, weight in zip(positions.tolist(), weights.tolist(), strict=True):
                expected[labels[position]] = expected.get(labels[position], 0) + weight
            found: dict[str, int] = {}
            for label, n in rows(report, side, column):
                found[label] = found.get(label, 0) + n
            assert found == expected
    assert report.figures["households"] == households.sum()


def test_area_goes_where_the_ground_goes_and_adds_up_to_both_plans():
    cut = WEST + 1.25 * STEP
    eleven = replace(A.grids[0], polygon=box(WEST, SOUTH, cut, SOUTH + STEP))
    twelve = replace(A.grids[1], polygon=box(cut, SOUTH, WEST + 2 * STEP, SOUTH + STEP))
    new = replace(A, id="p2", grids=(eleven, twelve, *A.grids[2:8]))
    report = crosswalk_area(A, new, common_ground(A, new))
    table = {(a, b): share for a, b, share in rows(report, "from", "to", "share")}
    assert table["12", "11"] == pytest.approx(0.25, abs=1e-5)
    assert table["33", "(outside)"] == 1.0
    assert list(table)[-1] == ("33", "(outside)")
    for side, plan in (("from", A), ("to", new)):
        sums: dict[str, float] = {}
        for code, area in rows(report, side, "area_m2"):
            sums[code] = sums.get(code, 0.0) + area
        own = dict(zip(plan.codes, area_m2([grid.polygon for grid in plan.grids], 4542).tolist(), strict=True))
        assert {code: sums[code] for code in own} == pytest.approx(own, rel=1e-5)
    assert report.figures["total_m2"] == pytest.approx(report.figures["stays_m2"] + report.figures["changes_m2"])
    assert len(report.geometry) == report.rows
    assert area_m2(list(report.geometry), 4542) == pytest.approx(report.table["area_m2"], rel=1e-9)


def test_land_that_only_the_later_plan_holds_comes_from_outside():
    report = crosswalk_area(B, A, common_ground(B, A))
    assert ("(outside)", "33") in rows(report, "from", "to")
    assert report.figures["from_total_m2"] < report.figures["to_total_m2"] == report.figures["total_m2"]
