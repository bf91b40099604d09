"""Times, positions and keys of rows, column by column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.services.exchange.row_keys import hash_rows, key_texts, ordinals
from mapsvc.services.exchange.row_positions import Fault, read_positions
from mapsvc.services.exchange.row_texts import clean
from mapsvc.services.exchange.row_times import read_times


def iso(values: list[Any], formats: tuple[str, ...], tz: str = "UTC") -> list[str | None]:
    times = read_times(pa.array(values), formats, tz)
    return [
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if known else None
        for at, known in zip(times.at.tolist(), times.known.tolist(), strict=True)
    ]


def test_the_formats_of_real_files_are_read() -> None:
    assert iso(["01/02/2015 12:20:09 AM"], ("%m/%d/%Y %I:%M:%S %p",), "America/New_York") == ["2015-01-02T05:20:09Z"]
    assert iso(["2018-10", "2019-02"], ("%Y-%m",), "Europe/London") == ["2018-09-30T23:00:00Z", "2019-02-01T00:00:00Z"]
    assert iso(["2016-08-05T19:36:07Z", "2016-08-05 19:36", "2016-08-05"], ("iso",), "America/New_York") == [
        "2016-08-05T19:36:07Z",
        "2016-08-05T23:36:00Z",
        "2016-08-05T04:00:00Z",
    ]
    assert iso(["2010-01-01T06:00:00+0000"], ("%Y-%m-%dT%H:%M:%S%z",)) == ["2010-01-01T06:00:00Z"]
    assert iso(["1500000000"], ("epoch_s",)) == iso([1_500_000_000_000], ("epoch_ms",)) == ["2017-07-14T02:40:00Z"]


def test_formats_are_tried_in_order_for_each_value() -> None:
    assert iso(["3.7.2020", "2020-07-04", "soon", ""], ("%d.%m.%Y", "iso")) == [
        "2020-07-03T00:00:00Z",
        "2020-07-04T00:00:00Z",
        None,
        None,
    ]


def test_missing_and_unreadable_times_are_told_apart() -> None:
    times = read_times(pa.array(["", None, " ", "soon", "1850-01-01", "9999-01-01"]), ("iso",), "UTC")
    assert times.given.tolist() == [False, False, False, True, True, True]
    assert times.unreadable.tolist() == [False, False, False, True, True, True]


def test_the_doubled_hour_is_the_first_and_the_skipped_hour_the_jump() -> None:
    assert iso(["2021-11-07 01:30"], ("iso",), "America/New_York") == ["2021-11-07T05:30:00Z"]
    assert iso(["2021-03-14 02:30"], ("iso",), "America/New_York") == ["2021-03-14T07:00:00Z"]


@given(st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)), min_size=1, max_size=20))
def test_stamps_and_texts_of_one_moment_agree_with_the_zone(moments: list[datetime]) -> None:
    moments = [moment.replace(microsecond=0) for moment in moments]
    # the hours when the clock goes back or forward have a test of their own
    zone = ZoneInfo("Europe/London")
    moments = [one for one in moments if one.month in (1, 2, 7, 12)]
    if not moments:
        return
    wanted = [int(moment.replace(tzinfo=zone).timestamp()) for moment in moments]
    stamps = read_times(pa.array(moments, pa.timestamp("us")), ("iso",), "Europe/London")
    texts = read_times(pa.array([moment.isoformat() for moment in moments]), ("iso",), "Europe/London")
    assert stamps.at.tolist() == wanted == texts.at.tolist()


def test_each_fault_of_a_position_has_its_name() -> None:
    x = pa.array(["98.5", "", "0", "abc", "nan", "inf", "200", "98.5", " 98.5 ", "9.85e1"])
    y = pa.array(["39.5", "39.5", "0", "39.5", "39.5", "39.5", "39.5", "N/A", "39.5", "39.5"])
    found = read_positions(x, y, "wgs84")
    assert [Fault(code) for code in found.fault] == [
        Fault.NONE, Fault.MISSING, Fault.ZERO, Fault.UNREADABLE, Fault.NOT_FINITE, Fault.NOT_FINITE, Fault.BEYOND,
        Fault.MISSING, Fault.NONE, Fault.NONE,
    ]  # fmt: skip
    assert found.lon[[0, 8, 9]].tolist() == [98.5, 98.5, 98.5]


def test_nan_in_a_column_of_numbers_is_missing_and_infinity_is_a_fault() -> None:
    x = pa.array([np.nan, np.inf, None, 1.0], pa.float64())
    found = read_positions(x, pa.array([1.0, 1.0, 1.0, 1.0]), "wgs84")
    assert [Fault(code) for code in found.fault] == [Fault.MISSING, Fault.NOT_FINITE, Fault.MISSING, Fault.NONE]


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_number_written_out_comes_back_bit_for_bit(lon: float, lat: float) -> None:
    found = read_positions(pa.array([repr(lon)]), pa.array([repr(lat)]), "wgs84")
    if abs(lon) > 1e-9 or abs(lat) > 1e-9:
        assert (found.lon[0], found.lat[0]) == (lon, lat)


def rows(values: list[tuple[str | None, float | None]], as_dictionary: bool) -> dict[str, Any]:
    text = pa.array([value[0] for value in values], pa.string())
    return {
        "t": text.dictionary_encode() if as_dictionary else text,
        "x": pa.array([value[1] for value in values], pa.float64()),
    }


VALUES = st.lists(
    st.tuples(st.one_of(st.none(), st.text(max_size=3)), st.one_of(st.none(), st.sampled_from([0.0, 1.0, -1.5]))),
    min_size=1,
    max_size=30,
)


@given(VALUES)
def test_keys_are_equal_exactly_where_rows_are_equal_and_ordinals_count_them(values: list[Any]) -> None:
    lanes = hash_rows(rows(values, False), len(values))
    other = hash_rows(rows(values, True), len(values))
    assert all(np.array_equal(one, two) for one, two in zip(lanes, other, strict=True)), "dictionaries do not matter"
    seen: dict[Any, int] = {}
    wanted = []
    for value in values:
        wanted.append(seen.get(value, 0))
        seen[value] = wanted[-1] + 1
    ordinal = ordinals(lanes)
    assert ordinal.tolist() == wanted
    assert len(set(key_texts(lanes, ordinal))) == len(values)


def test_the_key_of_a_row_never_changes() -> None:
    """Stored keys of old imports must still match: this value may never change."""
    lanes = hash_rows(rows([("路灯", 1.5), ("路灯", 1.5)], False), 2)
    keys = key_texts(lanes, ordinals(lanes)).tolist()
    assert keys[1] == keys[0] + ".1"
    assert keys[0] == KEY


KEY = "7jqzx19skettjzgt"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("  a\t b\n", "a b"), ("a\x00b\x1b[0m", "a b [0m"), ("\u202eevil", "evil"), ("{{7*191}}", "{{7*191}}")],
)
def test_texts_lose_control_characters_and_nothing_else(text: str, wanted: str) -> None:
    assert clean(text, 100) == wanted
    assert clean("x" * 500, 100) == "x" * 100
