"""The side of the cells: 2 A / n, rounded up on the ladder 1, 2, 5, within 30 to 50,000 cells."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.cell_size import MAX_CELLS, MIN_CELLS, choose_cell_m, next_smaller_m, rounded_up_m


@pytest.mark.parametrize(
    ("side", "rung"), [(1, 1), (1.01, 2), (2, 2), (4.9, 5), (5.1, 10), (99, 100), (101, 200), (0.11, 0.2), (0.3, 0.5)]
)
def test_a_side_is_rounded_up_to_one_two_or_five(side: float, rung: float) -> None:
    assert rounded_up_m(side) == rung


@pytest.mark.parametrize(("cell", "smaller"), [(10, 5), (5, 2), (2, 1), (1, 0.5), (0.2, 0.1), (1000, 500)])
def test_the_rung_below(cell: float, smaller: float) -> None:
    assert next_smaller_m(cell) == smaller


def test_a_square_kilometre_with_3000_events_gets_50_m_cells() -> None:
    # sqrt(2 * 1e6 / 3000) = 25.8, rounded up to 50.
    assert choose_cell_m(1e6, 3000) == 50


def test_few_events_get_smaller_cells_than_the_rule_so_that_there_are_thirty() -> None:
    # sqrt(2 * 1e6 / 30) = 258 -> 500 gives 4 cells, 200 gives 25, 100 gives 100.
    assert choose_cell_m(1e6, 30) == 100


@settings(deadline=None)
@given(st.floats(1.0, 1e13), st.integers(1, 10**8))
def test_the_cells_of_any_area_number_thirty_to_fifty_thousand(area: float, events: int) -> None:
    cell = choose_cell_m(area, events)
    assert MIN_CELLS <= area / cell**2 <= MAX_CELLS
    digits = cell / 10.0 ** math.floor(math.log10(cell) + 1e-9)
    assert min(abs(digits - step) for step in (1, 2, 5)) < 1e-9
