"""ReportIn: a report as a channel sends it, read strictly; what is unknown is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mapsvc.errors import BadInput
from mapsvc.model.place import Method

LONGEST = {"ref": 120, "type": 60, "title": 200, "text": 4000, "address": 300, "datum": 40}
LEVELS = (1, 4)
MOST_ACCURACY_M = 100_000.0
_MEMBERS = frozenset({*LONGEST, "lon", "lat", "x", "y", "accuracy_m", "method", "occurred_at", "level"})
_METHODS = frozenset(method.value for method in Method)
_FAR = 1e9
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]+")
"""Control characters, and the marks that turn the direction of a text and so hide what it says."""
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


@dataclass(frozen=True, slots=True)
class ReportIn:
    """One report before anything was decided about it.

    ref: the channel's own reference, opaque. x, y: the position as given, longitude and latitude in degrees or east
    and north in metres, in `datum`; None where there is none. accuracy_m: 68 % radius. occurred_at: epoch seconds UTC,
    None = now. method: a word of Method, "" = not said. Texts are one line, `text` may have several.
    """

    ref: str
    task_type: str
    title: str
    text: str = ""
    datum: str = ""
    x: float | None = None
    y: float | None = None
    address: str = ""
    accuracy_m: float | None = None
    method: str = ""
    occurred_at: int | None = None
    level: int = 1


def read_report(given: object) -> ReportIn:
    """A report of one JSON value. Raises BadInput naming the member in `field`."""
    if not isinstance(given, dict):
        raise BadInput("A report is a JSON object.", field="reports")
    if not given.keys() <= _MEMBERS:
        name = str(min(given.keys() - _MEMBERS, key=str))[:40]
        raise BadInput(f'A report has no member "{name}".', field=name)
    ref, task_type = _reference(given), _needed(given, "type")
    x, y = _position(given)
    datum = _text(given, "datum")
    if x is not None and not datum:
        raise BadInput(
            "datum says what the position is measured in (wgs84, cgcs2000, gcj02, bd09, EPSG:n).", field="datum"
        )
    address = clean_line(_text(given, "address"))
    if x is None and not address:
        raise BadInput("A report needs a position (lon, lat, datum) or an address.", field="lon")
    method = _text(given, "method", 20)
    if method and method not in _METHODS:
        raise BadInput(f"method is one of {', '.join(sorted(_METHODS))}.", field="method")
    title = clean_line(_text(given, "title"))
    if not title:
        raise BadInput("title says in a few words what it is.", field="title")
    return ReportIn(
        ref,
        task_type,
        title,
        clean_lines(_text(given, "text")),
        datum,
        x,
        y,
        address,
        _accuracy(given),
        method,
        _moment(given),
        _level(given),
    )


def clean_line(text: str) -> str:
    """One line without control characters, single blanks."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _BLANKS.sub(" ", _CONTROL.sub(" ", text).replace("\n", " ")).strip()


def clean_lines(text: str) -> str:
    """The same, but lines stay lines; empty ones go."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _LINES.sub("\n", _BLANKS.sub(" ", _CONTROL.sub(" ", text.replace("\r\n", "\n")))).strip()


def _text(given: Mapping[str, Any], name: str, longest: int = 0) -> str:
    value = given.get(name, "")
    if type(value) is not str:
        if value is None:
            return ""
        raise BadInput(f"{name} is a text.", field=name)
    longest = longest or LONGEST[name]
    if len(value) > longest:
        raise BadInput(f"{name} is longer than {longest} characters.", field=name)
    return value


def _needed(given: Mapping[str, Any], name: str) -> str:
    value = _text(given, name)
    if not value:
        raise BadInput(f"{name} is missing.", field=name)
    return value


def _reference(given: Mapping[str, Any]) -> str:
    """The idempotency key is kept to the letter: what would have to be changed in it is refused."""
    value = _needed(given, "ref")
    if not value.isprintable() or value != value.strip():
        raise BadInput("ref has no control characters and no blanks at its ends.", field="ref")
    return value


def _position(given: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lon, lat, x, y = _number(given, "lon"), _number(given, "lat"), _number(given, "x"), _number(given, "y")
    if (lon is None) != (lat is None):
        raise BadInput("A position needs both lon and lat.", field="lat" if lat is None else "lon")
    if (x is None) != (y is None):
        raise BadInput("A position needs both x and y.", field="y" if y is None else "x")
    if lon is not None and x is not None:
        raise BadInput("A position is given once, as lon and lat or as x and y.", field="x")
    return (lon, lat) if lon is not None else (x, y)


def _number(given: Mapping[str, Any], name: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if type(value) not in (float, int) or not -_FAR <= value <= _FAR:
        raise BadInput(f"{name} is a finite number.", field=name)
    return float(value)


def _accuracy(given: Mapping[str, Any]) -> float | None:
    value = _number(given, "accuracy_m")
    if value is not None and not 0 <= value <= MOST_ACCURACY_M:
        raise BadInput(f"accuracy_m is a radius from 0 to {MOST_ACCURACY_M:.0f} metres.", field="accuracy_m")
    return value


def _level(given: Mapping[str, Any]) -> int:
    value = given.get("level")
    if value is None:
        return 1
    if type(value) is not int or not LEVELS[0] <= value <= LEVELS[1]:
        raise BadInput(f"level is a whole number from {LEVELS[0]} to {LEVELS[1]}.", field="level")
    return value


def _moment(given: Mapping[str, Any]) -> int | None:
    value = given.get("occurred_at")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if type(value) is str and 16 <= len(value) <= 40 else None
        if moment is not None and moment.tzinfo is not None:
            return int(moment.timestamp())
    except (ValueError, OverflowError):
        pass
    raise BadInput("occurred_at is an ISO time with its zone, such as 2026-07-01T08:00:00+08:00.", field="occurred_at")
