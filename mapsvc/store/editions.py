"""Editions in time: which plan is in force on a day, and in which order plans are listed. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mapsvc.errors import BadInput
from mapsvc.model.plan import Plan, PlanHead, PlanStatus

_EDITIONS = frozenset({PlanStatus.PUBLISHED, PlanStatus.RETIRED})


def head_of(plan: Plan) -> PlanHead:
    """The plan without its geometry."""
    return PlanHead(
        id=plan.id,
        name=plan.name,
        status=plan.status,
        valid_from=plan.valid_from,
        valid_to=plan.valid_to,
        grids=len(plan.grids),
        working_epsg=plan.working_epsg,
        open_findings=len(plan.open_findings),
    )


def find_in_force(heads: Iterable[PlanHead], day: date) -> PlanHead | None:
    """The published plan with valid_from <= day < valid_to; heads come in the order they were stored.

    Where validities overlap, as they may in a file of an earlier version, the later valid_from wins, and then
    the one stored last: it was meant to correct the other.
    """
    found: PlanHead | None = None
    for head in heads:
        if head.status is not PlanStatus.PUBLISHED or head.valid_from is None or head.valid_from > day:
            continue
        if head.valid_to is not None and day >= head.valid_to:
            continue
        if found is None or found.valid_from is None or head.valid_from >= found.valid_from:
            found = head
    return found


def find_ended(plan: Plan, heads: Iterable[PlanHead]) -> PlanHead | None:
    """The edition that `plan` ends when it is stored; BadInput for an edition without a first day."""
    if plan.status is not PlanStatus.PUBLISHED:
        return None
    return find_in_force(heads, first_day(plan))


def find_end(plan: Plan, heads: Iterable[PlanHead]) -> date | None:
    """The day `plan` ends when it is stored: its own valid_to, or the first day of the next edition if that is sooner.

    So an edition ends where the next one begins, whichever of them was stored first.
    """
    if plan.status is not PlanStatus.PUBLISHED:
        return plan.valid_to
    ends = [head.valid_from for head in heads if head.status is PlanStatus.PUBLISHED and head.valid_from is not None]
    return min([*(day for day in ends if day > first_day(plan)), *filter(None, [plan.valid_to])], default=None)


def first_day(plan: Plan) -> date:
    """The day an edition takes effect; BadInput where it has none."""
    if plan.valid_from is None:
        raise BadInput(f'The plan "{plan.id}" is published, so it needs the day it is valid from.', field="valid_from")
    return plan.valid_from


def sort_heads(heads: Iterable[PlanHead]) -> list[PlanHead]:
    """Drafts before editions, newest valid_from first (without one: first of all), newest stored first."""
    newest_first = list(heads)[::-1]

    def key(head: PlanHead) -> tuple[bool, bool, int]:
        day = head.valid_from
        return head.status in _EDITIONS, day is not None, -day.toordinal() if day else 0

    return sorted(newest_first, key=key)
