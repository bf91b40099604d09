"""The seams of the service: what a store, a file reader and a clock promise. The docstrings are the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mapsvc.model.community import Community
from mapsvc.model.draft import Draft, Edit
from mapsvc.model.event import Event
from mapsvc.model.grid import Grid
from mapsvc.model.incident import Incident, IncidentBatch, IncidentColumns
from mapsvc.model.plan import Plan, PlanHead
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType

Progress = Callable[[str, int, int | None], None]
"""progress(stage, done, total or None): called often by long work; raising `Cancelled` in it stops the work."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """A `Progress` that shows nothing."""


class Clock(Protocol):
    """Tells the time; services get it, nothing below reads it."""

    def now(self) -> int:
        """Epoch seconds UTC."""


@dataclass(frozen=True, slots=True)
class Added:
    """What `Store.add_incidents` did: is_new[i] is False where the row was stored before."""

    is_new: npt.NDArray[np.bool_]
    first_fid: int
    last_fid: int
    event: Event | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What `Store.publish_draft` stores. plan: the new edition, status PUBLISHED, its id new.

    assign: whether the incidents move to its grids now (it takes effect today or earlier). Then fids, grid (index
    into plan.codes, -1 = none) and certainty are the rows that change, computed when `last_fid` was the newest
    incident and `assigned` the plan that the incidents carried.
    """

    draft_id: str
    revision: int
    plan: Plan
    parent_id: str | None
    last_fid: int
    assigned: str | None
    assign: bool
    fids: npt.NDArray[np.int64]
    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]


