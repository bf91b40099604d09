"""One button: who should go, the dispatch, and taking it back."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from mapsvc.model.account import Right
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params
from mapsvc.web.case_params import DISPATCH_MEMBERS, case_answer, cases, step_of
from mapsvc.web.redraw_params import body, flag_of, wanted_revision

api_dispatch = Blueprint("api_dispatch", __name__)


@api_dispatch.get("/api/cases/<incident_id>/recommend")
@needs(Right.DISPATCH)
def recommend(incident_id: str) -> Response:
    """Who should go, and why."""
    params().check_known(())
    return case_answer(cases().recommend(incident_id, actor()))


@api_dispatch.post("/api/cases/<incident_id>/dispatch")
@needs(Right.DISPATCH)
def dispatch(incident_id: str) -> Response:
    """Accept, file and dispatch at once."""
    revision, given = wanted_revision(request), body(DISPATCH_MEMBERS)
    step = replace(step_of(given, "dispatch"), whistle=flag_of(given, "whistle"))
    return case_answer(cases().dispatch(incident_id, step, revision, actor()))


@api_dispatch.post("/api/cases/<incident_id>/undo")
@needs(Right.HANDLE)
def undo(incident_id: str) -> Response:
    """Take the last step back."""
    body(())
    return case_answer(cases().undo(incident_id, wanted_revision(request), actor()))
