"""Motion: the open matters of the demo go through the real steps, so that their calls and histories are real too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mapsvc.casework.apply import apply
from mapsvc.casework.flow_json import read_flow
from mapsvc.casework.limits_json import read_calendar, read_limits
from mapsvc.casework.rules import Rules
from mapsvc.casework.steps import decide
from mapsvc.errors import MapsvcError
from mapsvc.model.account import RIGHTS, Actor, Role
from mapsvc.model.calendar import Calendar
from mapsvc.model.case import Case, Change
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE, STATUSES, IncidentBatch, Status
from mapsvc.model.step import Step
from mapsvc.model.stocks import Stocks
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Added, Store

_CLOSED = [STATUS_CODE[status] for status in CLOSED_STATUSES]
_DESK = Actor("dispatcher", Role.DISPATCHER, RIGHTS[Role.DISPATCHER])
_CHECKER = Actor("worker-day", Role.WORKER, RIGHTS[Role.WORKER])
_TAKEN_AFTER_S = 15 * 60
_LED_BY_POST = frozenset({"hidden_danger", "information_collection", "safety_creation", "appeal"})
"""Types that the workers of the grid lead; in the others the department of the type does."""
_JOINT = ("fire", "property", "police")
"""Called together to the first hidden danger that is handled in time; the last of them has not come yet."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Where an open matter stands in the files. row: its number in the batch; due_at: epoch seconds, 0 = no clock."""

    row: int
    status: Status
    due_at: int


def set_in_motion(store: Store, stocks: Stocks, now: int) -> tuple[Stocks, Callable[[Added], None]]:
    """The community with its open matters as they were reported, and what takes them through their steps when they are
    stored."""
    batch, planned = rewind(stocks.batch, stocks.task_types)
    tables = stocks.settings
    rules = Rules(
        flow=read_flow(tables["workflow"]) if "workflow" in tables else DEFAULT_FLOW,
        limits=read_limits(tables["limits"]) if "limits" in tables else (),
        calendar=read_calendar(tables["calendar"]) if "calendar" in tables else Calendar(),
        task_types={row.code: row for row in stocks.task_types},
        tz=stocks.community.tz,
    )

    def move(added: Added) -> None:
        play(store, added.fids, planned, rules, now)

    return replace(stocks, batch=batch), move


def rewind(batch: IncidentBatch, task_types: Sequence[TaskType]) -> tuple[IncidentBatch, tuple[Planned, ...]]:
    """The batch with its open rows as they were reported, and what is to become of them; settled rows learn when they
    were dispatched."""
    status, due, closed = (np.array(batch.columns[name]) for name in ("status", "due_at", "closed_at"))
    limits = {one.code: round((one.limit_hours or 0) * 3600) for one in task_types}
    limit = np.array([limits[code] for code in batch.columns["task_type"]], np.int64)
    settled = np.isin(status, _CLOSED)
    began = np.where(settled & (due > 0) & (limit > 0), due - limit, 0)
    began[(began < batch.columns["reported_at"]) | (began > closed)] = 0
    rows = np.flatnonzero(~settled)
    planned = tuple(Planned(row, STATUSES[int(status[row])], int(due[row])) for row in rows.tolist())
    status[rows], due[rows] = STATUS_CODE[Status.REPORTED], 0
    columns = {**batch.columns, "status": status, "due_at": due, "dispatched_at": began}
    return replace(batch, columns=columns), planned


def play(store: Store, fids: npt.NDArray[np.int64], planned: Sequence[Planned], rules: Rules, now: int) -> int:
    """Take every open matter through its steps, in the order of time; how many steps were taken.

    A step that is not to be had is left out: an edited workflow may lack it, and a load that was cut short took it.
    """
    posts = {post.code for post in store.list_posts() if post.strength > 0}
    ways: list[tuple[int, int, Step, Actor]] = []
    cases: dict[int, Case] = {}
    is_joint_due = True
    for plan in planned:
        fid = int(fids[plan.row])
        cases[fid] = store.get_case(f"i{fid}")
        joint = is_joint_due and _fits_joint(cases[fid], plan, now)
        is_joint_due = is_joint_due and not joint
        targets = _targets(cases[fid], rules, posts, joint)
        way = _way(cases[fid], plan, targets, rules, now, joint=joint)
        ways += [(at, fid, step, actor) for at, step, actor in way]
    taken = 0
    for at, fid, step, actor in sorted(ways, key=lambda one: one[0]):
        try:
            (change,) = decide(cases[fid], step, rules, actor, at)
        except MapsvcError:
            continue
        cases[fid] = _store(store, cases[fid], change, at, actor)
        taken += 1
    return taken


