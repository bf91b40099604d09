"""SqliteStore: the contract in one SQLite file that is a valid GeoPackage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import Broken, NotFound
from mapsvc.model.community import Community
from mapsvc.model.event import Event
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Added
from mapsvc.store import (
    assigned,
    editions,
    events,
    incident_batch,
    incident_columns,
    incident_events,
    incident_grids,
    incident_rows,
    journal,
    plans,
    registers,
    schema,
    site_rows,
)
from mapsvc.store.assignment import Assignment
from mapsvc.store.boxes import Box
from mapsvc.store.connection import BUSY_TIMEOUT_S, Database
from mapsvc.store.ids import fid_of
from mapsvc.store.sqlite_drafts import SqliteDrafts


class SqliteStore(SqliteDrafts):
    """Every method is one snapshot or one transaction; the rooms beside this file hold the SQL.

    Several processes may open the same file. Never open it with a second SQLite library (GDAL, for one) in
    the same process: closing that one drops this one's locks.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def open(cls, path: Path, *, timeout_s: float = BUSY_TIMEOUT_S) -> SqliteStore:
        """Open the file, create it where it is missing, bring its schema up to date.

        timeout_s: how long a call waits for another writer before it raises Busy.
        """
        if not path.parent.is_dir():
            raise NotFound(f'There is no folder "{path.parent}" for the store.')
        database = Database(path, timeout_s)
        try:
            with database.read() as connection:
                version = schema.find_version(connection)
            if version != schema.HEAD:
                with database.write() as connection:
                    schema.migrate(connection)
        except BaseException:
            with suppress(Broken):
                database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close all connections; the last process folds the WAL into the file."""
        self._db.close()

    def info(self) -> Mapping[str, Any]:
        """kind, path, driver, sqlite_version, is_safe (SQLite >= 3.51.3), has_writer_lock, schema_version ..."""
        with self._db.read() as connection:
            version = schema.find_version(connection)
        return {"kind": "sqlite", **self._db.facts(), "schema_version": version}

    def seq(self) -> int:
        """Number of the newest event."""
        with self._db.read() as connection:
            return journal.last_seq(connection)

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""
        with self._db.read() as connection:
            return journal.list_after(connection, after, limit)

    # registers
    def find_community(self) -> Community | None:
        """The community this store serves."""
        with self._db.read() as connection:
            return registers.find_community(connection)

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""
        with self._db.write() as connection:
            registers.put_community(connection, community)
            return journal.append(connection, events.community_set(community.name, at=at, post=post))

    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""
        with self._db.read() as connection:
            return registers.list_task_types(connection)

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel; then nothing is stored."""
        entry = events.task_types_set(task_types, at=at, post=post)
        with self._db.write() as connection:
            registers.put_task_types(connection, task_types)
            return journal.append(connection, entry)

    def list_departments(self) -> list[Department]:
        """Departments in code order."""
        with self._db.read() as connection:
            return registers.list_departments(connection)

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""
        entry = events.register_set("departments", [row.code for row in departments], at=at, post=post)
        with self._db.write() as connection:
            registers.put_departments(connection, departments)
            return journal.append(connection, entry)

    def list_posts(self) -> list[Post]:
        """Posts in code order."""
        with self._db.read() as connection:
            return registers.list_posts(connection)

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""
        entry = events.register_set("posts", [row.code for row in posts], at=at, post=post)
        with self._db.write() as connection:
            registers.put_posts(connection, posts)
            return journal.append(connection, entry)

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id; the source is read to its end before the store is locked."""
        rows = list(sites)
        with self._db.write() as connection:
            site_rows.put(connection, rows)
            return journal.append(connection, events.sites_imported(len(rows), source, at=at, post=post))

    def list_sites(self, kinds: Sequence[str] = (), bbox: Box | None = None) -> list[Site]:
        """Sites of these kinds whose box meets bbox, in id order."""
        with self._db.read() as connection:
            return site_rows.find_all(connection, kinds, bbox)

    # plans
    def put_plan(self, plan: Plan, *, at: int, post: str) -> Event:
        """Store a new plan; Conflict if the id exists."""
        with self._db.write() as connection:
            ended = plans.put(connection, plan, at=at)
            return journal.append(connection, events.plan_put(plan, ended, at=at, post=post))

    def get_plan(self, plan_id: str) -> Plan:
        """The whole plan; NotFound if there is none."""
        with self._db.read() as connection:
            return plans.get(connection, plan_id)

    def find_plan_on(self, day: date) -> PlanHead | None:
        """The edition in force on that day."""
        with self._db.read() as connection:
            return plans.find_on(connection, day)

    def list_plans(self) -> list[PlanHead]:
        """All plans, newest valid_from first, drafts before editions."""
        with self._db.read() as connection:
            return editions.sort_heads(plans.list_heads(connection))

    def find_assigned_plan(self) -> str | None:
        """Id of the edition whose grids the incidents carry now."""
        with self._db.read() as connection:
            return assigned.find(connection)

    # incidents
    def add_incidents(
        self, batch: IncidentBatch, *, at: int, post: str, source: str, kind: str = incident_events.IMPORTED
    ) -> Added:
        """Append a batch; rows that are stored already are left out. No new row: an empty range of fids."""
        incident_events.check_kind(kind, batch)
        with self._db.write() as connection:
            is_new, fids, new = incident_batch.add(connection, self._db.module.IntegrityError, batch)
            event = None
            if len(new):
                entry = incident_events.added(kind, batch, new, source, at=at, post=post)
                event = journal.append(connection, entry)
            return Added(is_new, fids, new.start, new.stop - 1, event)

    def count_incidents(self) -> int:
        """How many are stored."""
        with self._db.read() as connection:
            return incident_rows.count(connection)

    def get_incident(self, incident_id: str) -> Incident:
        """One incident by id; NotFound."""
        found = self.list_incidents([fid_of(incident_id)])
        if not found:
            raise NotFound(f'There is no incident "{incident_id}".')
        return found[0]

    def list_incidents(self, fids: Sequence[int]) -> list[Incident]:
        """The incidents with these fids, in the order asked."""
        with self._db.read() as connection:
            return incident_rows.find_all(connection, fids)

    def load_accuracy(self, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """accuracy_m of each of these incidents, NaN where it is not stated."""
        with self._db.read() as connection:
            return incident_rows.accuracy_m(connection, fids)

    def load_columns(self, after_fid: int = 0) -> IncidentColumns:
        """Narrow columns of all incidents with fid > after_fid."""
        with self._db.read() as connection:
            return incident_columns.load(connection, after_fid)

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
        wanted = Assignment(fids, grid_codes, grid, certainty)
        with self._db.write() as connection:
            plans.check_exists(connection, plan_id)
            n = incident_grids.reassign(connection, wanted)
            assigned.put(connection, plan_id)
            return journal.append(connection, events.incidents_reassigned(plan_id, n, at=at, post=post))
