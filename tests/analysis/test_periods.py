"""Days, weeks and months on local clocks, also on the days when clocks change or skip."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.periods import UNITS, PeriodUnit, bucket_first, day_start, label, periods
from mapsvc.errors import BadQuery

ZONES = ["UTC", "Asia/Shanghai", "Europe/London", "America/Chicago", "America/Sao_Paulo", "America/Havana",
         "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Atlantic/Azores"]  # fmt: skip


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(at("2005-01-01T00:00Z"), at("2024-01-01T00:00Z")), min_size=1, max_size=8),
    st.sampled_from(UNITS),
    st.sampled_from(ZONES),
)
def test_every_time_falls_in_the_bucket_of_its_local_date(times: list[int], unit: PeriodUnit, tz: str) -> None:
    cut = periods(times, unit, tz)
    for time, bucket in zip(times, cut.index.tolist(), strict=True):
        local = datetime.fromtimestamp(time, ZoneInfo(tz)).date()
        assert cut.firsts[bucket] == bucket_first(local, unit)
        assert cut.starts[bucket] <= time < cut.starts[bucket + 1]
    assert (np.diff(cut.starts) >= 0).all()
    assert len(cut.starts) == len(cut.firsts) + 1


def test_the_days_when_london_changes_its_clocks_have_23_and_25_hours() -> None:
    zone = ZoneInfo("Europe/London")
    lengths = [
        day_start(day + timedelta(days=1), zone) - day_start(day, zone)
        for day in (date(2018, 3, 25), date(2018, 10, 28))
    ]
    assert lengths == [23 * 3600, 25 * 3600]


def test_the_first_and_last_second_of_the_long_day_count_to_it() -> None:
    cut = periods(
        [at("2018-10-27T23:00Z"), at("2018-10-28T23:59:59Z"), at("2018-10-29T00:00Z")], "day", "Europe/London"
    )
    assert cut.labels() == ("2018-10-28", "2018-10-29")
    assert cut.index.tolist() == [0, 0, 1]


def test_a_day_starts_when_clocks_skip_midnight() -> None:
    # Sao Paulo went from 23:59:59 to 01:00 on 2018-11-04.
    zone = ZoneInfo("America/Sao_Paulo")
    assert datetime.fromtimestamp(day_start(date(2018, 11, 4), zone), zone).hour == 1
    assert periods(
        [at("2018-11-04T02:59:59Z"), at("2018-11-04T03:00Z")], "day", "America/Sao_Paulo"
    ).index.tolist() == [0, 1]


def test_a_date_that_a_zone_skipped_has_no_incident_and_does_no_harm() -> None:
    # Apia had no 2011-12-30.
    cut = periods([at("2011-12-30T09:00Z"), at("2011-12-30T10:00Z")], "day", "Pacific/Apia")
    assert [cut.labels()[i] for i in cut.index] == ["2011-12-29", "2011-12-31"]


def test_midnight_belongs_to_the_new_day_in_china() -> None:
    cut = periods([at("2026-01-31T23:59:59+08:00"), at("2026-02-01T00:00+08:00")], "month", "Asia/Shanghai")
    assert cut.labels() == ("2026-01", "2026-02")
    assert cut.index.tolist() == [0, 1]


def test_weeks_start_on_monday_and_carry_the_iso_year() -> None:
    assert label(bucket_first(date(2021, 1, 3), "week"), "week") == "2020-W53"
    assert label(bucket_first(date(2021, 1, 4), "week"), "week") == "2021-W01"
    assert bucket_first(date(2021, 1, 3), "week") == date(2020, 12, 28)


def test_buckets_without_incidents_are_listed_too() -> None:
    cut = periods([at("2025-11-05T00:00Z"), at("2026-02-05T00:00Z")], "month", "UTC")
    assert cut.labels() == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_no_time_and_impossible_times_have_no_bucket() -> None:
    far = int(datetime(1850, 1, 1, tzinfo=UTC).timestamp())
    cut = periods([0, far, 2**60, at("2026-01-01T00:00Z")], "day", "UTC")
    assert cut.index.tolist() == [-1, -1, -1, 0]
    assert periods([0, 0], "day", "UTC").firsts == ()
    assert periods([], "week", "UTC").index.shape == (0,)


@pytest.mark.parametrize("tz", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_refused(tz: str) -> None:
    with pytest.raises(BadQuery) as caught:
        periods([1], "day", tz)
    assert caught.value.field == "tz"


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(BadQuery, match="fortnight"):
        periods([1], "fortnight", "UTC")  # type: ignore[arg-type]