def _store(store: Store, case: Case, change: Change, at: int, actor: Actor) -> Case:
    store.change_incidents([change], at=at, post=actor.code)
    return apply(case, change)


def _fits_joint(case: Case, plan: Planned, now: int) -> bool:
    incident = case.incident
    handled = plan.status is Status.HANDLING and plan.due_at > now
    return handled and incident.task_type == "hidden_danger" and bool(incident.grid_code)


def _targets(case: Case, rules: Rules, posts: set[str], joint: bool) -> tuple[str, ...]:
    """Who was called, the leading one first."""
    if joint:
        return tuple(f"department:{code}" for code in _JOINT)
    incident = case.incident
    kind = rules.task_types.get(incident.task_type)
    body = kind.lead_department if kind else ""
    worker = f"02-worker-full-{incident.grid_code[-2:]}"
    post = (f"post:{worker}",) if incident.task_type in _LED_BY_POST and worker in posts else ()
    return (*post, *((f"department:{body}",) if body else ()))


def _way(
    case: Case, plan: Planned, targets: tuple[str, ...], rules: Rules, now: int, *, joint: bool
) -> Iterator[tuple[int, Step, Actor]]:
    """(when, step, who) from the report to where the matter stands."""
    reported, status = case.incident.reported_at, plan.status
    if status is Status.REPORTED or (status not in (Status.ACCEPTED, Status.FILED) and not targets):
        return
    due_at = plan.due_at or None
    began = max(reported + 60, _began(case, rules, plan, now))
    if status in (Status.ACCEPTED, Status.FILED):
        began = now
    yield reported + (began - reported) // 3, Step("accept"), _DESK
    if status is Status.ACCEPTED:
        return
    yield reported + 2 * (began - reported) // 3, Step("file"), _DESK
    if status is Status.FILED:
        return
    yield began, Step("dispatch", targets=targets, lead=targets[0], whistle=joint, due_at=due_at), _DESK
    if status is not Status.DISPATCHED:
        yield from _handled(began, status, targets, now, joint=joint)


def _handled(
    began: int, status: Status, targets: tuple[str, ...], now: int, *, joint: bool
) -> Iterator[tuple[int, Step, Actor]]:
    span = now - began
    lead = _body(targets[0])
    yield began + min(_TAKEN_AFTER_S, span // 4), Step("take"), lead
    if joint:
        for k, target in enumerate(targets[:-1]):
            yield began + min((25 + 9 * k) * 60, span // 3 + k), Step("arrive"), _body(target)
    if status is Status.SUSPENDED:
        yield began + span // 2, Step("suspend", reason="parts", note="A spare part is on order"), _DESK
    if status in (Status.RESOLVED, Status.VERIFIED, Status.REWORK):
        yield began + span * 7 // 10, Step("resolve", note="Done on site"), lead
    if status is Status.VERIFIED:
        yield began + span * 17 // 20, Step("verify_ok"), _CHECKER
    if status is Status.REWORK:
        yield began + span * 17 // 20, Step("verify_fail", reason="half_done"), _CHECKER


def _began(case: Case, rules: Rules, plan: Planned, now: int) -> int:
    """When it was dispatched: its limit before its due time, ten minutes ago at the latest."""
    kind = rules.task_types.get(case.incident.task_type)
    hours = kind.limit_hours if kind else None
    if plan.due_at and hours:
        return min(plan.due_at - round(hours * 3600), now - 600)
    return (case.incident.reported_at + now) // 2


def _body(target: str) -> Actor:
    """The called post or department, acting for itself."""
    kind, _, code = target.partition(":")
    rights = RIGHTS[Role.WORKER]
    if kind == "post":
        return Actor(f"worker-{code[-2:]}", Role.WORKER, rights, post=code)
    return Actor(code, Role.WORKER, rights, department=code)
