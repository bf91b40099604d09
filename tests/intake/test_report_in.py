"""A report as a channel sends it, read strictly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.model.report_in import clean_line, clean_lines, read_report

GOOD: dict[str, Any] = {
    "ref": "r-1",
    "type": "lamp",
    "title": "Lamp out",
    "datum": "wgs84",
    "lon": 98.495,
    "lat": 39.735,
}


def changed(**members: Any) -> dict[str, Any]:
    return {**GOOD, **members}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


def test_a_whole_report_is_read_as_it_was_sent() -> None:
    report = read_report(
        changed(
            text="Since\r\n\r\nMonday", accuracy_m=8, level=2, method="gps", occurred_at="2026-11-23T12:00:00+08:00"
        )
    )
    assert (report.ref, report.task_type, report.x, report.y) == ("r-1", "lamp", 98.495, 39.735)
    assert (report.text, report.accuracy_m, report.level, report.method) == ("Since\nMonday", 8.0, 2, "gps")
    assert report.occurred_at == 1_795_406_400


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (changed(name="somebody"), "name"),
        (changed(phone="1"), "phone"),
        (without("ref"), "ref"),
        (changed(ref=""), "ref"),
        (changed(ref=" r"), "ref"),
        (changed(ref="r\x00"), "ref"),
        (changed(ref="r" * 121), "ref"),
        (changed(ref=7), "ref"),
        (without("type"), "type"),
        (without("title"), "title"),
        (changed(title=" \t "), "title"),
        (changed(title="x" * 201), "title"),
        (changed(title=["x"]), "title"),
        (changed(text="x" * 4001), "text"),
        (changed(text={}), "text"),
        (without("datum"), "datum"),
        (changed(datum=4326), "datum"),
        (without("lat"), "lat"),
        (without("lon"), "lon"),
        (without("lon", "lat"), "lon"),
        (changed(lon="98.5"), "lon"),
        (changed(lon=True), "lon"),
        (changed(lon=float("nan")), "lon"),
        (changed(lat=float("inf")), "lat"),
        (changed(lon=1e10), "lon"),
        (changed(x=1.0), "y"),
        (changed(x=1.0, y=2.0), "x"),
        (changed(accuracy_m=-1), "accuracy_m"),
        (changed(accuracy_m=1e9), "accuracy_m"),
        (changed(level=0), "level"),
        (changed(level=5), "level"),
        (changed(level=1.0), "level"),
        (changed(level=True), "level"),
        (changed(method="guess"), "method"),
        (changed(occurred_at="yesterday"), "occurred_at"),
        (changed(occurred_at="2026-11-23T12:00:00"), "occurred_at"),
        (changed(occurred_at=1795406400), "occurred_at"),
        (changed(occurred_at="2026-02-30T12:00:00+08:00"), "occurred_at"),
        (changed(address=1), "address"),
        ([GOOD], "reports"),
        ("{}", "reports"),
    ],
)
def test_what_is_wrong_is_refused_by_the_name_of_its_member(given: Any, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_report(given)
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


def test_a_report_may_give_an_address_alone_and_leave_members_null() -> None:
    report = read_report({**without("lon", "lat", "datum"), "address": "1 Main St", "text": None, "lon": None})
    assert (report.x, report.datum, report.address) == (None, "", "1 Main St")


def test_texts_lose_what_hides_what_they_say() -> None:
    assert clean_line("a\u202eb\x00c\u200bd\u3000\u3000e") == "a b c d e"
    assert clean_lines(" a \r\n\r\n b\tc ") == "a\nb c"


ANYTHING = st.none() | st.text() | st.floats() | st.integers() | st.booleans() | st.lists(st.none())


@given(st.dictionaries(st.sampled_from([*GOOD, "x", "y", "level", "other"]), ANYTHING))
@settings(deadline=None)
def test_any_object_is_a_report_or_a_sentence_with_its_member(value: dict[str, Any]) -> None:
    for one in (value, {**GOOD, **value}):
        field = "none"
        try:
            report = read_report(one)
        except BadInput as error:
            field = error.field or ""
        else:
            assert report.ref
            assert report.x is not None or report.address
        assert field
