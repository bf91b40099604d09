"""Wants: whether a step carries what it needs, before anything is decided."""

from __future__ import annotations

from mapsvc.casework.rules import Rules
from mapsvc.errors import BadInput
from mapsvc.model.case import Case
from mapsvc.model.flow import Need, Transition
from mapsvc.model.step import LEVELS, MAX_HOURS, Step

_SETS_LIMIT = frozenset({"file", "dispatch"})
_SETS_TYPE = frozenset({"accept", "file", "dispatch"})


def check_wants(case: Case, step: Step, row: Transition, rules: Rules, now: int, *, heard: bool) -> None:
    """Raise BadInput naming the member where a step lacks something, or says what it cannot say.

    heard: feedback or a return visit is in the history since the last dispatch.
    """
    _check_reason(step, row)
    if Need.NOTE in row.needs and not step.note:
        raise BadInput(f'"{row.name}" needs a note.', field="note")
    if Need.EVIDENCE in row.needs and not (step.note or step.photos):
        raise BadInput(f'"{row.name}" needs a note or a photo.', field="note")
    if Need.FEEDBACK in row.needs and not (heard or step.note):
        raise BadInput(
            f'"{row.name}" needs feedback or a return visit first, or a note that tells of it.', field="note"
        )
    known = {photo.id for photo in case.photos}
    if any(photo not in known for photo in step.photos):
        raise BadInput("There is no such photo of this incident.", field="photos")
    _check_kind(step, row, rules)
    _check_limit(case, step, row, rules, now)


def _check_reason(step: Step, row: Transition) -> None:
    if Need.REASON in row.needs and not step.reason:
        raise BadInput(f'"{row.name}" needs a reason.', field="reason")
    if step.reason and row.reasons and row.reason(step.reason) is None:
        codes = ", ".join(one.code for one in row.reasons)
        raise BadInput(f'The reason of "{row.name}" is one of {codes}.', field="reason")
    if step.reason == "other" and row.reasons and not step.note:
        raise BadInput("Another reason needs a note that tells it.", field="note")


def _check_kind(step: Step, row: Transition, rules: Rules) -> None:
    for field, value in (("level", step.level), ("type", step.task_type)):
        if value is not None and row.name not in _SETS_TYPE:
            raise BadInput(f'"{row.name}" does not change the {field}.', field=field)
    if step.level is not None and step.level not in LEVELS:
        raise BadInput("level is 1, 2, 3 or 4.", field="level")
    if step.task_type is not None and step.task_type not in rules.task_types:
        raise BadInput("There is no such task type.", field="type")


def _check_limit(case: Case, step: Step, row: Transition, rules: Rules, now: int) -> None:
    if step.limit_hours is not None and (row.name not in _SETS_LIMIT or not 0 < step.limit_hours <= MAX_HOURS):
        raise BadInput(
            f"limit_hours is more than 0 and at most {MAX_HOURS:,.0f}, with file or dispatch.", field="limit_hours"
        )
    if step.due_at is not None:
        if row.name not in (*_SETS_LIMIT, "extend"):
            raise BadInput(f'"{row.name}" sets no limit.', field="due_at")
        if not now <= step.due_at <= now + MAX_HOURS * 3600:
            raise BadInput("due_at is not past, and not farther off than a limit can be.", field="due_at")
        if step.limit_hours is not None or step.hours is not None:
            raise BadInput("Give a number of hours or a moment, not both.", field="due_at")
    if (step.hours is not None) and (row.name != "extend" or not 0 < step.hours <= MAX_HOURS):
        raise BadInput(f"hours is more than 0 and at most {MAX_HOURS:,.0f}, with extend.", field="hours")
    if row.name == "extend":
        _check_longer(case, step)
    level, task_type = step.level or case.incident.level, step.task_type or case.incident.task_type
    given = step.limit_hours is not None or step.due_at is not None
    if Need.LIMIT in row.needs and not given and rules.limit(task_type, level).resolve is None:
        raise BadInput("This type has no limit in the table; give limit_hours or due_at.", field="limit_hours")


def _check_longer(case: Case, step: Step) -> None:
    due_at = case.incident.due_at
    if due_at is None:
        raise BadInput("This matter has no limit that could be extended.", field="hours")
    if step.hours is None and step.due_at is None:
        raise BadInput("Say by how many hours.", field="hours")
    if step.due_at is not None and step.due_at <= due_at:
        raise BadInput("The new limit is not later than the one it has.", field="due_at")
