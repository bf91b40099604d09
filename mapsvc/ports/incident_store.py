"""The store's promises about incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mapsvc.model.event import Event
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.ports.basis import ANY_PLAN, Basis

MOST_TOLD = 2000
"""How many open incidents one edition tells of one by one."""


@dataclass(frozen=True, slots=True)
class Added:
    """What `Store.add_incidents` did: is_new[i] is False where the row was stored before; fids[i] is where it is now.

    first_fid, last_fid: the range of the new rows, empty (last < first) where there is none; then event is None.
    """

    is_new: npt.NDArray[np.bool_]
    fids: npt.NDArray[np.int64]
    first_fid: int
    last_fid: int
    event: Event | None


class IncidentStore(Protocol):
    """Incidents, one at a time and in columns."""

    def add_incidents(
        self,
        batch: IncidentBatch,
        *,
        at: int,
        post: str,
        source: str,
        kind: str = "incidents.imported",
        under: str | None = ANY_PLAN,
    ) -> Added:
        """Append a batch in one transaction with one event naming its range of fids.

        kind: "incidents.imported" (a file), "incidents.reported" (a batch of reports; subject of both: the source), or
        "incident.reported" (a batch of one row; subject: the incident's id, data: channel, task_type, grid, certainty).

        Rows whose (channel, channel_ref) is stored already, or came earlier in the batch, are left out and
        marked in `is_new`; a batch with no new row writes no event. fids ascend in row order.

        under: the plan whose grids the batch brings; Overtaken where the incidents carry those of another one by now.
        """

    def count_incidents(self) -> int:
        """How many are stored."""

    def get_incident(self, incident_id: str) -> Incident:
        """One incident by id ("i" + fid); NotFound."""

    def list_incidents(self, fids: Sequence[int]) -> list[Incident]:
        """The incidents with these fids, in the order asked; unknown ones are left out."""

    def load_accuracy(self, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """accuracy_m of each of these incidents, NaN where it is not stated or the incident unknown."""

    def list_vague(self, over_m: float) -> npt.NDArray[np.int64]:
        """The incidents with an accuracy_m above this, ascending by fid."""

    def load_columns(self, after_fid: int = 0) -> IncidentColumns:
        """Narrow columns of all incidents with fid > after_fid. grid_codes and task_types are sorted."""

    def reassign(
        self,
        plan_id: str,
        fids: npt.NDArray[np.int64],
        grid_codes: Sequence[str],
        grid: npt.NDArray[np.int32],
        certainty: npt.NDArray[np.int8],
        *,
        grid_share: npt.NDArray[np.float64] | None = None,
        shares: Sequence[str] | None = None,
        basis: Basis | None = None,
        at: int,
        post: str,
    ) -> Event:
        """Set grid (index into grid_codes, -1 = none) and certainty of these incidents, in one transaction; also
        grid_share and shares (texts as of IncidentBatch). Without them: 1 where it is certain, 0 without a grid, and no
        shares in both cases; else they stay.

        basis: Busy where the incidents carry another plan's grids than it says, or were reassigned since, or too many
        came; those that came or moved since are placed by it instead of as given.

        Each open incident that gets another grid, or none, gets the next revision and an event "incident.rerouted"
        (data: plan, grids [old, new], fields) after the one returned, so that nothing is decided on the grid before. A
        first grid while nothing was assigned is no change. More than MOST_TOLD of them are not told one by one.
        """
