"""Reading: values of JSON or TOML tables, checked one by one; each refusal names the field as a path."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from mapsvc.errors import BadInput

Name = TypeVar("Name", bound=StrEnum)
LONGEST_TEXT = 200


def object_of(value: Any, field: str, known: Collection[str], required: Collection[str] = ()) -> Mapping[str, Any]:
    """An object with no other members than `known`. Raises BadInput."""
    if not isinstance(value, Mapping):
        raise BadInput(f"{field} is an object.", field=field)
    for name in value:
        if name not in known:
            raise BadInput(f'There is no member "{str(name)[:40]}" in {field}.', field=f"{field}.{str(name)[:40]}")
    for name in required:
        if name not in value:
            raise BadInput(f"{name} is missing in {field}.", field=f"{field}.{name}")
    return value


def list_of(value: Any, field: str, most: int) -> Sequence[Any]:
    """A list of at most `most` entries. Raises BadInput."""
    if not isinstance(value, list | tuple) or len(value) > most:
        raise BadInput(f"{field} is a list of at most {most} entries.", field=field)
    return value


def words_of(value: Any, field: str, *, empty: bool = True) -> str:
    """A short text on one line. Raises BadInput."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise BadInput(f"{field} is a text of at most {LONGEST_TEXT} characters on one line.", field=field)
    if not empty and not value.strip():
        raise BadInput(f"{field} is empty.", field=field)
    return value.strip()


def code_of(value: Any, field: str) -> str:
    """A code of a-z, 0-9 and underscores. Raises BadInput."""
    fits = isinstance(value, str) and 0 < len(value) <= 40 and value.isascii()
    if not fits or not value.replace("_", "a").isalnum() or value != value.lower():
        raise BadInput(f"{field} is 1 to 40 of the characters a-z, 0-9 and _.", field=field)
    return str(value)


def number_of(value: Any, field: str, low: float, high: float) -> float:
    """A number within low..high. Raises BadInput."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or not low <= value <= high:
        raise BadInput(f"{field} is a number from {low:g} to {high:g}.", field=field)
    return float(value)


def whole_of(value: Any, field: str, low: int, high: int) -> int:
    """A whole number within low..high. Raises BadInput."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(f"{field} is a whole number from {low} to {high}.", field=field)
    return value


def name_of(value: Any, field: str, names: type[Name]) -> Name:
    """One of the names of an enumeration. Raises BadInput."""
    try:
        return names(value)
    except ValueError:
        told = ", ".join(one.value for one in names)
        raise BadInput(f"{field} is one of {told}.", field=field) from None


def names_of(value: Any, field: str, names: type[Name]) -> tuple[Name, ...]:
    """Several of the names of an enumeration, each once. Raises BadInput."""
    found = [name_of(one, f"{field}[{k}]", names) for k, one in enumerate(list_of(value, field, len(names)))]
    return tuple(dict.fromkeys(found))
