"""Editable tables: /api/settings/NAME (workflow, limits, calendar, recommend)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params
from mapsvc.web.case_params import case_answer, cases
from mapsvc.web.redraw_params import body, wanted_revision

api_settings = Blueprint("api_settings", __name__)


@api_settings.get("/api/settings/<name>")
@needs(Right.SEE)
def setting(name: str) -> Response:
    """One table, with the revision to name when it is changed."""
    params().check_known(())
    return case_answer(cases().settings.get(name))


@api_settings.put("/api/settings/<name>")
@needs(Right.ADMINISTER)
def put_setting(name: str) -> Response:
    """Replace one table whole, or refuse it whole."""
    # What was read can be sent back as it is: its name and revision say nothing new.
    revision, given = wanted_revision(request), body(("name", "revision", "value"), ("value",))
    if given.get("name", name) != name:
        raise BadQuery("This is the table of another name.", field="name")
    return case_answer(cases().settings.put(name, given["value"], revision, post=actor().code))
