"""Members of a body that are secrets: taken as they are, never told in a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapsvc.errors import BadQuery


def secret_of(given: Mapping[str, Any], name: str, longest: int) -> str:
    """A text member, blanks and all. Raises BadQuery for another type, for one too long and for what is no text."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadQuery(f"{name} is a text.", field=name)
    if len(value) > longest:
        raise BadQuery(f"{name} is at most {longest} characters.", field=name)
    return value
