"""Western addresses: house number, street, unit, city, state and postcode; blocks of a compound; crossings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mapsvc.geocode.reading import Name, Reading
from mapsvc.geocode.region_words import RegionWords
from mapsvc.geocode.western_street import read_street
from mapsvc.geocode.western_words import BESIDE, PLAIN, STATES, UNITS
from mapsvc.geocode.writing import RUN as N

_POSTCODE = re.compile(rf"(?:^|[\s,])({N})(?:-{N})?$")
_CROSSING = re.compile(r"\s*(?:&|/|@)\s*|\s+(?:and|at)\s+", re.I)
_HOUSE = re.compile(rf"{N}(?!(?:st|nd|rd|th)\b)", re.I)
_UNIT_WORDS = "|".join(sorted(UNITS, key=lambda word: -len(word)))
_UNIT = re.compile(
    rf"(?:(?<=\s)|(?<=,)|^)(?:({_UNIT_WORDS})(?![a-z])[\s.#:-]*|#[\s#]*(?:({_UNIT_WORDS})(?![a-z])\s*)?)"
    rf"((?=[a-z-]*{N}|[a-z]\b)[a-z]{{0,2}}-?(?:{N})?-?[a-z]?)(?=[\s,]|$)",
    re.I,
)
_COUNTRIES = frozenset({"usa", "us", "united states", "united states of america", "china", "pr china"})
_WITH_STATE = 4
"""Words an address has at least that ends with a state; Vermont 113 is a road."""
_SHORTEST_MENDED = 5
_LONE = re.compile(rf"[a-z]{{0,2}}-?(?:{N})?-?[a-z]?$", re.I)
_BESIDE = re.compile(rf"^({'|'.join(BESIDE)})\s+(?:the\s+)?", re.I)
_INNER = re.compile(rf"^.*\b({'|'.join(BESIDE)})\s+(?=.*{N})", re.I)
_NUMBER_WORD = re.compile(rf"\b(?:no|nr|number)\b\.?\s*(?={N})", re.I)
_TRAILING = re.compile(rf"(?:^|[\s,]+)({'|'.join(BESIDE)})$", re.I)


@dataclass(slots=True)
class _Said:
    """What was read so far."""

    parts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    relation: str = ""


def read_western(text: str, words: RegionWords, *, mend: bool = False) -> Reading:
    """The reading of a lifted Western text. mend: also take words near to a kind of street or a side for it."""
    said = _Said()
    text = _take_beside(_NUMBER_WORD.sub("", text).strip(" ,.;"), said, inner=mend)
    segments = [piece.strip() for piece in _take_units(text, said).split(",") if piece.strip()]
    while len(segments) > 1 and segments[-1].lower().replace(".", "") in _COUNTRIES:
        segments.pop()
    street = segments[0] if segments else ""
    if len(segments) > 1:
        segments = _take_region(segments[1:], said)
        houses = [k for k, piece in enumerate(segments) if _HOUSE.match(piece) and " " in piece]
        if houses and not _HOUSE.match(street):
            # Canal School, 19 Main Street: the house says where it is
            segments[houses[0]], street = street, segments[houses[0]]
        _take_lone_unit(segments, said)
    else:
        street = _take_tail(street, said, words, mend)
    names = _read_names(street, said, words, mend)
    said.parts |= said.numbers | said.regions
    if said.relation:
        said.parts["relation"] = said.relation
    return Reading(said.parts, names, said.numbers, said.regions, said.parts.get("landmark", ""), said.relation)


def _take_beside(text: str, said: _Said, *, inner: bool) -> str:
    """Words that say how the place lies to the address; inner: also with something before them (waste at ...)."""
    if inner and (found := _INNER.match(text)):
        text = text[found.start(1) :]
    for _ in range(2):
        if found := _BESIDE.match(text) or _TRAILING.search(text):
            word = found.group(1).lower()
            said.relation = said.relation or ("" if word in PLAIN else word.removesuffix(" of"))
            text = (text[: found.start()] + text[found.end() :]).strip(" ,")
    return text


def _take_units(text: str, said: _Said) -> str:
    """Apt 5, #D10, Block 3, entrance 2: taken out wherever they stand, unless nothing else would be left."""

    def take(found: re.Match[str]) -> str:
        word = (found.group(1) or found.group(2) or "#").lower()
        part = UNITS[word]
        if part in said.numbers or not found.group(3).strip("-"):
            return found.group()
        said.numbers[part] = found.group(3).strip("-").lower()
        # what follows a block without a comma is its compound, not part of its number
        return ", " if found.start() else " "

    rest = _UNIT.sub(take, text)
    return rest.replace(" ,", ",").strip(" ,")


