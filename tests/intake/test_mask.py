"""Numbers of people are masked; numbers of houses, places, times and matters stay."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.services.intake.mask import MASK, has_candidate, mask, names_a_number

MASKED = (
    "13812345678",
    "电话13812345678",
    "call 138-1234-5678 now",
    "138 1234 5678",
    "１３８１２３４５６７８",
    "138－1234－5678",
    "+86 138 1234 5678",
    "+8613812345678",
    "86-13812345678",
    "(+86)13812345678",
    "0086 138 1234 5678",
    "1381234 5678",
    "1 3 8 1 2 3 4 5 6 7 8",
    "138.1234.5678",
    "打给张三13812345678",
    "一三八一二三四五六七八",
    "幺三八 幺二三四 五六七八",
    "tel:13812345678。",
    "13812345678,13987654321",
    "13812345678 2号楼",
    "3号楼 13812345678",
    "WX13812345678",
    "0937-2612345",
    "(0937)2612345",
    "（0937）2612345",
    "010-88886666",
    "010 8888 6666",
    "+86 10 8888 6666",
    "021-12345678x",
    "0937-2612345-8001",
    "0937-2612345转8001",
    "620902199001011234",
    "62090219900101123X",
    "620902 19900101 1234",
    "620902-1990-0101-1234",
    "６２０９０２１９９００１０１１２３４",
    "62090219900101123x",
    "11010519491231002X",
    "+1 617 555 0123",
    "617-555-0123",
    "(617) 555-0123",
    "电话：2612345",
    "phone 2612345",
    "Phone: 2612 3456",
    "Call me at 2612345",
    "138_1234_5678",
    "138/1234/5678",
    "138 12345678",
    "139  1234  5678",
    "手机号是13812345678吗",
)

KEPT = (
    "12 Main Street",
    "3号楼2单元1301室",
    "1301 1302 1303",
    "1301、1302、1303室",
    "98.4938485,39.7306491",
    "138.12345678, 35.12345678",
    "39.13812345678",
    "2026-11-25 13:12:45",
    "20261125 131245",
    "2026年11月25日13时",
    "WO-20261125-00013",
    "GD20261125000123",
    "620902001001003",
    "app-b567c459",
    "550e8400-e29b-41d4-a716-446655440000",
    "4542000.55 500123.25",
    "12345.67 yuan",
    "13 14 15 16 17 18 19",
    "110, 119 and 120",
    "1732600000",
    "1732600000123",
    "12 x 34 x 56 x 78 x 90",
    "1,381,234,567",
    "13812345",
    "No. 123456789012345678",
    "EPSG:4542",
    "3.14159265358979",
    "13.81 2345678",
    "Building 138, unit 2, room 1203",
    "1990-01-01 to 2026-11-25",
    "2015-12-01T10:00:00+08:00",
    "2026-01-15 08:00 to 2026-01-16 17:00",
    "lon 98.4938485 lat 39.7306491",
    "0.9372612345",
    "第13812号",
    "192.168.100.200",
    "邮编735000 地址肃州区西大街188号",
    "G30 K2345+678",
    "甘F12345",
    "5号楼、6号楼、7号楼、8号楼、9号楼、10号楼、11号楼",
    "一二三四五六七楼都没水",
    "2026/11/25 13:14",
    "35000000 m3",
    "1100 1200 1300 1400",
)


@pytest.mark.parametrize("text", MASKED)
def test_a_number_of_a_person_is_masked(text: str) -> None:
    masked = mask(text)
    assert MASK in masked
    assert sum(letter.isdigit() for letter in masked) <= 1
    assert mask(masked) == masked


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", MASKED)
def test_what_stands_around_a_number_stays(text: str) -> None:
    masked = mask(f"3号楼水管漏水，{text}，请尽快。 Flat 12, 98.4938485")
    assert masked.startswith("3号楼水管漏水，")
    assert masked.endswith("，请尽快。 Flat 12, 98.4938485")


def test_several_numbers_of_one_text_are_all_masked() -> None:
    assert mask("13812345678 / 0937-2612345 / 620902199001011234") == "*** / *** / ***"


@pytest.mark.parametrize(
    "reference",
    ["13812345678", "call-13812345678", "０９３７－２６１２３４５", "620902199001011234", "+86 13812345678"],
)
def test_a_reference_that_is_a_number_of_a_person_is_told(reference: str) -> None:
    assert names_a_number(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "app-b567c459",
        "000000012345",
        "2026112500001",
        "550e8400-e29b-41d4-a716-446655440000",
        "101000123456",
        "620902001001003",
    ],
)
def test_a_reference_that_counts_matters_is_not(reference: str) -> None:
    assert not names_a_number(reference)


@given(st.uuids(version=4))
@settings(deadline=None)
def test_no_random_key_is_taken_for_a_number(key: object) -> None:
    assert not names_a_number(str(key))


@given(st.text(alphabet="0123456789 -+()０１三五八.转tel号", max_size=60))
@settings(deadline=None)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
    assert has_candidate(text) or once == text


@given(st.text(alphabet="3456789", min_size=1, max_size=1), st.text(alphabet="0123456789", min_size=9, max_size=9))
@settings(deadline=None)
def test_every_mobile_number_is_masked_however_it_is_grouped(second: str, rest: str) -> None:
    number = f"1{second}{rest}"
    for gap in (" ", "-", "－", "  "):
        for cut in ((3, 7), (4, 8), (3,), (7,), (5,), (3, 6), tuple(range(1, 11))):
            borders = [0, *cut, 11]
            grouped = gap.join(number[start:end] for start, end in pairwise(borders))
            assert mask(f"联系{grouped}。") == "联系***。", grouped


@pytest.mark.parametrize(
    "evil", ["1 " * 2000, "1" * 4000, "0937-" * 800, "+1 " * 1300, "一" * 4000, "电话" * 2000, "1-(" * 1300]
)
def test_no_text_makes_masking_slow(evil: str) -> None:
    import time

    started = time.process_time()
    mask(evil)
    assert time.process_time() - started < 0.5
