"""Incidents in motion, one at a time: /api/cases/ID, its steps, its place, its duplicates."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.services.cases.pins import PinTo
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params
from mapsvc.web.api_locate import MAX_ACCURACY_M
from mapsvc.web.case_params import MAX_NAME, MAX_REASON, STEP_MEMBERS, case_answer, cases, step_of
from mapsvc.web.redraw_params import body, number_of, text_of, wanted_revision

api_cases = Blueprint("api_cases", __name__)

_FAR = 1e9
"""Metres of an EPSG code can be large; degrees are checked after the datum is known."""


@api_cases.get("/api/cases/<incident_id>")
@needs(Right.SEE)
def case(incident_id: str) -> Response:
    """One incident in motion, as this actor may see it."""
    params().check_known(())
    return case_answer(cases().case(incident_id, actor()))


@api_cases.post("/api/cases/<incident_id>/steps")
@needs(Right.HANDLE)
def take_step(incident_id: str) -> Response:
    """Take one step."""
    revision, given = wanted_revision(request), body(STEP_MEMBERS, ("step",))
    name = text_of(given, "step", MAX_NAME)
    return case_answer(cases().step(incident_id, step_of(given, name), revision, actor()))


@api_cases.post("/api/cases/<incident_id>/place")
@needs(Right.HANDLE)
def move_pin(incident_id: str) -> Response:
    """Move the pin."""
    members = ("lon", "lat", "datum", "accuracy_m", "reason")
    revision, given = wanted_revision(request), body(members, ("lon", "lat", "datum", "reason"))
    x, y = number_of(given, "lon", -_FAR, _FAR), number_of(given, "lat", -_FAR, _FAR)
    if x is None or y is None:
        raise BadQuery("Give the place as lon and lat.", field="lon" if x is None else "lat")
    accuracy_m = number_of(given, "accuracy_m", 0.0, MAX_ACCURACY_M)
    datum = text_of(given, "datum", MAX_NAME)
    if not datum:
        raise BadQuery("datum says what the place is measured in, such as wgs84 or gcj02.", field="datum")
    reason = text_of(given, "reason", MAX_REASON)
    return case_answer(cases().move(incident_id, PinTo(x, y, datum, accuracy_m), reason, revision, actor()))


@api_cases.post("/api/cases/<incident_id>/merge")
@needs(Right.DISPATCH)
def merge(incident_id: str) -> Response:
    """Void a duplicate into another incident."""
    revision, given = wanted_revision(request), body(("into",), ("into",))
    return case_answer(cases().merge(incident_id, text_of(given, "into", MAX_NAME), revision, actor()))


@api_cases.post("/api/cases/<incident_id>/unmerge")
@needs(Right.DISPATCH)
def unmerge(incident_id: str) -> Response:
    """Take a duplicate out again."""
    body(())
    return case_answer(cases().unmerge(incident_id, wanted_revision(request), actor()))
