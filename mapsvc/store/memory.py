"""MemoryStore: the contract without a file, for tests and for trying things out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import Conflict, NotFound
from mapsvc.model.event import Event
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.ports import ANY_PLAN, Added, Basis
from mapsvc.store import editions, events, incident_events
from mapsvc.store.assignment import Assignment
from mapsvc.store.ids import fid_of
from mapsvc.store.memory_access import MemoryAccess
from mapsvc.store.memory_cases import MemoryCases
from mapsvc.store.memory_drafts import MemoryDrafts
from mapsvc.store.memory_registers import MemoryRegisters
from mapsvc.store.since import check_under


class MemoryStore(MemoryDrafts, MemoryCases, MemoryRegisters, MemoryAccess):
    """Everything in dictionaries behind one lock. Values are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._plans: dict[str, Plan] = {}
        self._assigned: str | None = None

    def close(self) -> None:
        """Nothing to release."""

    def info(self) -> Mapping[str, Any]:
        """Kind only: there is no file and no library."""
        return {"kind": "memory", "is_safe": True}

    # plans
    def put_plan(self, plan: Plan, *, at: int, post: str) -> Event:
        """Store a new plan; Conflict if the id exists."""
        with self._lock:
            ended = self._keep_plan(plan, at=at)
            return self._append(events.plan_put(plan, ended, at=at, post=post))

    def get_plan(self, plan_id: str) -> Plan:
        """The whole plan; NotFound if there is none."""
        with self._lock:
            if plan_id not in self._plans:
                raise NotFound(f'There is no plan "{plan_id}".')
            return self._plans[plan_id]

    def find_plan_on(self, day: date) -> PlanHead | None:
        """The edition in force on that day."""
        with self._lock:
            return editions.find_in_force(self._heads(), day)

    def list_plans(self) -> list[PlanHead]:
        """All plans, newest valid_from first, drafts before editions."""
        with self._lock:
            return editions.sort_heads(self._heads())

    def find_assigned_plan(self) -> str | None:
        """Id of the edition whose grids the incidents carry now."""
        return self._assigned

    def _keep_plan(self, plan: Plan, *, at: int) -> str | None:
        """Keep a new plan; returns the id of the edition it ended."""
        self._check_free(plan.id)
        heads = self._heads()
        ended, end = editions.find_ended(plan, heads), editions.find_end(plan, heads)
        if ended is not None:
            self._plans[ended.id] = replace(self._plans[ended.id], valid_to=plan.valid_from)
        self._plans[plan.id] = replace(plan, recorded_at=at, valid_to=end)
        return ended.id if ended else None

    def _check_free(self, name: str) -> None:
        """Conflict where a plan or a draft has this id."""
        for word, kept in (("plan", self._plans), ("draft", self._drafts)):
            if name in kept:
                raise Conflict(f'There is a {word} "{name}" already.')

    def _heads(self) -> list[PlanHead]:
        return [editions.head_of(plan) for plan in self._plans.values()]

    # incidents
    def add_incidents(
        self,
        batch: IncidentBatch,
        *,
        at: int,
        post: str,
        source: str,
        kind: str = incident_events.IMPORTED,
        under: str | None = ANY_PLAN,
    ) -> Added:
        """Append a batch; rows that are stored already are left out."""
        incident_events.check_kind(kind, batch)
        with self._lock:
            check_under(under, self._assigned)
            is_new, fids, new = self._incidents.add(batch)
            event = None
            if len(new):
                event = self._append(incident_events.added(kind, batch, new, source, at=at, post=post))
            return Added(is_new, fids, new.start, new.stop - 1, event)

    def count_incidents(self) -> int:
        """How many are stored."""
        with self._lock:
            return len(self._incidents)

    def get_incident(self, incident_id: str) -> Incident:
        """One incident by id; NotFound."""
        found = self.list_incidents([fid_of(incident_id)])
        if not found:
            raise NotFound(f'There is no incident "{incident_id}".')
        return found[0]

    def list_incidents(self, fids: Sequence[int]) -> list[Incident]:
        """The incidents with these fids, in the order asked."""
        with self._lock:
            return self._incidents.list(fids)

    def load_accuracy(self, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """accuracy_m of each of these incidents, NaN where it is not stated."""
        with self._lock:
            return self._incidents.accuracy_m(fids)

    def list_vague(self, over_m: float) -> npt.NDArray[np.int64]:
        """The incidents with an accuracy_m above this."""
        with self._lock:
            return self._incidents.vague(over_m)

    def load_columns(self, after_fid: int = 0) -> IncidentColumns:
        """Narrow columns of all incidents with fid > after_fid."""
        with self._lock:
            return self._incidents.columns(after_fid)

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
        """Set grid, certainty and shares of these incidents."""
        with self._lock:
            self.get_plan(plan_id)
            wanted = self._with_newer(Assignment(fids, grid_codes, grid, certainty, grid_share, shares), basis)
            n, lines = self._reassign(plan_id, wanted, at=at, post=post)
            told = self._append(events.incidents_reassigned(plan_id, n, at=at, post=post))
            self._append_all(lines)
            return told
