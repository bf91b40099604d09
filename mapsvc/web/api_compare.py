"""GET /api/compare, /api/crosswalk, /api/lineage: what changed between two plans, as JSON, CSV or GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.model.query import Query
from mapsvc.model.report import Report
from mapsvc.render import report as rendered
from mapsvc.services.editions import Editions
from mapsvc.web.access import needs
from mapsvc.web.answers import GEOJSON, JSON, dumps, params, services, tagged, view
from mapsvc.web.params import Params

api_compare = Blueprint("api_compare", __name__)

_TYPES = {"json": JSON, "csv": "text/csv; charset=utf-8", "geojson": GEOJSON}
_BY = ("incidents", "addresses", "area")
MAX_TOLERANCE_M = 1000.0
DEFAULT_TOLERANCE_M = 5.0


def editions() -> Editions:
    """The editions of this app."""
    found: Editions = services().editions
    return found


@api_compare.get("/api/compare")
@needs(Right.SEE)
def compare() -> Response:
    """Pieces of land that changed hands from `plan` to `with`."""
    asked, first = _asked(("with", "tolerance_m"))
    second, tolerance_m = _other(asked), _tolerance(asked)
    settings = (second.plan_id, tolerance_m)
    return _answer(asked, first, "compare", settings, lambda: editions().compare(first, second, tolerance_m))


@api_compare.get("/api/crosswalk")
@needs(Right.SEE)
def crosswalk() -> Response:
    """Incidents, addresses or area from the grids of `plan` to those of `with`."""
    asked, first = _asked(("with", "by"))
    second, by = _other(asked), asked.choice("by", _BY) or _BY[0]
    return _answer(asked, first, "crosswalk", (second.plan_id, by), lambda: editions().crosswalk(first, second, by))


@api_compare.get("/api/lineage")
@needs(Right.SEE)
def lineage() -> Response:
    """Where each grid of a plan came from."""
    asked, query = _asked(("tolerance_m",))
    tolerance_m = _tolerance(asked)
    if (asked.choice("format", tuple(_TYPES)) or "json") == "json":
        tag = view().tag(query, "lineage", (tolerance_m,), "json", timed=False)
        return tagged(tag, lambda: dumps(editions().lineage_lines(query, tolerance_m)))
    return _answer(asked, query, "lineage", (tolerance_m,), lambda: editions().lineage(query, tolerance_m))


def _asked(also: Collection[str]) -> tuple[Params, Query]:
    """The parameters, and the plan they ask about: `plan`, else `as_of`, else the one in force."""
    asked = params()
    asked.check_known({"plan", "as_of", "format", *also})
    return asked, Query(plan_id=asked.text("plan"), as_of=asked.day("as_of"))


def _other(asked: Params) -> Query:
    plan_id = asked.text("with")
    if plan_id is None:
        raise BadQuery("with names the plan to compare with.", field="with")
    other = Query(plan_id=plan_id)
    try:
        view().plan(other)
    except BadQuery as error:
        raise BadQuery(str(error), field="with") from error
    return other


def _tolerance(asked: Params) -> float:
    tolerance_m = asked.number("tolerance_m", 0.0, MAX_TOLERANCE_M)
    return DEFAULT_TOLERANCE_M if tolerance_m is None else tolerance_m


def _answer(
    asked: Params, query: Query, name: str, settings: tuple[object, ...], make: Callable[[], Report]
) -> Response:
    form = asked.choice("format", tuple(_TYPES)) or "json"
    tag = view().tag(query, name, settings, form, timed=False)
    response = tagged(tag, lambda: rendered.as_text(make(), form).encode(), _TYPES[form])
    if form == "csv":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
