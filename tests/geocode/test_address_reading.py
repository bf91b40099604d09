from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.geocode.reader import normal_form, read_address
from mapsvc.geocode.region_words import RegionWords
from mapsvc.geocode.writing import read_numeral, tidy


def test_every_address_of_the_domain_is_read_as_it_says(shared: Path) -> None:
    cases = json.loads((shared / "fixtures/domain/addresses.json").read_text("utf-8"))["cases"]
    assert len(cases) == 8
    for case in cases:
        assert read_address(case["text"]).parts == case["expect"], case["text"]


def test_addresses_that_must_not_match_have_different_normal_forms(shared: Path) -> None:
    for one, other in json.loads((shared / "fixtures/domain/addresses.json").read_text("utf-8"))["must_not_match"]:
        assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    "other",
    [
        "广厦小区３号楼２单元",
        "广厦小区3#楼二单元",
        "广厦小区 三栋 贰单元",
        "广厦小区3幢2单元",
        "广厦小区03号楼02单元",
        "地址：广厦小区，3座2单元",
        "廣厦小区".replace("廣", "广") + "3號樓2单元",
        "广厦小区3-2",
        "广厦小区3号楼2单元门口",
    ],
)
def test_one_building_written_in_many_ways_has_one_normal_form(other: str) -> None:
    assert normal_form(other) == normal_form("广厦小区3号楼2单元")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1745 T Street Southeast, Washington, DC 20020", "1745 T St. SE, Washington DC 20020"),
        ("421 1/2 6th Street Southeast", "421 1/2 Sixth St SE"),
        ("188 Saint Matthews Avenue #1", "188 St Matthews Ave Apt 1"),
        ("Poplar Road 16", "16 Poplar Rd"),
        ("Main Street & 2nd Avenue", "corner of Second Ave and Main St"),
        ("Block 3, Plum Court", "Plum Court, block 3"),
        ("80 North East Street", "80 N E St"),
    ],
)
def test_western_addresses_written_in_two_ways_have_one_normal_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("五一路12号", {"road": "五一路", "number": "12"}),
        ("三里屯一号楼", {"compound": "三里屯", "building": "1"}),
        ("幸福路5号院3号楼", {"road": "幸福路", "number": "5", "building": "3"}),
        ("盘旋西路12号广厦小区3号楼", {"road": "盘旋西路", "number": "12", "compound": "广厦小区", "building": "3"}),
        ("总寨镇李家村12号", {"street": "总寨镇", "compound": "李家村", "number": "12"}),
        ("总寨镇李家村三组12号", {"street": "总寨镇", "compound": "李家村", "group": "3", "number": "12"}),
        ("广厦小区东区3号楼", {"compound": "广厦小区", "zone": "东", "building": "3"}),
        ("Canal School, 19 Main Street, Barre, Washington County, VT 05641, USA",
         {"road": "Main Street", "number": "19", "landmark": "Canal School", "city": "Barre", "state": "VT",
          "postcode": "05641"}),
        ("老果园新村3-501", {"compound": "老果园新村", "building": "3", "room": "501"}),
        ("老果园新村3-2-501", {"compound": "老果园新村", "building": "3", "entrance": "2", "room": "501"}),
        ("白杨路与站前路交叉口", {"road": "白杨路", "crossing": "站前路"}),
        ("柳岸社区灯市小区5号楼", {"community": "柳岸社区", "compound": "灯市小区", "building": "5"}),
        ("柳岸社区摊区巷11号", {"community": "柳岸社区", "road": "摊区巷", "number": "11"}),
        ("渠畔中学对面", {"place": "渠畔中学", "relation": "对面"}),
        ("广厦小区3号楼路灯旁", {"compound": "广厦小区", "building": "3", "landmark": "路灯", "relation": "旁"}),
        ("2802 US Highway 98", {"road": "US Highway 98", "number": "2802"}),
        ("12 Main Street, A, Barre, VT 05641",
         {"road": "Main Street", "number": "12", "unit": "A", "city": "Barre", "state": "VT", "postcode": "05641"}),
        ("opposite Poplar Road 16", {"road": "Poplar Road", "number": "16", "relation": "opposite"}),
    ],
)  # fmt: skip
def test_an_address_is_read_into_its_parts(text: str, parts: dict[str, str]) -> None:
    read = read_address(text).parts
    assert {name: value.casefold() for name, value in read.items()} == {
        name: value.casefold() for name, value in parts.items()
    }


def test_region_words_of_the_operator_come_before_those_that_only_end_like_one() -> None:
    # 水乡 alone is taken for a part of a name, unless the table knows it for a township.
    assert "street" not in read_address("江南水乡花园3号楼").parts
    words = RegionWords.of({"street": ["江南水乡"]})
    assert read_address("江南水乡花园3号楼", words).parts["street"] == "江南水乡"


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [("三", "3"), ("叁", "3"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("九十九", "99"), ("一百零三", "103"),
     ("一百一十", "110"), ("五〇一", "501"), ("二百五十六", "256"), ("一百", "100")],
)  # fmt: skip
def test_chinese_numerals_are_read(numeral: str, digits: str) -> None:
    assert read_numeral(numeral) == digits


@given(st.integers(1, 999))
def test_a_numeral_written_by_places_is_read_as_its_number(number: int) -> None:
    letters = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{letters[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{letters[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        text += "零"
    text += letters[ones] if ones else ""
    assert read_numeral(text) == str(number)


@given(st.text(max_size=250))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once


@given(st.text(alphabet="甲乙广厦小区路街3号楼#单元室期-区社市 12,ABstmain&", max_size=60))
def test_any_text_has_a_reading_whose_numbers_stand_in_the_text(text: str) -> None:
    reading = read_address(text)
    said = tidy(text)
    for part, value in reading.parts.items():
        if value.isascii() and value.isdigit() and part != "postcode":
            assert value.lstrip("0") in said
