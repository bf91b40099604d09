"""/api/drafts/ID/review, return, publish, rebase, merge: how a draft becomes an edition."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.services.accounts.passwords import LONGEST
from mapsvc.web.access import actor, needs
from mapsvc.web.api_drafts import MAX_NAME, MAX_REASON, redraw
from mapsvc.web.redraw_answers import draft_answer
from mapsvc.web.redraw_params import body, day_of, text_of, wanted_revision
from mapsvc.web.secrets_of import secret_of
from mapsvc.web.who import accounts, address_of

api_draft_review = Blueprint("api_draft_review", __name__)


@api_draft_review.post("/api/drafts/<draft_id>/review")
@needs(Right.REDRAW)
def review(draft_id: str) -> Response:
    """Send to review."""
    revision, given = wanted_revision(request), body(("valid_from", "edition_name"))
    day, name = day_of(given, "valid_from"), text_of(given, "edition_name", MAX_NAME)
    return draft_answer(redraw().review.send(draft_id, revision, day, name, post=actor().code))


@api_draft_review.post("/api/drafts/<draft_id>/return")
@needs(Right.REDRAW)
def send_back(draft_id: str) -> Response:
    """Back to the planner with a note."""
    revision, given = wanted_revision(request), body(("note",), ("note",))
    note = text_of(given, "note", MAX_REASON)
    if not note:
        raise BadQuery("note says what is to be changed.", field="note")
    return draft_answer(redraw().review.send_back(draft_id, revision, note, post=actor().code))


@api_draft_review.post("/api/drafts/<draft_id>/publish")
@needs(Right.REDRAW)
def publish(draft_id: str) -> Response:
    """Publish. The password is asked again: what follows from an edition is not undone by a click."""
    revision = wanted_revision(request)
    redraw().drafts.head(draft_id)  # what is not there needs no password
    given = body(("password",), ("password",))
    accounts().sessions.prove(actor().code, secret_of(given, "password", LONGEST), address_of(request))
    return draft_answer(redraw().review.publish(draft_id, revision, post=actor().code), status=201)


@api_draft_review.post("/api/drafts/<draft_id>/rebase")
@needs(Right.REDRAW)
def rebase(draft_id: str) -> Response:
    """Bring the draft onto the edition in force."""
    revision = wanted_revision(request)
    body(())
    return draft_answer(redraw().rebase.rebase(draft_id, revision, post=actor().code))


@api_draft_review.post("/api/drafts/<draft_id>/merge")
@needs(Right.REDRAW)
def merge(draft_id: str) -> Response:
    """Take over the changes of another draft."""
    revision, given = wanted_revision(request), body(("draft",), ("draft",))
    other = text_of(given, "draft", MAX_NAME)
    return draft_answer(redraw().rebase.merge(draft_id, revision, other, post=actor().code))
