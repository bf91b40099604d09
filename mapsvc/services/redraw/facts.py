"""Facts: what a planner says about a draft without touching its shapes: start, name, locks, reasons, discarding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from mapsvc.errors import BadQuery, Conflict
from mapsvc.model.draft import Draft, DraftStatus
from mapsvc.ports import Store
from mapsvc.services.redraw.state import State

_LONGEST_ID = 40
_TRIES = 20


def readable_id(name: str, fallback: str, taken: Collection[str]) -> str:
    """An id made of the ASCII letters and digits of a name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-") or fallback
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
    """Call `add(id)` with an id that nobody has; another process may take it first, then with the next."""
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


def check_open(draft: Draft) -> None:
    """Raise Conflict unless the draft takes edits."""
    if draft.status is DraftStatus.IN_REVIEW:
        raise Conflict("The draft is in review. Send it back to the planner before it is changed.")
    if not draft.is_open:
        raise Conflict(f"The draft is {draft.status.value} and does not change any more.")


def with_locks(draft: Draft, state: State, codes: Sequence[str]) -> Draft:
    """The draft with these grids locked, named by code now and by id in the draft. Raises BadQuery."""
    partition = state.partition
    ids = dict(zip(partition.codes, (partition.grid(number).id for number in partition.numbers), strict=True))
    for code in codes:
        if code not in ids:
            raise BadQuery(f'There is no grid "{code[:40]}" in this draft.', field="locked")
    return replace(draft, locked=tuple(sorted({ids[code] for code in codes})))
