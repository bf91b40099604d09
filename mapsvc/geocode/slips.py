"""Slips: how far one name is from another, and whether that is a slip of the pen or another name."""

from __future__ import annotations

import re

from mapsvc.geocode.sounds import sound_alike
from mapsvc.geocode.writing import is_chinese

PER_SLIP = 0.1
PER_OTHER_LETTER = 0.15
_DIGITS = re.compile(r"\d+")
_TELLING = frozenset("东西南北中上下前后左右内外大小新老旧一二三四五六七八九十甲乙丙丁")
_TELLING_WORDS = frozenset(
    {"north", "south", "east", "west", "old", "new", "upper", "lower", "great", "little", "big", "n", "s", "e", "w"}
)
_ONE_SLIP, _TWO_SLIPS = 4, 9
"""Letters from which on a Western name may hold one slip, and two."""
_FEW_HAN, _MANY_HAN = 3, 4
"""Characters from which on one may be another altogether, and one may be too many or missing."""


def slips_allowed(core: str) -> int:
    """How many letters of a name may be wrong."""
    if is_chinese(core):
        return max(1, len(core) // 2)
    return 0 if len(core) < _ONE_SLIP else 1 if len(core) < _TWO_SLIPS else 2


def likeness(asked: str, known: str) -> float:
    """1 for equal names, less for one that was meant by all appearance, 0 for another name.

    Digits in names and the words that tell neighbours apart (东 and 西, old and new) are never slips.
    """
    if asked == known:
        return 1.0
    near = _han(asked, known) if is_chinese(known) else _western(asked, known)
    return near if near and _DIGITS.findall(asked) == _DIGITS.findall(known) else 0.0


def _western(asked: str, known: str) -> float:
    from rapidfuzz.distance import OSA

    most = min(slips_allowed(asked), slips_allowed(known))
    slips = OSA.distance(asked, known, score_cutoff=most)
    if slips > most or not _TELLING_WORDS.intersection(asked.split()) <= set(known.split()):
        return 0.0
    return 1.0 - PER_SLIP * slips


def _han(asked: str, known: str) -> float:
    if len(asked) == len(known):
        pairs = [(one, other) for one, other in zip(asked, known, strict=True) if one != other]
        if len(pairs) > max(2, slips_allowed(known)):
            return 0.0
        return _han_same_length(pairs, known)
    longer, shorter = (asked, known) if len(asked) > len(known) else (known, asked)
    if len(longer) < _MANY_HAN or len(longer) - len(shorter) != 1:
        return 0.0
    at = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    same = longer[at + 1 :] == shorter[at:] and longer[at] not in _TELLING
    return 1.0 - PER_OTHER_LETTER if same else 0.0


def _han_same_length(pairs: list[tuple[str, str]], known: str) -> float:
    if all(sound_alike(one, other) and not _TELLING.issuperset((one, other)) for one, other in pairs):
        return 1.0 - PER_SLIP * len(pairs) if len(pairs) <= slips_allowed(known) else 0.0
    swapped = len(pairs) == 2 and pairs[0] == pairs[1][::-1]
    if len(known) < _FEW_HAN or len(pairs) > 1 + swapped:
        return 0.0
    return 0.0 if _TELLING.intersection(*pairs[:1]) else 1.0 - PER_OTHER_LETTER
