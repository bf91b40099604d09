"""GET /api/locate: which grid a point is in."""

from __future__ import annotations

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.services.view.point import AskedPoint
from mapsvc.web.access import needs
from mapsvc.web.answers import dumps, params, view

api_locate = Blueprint("api_locate", __name__)

_FAR = 1e9
"""Metres of an EPSG code can be large; degrees are checked after the datum is known."""
MAX_ACCURACY_M = 100_000.0


@api_locate.get("/api/locate")
@needs(Right.SEE)
def locate() -> Response:
    """Grid, certainty and near grids of one point."""
    asked = params()
    query = asked.query(also=("lon", "lat", "accuracy_m", "datum"))
    lon, lat = asked.number("lon", -_FAR, _FAR), asked.number("lat", -_FAR, _FAR)
    if lon is None or lat is None:
        raise BadQuery("Give the point as lon and lat.", field="lon" if lon is None else "lat")
    accuracy_m = asked.number("accuracy_m", 0.0, MAX_ACCURACY_M)
    point = AskedPoint(lon, lat, asked.text("datum") or "wgs84", accuracy_m)
    response = Response(dumps(view().locate(point, query)), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
