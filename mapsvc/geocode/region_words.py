"""Region words: the provinces, cities, counties, streets and communities an address may begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mapsvc.geocode.writing import RUN

LEVELS = ("province", "city", "county", "street", "community")
_NOT_COUNTY = "小社园校厂院景片营库住街"
_NO_CITY_BEFORE = "场政民花广小里城巷路街道口"
_NO_COUNTY_BEFORE = "里城巷路街道口"
"""What follows 市, 区 or 县 where these are part of a name: 市场, 区巷."""
_KIND_AFTER_TOWN = "(?:小区|花园|家园|新村|公寓|广场|大厦|苑|园|府)"
# A wider region never reaches over the name of a narrower one.
_WORD = rf"(?:(?!社区|小区|街道)[^{RUN[1:-1]}])"
_SHAPES = {
    "province": re.compile(rf"{_WORD}{{2,6}}?(?:省|自治区|特别行政区)"),
    "city": re.compile(rf"{_WORD}{{2,6}}?(?:市(?![{_NO_CITY_BEFORE}])|自治州|盟)"),
    "county": re.compile(rf"{_WORD}{{1,8}}?(?:(?<![{_NOT_COUNTY}])区|县|旗)(?![{_NO_COUNTY_BEFORE}])"),
    "street": re.compile(rf"{_WORD}{{1,14}}?(?:街道办事处(?=.)|街道(?!办事处)|镇(?!{_KIND_AFTER_TOWN})|乡)"),
    "community": re.compile(
        rf"[^{RUN[1:-1]}]{{1,10}}?(?:社区居委会(?=.)|社区(?!居委会)|(?:居委会|村委会)(?=.)|(?<!新)村(?=[^{RUN[1:-1]}]))"
    ),
}
"""By their last letters, where no table knows them."""
# 乡 and 村 end many names of estates too: alone they are no region.
_WEAK = re.compile(r"^.镇$|(?:乡|村)$")


@dataclass(frozen=True, slots=True)
class RegionWords:
    """by_level: known words a level, longest first. cities: known Western cities, lower case."""

    by_level: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cities: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Mapping[str, Iterable[str]], cities: Iterable[str] = ()) -> RegionWords:
        """A table from words in any order."""
        longest = {
            level: tuple(sorted(set(found), key=lambda word: (-len(word), word))) for level, found in words.items()
        }
        return cls(longest, frozenset(cities))

    def peel(self, text: str, *, by_shape: bool = True) -> tuple[dict[str, str], str]:
        """(regions by level, the rest) of a Chinese address: known words, and, by_shape, what ends like one."""
        found: dict[str, str] = {}
        for level in LEVELS:
            word = self._known(level, text) or (_by_shape(level, text, found) if by_shape else "")
            if word:
                found[level] = word
                text = text[len(word) :]
        return found, text

    def _known(self, level: str, text: str) -> str:
        return next((word for word in self.by_level.get(level, ()) if text.startswith(word)), "")


def _by_shape(level: str, text: str, found: Mapping[str, str]) -> str:
    match = _SHAPES[level].match(text)
    if match is None:
        return ""
    word = match.group()
    return "" if _WEAK.search(word) and not found else word
