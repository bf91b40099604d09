"""Bodies and headers of writes: strict JSON of limited size and depth, If-Match; unknown members are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import orjson
from flask import Request, request
from werkzeug.exceptions import PreconditionRequired, RequestEntityTooLarge, UnsupportedMediaType

from mapsvc.errors import BadQuery
from mapsvc.web.json_once import check_once, count_marks, count_members

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12
_ETAG = re.compile(r'(?:W/)?"r(\d{1,12})"')
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARS = (1800, 2199)
_JOINS = "\n\u200c\u200d"
_JSON_TYPES = frozenset({"application/json", "application/geo+json"})
_NOT_JSON = "The body is not JSON: {told}."


def revision_tag(revision: int) -> str:
    """The opaque part of a draft's ETag."""
    return f"r{revision}"


def wanted_revision(asked: Request) -> int:
    """The revision that If-Match names. Raises 428 where it is absent, BadQuery where it cannot be read."""
    given = asked.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired('Say which revision of the draft you saw, as in If-Match: "r14".')
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise BadQuery('If-Match names one revision, as in "r14".', field="If-Match")
    return int(match.group(1))


def body(known: Collection[str], required: Collection[str] = ()) -> Mapping[str, Any]:
    """The JSON object of this request; an empty body is an empty object where nothing is required.

    Raises 413, 415, BadQuery naming the member. NaN, Infinity and numbers beyond a double are no JSON.
    """
    value = _read(request)
    for name in value:
        if name not in known:
            raise BadQuery(f'There is no member "{name[:40]}" here.', field=name[:40])
    for name in required:
        if name not in value:
            raise BadQuery(f"{name} is missing.", field=name)
    return value


def text_of(given: Mapping[str, Any], name: str, longest: int, default: str = "") -> str:
    """A text member without control characters and turns of the writing direction, blanks at its ends removed."""
    value = given.get(name, default)
    if not isinstance(value, str):
        raise BadQuery(f"{name} is a text.", field=name)
    value = value.strip()
    if len(value) > longest or not all(map(_is_written, value)):
        raise BadQuery(f"{name} is at most {longest} characters without control characters.", field=name)
    return value


def _is_written(letter: str) -> bool:
    """Whether a letter shows, divides words or lines, or joins its neighbours (emoji, Persian)."""
    return letter.isprintable() or letter in _JOINS or unicodedata.category(letter) == "Zs"


def whole_of(given: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number member within low..high, None where it is absent or null."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadQuery(f"{name} is a whole number from {low} to {high}.", field=name)
    return value


def number_of(given: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    """A number member within low..high, None where it is absent or null."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise BadQuery(f"{name} is a number from {low:g} to {high:g}.", field=name)
    return float(value)


def flag_of(given: Mapping[str, Any], name: str) -> bool:
    """A true or false member, false where it is absent."""
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise BadQuery(f"{name} is true or false.", field=name)
    return value


def day_of(given: Mapping[str, Any], name: str) -> date | None:
    """An ISO date within sane years, None where it is null."""
    value = given.get(name)
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
        raise BadQuery(f"{name} is a date such as 2026-07-01.", field=name)
    return day


def codes_of(given: Mapping[str, Any], name: str, most: int = 100_000) -> tuple[str, ...] | None:
    """A list of grid codes, None where it is absent."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise BadQuery(f"{name} is a list of grid codes.", field=name)
    return tuple(value)


def _read(asked: Request) -> Mapping[str, Any]:
    asked.max_content_length = MAX_BODY_BYTES
    if asked.content_length is not None and asked.content_length > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
    data = asked.get_data(cache=True)
    if asked.content_length is None and len(data) >= MAX_BODY_BYTES:
        # A body in chunks says no length: what was read ends at the limit, not where the body ends.
        raise RequestEntityTooLarge
    if not data.strip():
        return {}
    if asked.mimetype not in _JSON_TYPES:
        raise UnsupportedMediaType
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadQuery(_NOT_JSON.format(told=str(error)[:120]), field="body") from None
    if not isinstance(value, dict):
        raise BadQuery("The body is one JSON object.", field="body")
    _check_depth(value, MAX_DEPTH)
    # As many members as there are colons behind quotes: none stands twice. Most bodies are done here.
    if count_marks(data) != count_members(value):
        check_once(data)
    return value


def _check_depth(value: Any, left: int) -> None:
    """Raise BadQuery where lists and objects are nested deeper than any geometry needs."""
    level = [value]
    while level:
        if left < 0:
            raise BadQuery(f"The body is nested deeper than {MAX_DEPTH} levels.", field="body")
        left -= 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
