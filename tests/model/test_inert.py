"""No cell of a written table is run by a spreadsheet, and every cell can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.model.inert import inert


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula_and_every_cell_can_be_undone(text: str) -> None:
    cell = inert(text)
    if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")):
        # only a plain number keeps its sign
        assert cell[0] in "+-"
        assert set(cell) <= set("0123456789.+-eE")
    assert (cell[1:] if cell.startswith("'") else cell) == text


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+SUM(A1)", "-2+3+cmd", "@x", "\t=1", "\r=1", "  =1", "＝1"])
def test_known_injections_are_made_inert(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+3.2e-4", "98.49", "Yard Lane 12", ""])
def test_numbers_and_plain_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text
