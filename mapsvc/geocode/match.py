"""Match: a reading to the rows that it can mean: numbers exactly, names fuzzily, regions never against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mapsvc.geocode.chinese import other_names
from mapsvc.geocode.gazetteer import Gazetteer, crossing_key, key_of
from mapsvc.geocode.names import KIND_LEFT_OUT
from mapsvc.geocode.reading import Name, Reading
from mapsvc.geocode.scopes import ScopeFilter
from mapsvc.geocode.slips import slips_allowed

MORE_WAS_SAID = 0.9
"""Factor where an entry holds a part the asker left out (a phase, a flat)."""
LESS_IS_KNOWN = 0.95
"""Factor for each part of the address below what the gazetteer knows (a room in a known building)."""
NUMBER_FOR_BUILDING = 0.9
_LEVELS = (("floor", "room", "unit"), ("entrance",))
"""Parts that may be unknown inside a known building, in the order in which they are given up."""
_MOST_ROWS = 2000
_Names = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Found:
    """row: of the gazetteer; score 0-1; lost: the parts of the address that were given up."""

    row: int
    score: float
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """found: best first, may be empty; missing: what was not found, a sentence or ""; known: whether the name was."""

    found: tuple[Found, ...] = ()
    missing: str = ""
    known: bool = False


class Matcher:
    """Finds readings in one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def match(self, reading: Reading) -> Matched:
        """The rows a reading can mean, or what is missing."""
        if not reading.names:
            return Matched(missing="The address names no street, compound or place.")
        scopes = ScopeFilter(reading.regions, self._gazetteer.scopes)
        if len(reading.names) == 2:
            return self._crossing(reading, scopes)
        if outside := self._outside(reading):
            return Matched(missing=f"{outside} is not a region of this place.", known=True)
        name = reading.names[0]
        names = self._here(self._gazetteer.names.same(name), scopes)
        for other in () if names else other_names(name):
            divided = self._here(self._gazetteer.names.same(other), scopes)
            names = [(number, min(factor, KIND_LEFT_OUT)) for number, factor in divided]
        if not names:
            # a name that is known here is never taken for another one, whatever its numbers
            names = self._near(name, scopes)
        if not names:
            where = next((reading.regions[part] for part in _SAID if part in reading.regions), "")
            return Matched(missing=f"{name.shown} is not known{f' in {where}' if where else ''}.")
        for numbers, factor, lost in _levels(reading):
            found = sorted(self._rows(names, numbers, factor, lost, scopes), key=lambda one: -one.score)
            if found:
                return Matched(tuple(found), _tell_lost(reading, lost), known=True)
        return Matched(missing=_tell_number(reading, name), known=True)

    def _outside(self, reading: Reading) -> str:
        """A region that was said and is none of those the operator listed; a level without a list admits any."""
        listed, said = self._gazetteer.listed_regions, reading.regions
        bounded = [level for level in _LISTED if level in said and listed[level]]
        return next((said[level] for level in bounded if said[level] not in listed[level]), "")

    def _near(self, name: Name, scopes: ScopeFilter) -> _Names:
        """The nearest names known in the asked region: with one slip, and only where there are none with two."""
        for slips in range(1, slips_allowed(name.core) + 1):
            if names := self._here(self._gazetteer.names.near(name, slips), scopes):
                return _nearest(names)
        return []

    def _here(self, names: _Names, scopes: ScopeFilter) -> _Names:
        """Names that are known in the asked region."""
        return [
            (number, factor)
            for number, factor in names
            if any(scopes.factor(scope) for scope in self._gazetteer.scopes_of(number).tolist())
        ]

    def _rows(
        self, names: _Names, numbers: str, factor: float, lost: tuple[str, ...], scopes: ScopeFilter
    ) -> Iterator[Found]:
        for name, alike in names:
            rows, is_loose = self._gazetteer.find(key_of(name, numbers))
            base = alike * factor * (MORE_WAS_SAID if is_loose else 1.0)
            yield from self._scoped(rows.tolist(), base, lost, scopes)

    def _scoped(self, rows: list[int], score: float, lost: tuple[str, ...], scopes: ScopeFilter) -> Iterator[Found]:
        for row in rows[:_MOST_ROWS]:
            if fits := scopes.factor(int(self._gazetteer.scope[row])):
                yield Found(row, score * fits, lost)

    def _crossing(self, reading: Reading, scopes: ScopeFilter) -> Matched:
        table = self._gazetteer.names
        sides: list[_Names] = []
        for name in reading.names:
            found = self._here(table.same(name), scopes) or self._near(name, scopes)
            if not found:
                return Matched(missing=f"{name.shown} is not known.")
            sides.append(found)
        found_rows = [
            one
            for first, alike in sides[0]
            for second, also in sides[1]
            for one in self._scoped(
                self._gazetteer.find(crossing_key(first, second))[0].tolist(), alike * also, (), scopes
            )
        ]
        if found_rows:
            return Matched(tuple(sorted(found_rows, key=lambda one: -one.score)), known=True)
        first_name, second_name = (name.shown for name in reading.names)
        return Matched(missing=f"No crossing of {first_name} and {second_name} is known.", known=True)


_SAID = ("community", "street", "county", "city", "province", "state", "postcode")


_LISTED = ("province", "city", "county")


def _nearest(names: _Names) -> _Names:
    """Only the names nearest to what was said: one farther away that happens to have the number is not meant."""
    best = max((factor for _, factor in names), default=0.0)
    return [(number, factor) for number, factor in names if factor >= best]


def _levels(reading: Reading) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """(numbers, factor, parts given up): all that was said first, then without what lies inside a building."""
    yield reading.number_key(), 1.0, ()
    numbers = reading.numbers
    if "compound" in reading.parts and "number" in numbers and "building" not in numbers:
        # 李家村12号, 杏苑小区3号: the sign on the wall says the one, the register the other
        said = {"building" if part == "number" else part: text for part, text in numbers.items()}
        yield Reading(reading.parts, reading.names, said).number_key(), NUMBER_FOR_BUILDING, ()
    lost: tuple[str, ...] = ()
    for level in _LEVELS:
        more = tuple(part for part in level if part in numbers)
        if not more:
            continue
        lost = (*more, *lost)
        if "building" not in numbers and "number" not in numbers:
            # without a building only the compound would be left: that is no answer
            return
        yield reading.number_key(without=frozenset(lost)), LESS_IS_KNOWN ** len(lost), lost


def _tell_lost(reading: Reading, lost: tuple[str, ...]) -> str:
    said = ", ".join(f"{part} {reading.numbers[part]}" for part in lost)
    return f"{said} is not known there." if said else ""


def _tell_number(reading: Reading, name: Name) -> str:
    said = [f"{part} {text}" for part, text in reading.numbers.items()]
    if not said:
        if reading.landmark:
            return f"{reading.landmark} is not known at {name.shown}."
        return f"{name.shown} has no point of its own."
    return f"{', '.join(said)} is not known in {name.shown}."
