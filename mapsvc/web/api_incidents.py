"""GET /api/incidents and /api/incidents/ID."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from mapsvc.model.account import Right
from mapsvc.model.query import Query
from mapsvc.web.access import needs
from mapsvc.web.answers import GEOJSON, dumps, params, tagged, view

api_incidents = Blueprint("api_incidents", __name__)


@api_incidents.get("/api/incidents")
@needs(Right.SEE)
def incidents() -> Response:
    """A page of incidents, newest or most urgent first."""
    asked = params()
    query = asked.query(also=("order",))
    order = asked.text("order") or "newest"
    return tagged(view().tag(query, "incidents", order), lambda: dumps(_page(query, order)), GEOJSON)


def _page(query: Query, order: str) -> dict[str, Any]:
    page = view().incidents(query, order)
    following = None
    if page.after is not None:
        given = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
        following = f"/api/incidents?{urlencode([*given, ('after', page.after)])}"
    return {
        "type": "FeatureCollection",
        "seq": page.seq,
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "next": following,
        "features": page.features,
    }


@api_incidents.get("/api/incidents/<incident_id>")
@needs(Right.SEE)
def incident(incident_id: str) -> Response:
    """One incident whole."""
    query = params().query()
    tag = view().tag(query, "incident", incident_id)
    return tagged(tag, lambda: dumps(view().incident(incident_id, query)), GEOJSON)