class Store(Protocol):
    """Keeps plans, registers, incidents and the journal.

    Every write is one transaction together with its event; either both are kept or neither. `seq` grows by
    one with every event and never repeats. Values read back equal the values put in, coordinates bit for bit.
    Safe to use from several threads. Raises NotFound, Conflict, Busy.
    """

    def close(self) -> None:
        """Release files and connections; the store is unusable afterwards."""

    def info(self) -> Mapping[str, Any]:
        """Facts for /ready: kind, path, library versions, schema version, whether they are safe."""

    def seq(self) -> int:
        """Number of the newest event, 0 in an empty store."""

    def list_events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with seq > after, oldest first."""

    # one value each
    def find_community(self) -> Community | None:
        """The community this store serves."""

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""

    # registers: each put replaces rows of equal code or id
    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel when one labels a person; then nothing is stored."""

    def list_departments(self) -> list[Department]:
        """Departments in code order."""

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""

    def list_posts(self) -> list[Post]:
        """Posts in code order."""

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id, all in one transaction."""

    def list_sites(
        self,
        kinds: Sequence[str] = (),
        bbox: tuple[float, float, float, float] | None = None,
    ) -> list[Site]:
        """Sites of these kinds (empty = all) whose box meets bbox, in id order."""

    # plans
    def put_plan(self, plan: Plan, *, at: int, post: str) -> Event:
        """Store a new plan with its grids and findings; Conflict if the id exists.

        An edition ends where the next begins, whichever was put first: a published plan ends the edition in force
        on its valid_from, and itself on the first day of the next one. Its recorded_at is set to `at`.
        """

    def get_plan(self, plan_id: str) -> Plan:
        """The whole plan; NotFound if there is none."""

    def find_plan_on(self, day: date) -> PlanHead | None:
        """The edition in force on that day."""

    def list_plans(self) -> list[PlanHead]:
        """All plans, newest valid_from first, drafts before editions."""

    def find_assigned_plan(self) -> str | None:
        """Id of the edition whose grids the incidents carry now; None while nobody said so.

        Set by `reassign` (to its plan_id) and by `publish_draft` where it assigns. New incidents are stored with
        the grids of this plan.
        """

    # drafts: each write checks `revision` against the stored one (Stale) and stores revision + 1
    def add_draft(self, draft: Draft, *, at: int, post: str) -> Event:
        """Store a new draft ("draft.started"); Conflict if a draft or a plan has its id, NotFound without its base."""

    def get_draft(self, draft_id: str) -> Draft:
        """One draft; NotFound."""

    def list_drafts(self) -> list[Draft]:
        """All drafts, the last changed first."""

    def list_edits(self, draft_id: str, after: int = 0, until: int | None = None) -> list[Edit]:
        """Edits of the draft's line (in effect, or undone and still to redo) with after < position <= until."""

    def list_lost_edits(self, draft_id: str) -> list[Edit]:
        """Edits that are no longer in the line: undone and then overtaken by another edit, newest first."""

    def add_edit(self, draft_id: str, edit: Edit, *, revision: int, at: int, post: str) -> Draft:
        """Append an edit after the draft's position ("draft.edited"); what could be redone is lost edits now. Conflict
        where the draft is not open. edit.position, edit.revision, edit.at and edit.post are set here."""

    def move_in_draft(self, draft_id: str, position: int, *, revision: int, at: int, post: str) -> Draft:
        """Undo or redo to 0 <= position <= edits ("draft.undone", "draft.redone"); BadInput for another, Conflict if
        it is not open or stands there already."""

    def replace_edits(
        self, draft_id: str, edits: Sequence[Edit], draft: Draft, *, revision: int, at: int, post: str
    ) -> Draft:
        """The draft gets this line of edits and the facts of `draft` (base, parent ...), e.g. after a rebase
        ("draft.rebased"); the old line becomes lost edits, all of the new one is in effect. Conflict for history."""

    def set_reason(self, draft_id: str, position: int, reason: str, *, revision: int, at: int, post: str) -> Draft:
        """Write why an edit was made ("draft.explained"); Conflict where the draft is not open."""

    def set_draft(self, draft: Draft, *, kind: str, revision: int, at: int, post: str) -> Draft:
        """Replace the facts of a draft (name, status ...), edits and base stay; event `kind`; Conflict for history."""

    def publish_draft(self, publication: Publication, *, at: int, post: str) -> Event:
        """Make an edition of a draft, in one transaction with its event ("plan.published").

        Checks that the draft is in review at `revision` (Stale), that the edition in force on plan.valid_from is
        `parent_id` and none takes effect later (Conflict), and, where it assigns, that no incident was added after
        `last_fid` and no edition assigned since (Busy: compute again). Then stores the plan, ends the parent's
        validity, sets the draft PUBLISHED, and assigns the incidents given, if any.
        """

    # incidents
    def add_incidents(self, batch: IncidentBatch, *, at: int, post: str, source: str) -> Added:
        """Append a batch in one transaction with one event naming its range of fids.

        Rows whose (channel, channel_ref) is stored already, or came earlier in the batch, are left out and
        marked in `is_new`; a batch with no new row writes no event. fids ascend in row order.
        """

    def count_incidents(self) -> int:
        """How many are stored."""

    def get_incident(self, incident_id: str) -> Incident:
        """One incident by id ("i" + fid); NotFound."""

    def list_incidents(self, fids: Sequence[int]) -> list[Incident]:
        """The incidents with these fids, in the order asked; unknown ones are left out."""

    def load_accuracy(self, fids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """accuracy_m of each of these incidents, NaN where it is not stated or the incident unknown."""

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
        at: int,
        post: str,
    ) -> Event:
        """Set grid (index into grid_codes, -1 = none) and certainty of these incidents, in one transaction; also
        grid_share: 1 where it is certain, 0 without a grid, else it stays."""


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """Boundaries as read: WGS 84 lon/lat polygons, untouched otherwise.

    grids: in file order, area_m2 0.0 until measured, ids empty; geometry may be invalid or empty.
    crs: what the coordinates were read in ("EPSG:4326"); encoding: as detected, and how ("GBK, from LDID 0x4D").
    """

    name: str
    crs: str
    encoding: str
    grids: tuple[Grid, ...]
    features: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RowBatch:
    """A batch of rows of an incident file as read: parallel Arrow arrays by source column name.

    first_row: 1-based number of the first data row in the file; numbers: the row number of each row, where rows
    in between could not be read (None = first_row, first_row + 1 ...). refused: (row number, reason) of those.
    crs: what the file says of its positions, None where it says nothing. encoding: as detected, and how.
    """

    first_row: int
    n: int
    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64] | None = None
    refused: tuple[tuple[int, str], ...] = ()
    crs: str | None = None
    encoding: str = ""


class FileReader(Protocol):
    """Reads foreign files in a sandboxed child process; never trusts a byte. Raises BadFile, CrsUnknown."""

    def read_boundaries(
        self, path: Path, *, crs: str | None, code: str | None, name: str | None, name_zh: str | None = None
    ) -> BoundaryFile:
        """GeoJSON, GeoPackage, Shapefile (loose or zipped). code and name are column names."""

    def iter_rows(
        self, path: Path, *, columns: Sequence[str] | None = None, progress: Progress = no_progress
    ) -> Iterator[RowBatch]:
        """CSV(.gz), GeoJSON, Parquet as batches of columns; a GeoJSON point gives `lon` and `lat` columns."""

    def read_sites(self, path: Path, *, crs: str | None) -> list[Site]:
        """GeoJSON or GeoPackage or CSV of places with kind, name, address, households."""


class TileSource(Protocol):
    """A file of ready basemap tiles, numbered as in OSM (x from the west, y from the north)."""

    content_type: str
    """Media type of every tile."""
    encoding: str
    """Content-Encoding of every tile, "" for none."""
    format: str
    """"png", "jpg", "webp" or "pbf"."""
    min_zoom: int
    max_zoom: int
    attribution: str

    def find_tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of one tile as they lie in the file, None where there is none."""

    def close(self) -> None:
        """Release the file."""
