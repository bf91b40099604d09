"""Counts and located shares: every incident is in exactly one row."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.counts import counts
from mapsvc.analysis.located import located_shares
from mapsvc.errors import BadQuery
from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns

CERTAIN, BOUNDARY, OUTSIDE, UNLOCATED = (
    CERTAINTY_CODE[c] for c in (Certainty.CERTAIN, Certainty.BOUNDARY, Certainty.OUTSIDE, Certainty.UNLOCATED)
)
TYPES, GRIDS = ("dispute", "environment"), ("A", "B", "C")


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def make(
    grid: list[int], type_: list[int], when: list[int], certainty: list[int], types: tuple[str, ...] = TYPES
) -> IncidentColumns:
    n = len(grid)
    zeros = np.zeros(n, dtype=np.int64)
    lon = np.where(np.array(certainty) == UNLOCATED, np.nan, 98.49) if n else np.zeros(0)
    return IncidentColumns(
        np.arange(n), lon, lon - 58.0, np.array(when, dtype=np.int64), zeros, zeros, zeros, zeros,
        np.array(type_, dtype=np.int16), zeros.astype(np.int8), np.array(certainty, dtype=np.int8),
        np.array(grid, dtype=np.int32),
        zeros.astype(bool), types, GRIDS,
    )  # fmt: skip


JAN, FEB = epoch("2026-01-31T23:30+08:00"), epoch("2026-02-01T00:30+08:00")
SIX = make(
    [0, 0, 2, -1, -1, 2],
    [0, 1, 0, 0, 1, 0],
    [JAN, FEB, JAN, JAN, FEB, 0],
    [CERTAIN, BOUNDARY, CERTAIN, OUTSIDE, UNLOCATED, CERTAIN],
)


def rows(report) -> list[tuple]:
    return list(zip(*report.table.values(), strict=True))


def test_by_grid_lists_every_grid_and_those_without_one() -> None:
    report = counts(SIX, GRIDS, ["grid"], tz="Asia/Shanghai")
    assert rows(report) == [("A", 2), ("B", 0), ("C", 2), ("(outside)", 1), ("(unlocated)", 1)]
    assert report.figures == {"total": 6, "inside": 4, "outside": 1, "unlocated": 1}


def test_by_period_cuts_months_on_local_clocks_and_names_the_undated() -> None:
    assert rows(counts(SIX, GRIDS, ["period"], tz="Asia/Shanghai")) == [
        ("2026-01", 3),
        ("2026-02", 2),
        ("(undated)", 1),
    ]
    # Half past midnight in China is still January in UTC.
    assert rows(counts(SIX, GRIDS, ["period"], tz="UTC")) == [("2026-01", 5), ("(undated)", 1)]


def test_by_type_and_grid_lists_what_is_there_in_the_order_asked() -> None:
    report = counts(SIX, GRIDS, ["type", "grid"], tz="UTC")
    assert list(report.table) == ["type", "grid", "n"]
    assert rows(report) == [
        ("dispute", "A", 1),
        ("dispute", "C", 2),
        ("dispute", "(outside)", 1),
        ("environment", "A", 1),
        ("environment", "(unlocated)", 1),
    ]


def test_a_selection_counts_only_what_is_chosen() -> None:
    report = counts(SIX, GRIDS, ["grid"], tz="UTC", select=np.array([1, 0, 0, 0, 0, 1], dtype=bool))
    assert rows(report) == [("A", 1), ("B", 0), ("C", 1)]
    assert report.figures["total"] == 2


def test_grids_come_in_the_order_of_the_plan_and_codes_it_does_not_know_are_kept() -> None:
    report = counts(SIX, ("C", "B"), ["grid"], tz="UTC")
    assert rows(report) == [("C", 2), ("B", 0), ("A", 2), ("(outside)", 1), ("(unlocated)", 1)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-1, 2), st.integers(0, 1), st.integers(0, 4 * 10**7), st.sampled_from([OUTSIDE, UNLOCATED])
        ),
        max_size=40,
    ),
    st.sampled_from(["day", "week", "month"]),
)
def test_all_tables_add_up_to_the_total(items: list[tuple[int, int, int, int]], period: str) -> None:
    grid, type_, when, missing = (list(part) for part in zip(*items, strict=True)) if items else ([], [], [], [])
    columns = make(grid, type_, when, [CERTAIN if g >= 0 else m for g, m in zip(grid, missing, strict=True)])
    for size in (1, 2, 3):
        for by in permutations(["grid", "type", "period"], size):
            report = counts(columns, GRIDS, by, period=period, tz="Europe/London")  # type: ignore[arg-type]
            assert sum(report.table["n"]) == len(items) == report.figures["total"]
            keys = [row[:-1] for row in rows(report)]
            assert len(set(keys)) == len(keys)


def test_nothing_at_all_gives_an_empty_table() -> None:
    none = make([], [], [], [], types=())
    for by in (["type"], ["type", "period"], ["grid", "type", "period"]):
        assert counts(none, (), by, tz="UTC").rows == 0  # type: ignore[arg-type]
    assert rows(counts(none, ("A",), ["grid"], tz="UTC"))[0] == ("A", 0)


def test_a_sparse_table_too_large_to_lay_out_is_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    dense = counts(SIX, GRIDS, ["grid", "period"], tz="UTC")
    monkeypatch.setattr("mapsvc.analysis.counts._DENSE", 1)
    assert counts(SIX, GRIDS, ["grid", "period"], tz="UTC") == dense


@pytest.mark.parametrize("by", [[], ["grid", "grid"], ["colour"]])
def test_an_unknown_or_repeated_dimension_is_refused(by: list[str]) -> None:
    with pytest.raises(BadQuery) as caught:
        counts(SIX, GRIDS, by, tz="UTC")  # type: ignore[arg-type]
    assert caught.value.field == "by"


def test_the_counts_of_a_million_eight_hundred_thousand_rows_add_up() -> None:
    rng = np.random.default_rng(1)
    n = 1_800_000
    columns = make(
        rng.integers(-1, 3, n).tolist(), rng.integers(0, 2, n).tolist(),
        rng.integers(epoch("2018-10-01T00:00Z"), epoch("2019-03-01T00:00Z"), n).tolist(), [OUTSIDE] * n,
    )  # fmt: skip
    report = counts(columns, GRIDS, ["grid", "type", "period"], period="day", tz="Europe/London")
    assert sum(report.table["n"]) == n


def test_located_shares_add_up_and_tell_the_uncertain_ones() -> None:
    report = located_shares(SIX)
    assert rows(report) == [("inside", 4, 4 / 6), ("outside", 1, 1 / 6), ("unlocated", 1, 1 / 6)]
    assert report.figures["total"] == 6
    assert report.figures["boundary"] == 1
    chosen = located_shares(SIX, np.array([1, 0, 0, 1, 0, 0], dtype=bool))
    assert chosen.table["n"] == [1, 1, 0]
    assert chosen.figures["boundary"] == 0


def test_shares_of_nothing_are_none_and_no_nan() -> None:
    report = located_shares(make([], [], [], []))
    assert report.table["share"] == [None, None, None]
    json.dumps(report.figures, allow_nan=False)
