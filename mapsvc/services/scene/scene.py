"""Scene: everything one answer is made from, as of one journal number, one plan and one minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import IncidentColumns
from mapsvc.model.light import LIGHT_CODE, Light, closed_mask, light_codes
from mapsvc.model.plan import Plan
from mapsvc.model.query import Query
from mapsvc.model.site import Site
from mapsvc.ports import Clock, Store
from mapsvc.services.scene.columns import ColumnCache, Rewrite, Snapshot
from mapsvc.services.scene.doubtful import Doubtful, DoubtfulBook
from mapsvc.services.scene.followed import DaysOf, Followed, Order, follow_days, follow_order
from mapsvc.services.scene.interval import Days, local_date
from mapsvc.services.scene.journal import Journal, Marks
from mapsvc.services.scene.located import Located, locate_columns, without_place
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.plans import FindDraft, PlanBook, PlanInUse
from mapsvc.services.scene.registers import Registers, read_registers

HOUR_S = 3600
LocateDraft = Callable[[Plan, Snapshot], Located | None]
_URGENCY = np.array([3, 2, 0, 1, 5, 4])
"""Rank of each light code: red, waiting, yellow, green, suspended, closed."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What is derived from a snapshot alone, made when first asked for."""

    snapshot: Snapshot
    tz: str
    order_of: Callable[[Snapshot], Order]
    days_of: Callable[[Snapshot], DaysOf]

    @cached_property
    def closed(self) -> npt.NDArray[np.bool_]:
        """True where the incident is closed, rejected or voided."""
        return closed_mask(self.snapshot.columns.status)

    @cached_property
    def days(self) -> Days:
        """Calendar day of occurrence of each row in the community's zone."""
        return self.days_of(self.snapshot).days

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """First and last time of occurrence, None without rows."""
        times = self.order_of(self.snapshot).times
        return (int(times[0]), int(times[-1])) if len(times) else None

    @cached_property
    def newest_first(self) -> npt.NDArray[np.int64]:
        """Row numbers, newest occurrence first; of equal times the later stored first."""
        return self.order_of(self.snapshot).rows[::-1]


@dataclass(frozen=True, eq=False)
class Scene:
    """One consistent state. All row arrays have the length of `columns`."""

    marks: Marks
    now: int
    registers: Registers
    plan: PlanInUse
    in_force: bool
    rows: Rows
    located: Located
    lights: npt.NDArray[np.int8]
    urgent_first: Callable[[], npt.NDArray[np.int64]]
    doubtful: Callable[[], Doubtful]

    @cached_property
    def sensitive(self) -> npt.NDArray[np.bool_]:
        """True where the point may not be shown: the row says so, or its task type does now."""
        return sensitive_rows(self.columns, self.registers)

    @property
    def columns(self) -> IncidentColumns:
        """The incidents."""
        return self.rows.snapshot.columns

    @property
    def tz(self) -> str:
        """Zone in which days are cut."""
        return self.registers.community.tz


