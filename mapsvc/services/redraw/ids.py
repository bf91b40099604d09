"""Ids of drafts and editions: readable, because they stand in addresses, and never given twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

from mapsvc.errors import Conflict
from mapsvc.ports import Store

_LONGEST = 40
_TRIES = 20


def readable_id(name: str, fallback: str, taken: Collection[str]) -> str:
    """An id made of the ASCII letters and digits of a name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or fallback
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def taken_ids(store: Store) -> set[str]:
    """Ids of all plans and drafts: both are names of a plan in an address."""
    return {head.id for head in store.list_plans()} | {draft.id for draft in store.list_drafts()}


def add_with_free_id(store: Store, name: str, fallback: str, add: Callable[[str], None]) -> str:
    """Call `add(id)` with an id that nobody has; where another process takes it first, with the next one."""
    for _ in range(_TRIES):
        found = readable_id(name, fallback, taken_ids(store))
        try:
            add(found)
        except Conflict:
            if found not in taken_ids(store):
                raise
            continue
        return found
    raise Conflict("No free id was found for this name.")
