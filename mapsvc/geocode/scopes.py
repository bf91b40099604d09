"""Scopes: whether the region an asker names can be the region of an entry."""

from __future__ import annotations

from collections.abc import Mapping

from mapsvc.geocode.slips import likeness

_MUST_AGREE = ("province", "county", "street", "community", "state")
_NEAR = 0.95
_ONE_DIFFERS = 0.9


class ScopeFilter:
    """Compares one asker's regions with many; each scope is compared once."""

    def __init__(self, asked: Mapping[str, str], scopes: list[Mapping[str, str]]) -> None:
        self._asked = {part: word.casefold() for part, word in asked.items()}
        self._scopes = scopes
        self._known: dict[int, float] = {}

    def factor(self, scope: int) -> float:
        """1 where nothing speaks against it, less where a word differs a little, 0 where it is another region."""
        if not self._asked:
            return 1.0
        found = self._known.get(scope)
        if found is None:
            found = self._known[scope] = self._compare(self._scopes[scope])
        return found

    def _compare(self, known: Mapping[str, str]) -> float:
        asked = self._asked
        if any(part in known and part in asked and asked[part] != known[part] for part in _MUST_AGREE):
            return 0.0
        city = _agree(asked.get("city"), known.get("city"))
        postcode = _agree(asked.get("postcode"), known.get("postcode"), exact=True)
        if city == 0.0:
            # the postal city of a suburb is often another one; the same postcode says it is meant
            return _ONE_DIFFERS if postcode == 1.0 and "postcode" in asked and "postcode" in known else 0.0
        if postcode == 0.0:
            return _ONE_DIFFERS if "city" in asked and "city" in known else 0.0
        return city


def _agree(asked: str | None, known: str | None, *, exact: bool = False) -> float:
    """1 where one says nothing or both say the same, 0 where they differ."""
    if asked is None or known is None or asked == known:
        return 1.0
    return _NEAR if not exact and likeness(asked, known) else 0.0
