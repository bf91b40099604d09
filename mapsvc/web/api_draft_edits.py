"""/api/drafts/ID/edits, preview, undo, redo: the shapes of a draft change here and nowhere else."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.web.access import actor, needs
from mapsvc.web.api_drafts import MAX_REASON, redraw
from mapsvc.web.redraw_answers import draft_answer
from mapsvc.web.redraw_params import body, flag_of, text_of, wanted_revision, whole_of

api_draft_edits = Blueprint("api_draft_edits", __name__)

_MOST = 2**53


@api_draft_edits.post("/api/drafts/<draft_id>/preview")
@needs(Right.REDRAW)
def preview(draft_id: str) -> Response:
    """What an edit would do; nothing is stored."""
    revision, given = wanted_revision(request), body(("command", "n", "since"), ("command",))
    n, since = whole_of(given, "n", 0, _MOST), whole_of(given, "since", 1, _MOST)
    return draft_answer(redraw().editor.preview(draft_id, revision, given["command"], n=n, since=since))


@api_draft_edits.post("/api/drafts/<draft_id>/edits")
@needs(Right.REDRAW)
def edit(draft_id: str) -> Response:
    """Do it."""
    revision, given = wanted_revision(request), body(("command", "reason", "merge"), ("command",))
    reason, merge = text_of(given, "reason", MAX_REASON), flag_of(given, "merge")
    done = redraw().editor.edit(draft_id, revision, given["command"], reason, merge=merge, post=actor().code)
    return draft_answer(done, status=201)


@api_draft_edits.post("/api/drafts/<draft_id>/edits/<int:position>")
@needs(Right.REDRAW)
def explain(draft_id: str, position: int) -> Response:
    """Say why an edit was made, later."""
    revision, given = wanted_revision(request), body(("reason",), ("reason",))
    reason = text_of(given, "reason", MAX_REASON)
    if not reason:
        raise BadQuery("reason says why the edit was made.", field="reason")
    return draft_answer(redraw().drafts.explain(draft_id, revision, position, reason, post=actor().code))


@api_draft_edits.post("/api/drafts/<draft_id>/undo")
@needs(Right.REDRAW)
def undo(draft_id: str) -> Response:
    """One step back, or back to a position."""
    return _go(draft_id, -1)


@api_draft_edits.post("/api/drafts/<draft_id>/redo")
@needs(Right.REDRAW)
def redo(draft_id: str) -> Response:
    """One step forth, or forth to a position."""
    return _go(draft_id, 1)


def _go(draft_id: str, step: int) -> Response:
    revision, given = wanted_revision(request), body(("to",))
    to = whole_of(given, "to", 0, _MOST)
    return draft_answer(redraw().editor.go_to(draft_id, revision, to, step, post=actor().code))


@api_draft_edits.post("/api/drafts/<draft_id>/proposals")
@needs(Right.REDRAW)
def proposals(draft_id: str) -> Response:
    """How the load could be balanced; nothing is stored."""
    revision, given = wanted_revision(request), body(("kind", "within", "seed", "grids", "revision"), ("kind",))
    return draft_answer(redraw().proposals.propose(draft_id, revision, given))
