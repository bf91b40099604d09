"""Since: what came or moved after the rows of an assignment were worked out, in one wording for every store. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from mapsvc.errors import Busy, Overtaken
from mapsvc.model.event import Event
from mapsvc.ports import ANY_PLAN, Basis
from mapsvc.store.assignment import Assignment
from mapsvc.store.ids import fid_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MOST_SINCE = 5000
"""So many rows are placed while the store is locked: a few hundredths of a second."""
_QUIET = frozenset({"incident.seen", "incident.overdue"})


def check_under(under: str | None, assigned: str | None) -> None:
    """Overtaken where rows were placed under another plan than the one whose grids the incidents carry."""
    if under not in (ANY_PLAN, assigned):
        raise Overtaken("An edition of the map came into force just now; the same call may succeed now.")


def check_assigned(basis: Basis, assigned: str | None) -> None:
    """Overtaken where the incidents carry the grids of another plan than the one the rows were worked out from."""
    check_under(basis.assigned, assigned)


def fids_since(basis: Basis, events: Iterable[Event], newer: IntArray) -> IntArray:
    """Incidents that may lie elsewhere than the rows say. events: the journal after the basis; newer: fids that came.

    Busy where it cannot be told from the journal, or they are too many to be placed now.
    """
    found = set()
    for event in events:
        if event.kind == "incidents.reassigned":
            raise Busy("The incidents got their grids anew meanwhile; the same call may succeed now.")
        if event.kind.startswith("incident.") and event.kind not in _QUIET:
            found.add(fid_of(event.subject))
    fids = np.union1d(newer, np.array(sorted(found), np.int64))
    if len(fids) and (basis.locate is None or len(fids) > MOST_SINCE):
        raise Busy("Incidents came in while the edition was being prepared; the same call may succeed now.")
    return fids


def with_since(
    wanted: Assignment, basis: Basis, fids: IntArray, lon: FloatArray, lat: FloatArray, accuracy_m: FloatArray
) -> Assignment:
    """The assignment with these incidents placed by the basis, whatever it said of them."""
    if not len(fids) or basis.locate is None:
        return wanted
    found = basis.locate(lon, lat, accuracy_m)
    return wanted.replaced(fids, found.grid, found.certainty, found.grid_share, found.shares)
