"""Areas of linked networks: /api/networks."""

from __future__ import annotations

from flask import Blueprint, Response

from mapsvc.model.account import Right
from mapsvc.render import geojson
from mapsvc.web.access import needs
from mapsvc.web.answers import GEOJSON, params, tagged, view
from mapsvc.web.case_params import cases
from mapsvc.web.output_datum import output_datum, shifted

api_networks = Blueprint("api_networks", __name__)


@api_networks.get("/api/networks")
@needs(Right.SEE)
def networks() -> Response:
    """Areas of one network, or of all in the order they are drawn."""
    asked = params()
    asked.check_known(("network", "datum"))
    network, datum = asked.text("network") or "", output_datum(asked)
    return shifted(tagged(view().sites_tag("networks", network, datum), lambda: _shapes(network), GEOJSON), datum)


def _shapes(network: str) -> bytes:
    areas = cases().areas.listed(network)
    held = [
        {
            "network": area.network,
            "code": area.code,
            "name": area.name,
            "name_zh": area.name_zh,
            "department": area.department,
        }
        for area in areas
    ]
    return geojson.feature_collection([area.geometry for area in areas], held)
