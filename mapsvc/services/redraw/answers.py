"""Answers: drafts and their shapes as the JSON values of the HTTP contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mapsvc.model.draft import Draft, Edit
from mapsvc.model.plan import PlanHead
from mapsvc.services.redraw.command_json import title_of
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.interval import iso

if TYPE_CHECKING:
    from mapsvc.geo.partition.arc import Arc
    from mapsvc.geo.partition.partition import Partition


def draft_json(
    draft: Draft, heads: Mapping[str, PlanHead], in_force: str | None, behind: bool, tz: str
) -> dict[str, Any]:
    """DRAFT. heads: the stored plans by id; in_force: id of the edition of today."""
    return {
        "id": draft.id,
        "name": draft.name,
        "status": draft.status.value,
        "revision": draft.revision,
        "position": draft.position,
        "can_undo": draft.is_open and draft.position > 0,
        "can_redo": draft.is_open and draft.position < draft.edits,
        "base": _head(heads.get(draft.base_id)),
        "parent": _head(heads.get(draft.parent_id)),
        "in_force": in_force,
        "is_behind": behind,
        "valid_from": draft.valid_from.isoformat() if draft.valid_from else None,
        "edition_name": draft.edition_name,
        "note": draft.note,
        "post": draft.post,
        "created_at": iso(draft.created_at, tz),
        "changed_at": iso(draft.changed_at, tz),
    }


def _head(head: PlanHead | None) -> dict[str, Any] | None:
    if head is None:
        return None
    return {
        "id": head.id,
        "name": head.name,
        "valid_from": head.valid_from.isoformat() if head.valid_from else None,
    }


def edits_json(edits: Iterable[Edit], draft: Draft, tz: str) -> list[dict[str, Any]]:
    """The line of edits, also those that can be redone; `in_effect` tells them apart."""
    return [_edit(edit, tz) | {"in_effect": edit.position <= draft.position} for edit in edits]


def lost_json(edits: Iterable[Edit], tz: str) -> list[dict[str, Any]]:
    """Edits that were undone and then overtaken by another one."""
    return [_edit(edit, tz) | {"in_effect": False} for edit in edits]


def _edit(edit: Edit, tz: str) -> dict[str, Any]:
    return {
        "position": edit.position,
        "kind": str(edit.command.get("kind", "")),
        "title": title_of(edit.command),
        "reason": edit.reason,
        "at": iso(edit.at, tz),
        "post": edit.post,
        "moved": edit.effect.get("moved"),
        "open": edit.effect.get("open"),
    }


def grids_json(state: State, labels: Mapping[int, Sequence[float]]) -> list[dict[str, Any]]:
    """The grids of ARCS, in code order. labels: number -> lon, lat inside."""
    partition, locked = state.partition, state.locked
    rows = []
    for number, code in zip(partition.numbers, partition.codes, strict=True):
        grid = partition.facts[number]
        rows.append(
            {
                "number": number,
                "code": code,
                "name": grid.name,
                "name_zh": grid.name_zh,
                "kind": grid.kind.value,
                "locked": code in locked,
                "label": list(labels[number]),
            }
        )
    return rows


def arc_json(number: int, arc: Arc, steps: Any, *, full: bool) -> dict[str, Any]:
    """One arc: its first place from the origin, then the way from each place to the next."""
    ways = steps.copy()
    ways[1:] -= steps[:-1]
    return {"id": number, "left": arc.left, "right": arc.right, "full": full, "steps": ways.ravel().tolist()}


def origin_of(partition: Partition) -> list[int]:
    """Whole 1e-8 degrees of the local origin."""
    return [int(value) for value in partition.lattice.origin]
