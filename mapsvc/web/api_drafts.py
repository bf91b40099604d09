"""/api/drafts: start, read, change, discard."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.services.redraw.mending import MOST_FIX_M
from mapsvc.services.redraw.redraw import Redraw
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params, services
from mapsvc.web.redraw_answers import draft_answer
from mapsvc.web.redraw_params import body, codes_of, day_of, number_of, revision_tag, text_of, wanted_revision

api_drafts = Blueprint("api_drafts", __name__)

MAX_NAME, MAX_REASON = 200, 2000


def redraw() -> Redraw:
    """The redraw service of this app."""
    return cast(Redraw, services().redraw)


@api_drafts.get("/api/drafts")
@needs(Right.SEE)
def drafts() -> Response:
    """All drafts, last changed first."""
    params().check_known(())
    return draft_answer({"drafts": redraw().drafts.list()})


@api_drafts.post("/api/drafts")
@needs(Right.REDRAW)
def start() -> Response:
    """Start a draft."""
    given = body(("name", "plan", "fix_m"), ("name",))
    name = text_of(given, "name", MAX_NAME)
    if not name:
        raise BadQuery("name says what the draft is for.", field="name")
    plan, fix_m = text_of(given, "plan", MAX_NAME) or None, number_of(given, "fix_m", 0.0, MOST_FIX_M)
    made = redraw().drafts.start(name, plan, fix_m=fix_m, post=actor().code)
    response = draft_answer(made, status=201)
    response.headers["Location"] = f"/api/drafts/{made['id']}"
    return response


@api_drafts.get("/api/drafts/<draft_id>")
@needs(Right.SEE)
def draft(draft_id: str) -> Response:
    """One draft with its edits and checks."""
    params().check_known(())
    head = redraw().drafts.head(draft_id)
    tag = revision_tag(head["revision"])
    # A draft falls behind without changing itself: then the tag alone does not tell that the asker has it.
    if request.if_none_match.contains(tag) and not head["is_behind"]:
        response = Response(status=304)
        response.set_etag(tag)
        return response
    return draft_answer(redraw().drafts.get(draft_id))


@api_drafts.patch("/api/drafts/<draft_id>")
@needs(Right.REDRAW)
def change(draft_id: str) -> Response:
    """Name, date, name of the edition, locked grids."""
    revision, given = wanted_revision(request), body(("name", "valid_from", "edition_name", "locked"))
    changes: dict[str, Any] = {
        name: text_of(given, name, MAX_NAME) for name in ("name", "edition_name") if name in given
    }
    if "name" in changes and not changes["name"]:
        raise BadQuery("name says what the draft is for.", field="name")
    if "valid_from" in given:
        changes["valid_from"] = day_of(given, "valid_from")
    if (locked := codes_of(given, "locked")) is not None:
        changes["locked"] = locked
    return draft_answer(redraw().drafts.set(draft_id, revision, changes, post=actor().code))


@api_drafts.delete("/api/drafts/<draft_id>")
@needs(Right.REDRAW)
def discard(draft_id: str) -> Response:
    """Discard; the draft stays as history."""
    body(())
    return draft_answer(redraw().drafts.discard(draft_id, wanted_revision(request), post=actor().code))


@api_drafts.post("/api/drafts/<draft_id>/findings/<key>")
@needs(Right.REDRAW)
def keep(draft_id: str, key: str) -> Response:
    """Keep a finding on purpose."""
    revision, given = wanted_revision(request), body(("reason",), ("reason",))
    reason = text_of(given, "reason", MAX_REASON)
    if not reason:
        raise BadQuery("reason says why the finding is kept.", field="reason")
    return draft_answer(redraw().drafts.keep(draft_id, revision, key, reason, post=actor().code))
