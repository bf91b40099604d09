"""Mask: numbers by which a person could be found are taken out of a text before anything of it is stored.

Phones (mobile ones of 11 digits, land lines with their area code, numbers with a country code) and identity cards of
18 digits, also in full-width or Chinese digits, spaced or hyphenated. House numbers, coordinates, dates, amounts and
references stay. What cannot be told from a phone is masked: a lost number is cheaper than a kept one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MASK = "***"

_WIDE = str.maketrans("０１２３４５６７８９＋（）．，／＿Ｘｘ‐‑‒–—−－　", "0123456789+().,/_Xx------- ")
_SPOKEN = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
"""Both tables change letter by letter, so that a place in the changed text is the place in the text as written."""
_HAS_SPOKEN = re.compile("[〇零一二三四五六七八九幺](?:[ -]?[〇零一二三四五六七八九幺0-9]){6}")
_CANDIDATE = re.compile(r"[0-9０-９](?:[^0-9０-９]{0,3}[0-9０-９]){6}")
"""Seven digits near each other: nothing shorter is masked."""

_GAP = "[ \t\u200c\u200d.·_/,-]{0,2}"
_ALONE = r"(?<!\d)(?<!\d\.)"
_ABROAD = rf"(?:\(?(?:\+|(?<!\d)00){_GAP}86\)?|(?<![\d.+-])86){_GAP}"
_IDENTITY = re.compile(rf"{_ALONE}[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dXx])(?!\.\d)")
_MOBILE = re.compile(rf"(?:{_ABROAD}|{_ALONE})(?P<number>\(?1{_GAP}[3-9]\)?(?:{_GAP}\d\)?){{9}})(?!\d)(?!\.\d)")
_BLANK = "[ \t-]{0,2}"
_LAND = re.compile(
    rf"(?:{_ABROAD}|{_ALONE}(?<!\d-))\(?0(?:10|2\d|[3-9]\d\d)\)?{_BLANK}[1-9]\d{{2,3}}{_BLANK}\d{{4}}(?!\d)(?!\.\d)"
    rf"(?:[ -]?(?:转|ext\.? ?|-)\d{{1,5}}(?!\d))?"
    rf"|{_ABROAD}(?!1[3-9])[1-9]\d{{1,2}}{_BLANK}[2-9]\d{{2,3}}{_BLANK}\d{{4}}(?!\d)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![\w.])\+[1-9]\d{0,2}(?:[ ().-]{0,2}\d){7,12}(?!\d)(?!\.\d)"
    r"|(?<![\w.+-])\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[.-]\d{4}(?![\w-])(?!\.\d)"
)
_CALLED = re.compile(
    r"(?:电话|手机|座机|热线|\bphone|\btel|\bmobile|\bcall)[^\w]{0,3}(?:number|no|is|me at|号码|号|是|为)?[^\w]{0,3}"
    rf"(?P<number>[2-9]\d{{2,3}}{_BLANK}\d{{4}})(?!\d)(?!{_BLANK}\d)",
    re.IGNORECASE,
)
"""Seven or eight digits that the text itself calls a phone."""
_GROUPINGS = frozenset(
    {(11,), (3, 4, 4), (4, 4, 3), (3, 8), (7, 4), (3, 3, 5), (5, 6), (4, 7), (3, 2, 2, 2, 2), (1, 3, 3, 4), (1,) * 11}
)
"""How people group a mobile number; digits in other groups are dates, rooms or amounts in a row."""
_IDENTITIES = frozenset(
    {(18,), (6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4), (6, 12), (14, 4)}
)
_BORN = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NOT_DIGIT = re.compile(r"[^0-9Xx]+")

Span = tuple[int, int]


def mask(text: str) -> str:
    """The text with MASK in the place of each number; the text itself where there is none."""
    if not has_candidate(text):
        return text
    text = _cut(text, _spans(text if text.isascii() else text.translate(_WIDE)))
    if _HAS_SPOKEN.search(text):
        # A second look: read as digits, numerals of the words around would hide where a number begins.
        text = _cut(text, _spans(text.translate(_WIDE).translate(_SPOKEN)))
    return text


def has_candidate(text: str) -> bool:
    """Whether a text holds enough digits for a number; quick, and never wrong where it says no."""
    return _CANDIDATE.search(text) is not None or (not text.isascii() and _HAS_SPOKEN.search(text) is not None)


def names_a_number(reference: str) -> bool:
    """Whether a channel's reference is, or holds, a phone or identity number as such."""
    return has_candidate(reference) and any(
        MASK not in reference[start:end] for start, end in _spans(reference.translate(_WIDE))
    )


def _spans(text: str) -> list[Span]:
    """Places of numbers in a text of plain digits, in order, not overlapping."""
    found: list[Span] = []
    for pattern, judge in _JUDGES:
        for match in pattern.finditer(text):
            start, end = match.span("number" if pattern is _CALLED else 0)
            if judge(match) and not any(start < other_end and other < end for other, other_end in found):
                found.append((start, end))
    return sorted(found)


def _cut(text: str, found: list[Span]) -> str:
    parts, last = [], 0
    for start, end in found:
        parts += [text[last:start], MASK]
        last = end
    return "".join([*parts, text[last:]])


def _is_identity(match: re.Match[str]) -> bool:
    number = match.group()
    groups = _groups(number)
    plain = _NOT_DIGIT.sub("", number)
    return groups in _IDENTITIES and (_BORN.match(plain) is not None or plain[-1] in "Xx")


def _is_mobile(match: re.Match[str]) -> bool:
    number = match.group("number")
    groups = _groups(number)
    gaps = set(_NOT_DIGIT.findall(number))
    if not gaps <= {" ", "-", "  ", " -", "- ", "\t", "\u200c", "\u200d", ") ", ")", "(", ")-"}:
        # Dots, strokes and commas also divide coordinates and amounts: only the grouping of a phone is one.
        return groups == (3, 4, 4) and len(gaps) == 1
    after_number = re.search(r"\d-$", match.string[: match.start()]) is not None
    return groups in _GROUPINGS and not (after_number and len(groups) > 1)


def _groups(number: str) -> tuple[int, ...]:
    return tuple(len(part) for part in _NOT_DIGIT.split(number) if part)


def _always(_: re.Match[str]) -> bool:
    return True


_JUDGES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (_IDENTITY, _is_identity),
    (_MOBILE, _is_mobile),
    (_LAND, _always),
    (_ELSEWHERE, _always),
    (_CALLED, _always),
)
