from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.model.duty import read_hours, standing

TZ = "Asia/Shanghai"


def at(text: str, tz: str = TZ) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp())


@pytest.mark.parametrize(
    ("hours", "moment", "until"),
    [
        ("08:00-18:00", "2026-11-23 17:59", "2026-11-23 18:00"),
        ("08:00-18:00", "2026-11-23 18:00", None),
        ("mon-fri 08:00-18:00", "2026-11-28 12:00", None),
        ("22:00-06:00", "2026-11-23 05:00", "2026-11-23 06:00"),
        ("22:00-06:00", "2026-11-23 23:00", "2026-11-24 06:00"),
        ("fri 22:00-06:00", "2026-11-28 05:59", "2026-11-28 06:00"),
        ("fri 22:00-06:00", "2026-11-27 05:59", None),
        ("08:00-12:00; 12:00-18:00", "2026-11-23 09:00", "2026-11-23 18:00"),
        ("sat-mon 10:00-11:00", "2026-11-23 10:30", "2026-11-23 11:00"),
        ("tue,thu 09:00-17:00", "2026-11-23 10:00", None),
        ("00:00-24:00; sun 00:00-01:00", "2026-11-23 10:00", "always"),
    ],
)
def test_a_post_is_on_duty_within_its_hours(hours: str, moment: str, until: str | None) -> None:
    found = standing(hours, at(moment), TZ)
    assert found.is_on is (until is not None)
    if until == "always":
        assert found.until is None
    else:
        assert found.until == (at(until) if until else None)


def test_no_hours_mean_always() -> None:
    found = standing("", 0, TZ)
    assert (found.is_on, found.until) == (True, None)


@pytest.mark.parametrize("hours", ["8-18", "08:00-25:00", "fry 08:00-18:00", "08:61-09:00", "24:00-02:00", "x" * 500])
def test_hours_without_sense_are_refused(hours: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_hours(hours)
    assert refused.value.field == "hours"


def test_night_shifts_end_at_the_wall_clock_when_clocks_change() -> None:
    new_york = "America/New_York"
    assert standing("22:00-06:00", at("2026-03-08 01:00", new_york), new_york).until == at("2026-03-08 06:00", new_york)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(1_750_000_000, 1_850_000_000))
def test_on_duty_is_what_the_wall_clock_says(begin: int, end: int, moment: int) -> None:
    text = f"{begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    local = datetime.fromtimestamp(moment, ZoneInfo(TZ))
    minute = local.hour * 60 + local.minute
    inside = begin <= minute < end if begin < end else minute >= begin or minute < end
    assert standing(text, moment, TZ).is_on is inside
