"""GET /api/counts, /api/coverage, /api/hotspots: Reports as JSON, CSV or GeoJSON."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.model.query import Query
from mapsvc.model.report import Report
from mapsvc.render import report as rendered
from mapsvc.services.summarise import KEYS, Summaries
from mapsvc.web.access import needs
from mapsvc.web.answers import GEOJSON, JSON, params, services, tagged, view
from mapsvc.web.params import Params

api_reports = Blueprint("api_reports", __name__)

_TYPES = {"json": JSON, "csv": "text/csv; charset=utf-8", "geojson": GEOJSON}
KINDS = ("hot", "cold", "none")
MAX_CELL_M = 100_000.0
MAX_DRAWS = 2_000_000


def summaries() -> Summaries:
    """The summaries of this app."""
    found: Summaries = services().summaries
    return found


@api_reports.get("/api/counts")
@needs(Right.SEE)
def counts() -> Response:
    """Incidents by grid, task type and period."""
    asked = params()
    query = asked.query(also=("by", "period", "format"))
    # A table's order of columns is the order asked, so the list is read as it came.
    by = tuple(part for text in asked.given.getlist("by") for part in text.split(",") if part) or KEYS
    period = asked.text("period") or "month"
    return _answer(asked, query, "counts", (by, period), lambda: summaries().counts(query, by=by, period=period))


@api_reports.get("/api/coverage")
@needs(Right.SEE)
def coverage() -> Response:
    """How well the plan covers its frame and the incidents."""
    asked = params()
    query = asked.query(also=("format",))
    return _answer(asked, query, "coverage", (), lambda: summaries().coverage(query))


@api_reports.get("/api/hotspots")
@needs(Right.SEE)
def hotspots() -> Response:
    """Cells that stand out."""
    asked = params()
    query = asked.query(also=("cell_m", "alpha", "draws", "seed", "only", "format"))
    cell_m = asked.number("cell_m", 1.0, MAX_CELL_M)
    alpha = asked.number("alpha", 0.0001, 0.5)
    draws = asked.integer("draws", 99, MAX_DRAWS)
    seed = asked.integer("seed", 0, 2**31 - 1)
    only = asked.names("only")
    if not only <= set(KINDS):
        raise BadQuery(f"only is one or more of {', '.join(KINDS)}.", field="only")
    settings = (cell_m, 0.05 if alpha is None else alpha, draws or 200_000, 1 if seed is None else seed)

    def make() -> Report:
        cell, level, number, start = settings
        report = summaries().hotspots(query, cell_m=cell, alpha=level, draws=number, seed=start)
        return report.only("kind", only) if only else report

    return _answer(asked, query, "hotspots", (settings, sorted(only)), make)


def _answer(
    asked: Params, query: Query, name: str, settings: tuple[object, ...], make: Callable[[], Report]
) -> Response:
    form = asked.choice("format", tuple(_TYPES)) or "json"
    tag = view().tag(query, name, settings, form, timed=bool(query.lights))
    response = tagged(tag, lambda: rendered.as_text(make(), form).encode(), _TYPES[form])
    if form == "csv":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
