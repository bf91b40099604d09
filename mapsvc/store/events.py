"""What each write says in the journal; one wording for every store, so that their journals are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mapsvc.errors import BadInput
from mapsvc.model.draft import Draft
from mapsvc.model.person_label import check_no_person_label
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.task_type import TaskType

_PLAN_KINDS = {
    PlanStatus.DRAFT: "plan.drafted",
    PlanStatus.IN_REVIEW: "plan.submitted",
    PlanStatus.PUBLISHED: "plan.published",
    PlanStatus.RETIRED: "plan.retired",
}
_NOTES = frozenset({"incident.seen", "incident.overdue"})
_NOTED = frozenset({"geocode", "webhook", "account", "channel", "photo"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that has no number yet. `data` holds JSON values only (lists, no tuples)."""

    at: int
    post: str
    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


def note(kind: str, subject: str, data: Mapping[str, Any], *, at: int, post: str) -> Entry:
    """A line that tells of something and changes nothing; BadInput for a kind that caches would follow."""
    if kind not in _NOTES and kind.partition(".")[0] not in _NOTED:
        raise BadInput(f'"{kind}" is no line that changes nothing.', field="kind")
    return Entry(at, post, kind, subject, dict(data))


def community_set(name: str, *, at: int, post: str) -> Entry:
    """The community was set or replaced."""
    return Entry(at, post, "community.set", name)


def register_set(register: str, codes: Sequence[str], *, at: int, post: str) -> Entry:
    """Rows of a register ("task_types", "departments", "posts") were added or replaced."""
    return Entry(at, post, f"{register}.set", register, {"codes": list(codes)})


def task_types_set(task_types: Sequence[TaskType], *, at: int, post: str) -> Entry:
    """Task types were put; raises PersonLabel where one labels a person, also by its code."""
    for task_type in task_types:
        # A code is read as words too, so that "watch_list" hides nothing.
        words = task_type.code.replace("_", " ").replace("-", " ")
        check_no_person_label((task_type.name, task_type.name_zh, words))
    return register_set("task_types", [task_type.code for task_type in task_types], at=at, post=post)


def sites_imported(n: int, source: str, *, at: int, post: str) -> Entry:
    """Sites were added or replaced; they are too many to name."""
    return Entry(at, post, "sites.imported", source, {"n": n})


def plan_put(plan: Plan, ended: str | None, *, at: int, post: str) -> Entry:
    """A plan was stored; `ended` is the edition whose validity it ended."""
    data = {
        "status": plan.status.value,
        "valid_from": plan.valid_from.isoformat() if plan.valid_from else None,
        "grids": len(plan.grids),
        "findings": len(plan.findings),
        "open_findings": len(plan.open_findings),
        "ended": ended,
        "source": plan.source,
    }
    return Entry(at, post, _PLAN_KINDS[plan.status], plan.id, data)


def plan_published(plan: Plan, ended: str | None, draft_id: str, moved: int | None, *, at: int, post: str) -> Entry:
    """A draft became an edition; moved: how many incidents changed grid with it, None where none are assigned yet."""
    entry = plan_put(plan, ended, at=at, post=post)
    told = {"draft": draft_id, "parent": plan.parent_id, "assigned": moved is not None, "moved": moved or 0}
    return replace(entry, data={**entry.data, **told})


def draft_changed(kind: str, draft: Draft, *, at: int, post: str, **data: Any) -> Entry:
    """A draft was started, edited, undone, sent to review ...; what a planner wrote is not repeated here."""
    told = {"revision": draft.revision, "position": draft.position, "status": draft.status.value}
    return Entry(at, post, kind, draft.id, {**told, **data})


def incidents_reassigned(plan_id: str, n: int, *, at: int, post: str) -> Entry:
    """n incidents got their grid anew under a plan."""
    return Entry(at, post, "incidents.reassigned", plan_id, {"n": n})
