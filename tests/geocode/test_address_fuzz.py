from __future__ import annotations

import time

import pytest
from addressbook import geocoder
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.geocode.build import Builder
from mapsvc.model.address import Answer, KnownAddress

YARDS = ("广厦小区", "天润小区", "老果园新村")
FOUND = geocoder(
    [
        *(f"{yard}{n}号楼" for yard in YARDS for n in range(1, 40)),
        *(f"{n} Main Street, Barre, VT 05641" for n in range(1, 40)),
        *(f"白杨路{n}号" for n in range(1, 40)),
        "Main Street & 2nd Avenue",
    ]
)
SLOW_S = 0.25
"""Far above what an address takes (0.1 ms), far below what a runaway pattern would take."""


def ask(text: str) -> tuple[Answer, ...]:
    begin = time.process_time()
    try:
        told = FOUND.geocode(text)
    except BadInput:
        return ()
    finally:
        assert time.process_time() - begin < SLOW_S, text
    for answer in told.answers:
        assert 0 < answer.score <= 1
        assert answer.radius_m > 0
    return told.answers


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_an_answer_or_none_and_quickly(text: str) -> None:
    ask(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="甲乙广厦小区路街巷道镇乡村社期第号楼栋单元室三十百旁边与-#&/,.0123456789 ABSt", max_size=200))
def test_any_text_of_the_letters_of_addresses_too(text: str) -> None:
    ask(text)


WORDS = (
    *("12", "Main", "St", "Street", "N", "#3", "apt", "block", ",", "&", "VT", "05641", "Barre"),
    *("near", "1/2", "Highway", "2nd"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_order_of_western_words_too(words: list[str]) -> None:
    ask(" ".join(words))


@given(st.integers(0, 2_000), st.sampled_from(YARDS), st.sampled_from(["号楼", "#楼", "栋", "幢", "座"]))
def test_a_building_is_answered_with_its_own_number_or_not_at_all(number: int, yard: str, written: str) -> None:
    answers = ask(f"{yard}{number}{written}")
    assert [answer.label for answer in answers] == ([f"{yard}{number}号楼"] if 1 <= number < 40 else [])


@given(st.integers(0, 2_000), st.sampled_from(["Main St", "Main Street", "Mian Stret", "MAIN ST."]))
def test_a_house_is_answered_with_its_own_number_or_not_at_all(number: int, street: str) -> None:
    labels = [answer.label for answer in ask(f"{number} {street}, Barre")]
    assert labels in ([], [f"{number} Main Street, Barre, VT 05641"])


@pytest.mark.parametrize(
    "text",
    ["9" * 199, "号" * 199, "1号" * 99, "路" * 199, "A" * 199, "# " * 99, "小区" * 99, "与" * 199, "1-" * 99, "& " * 99,
     "在" * 199, "一" * 199, "的" * 199 + "旁", "N " * 99, "apt " * 49, "near " * 39, "🏠" * 199,
     "\u202e" * 199, "\ud800" * 199, "甲" * 199, "镇" * 199, "社区" * 99, "1期" * 99, "{0}{1}%s",
     "' OR 1=1 --", "{{7*7}}", "\x00\x01\x02", "e\u0301" * 99],
)  # fmt: skip
def test_texts_made_to_be_slow_are_not(text: str) -> None:
    ask(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=20))
def test_any_list_of_texts_makes_a_gazetteer_that_answers(texts: list[str]) -> None:
    builder = Builder()
    builder.add(KnownAddress(text, 98.5, 39.7) for text in texts)
    gazetteer = builder.finish()
    assert len(gazetteer) + builder.unread == len(texts)
    assert (gazetteer.keys[1:] >= gazetteer.keys[:-1]).all()
