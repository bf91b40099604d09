"""Addresses to places: /api/geocode, what posts teach it, and services elsewhere where they are switched on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.model.address import Geocoded, Precision
from mapsvc.services.places.places import Places
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import JSON, dumps, params, services
from mapsvc.web.redraw_params import body, number_of, text_of

api_geocode = Blueprint("api_geocode", __name__)

MAX_ANSWERS = 20
_USUAL = 5
_LONGEST = 200
_FAR = 1e9
_FACTS = ("text", "lon", "lat", "datum")


def places() -> Places:
    """The places service of this app."""
    return cast(Places, services().places)


@api_geocode.get("/api/geocode")
@needs(Right.SEE)
def geocode() -> Response:
    """The places an address can mean, from the gazetteer of this machine."""
    asked = params()
    asked.check_known(("q", "limit"))
    text = asked.text("q")
    if text is None or not text.strip():
        raise BadQuery("Give the address as q.", field="q")
    return _answer(places().geocode(text), asked.integer("limit", 1, MAX_ANSWERS) or _USUAL)


@api_geocode.post("/api/geocode/online")
@needs(Right.DISPATCH)
def ask_online() -> Response:
    """The same, and where the gazetteer knows nothing, the service elsewhere that was switched on; journalled."""
    given = body(("text",), ("text",))
    return _answer(places().geocode_online(_address(given), actor()), _USUAL)


@api_geocode.post("/api/geocode/corrections")
@needs(Right.DISPATCH)
def correct() -> Response:
    """Teach that an address lies here; from now on it is the answer."""
    given = body((*_FACTS, "precision"), _FACTS)
    lon, lat = number_of(given, "lon", -_FAR, _FAR), number_of(given, "lat", -_FAR, _FAR)
    if lon is None or lat is None:
        raise BadQuery("Give the point as lon and lat.", field="lon" if lon is None else "lat")
    taught = places().correct(
        _address(given),
        lon,
        lat,
        datum=text_of(given, "datum", 20),
        precision=text_of(given, "precision", 20, Precision.BUILDING),
        actor=actor(),
    )
    return _answer(places().geocode(taught.text), _USUAL, 201)


def _address(given: Any) -> str:
    text = text_of(given, "text", _LONGEST)
    if not text:
        raise BadQuery("text is the address.", field="text")
    return text


def _answer(found: Geocoded, limit: int, status: int = 200) -> Response:
    """As docs/api.md says; each answer with the grid it lies in, null outside all of them."""
    answers = [{**asdict(one), "grid": places().grid_of(one.lon, one.lat)} for one in found.answers[:limit]]
    told = {
        "text": found.text,
        "reading": dict(found.reading),
        "answers": answers,
        "single": found.is_single,
        "missing": found.missing,
    }
    response = Response(dumps(told), status=status, content_type=JSON)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