def _take_region(segments: list[str], said: _Said) -> list[str]:
    """City, state and postcode off the end; what is left of the segments."""
    last = _take_postcode(segments.pop(), said)
    last = _take_state(last, said)
    while segments and (not last or last.lower().endswith(" county")):
        last = segments.pop()
    if last:
        said.regions["city"] = last
    return segments


def _take_postcode(text: str, said: _Said) -> str:
    if found := _POSTCODE.search(text):
        said.regions["postcode"] = found.group(1)
        return text[: found.start()].rstrip(" ,")
    return text


def _take_state(text: str, said: _Said) -> str:
    tokens = text.split()
    for n in (1, 2, 3):
        state = STATES.get(" ".join(tokens[-n:]).lower().replace(".", "")) if len(tokens) >= n else None
        # a city of the same name as a state stays a city, unless a city stands before it
        if state and (n < len(tokens) or len(tokens[-1]) == 2 or "postcode" in said.regions):
            said.regions["state"] = state.upper()
            return " ".join(tokens[:-n])
    return text


def _take_lone_unit(segments: list[str], said: _Said) -> None:
    for piece in segments:
        if "unit" not in said.numbers and _LONE.match(piece):
            said.numbers["unit"] = piece.strip("-").lower()
        elif "landmark" not in said.parts:
            said.parts["landmark"] = piece


def _take_tail(text: str, said: _Said, words: RegionWords, mend: bool) -> str:
    """Region words off a text without commas: postcode and state by shape, the city where it is known."""
    tokens = text.split()
    if len(tokens) >= _WITH_STATE:
        if _has_state(tokens[:-1]):
            text = _take_postcode(text, said)
        text = _take_state(text, said)
        tokens = text.split()
    for n in (4, 3, 2, 1):
        if len(tokens) > n + 1 and _is_city(" ".join(tokens[-n:]).lower(), words, mend):
            said.regions["city"] = " ".join(tokens[-n:])
            return " ".join(tokens[:-n])
    return text


def _is_city(text: str, words: RegionWords, mend: bool) -> bool:
    if text in words.cities:
        return True
    if not mend or len(text) < _SHORTEST_MENDED:
        return False
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    return extractOne(text, words.cities, scorer=OSA.distance, score_cutoff=1) is not None


def _has_state(tokens: list[str]) -> bool:
    return any(" ".join(tokens[-n:]).lower() in STATES for n in (1, 2, 3) if len(tokens) > n)


def _read_names(street: str, said: _Said, words: RegionWords, mend: bool) -> tuple[Name, ...]:
    halves = _CROSSING.split(street)
    if len(halves) == 2 and all(halves) and not _HOUSE.match(street):
        read = [read_street(half, mend=mend) for half in halves]
        names = tuple(name for name, _ in read)
        # Noise at Poplar Road 16 is no crossing
        if all(name.core for name in names) and any(name.kind for name in names) and not any(n for _, n in read):
            said.parts |= {"road": names[0].shown, "crossing": names[1].shown}
            return names
    name, number = read_street(street, mend=mend)
    if number:
        said.numbers["number"] = number
    if not name.core:
        return ()
    is_road = bool(number) or (bool(name.kind) and not said.numbers)
    said.parts["road" if is_road else "compound" if said.numbers else "place"] = name.shown
    return (name,)
