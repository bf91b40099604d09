"""Rerouted: open incidents that an edition gives another grid are told of, each with its next revision. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.model.incident import CERTAINTIES, CLOSED_STATUSES, STATUS_CODE, STATUSES
from mapsvc.ports import MOST_TOLD
from mapsvc.store.events import Entry
from mapsvc.store.ids import id_of

REROUTED = "incident.rerouted"
CLOSED_CODES = frozenset(STATUS_CODE[status] for status in CLOSED_STATUSES)


@dataclass(frozen=True, slots=True)
class Carried:
    """What an incident carries of its grid. status, certainty: codes; grid_code "" = none; shares as stored."""

    fid: int
    status: int
    revision: int
    grid_code: str
    certainty: int
    grid_share: float
    shares: str


def rerouted(before: Sequence[Carried], after: Sequence[Carried], *, had_plan: bool) -> list[tuple[Carried, Carried]]:
    """The pairs to tell of, of equal fids: open ones with another grid; none where they are too many.

    had_plan: whether the incidents carried a plan before; if not, a first grid is no change of one.
    """
    pairs = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if old.grid_code != new.grid_code and old.status not in CLOSED_CODES and (had_plan or old.grid_code)
    ]
    return pairs if len(pairs) <= MOST_TOLD else []


def entry_of(plan_id: str, old: Carried, new: Carried, *, at: int, post: str) -> Entry:
    """How the journal tells it: as a step's change, so that it can be replayed."""
    fields: dict[str, Any] = {
        "grid_code": new.grid_code,
        "certainty": CERTAINTIES[new.certainty].value,
        "grid_share": new.grid_share,
        "shares": new.shares,
    }
    was = {
        "grid_code": old.grid_code,
        "certainty": CERTAINTIES[old.certainty].value,
        "grid_share": old.grid_share,
        "shares": old.shares,
    }
    data = {
        "step": "edition",
        "from": STATUSES[old.status].value,
        "plan": plan_id,
        "grids": [old.grid_code, new.grid_code],
        "fields": {name: value for name, value in fields.items() if value != was[name]},
        "revision": old.revision + 1,
    }
    return Entry(at, post, REROUTED, id_of(old.fid), data)
