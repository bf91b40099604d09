"""Reader: one text to its readings, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator

from mapsvc.geocode.chinese import read_chinese
from mapsvc.geocode.reading import Reading
from mapsvc.geocode.region_words import RegionWords
from mapsvc.geocode.western import read_western
from mapsvc.geocode.writing import count_out, is_chinese, lift, tidy


def prepare(text: str) -> tuple[str, bool]:
    """(the tidied text with its numbers in digits, whether it is Chinese)."""
    plain = tidy(text)
    chinese = is_chinese(plain)
    return (count_out(plain.upper()) if chinese else plain), chinese


def read_lifted(text: str, *, chinese: bool, words: RegionWords, other: bool = False) -> Reading:
    """The reading of a lifted text, its numbers still out. other: the less likely way to understand it."""
    if chinese:
        return read_chinese(text, words, by_shape=not other)
    return read_western(text, words, mend=other)


def read_address(text: str, words: RegionWords | None = None) -> Reading:
    """The likeliest reading of an address as people write it."""
    return next(iter_readings(text, words or RegionWords()))


def iter_readings(text: str, words: RegionWords) -> Iterator[Reading]:
    """Readings, the likeliest first; the next ones are for when nothing lies where an earlier one says."""
    plain, chinese = prepare(text)
    lifted = lift(plain)
    for other in (False, True):
        yield read_lifted(lifted.text, chinese=chinese, words=words, other=other).filled(lifted)


def normal_form(text: str, words: RegionWords | None = None) -> str:
    """The key under which a correction of this address is kept; "" where nothing is said."""
    return read_address(text, words).key or tidy(text).casefold()
