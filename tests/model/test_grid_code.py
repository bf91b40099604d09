"""Codes of the scheme cn15: those of the fixture that are valid are read, those that are not are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.model.grid_code import read_cn15


def test_valid_codes_of_the_fixture_are_read_into_their_parts(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/grid_codes.json").read_text(encoding="utf-8"))
    assert fixture["valid"]
    for row in fixture["valid"]:
        found = read_cn15(row["code"])
        assert found.county == row["county"]
        assert (found.street, found.community, found.sequence) == (row["street"], row["community"], row["seq"])


def test_invalid_codes_of_the_fixture_are_refused_with_a_sentence(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/grid_codes.json").read_text(encoding="utf-8"))
    assert len(fixture["invalid"]) >= 4
    for row in fixture["invalid"]:
        with pytest.raises(BadInput) as caught:
            read_cn15(row["code"])
        assert caught.value.field == "code"


def test_codes_of_invented_communities_are_read_only_where_that_is_asked_for() -> None:
    assert read_cn15("990101001001007", invented=True).sequence == 7
    with pytest.raises(BadInput, match="No province has the number 99"):
        read_cn15("990101001001007")


@given(st.text(max_size=20))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        found = read_cn15(text)
    except BadInput:
        return
    assert f"{found.community}{found.sequence:03d}" == text
