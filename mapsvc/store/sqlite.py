"""SqliteStore: the contract in one SQLite file that is a valid GeoPackage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import Broken, NotFound
from mapsvc.model.event import Event
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.ports import ANY_PLAN, Added, Basis
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
    schema,
)
from mapsvc.store.assignment import Assignment
from mapsvc.store.connection import BUSY_TIMEOUT_S, Database
from mapsvc.store.ids import fid_of
from mapsvc.store.since import check_under
from mapsvc.store.sqlite_access import SqliteAccess
from mapsvc.store.sqlite_cases import SqliteCases
from mapsvc.store.sqlite_drafts import SqliteDrafts
from mapsvc.store.sqlite_registers import SqliteRegisters


class SqliteStore(SqliteDrafts, SqliteCases, SqliteRegisters, SqliteAccess):
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
        self,
        batch: IncidentBatch,
        *,
        at: int,
        post: str,
        source: str,
        kind: str = incident_events.IMPORTED,
        under: str | None = ANY_PLAN,
    ) -> Added:
        """Append a batch; rows that are stored already are left out. No new row: an empty range of fids."""
        incident_events.check_kind(kind, batch)
        with self._db.write() as connection:
            if under != ANY_PLAN:
                check_under(under, assigned.find(connection))
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

    def list_vague(self, over_m: float) -> npt.NDArray[np.int64]:
        """The incidents with an accuracy_m above this."""
        with self._db.read() as connection:
            return incident_rows.vague(connection, over_m)

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
        grid_share: npt.NDArray[np.float64] | None = None,
        shares: Sequence[str] | None = None,
        basis: Basis | None = None,
        at: int,
        post: str,
    ) -> Event:
        """Set grid, certainty and shares of these incidents."""
        wanted = Assignment(fids, grid_codes, grid, certainty, grid_share, shares)
        with self._db.write() as connection:
            plans.check_exists(connection, plan_id)
            rerouting = incident_grids.Rerouting(connection, wanted, basis)
            n = rerouting.reassign(plan_id)
            told = journal.append(connection, events.incidents_reassigned(plan_id, n, at=at, post=post))
            rerouting.tell(plan_id, at=at, post=post)
            return told
