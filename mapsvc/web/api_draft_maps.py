"""/api/drafts/ID/arcs and the other maps of a draft."""

from __future__ import annotations

from flask import Blueprint, Response

from mapsvc.web.answers import params
from mapsvc.web.api_drafts import redraw
from mapsvc.web.api_grids import zoom
from mapsvc.web.redraw_answers import draft_answer

api_draft_maps = Blueprint("api_draft_maps", __name__)


@api_draft_maps.get("/api/drafts/<draft_id>/arcs")
def arcs(draft_id: str) -> Response:
    """The edges of the draft, those in bbox whole."""
    asked = params()
    asked.check_known(("bbox", "z"))
    return draft_answer(redraw().maps.arcs(draft_id, asked.bbox(), zoom(asked)))
