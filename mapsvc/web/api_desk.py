"""GET /api/desk, /api/plans, /api/findings: figures of the desk, plans and what the checks found in them."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, current_app, request

from mapsvc.model.account import Right
from mapsvc.model.plan import PlanHead
from mapsvc.render import findings as rendered
from mapsvc.web.access import needs
from mapsvc.web.answers import GEOJSON, dumps, params, services, tagged, view
from mapsvc.web.output_datum import move, output_datum
from mapsvc.web.recent import Recent

api_desk = Blueprint("api_desk", __name__)


@api_desk.get("/api/desk")
@needs(Right.SEE)
def desk() -> Response:
    """All that the desk shows but geometry and lists."""
    asked = params()
    query, datum = asked.query(also=("measure", "datum")).without_page(), output_datum(asked)
    measure = asked.text("measure")
    is_drill = services().live.drill.is_on
    tag, body = recent().get(
        (query, measure, datum),
        request,
        view().tag(query, "desk", measure, is_drill, datum),
        lambda: dumps({**_in_datum(view().desk(query, measure), datum), "drill": is_drill}),
    )
    return tagged(tag, lambda: body)


def recent() -> Recent:
    """Answers of a moment ago, of this app."""
    return cast(Recent, current_app.extensions["mapsvc.recent"])


def _in_datum(told: dict[str, Any], datum: str) -> dict[str, Any]:
    """The desk with labels and the plan's box as a map in `datum` draws them."""
    if datum:
        west, south, east, north = told["plan"]["bbox"]
        corners = [[west, south], [east, north]]
        move([*corners, *(row["label"] for row in told["grids"] if row["label"])], datum)
        told["plan"]["bbox"] = [*corners[0], *corners[1]]
    return told


@api_desk.get("/api/plans")
@needs(Right.SEE)
def plans() -> Response:
    """All plans without geometry, drafts first, then editions by date."""
    params().check_known(())
    heads = [_head(head) for head in view().plans()]
    body = {"seq": view().seq(), "plans": heads}
    return tagged(f"plans-{view().seq()}", lambda: dumps(body))


@api_desk.get("/api/findings")
@needs(Right.SEE)
def findings() -> Response:
    """The findings that the plan carries, worst first, `limit` of them."""
    query = params().query()

    def make() -> bytes:
        found = view().findings(query)
        shown = rendered.worst_first(found)[: query.limit]
        members = {"numberMatched": len(found), "numberReturned": len(shown)}
        return dumps({**rendered.feature_collection(shown), **members})

    return tagged(view().plan_tag(query, "findings", query.limit), make, GEOJSON)


def _head(head: PlanHead) -> dict[str, object]:
    return {
        "id": head.id,
        "name": head.name,
        "status": head.status.value,
        "valid_from": head.valid_from.isoformat() if head.valid_from else None,
        "valid_to": head.valid_to.isoformat() if head.valid_to else None,
        "grids": head.grids,
        "working_epsg": head.working_epsg,
        "open_findings": head.open_findings,
    }
