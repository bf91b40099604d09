"""/api/drafts/ID/arcs, effect, moved, changes, findings: what a draft looks like and what it does."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from mapsvc.model.account import Right
from mapsvc.web.access import needs
from mapsvc.web.answers import params
from mapsvc.web.api_drafts import redraw
from mapsvc.web.api_grids import zoom
from mapsvc.web.params import DEFAULT_LIMIT, MAX_LIMIT
from mapsvc.web.redraw_answers import draft_answer

api_draft_maps = Blueprint("api_draft_maps", __name__)

_MOST = 2**53


@api_draft_maps.get("/api/drafts/<draft_id>/arcs")
@needs(Right.SEE)
def arcs(draft_id: str) -> Response:
    """The edges of the draft, those in bbox whole."""
    asked = params()
    asked.check_known(("bbox", "z"))
    return draft_answer(redraw().maps.arcs(draft_id, asked.bbox(), zoom(asked)))


@api_draft_maps.get("/api/drafts/<draft_id>/effect")
@needs(Right.SEE)
def effect(draft_id: str) -> Response:
    """What the whole draft does."""
    asked = params()
    asked.check_known(("since",))
    return draft_answer(redraw().maps.effect(draft_id, asked.integer("since", 1, _MOST)))


@api_draft_maps.get("/api/drafts/<draft_id>/moved")
@needs(Right.SEE)
def moved(draft_id: str) -> Response:
    """Incidents that change grid, open ones first."""
    asked = params()
    asked.check_known(("open", "limit", "after", "edit"))
    told, after = redraw().maps.moved(
        draft_id,
        only_open=asked.choice("open", ("0", "1")) == "1",
        limit=asked.integer("limit", 1, MAX_LIMIT) or DEFAULT_LIMIT,
        after=asked.text("after"),
        position=asked.integer("edit", 1, _MOST),
    )
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    path = f"/api/drafts/{quote(draft_id)}/moved"
    told["next"] = None if after is None else f"{path}?{urlencode([*given, ('after', after)])}"
    return draft_answer(told)


@api_draft_maps.get("/api/drafts/<draft_id>/changes")
@needs(Right.SEE)
def changes(draft_id: str) -> Response:
    """Ground that gets another grid, lines that go, lines that come."""
    params().check_known(())
    return draft_answer(redraw().maps.changes(draft_id))


@api_draft_maps.get("/api/drafts/<draft_id>/findings")
@needs(Right.SEE)
def findings(draft_id: str) -> Response:
    """What the checks say of the draft, worst first."""
    params().check_known(())
    return draft_answer(redraw().maps.findings(draft_id))


@api_draft_maps.get("/api/drafts/<draft_id>/blocks")
@needs(Right.SEE)
def blocks(draft_id: str) -> Response:
    """Blocks and buildings, for whole-block moves."""
    asked = params()
    asked.check_known(("bbox",))
    return draft_answer(redraw().maps.blocks(draft_id, asked.bbox()))
