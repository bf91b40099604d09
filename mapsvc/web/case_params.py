"""Bodies and answers about incidents in motion: steps, targets, moments; the revision as ETag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from flask import Response

from mapsvc.errors import BadQuery
from mapsvc.model.step import MAX_HOURS, Step
from mapsvc.services.cases.cases import Cases
from mapsvc.web.answers import JSON, dumps, services
from mapsvc.web.redraw_params import number_of, revision_tag, text_of, whole_of

MAX_REASON, MAX_NOTE, MAX_NAME, MAX_LIST = 500, 4000, 120, 40
STEP_MEMBERS = ("step", "reason", "note", "level", "type", "limit_hours", "due_at", "photos", "hours", "target")
DISPATCH_MEMBERS = ("targets", "lead", "whistle", "reason", "note", "level", "type", "limit_hours", "due_at")


def cases() -> Cases:
    """The door to incidents in motion of this app."""
    return cast(Cases, services().cases)


def case_answer(value: Mapping[str, Any]) -> Response:
    """An answer about one incident, tagged with its revision; it depends on who asks and is kept by nobody."""
    response = Response(dumps(value), content_type=JSON)
    if "revision" in value:
        response.set_etag(revision_tag(int(value["revision"])))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def step_of(given: Mapping[str, Any], name: str) -> Step:
    """The step that a body asks for. Raises BadQuery naming the member."""
    return Step(
        name,
        reason=text_of(given, "reason", MAX_REASON),
        note=text_of(given, "note", MAX_NOTE),
        level=whole_of(given, "level", 1, 4),
        task_type=text_of(given, "type", MAX_NAME) or None,
        limit_hours=number_of(given, "limit_hours", 0.0, MAX_HOURS),
        due_at=moment_of(given, "due_at"),
        hours=number_of(given, "hours", 0.0, MAX_HOURS),
        target=text_of(given, "target", MAX_NAME),
        photos=names_of(given, "photos"),
        targets=names_of(given, "targets"),
        lead=text_of(given, "lead", MAX_NAME),
    )


def names_of(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of short texts, () where it is absent."""
    value = given.get(name)
    if value is None:
        return ()
    fits = isinstance(value, list) and len(value) <= MAX_LIST
    if not fits or not all(isinstance(one, str) and 0 < len(one) <= MAX_NAME for one in value):
        raise BadQuery(f"{name} is a list of at most {MAX_LIST} names.", field=name)
    return tuple(value)


def moment_of(given: Mapping[str, Any], name: str) -> int | None:
    """Epoch seconds of an ISO time that names its zone, None where it is absent."""
    value = given.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 2200:
        raise BadQuery(f"{name} is an ISO time with its zone, such as 2026-07-01T08:00:00+08:00.", field=name)
    return int(moment.timestamp())
