"""JSON in which no member stands twice: two readers of one body would otherwise read two different wishes."""

from __future__ import annotations

import json
import re
from typing import Any

from mapsvc.errors import BadQuery

_MEMBER = re.compile(rb'"\s*:')


def count_marks(data: bytes) -> int:
    """Colons behind quotes: at least as many as a body has members."""
    return len(_MEMBER.findall(data))


def count_members(value: Any) -> int:
    """Members of all objects in a value; its depth was checked."""
    found, level = 0, [value]
    while level:
        found += sum(len(one) for one in level if isinstance(one, dict))
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return found


def check_once(data: bytes) -> None:
    """Raise BadQuery naming the member that stands twice in one object."""

    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        known = dict(pairs)
        if len(known) < len(pairs):
            seen: set[str] = set()
            twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise BadQuery(f'The member "{twice[:40]}" stands twice.', field=twice[:40])
        return known

    try:
        json.loads(data, object_pairs_hook=check)
    except RecursionError:
        raise BadQuery("The body is nested too deeply.", field="body") from None