class Stage:
    """Sets scenes for queries; keeps what several questions share.

    cache_dir: where columns and plan indexes outlive the process; None = only in memory.
    """

    def __init__(self, store: Store, clock: Clock, cache_dir: Path | None = None) -> None:
        self.store = store
        self.clock = clock
        self.journal = Journal(store)
        self._columns = ColumnCache(store, cache_dir)
        self._plans = PlanBook(store, cache_dir)
        self._registers: Memo[Registers] = Memo(2)
        self._rows: Memo[Rows] = Memo(2)
        self._order = follow_order()
        self._days: Memo[Followed[DaysOf]] = Memo(1)
        self._located: Memo[Located] = Memo(8)
        self._doubtful: Memo[Doubtful] = Memo(4)
        self._doubts = DoubtfulBook(store)
        self._lights: Memo[npt.NDArray[np.int8]] = Memo(2)
        self._urgent: Memo[npt.NDArray[np.int64]] = Memo(1)
        self._assigned: Memo[str | None] = Memo(2)
        self._locate_draft: LocateDraft | None = None
        self._catch_up: Callable[[], bool] | None = None
        self._caught_up: tuple[int, int, int] | None = None
        self._sites: Memo[list[Site]] = Memo(2)

    def use_drafts(
        self, find_draft: FindDraft, catch_up: Callable[[], bool], locate: LocateDraft | None = None
    ) -> None:
        """From now on a draft's id is a plan's id in every question.

        locate: the incidents under a draft, where that is known quicker than by asking all points. catch_up: gives the
        incidents the grids of the edition in force, where they carry those of another one; asked once a minute and
        after each change of plans or rows.
        """
        self._plans.find_draft = find_draft
        self._locate_draft = locate
        self._catch_up = catch_up

    def _locate(self, rows: Rows, plan: PlanInUse, stored: bool, registers: Registers) -> Located:
        found = self._locate_all(rows, plan, stored)
        if not plan.is_draft:
            return found
        # Lines of a draft cost nothing: with enough of them a planner would find out where a sensitive matter is.
        return without_place(found, sensitive_rows(rows.snapshot.columns, registers))

    def _locate_all(self, rows: Rows, plan: PlanInUse, stored: bool) -> Located:
        if plan.is_draft and self._locate_draft is not None:
            found = self._locate_draft(plan.plan, rows.snapshot)
            if found is not None and len(found.grid) == len(rows.snapshot.columns):
                return found
        return locate_columns(rows.snapshot.columns, plan, self.store.load_accuracy, stored=stored)

    def _turned(self, marks: Marks) -> Marks:
        """The marks once the incidents carry the grids of the edition of today, if that could be done."""
        seen = (self.clock.now() // 60, marks.plans, marks.rewritten)
        if self._catch_up is None or self._caught_up == seen:
            return marks
        self._caught_up = seen
        return self.journal.marks() if self._catch_up() else marks

    def sites(self, marks: Marks) -> list[Site]:
        """All sites, in id order."""
        return self._sites.get(marks.sites, self.store.list_sites)

    def rows(self, marks: Marks) -> Rows:
        """The incidents as of `marks`, or newer, and what follows from them alone."""
        snapshot, tz = self._columns.get(marks), self.registers(marks).community.tz
        days = self._days.get(tz, lambda: follow_days(tz))
        return self._rows.get((snapshot.key, tz), lambda: Rows(snapshot, tz, self._order.get, days.get))

    def follow(self, change: Rewrite) -> None:
        """Take over a change of stored rows that this process wrote, without reading all of them again."""
        self._columns.follow(change)

    def is_stored(self, plan: PlanInUse, marks: Marks) -> bool:
        """Whether the incidents carry the grids of this plan; where the store does not say, of the one in force."""
        assigned = self._assigned.get((marks.plans, marks.rewritten), self.store.find_assigned_plan)
        if assigned is None:
            return plan.key == self.plan(Query(), marks).key
        return plan.plan.id == assigned

    def registers(self, marks: Marks) -> Registers:
        """The registers as of `marks`."""
        return self._registers.get(marks.registers, lambda: read_registers(self.store))

    def today(self, marks: Marks) -> date:
        """The calendar day in the community."""
        return local_date(self.clock.now(), self.registers(marks).community.tz)

    def plan(self, query: Query, marks: Marks | None = None) -> PlanInUse:
        """The plan of a question, without loading incidents."""
        marks = marks or self.journal.marks()
        return self._plans.get(query, self.today(marks), marks)

    def scene(self, query: Query) -> Scene:
        """The state that answers `query` now. Raises NotFound where there is no plan."""
        marks = self._turned(self.journal.marks())
        registers = self.registers(marks)
        plan = self.plan(query, marks)
        in_force = plan.key == self.plan(Query(), marks).key
        stored = self.is_stored(plan, marks)
        rows = self.rows(marks)
        snapshot = rows.snapshot
        # Under a draft, types that became sensitive count as another state.
        version = marks.registers if plan.is_draft else None
        located = self._located.get(
            (snapshot.key, plan.key, stored, version), lambda: self._locate(rows, plan, stored, registers)
        )
        now = self.clock.now()
        # Lights of a minute ago are lights of now: nobody is late by seconds.
        minute = now // 60 * 60
        lights = self._lights.get((snapshot.key, marks.registers, minute), lambda: light_rows(rows, registers, minute))
        return Scene(
            marks,
            now,
            registers,
            plan,
            in_force,
            rows,
            located,
            lights,
            lambda: self._urgent.get((snapshot.key, marks.registers, minute), lambda: urgency(rows, lights)),
            lambda: self._doubtful.get(
                (snapshot.key, plan.key, stored),
                lambda: self._doubts.get(snapshot.columns, located, plan, stored=stored),
            ),
        )


def sensitive_rows(columns: IncidentColumns, registers: Registers) -> npt.NDArray[np.bool_]:
    """True where the point may not be shown: the row says so, or its task type does now."""
    types = registers.task_types
    by_type = [code in types and types[code].sensitive for code in columns.task_types]
    if not any(by_type):
        return columns.sensitive
    mask: npt.NDArray[np.bool_] = columns.sensitive | np.array(by_type)[columns.task_type]
    return mask


def light_rows(rows: Rows, registers: Registers, now: int) -> npt.NDArray[np.int8]:
    """Light code of every row; only open rows are looked at."""
    columns = rows.snapshot.columns
    types = registers.task_types
    hours = [types[code].limit_hours if code in types else None for code in columns.task_types]
    by_type = np.array([int(limit * HOUR_S) if limit else 0 for limit in hours] or [0], np.int64)
    lights = np.full(len(columns), LIGHT_CODE[Light.CLOSED], np.int8)
    rest = np.flatnonzero(~rows.closed)
    due = columns.due_at[rest]
    limit_s = by_type[columns.task_type[rest]]
    # Imported ones may not say when they were dispatched; of a type without a limit the clock ran from the occurrence.
    limit_s = np.where(limit_s > 0, limit_s, due - columns.occurred_at[rest])
    began = columns.dispatched_at[rest]
    limit_s = np.where(began > 0, due - began, limit_s)
    lights[rest] = light_codes(columns.status[rest], due, limit_s, now, registers.rules.flow.soon_share)
    return lights


def urgency(rows: Rows, lights: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """Row numbers: overdue by oldest limit, waiting newest first, soon due, in time, suspended, closed newest first."""
    columns = rows.snapshot.columns
    rest = np.flatnonzero(~rows.closed)
    light = lights[rest]
    group = _URGENCY[light]
    due = np.where(columns.due_at[rest] > 0, columns.due_at[rest], np.iinfo(np.int64).max)
    second = np.where(light == LIGHT_CODE[Light.WAITING], -columns.occurred_at[rest], due)
    order = np.lexsort((-columns.fid[rest], second, group))
    newest = rows.newest_first
    return np.concatenate([rest[order], newest[rows.closed[newest]]])
