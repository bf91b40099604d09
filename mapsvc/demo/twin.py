"""Twin: a second report of one open matter, near in place, type and time, for the desk's question about duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapsvc.demo.anchors import Fix, Ground
from mapsvc.demo.draft import Clock, Draft
from mapsvc.demo.texts import Pair
from mapsvc.model.incident import Status
from mapsvc.model.task_type import TaskType

_OF = "Manhole cover broken"
_TITLE: Pair = ("Manhole lid loose, {place}", "{place}井盖松动")
_INSTEAD_OF = "security_inspection"
_EARLIER_S, _APART_M, _DISPATCHED_AFTER_S = 35 * 60, 12.0, 10 * 60
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))


def add_twin(drafts: Sequence[Draft], types: Mapping[str, TaskType], ground: Ground) -> list[Draft]:
    """The drafts with one in time replaced by the twin of the broken manhole: 12 m off, 35 minutes earlier, dispatched.

    It takes the place of a matter of the same grid after all draws, so that every other one stays as it was. Where the
    manhole was edited away, or has no room beside it, nothing changes.
    """
    kept = list(drafts)
    first = next((draft for draft in drafts if draft.title[0].startswith(_OF)), None)
    if first is None or first.fix is None:
        return kept
    grid = ground.grid_at(first.fix)
    fix = next((one for one in _around(first.fix) if ground.is_sure(one, grid)), None)
    place = next((k for k, draft in enumerate(drafts) if _may_go(draft, grid, ground)), None)
    if fix is None or place is None:
        return kept
    occurred = first.clock.occurred_at - _EARLIER_S
    limit_s = round((types[first.task_type].limit_hours or 0) * 3600)
    due_at = occurred + _DISPATCHED_AFTER_S + limit_s if limit_s else 0
    clock = Clock(occurred, occurred + 120, due_at, 0, Status.DISPATCHED)
    title = (_TITLE[0].format(place=first.address[0]), _TITLE[1].format(place=first.address[1]))
    kept[place] = replace(first, source="app", clock=clock, fix=fix, title=title)
    return kept


def _around(fix: Fix) -> list[Fix]:
    return [replace(fix, x=fix.x + east * _APART_M, y=fix.y + north * _APART_M) for east, north in _SIDES]


def _may_go(draft: Draft, grid: int, ground: Ground) -> bool:
    plain = draft.task_type == _INSTEAD_OF and draft.clock.status is Status.HANDLING and not draft.planted
    return plain and draft.fix is not None and ground.grid_at(draft.fix) == grid
