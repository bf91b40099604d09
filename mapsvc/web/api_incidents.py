"""GET /api/incidents and /api/incidents/ID."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from mapsvc.model.account import Right
from mapsvc.model.query import Query
from mapsvc.services.view.queues import QUEUES
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import GEOJSON, dumps, params, tagged, view
from mapsvc.web.case_params import cases
from mapsvc.web.output_datum import output_datum, read_box, shifted

api_incidents = Blueprint("api_incidents", __name__)


@api_incidents.get("/api/incidents")
@needs(Right.SEE)
def incidents() -> Response:
    """A page of incidents, newest or most urgent first, or of a queue."""
    asked = params()
    datum = output_datum(asked)
    query = read_box(asked.query(also=("order", "queue", "datum")), datum)
    order, queue = asked.text("order") or "newest", asked.choice("queue", QUEUES) or ""
    tag = view().tag(query, "incidents", order, queue, datum, *_who())
    return shifted(tagged(tag, lambda: dumps(_page(query, order, queue)), GEOJSON), datum)


def _who() -> tuple[object, ...]:
    """What of the asker an answer depends on."""
    asker = actor()
    return sorted(asker.targets), asker.grid_codes


def _page(query: Query, order: str, queue: str) -> dict[str, Any]:
    asker = actor()
    page = view().incidents(query, order, cases().asker(asker, queue))
    if page.looked:
        cases().discretion.look(page.looked, asker)
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
    """One incident whole; of a sensitive one the place only to who is called to it."""
    asked = params()
    datum = output_datum(asked)
    query = asked.query(also=("datum",))
    shown = cases().place_is_open(incident_id, actor())
    tag = view().tag(query, "incident", incident_id, shown, datum)
    return shifted(tagged(tag, lambda: dumps(view().incident(incident_id, query, shown=shown)), GEOJSON), datum)
