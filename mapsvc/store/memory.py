"""MemoryStore: the contract without a file, for tests and for trying things out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from mapsvc.errors import Conflict, NotFound
from mapsvc.model.community import Community
from mapsvc.model.event import Event
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Added
from mapsvc.store import editions, events, incident_events
from mapsvc.store.assignment import Assignment
from mapsvc.store.boxes import meets
from mapsvc.store.ids import fid_of
from mapsvc.store.memory_drafts import MemoryDrafts
from mapsvc.store.memory_incidents import MemoryIncidents

Row = TypeVar("Row")


class MemoryStore(MemoryDrafts):
    """Everything in dictionaries behind one lock. Values are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self._events: list[Event] = []
        self._community: Community | None = None
        self._task_types: dict[str, TaskType] = {}
        self._departments: dict[str, Department] = {}
        self._posts: dict[str, Post] = {}
        self._sites: dict[str, Site] = {}
        self._plans: dict[str, Plan] = {}
        self._assigned: str | None = None
        self._incidents = MemoryIncidents()

    def close(self) -> None:
        """Nothing to release."""

    def info(self) -> Mapping[str, Any]:
        """Kind only: there is no file and no library."""
        return {"kind": "memory", "is_safe": True}

    def seq(self) -> int:
        """Number of the newest event."""
        with self._lock:
            return len(self._events)

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""
        with self._lock:
            start = max(after, 0)
            return self._events[start : start + max(limit, 0)]

    def _append(self, entry: events.Entry) -> Event:
        event = Event(len(self._events) + 1, entry.at, entry.post, entry.kind, entry.subject, entry.data)
        self._events.append(event)
        return event

    # registers
    def find_community(self) -> Community | None:
        """The community this store serves."""
        return self._community

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""
        with self._lock:
            self._community = community
            return self._append(events.community_set(community.name, at=at, post=post))

    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""
        with self._lock:
            return list(self._task_types.values())

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel; then nothing is stored."""
        return self._put(self._task_types, task_types, _code, events.task_types_set(task_types, at=at, post=post))

    def list_departments(self) -> list[Department]:
        """Departments in code order."""
        with self._lock:
            return sorted(self._departments.values(), key=_code)

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""
        entry = events.register_set("departments", [row.code for row in departments], at=at, post=post)
        return self._put(self._departments, departments, _code, entry)

    def list_posts(self) -> list[Post]:
        """Posts in code order."""
        with self._lock:
            return sorted(self._posts.values(), key=_code)

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""
        entry = events.register_set("posts", [row.code for row in posts], at=at, post=post)
        return self._put(self._posts, posts, _code, entry)

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id."""
        rows = list(sites)
        return self._put(self._sites, rows, _id, events.sites_imported(len(rows), source, at=at, post=post))

    def list_sites(
        self, kinds: Sequence[str] = (), bbox: tuple[float, float, float, float] | None = None
    ) -> list[Site]:
        """Sites of these kinds whose box meets bbox, in id order."""
        with self._lock:
            rows = list(self._sites.values())
        return sorted((row for row in rows if (not kinds or row.kind in kinds) and meets(row, bbox)), key=_id)

    def _put(
        self, register: dict[str, Row], rows: Sequence[Row], key: Callable[[Any], str], entry: events.Entry
    ) -> Event:
        with self._lock:
            register.update({key(row): row for row in rows})
            return self._append(entry)

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
        self, batch: IncidentBatch, *, at: int, post: str, source: str, kind: str = incident_events.IMPORTED
    ) -> Added:
        """Append a batch; rows that are stored already are left out."""
        incident_events.check_kind(kind, batch)
        with self._lock:
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
        at: int,
        post: str,
    ) -> Event:
        """Set grid and certainty of these incidents."""
        with self._lock:
            self.get_plan(plan_id)
            n = self._incidents.assign(Assignment(fids, grid_codes, grid, certainty))
            self._assigned = plan_id
            return self._append(events.incidents_reassigned(plan_id, n, at=at, post=post))


def _code(row: Any) -> str:
    return str(row.code)


def _id(row: Any) -> str:
    return str(row.id)
