from __future__ import annotations

import pytest

from mapsvc.geocode.names import NameTable
from mapsvc.geocode.reading import Name
from mapsvc.geocode.slips import likeness
from mapsvc.geocode.sounds import sound_alike


@pytest.mark.parametrize("pair", ["厦夏", "杨扬", "苑园", "梨李", "壁碧", "静敬", "行航", "旅吕", "城诚", "新心"])
def test_characters_of_one_syllable_sound_alike(pair: str) -> None:
    assert sound_alike(pair[0], pair[1])


@pytest.mark.parametrize("pair", ["东西", "梅杏", "广厦", "女努", "一龘", "路街"])
def test_characters_of_two_syllables_do_not(pair: str) -> None:
    assert not sound_alike(pair[0], pair[1])


@pytest.mark.parametrize(
    ("asked", "known"),
    [("广夏", "广厦"), ("applegat", "applegate"), ("aplpegate", "applegate"), ("老裹园", "老果园"),
     ("john garisson", "john garrison"), ("盘旋希", "盘旋西"), ("果园理", "果园里")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_still_the_name(asked: str, known: str) -> None:
    assert 0.7 <= likeness(asked, known) < 1


@pytest.mark.parametrize(
    ("asked", "known"),
    [("桃", "梅"), ("梅苑", "杏苑"), ("新果园", "老果园"), ("盘旋东", "盘旋西"), ("elm", "elk"), ("oak", "oaks"),
     ("south creek", "north creek"), ("42", "43"), ("1 号", "2 号"), ("maple", "marble"), ("天润", "天诚")],
)  # fmt: skip
def test_another_name_is_never_a_slip(asked: str, known: str) -> None:
    assert likeness(asked, known) == 0


def test_near_names_are_found_among_many_and_kinds_are_kept_apart() -> None:
    names = [Name(f"street{chr(97 + a)}{chr(97 + b)}x", "st") for a in range(26) for b in range(26)]
    table = NameTable([*(name.key for name in names), Name("applegate", "ln").key, Name("applegate", "st").key])
    assert [table.keys[number] for number, _ in table.near(Name("aplegate", "ln"))] == ["applegate\tln\t"]
    assert {table.keys[number] for number, _ in table.near(Name("aplegate"))} == {"applegate\tln\t", "applegate\tst\t"}
    assert table.near(Name("aplegate", "rd")) == []


def test_a_side_left_out_offers_every_side_and_a_wrong_one_none() -> None:
    table = NameTable([Name("main", "st", side).key for side in ("n", "s")])
    assert len(table.same(Name("main", "st"))) == 2
    assert [table.keys[number] for number, _ in table.same(Name("main", "st", "n"))] == ["main\tst\tn"]
    assert table.same(Name("main", "st", "w")) == []
