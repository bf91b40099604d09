"""A Western street: its house number, its own name, its kind and the points of the compass said with it."""

from __future__ import annotations

import re

from mapsvc.geocode.reading import Name
from mapsvc.geocode.western_words import INSIDE, KINDS, ORDINALS, ROUTES, SIDES
from mapsvc.geocode.writing import RUN as N

_NUMBER = re.compile(rf"(?:[a-z]?{N}[a-z]{{0,2}}(?:-{N}[a-z]?)?|[nsew]{N}[nsew]{N})$", re.I)
_HALF = re.compile(rf"^({N})\s+({N}/{N})(?=\s)")
_ORDINAL = re.compile(rf"({N})(?:st|nd|rd|th)$")
_PUNCTUATION = re.compile(r"[.'’`\"()]+")
_TOKENS = re.compile(r"[\s\-]+")
_SHORTEST_MENDED = 3
_LONG_KINDS = tuple(word for word in KINDS if len(word) > 3)
_LONG_SIDES = tuple(word for word in SIDES if len(word) > 3)


def read_street(text: str, *, mend: bool = False) -> tuple[Name, str]:
    """(name, house number) of "1745 T Street Southeast" or "Poplar Road 16"; the number is "" where none is said."""
    number = ""
    if half := _HALF.match(text):
        number = f"{half.group(1)} {half.group(2)}"
        text = text[half.end() :].strip()
    tokens = text.split()
    if not number and len(tokens) > 1 and _is_number(tokens[0]) and not _is_side_kind_only(tokens[1:]):
        number = tokens.pop(0).lower()
    elif not number and len(tokens) > 1 and _is_number(tokens[-1]) and not _names_a_route(tokens):
        number = tokens.pop().lower()
    return _name(tokens, mend=mend), number


def _is_number(token: str) -> bool:
    return _NUMBER.match(token) is not None and _ORDINAL.match(token.lower()) is None


def _is_side_kind_only(tokens: list[str]) -> bool:
    """42 Street is a street, not number 42 of a street without a name."""
    return all(token.lower().strip(".") in KINDS or token.lower().strip(".") in SIDES for token in tokens[:1]) and (
        len(tokens) == 1
    )


def _names_a_route(tokens: list[str]) -> bool:
    before = tokens[-2].lower().strip(".")
    return before in {"highway", "hwy", "route", "rte", "rt", "us", "interstate", "i"} or (
        before in ROUTES and len(tokens) > 2 and tokens[-3].lower() in {"county", "state", "co"}
    )


def _name(tokens: list[str], *, mend: bool) -> Name:
    shown = " ".join(tokens)
    words = [word for token in tokens for word in _TOKENS.split(_PUNCTUATION.sub("", token.lower())) if word]
    sides, words = _take_sides(words, mend)
    kind, words = _take_kind(words, mend)
    words = [INSIDE.get(word, word) for word in map(_plain, words)]
    if len(words) > 1 and words[0] == "street":
        # St Marys
        words[0] = "saint"
    core = " ".join(words)
    return Name(core, kind, "".join(sorted(sides)), shown)


def _plain(word: str) -> str:
    """Third, 3rd and 3 are one name."""
    if word in ORDINALS:
        return ORDINALS[word]
    ordinal = _ORDINAL.match(word)
    return ordinal.group(1) if ordinal else word


def _take_sides(words: list[str], mend: bool) -> tuple[list[str], list[str]]:
    """Points of the compass before and after a street; one is left where they are all there is but a kind."""
    sides: list[str] = []
    if len(words) > 2 and (side := _side(words[0], mend)) is not None:
        sides.append(side)
        words = words[1:]
    if len(words) > 1 and (side := _side(words[-1], mend)) is not None and not (len(words) == 2 and words[0] in KINDS):
        sides.append(side)
        words = words[:-1]
    return sides, words


def _side(word: str, mend: bool) -> str | None:
    """The short form of a point of the compass; "" where it could be two of them (southest), None where it is none."""
    if word in SIDES or not mend or len(word) < _SHORTEST_MENDED:
        return SIDES.get(word)
    near = {SIDES[other] for other in _near(word, _LONG_SIDES)}
    return None if not near else near.pop() if len(near) == 1 else ""


def _take_kind(words: list[str], mend: bool) -> tuple[str, list[str]]:
    if len(words) < 2:
        return "", words
    last = words[-1]
    if mend and last not in KINDS and len(last) > 3:
        last = _nearest(last, _LONG_KINDS) or last
    if last in KINDS:
        return KINDS[last], words[:-1]
    # Avenue A, Avenue of the Oaks
    if words[0] in ("avenue", "ave", "calle", "via"):
        return KINDS.get(words[0], ""), words[1:]
    return "", words


def _nearest(word: str, known: tuple[str, ...]) -> str:
    """A known word a single slip away, "" where there is none or two of different meaning."""
    near = {KINDS[other]: other for other in _near(word, known)}
    return next(iter(near.values())) if len(near) == 1 else ""


def _near(word: str, known: tuple[str, ...]) -> list[str]:
    from rapidfuzz.distance import OSA

    return [other for other in known if OSA.distance(word, other, score_cutoff=1) <= 1]
