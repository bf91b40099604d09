"""GET /api/grids, /api/grids/CODE, /api/base, /api/posts: shapes and cards."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mapsvc.geo.tiling import simplify_for_zoom
from mapsvc.model.account import Right
from mapsvc.render import geojson
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.view.card import is_missing
from mapsvc.web.access import PUBLIC, check_right, needs
from mapsvc.web.answers import GEOJSON, dumps, kept, params, tagged, view
from mapsvc.web.output_datum import in_datum, output_datum, shifted
from mapsvc.web.params import Params

api_grids = Blueprint("api_grids", __name__)

MAX_ZOOM = 22
_BASE_FROM_ZOOM = {"water": 0, "park": 8, "street": 12, "building": 14}
"""The zoom from which a kind is drawn: a city's buildings in one view would be noise and megabytes."""


def zoom(asked: Params) -> int | None:
    """The z parameter."""
    return asked.integer("z", 0, MAX_ZOOM)


@api_grids.get("/api/grids")
@needs(PUBLIC)
def grids() -> Response:
    """The plan's grids and its frame, with the detail that the zoom can show."""
    if {"plan", "as_of"} & request.args.keys():
        check_right(Right.SEE)  # drafts are not for everybody
    asked = params()
    query, datum = asked.query(also=("z", "datum")), output_datum(asked)
    z = zoom(asked)
    # The tag follows the plan, not the incidents: the shapes stay in the browser while reports come in.
    tag = view().plan_tag(query, "grids", z, datum)
    plan = view().plan(query)
    return tagged(tag, lambda: _grids_in(plan, z, datum), GEOJSON)


def _grids_in(plan: PlanInUse, z: int | None, datum: str) -> bytes:
    made = grids_answer(plan, z)
    return kept().get(("grids", plan.digest, z, datum), lambda: in_datum(made, datum)) if datum else made


def grids_answer(plan: PlanInUse, z: int | None) -> bytes:
    """The shapes of a plan for a zoom, made once and kept between starts; those of a draft in memory only."""
    if plan.is_draft:
        return kept().get(("grids", plan.digest, z), lambda: _shapes(plan, z))
    return kept().get_lasting(("grids", plan.digest, z), lambda: _shapes(plan, z))


def _shapes(plan: PlanInUse, z: int | None) -> bytes:
    shapes = [grid.polygon for grid in plan.plan.grids]
    frame = [plan.plan.frame]
    if z is not None:
        shapes = list(simplify_for_zoom(shapes, z))
        frame = list(simplify_for_zoom(frame, z))
    return geojson.feature_collection(
        geojson.rounded(shapes, z),
        [{"code": grid.code} for grid in plan.plan.grids],
        more={"frame": geojson.geometry(geojson.rounded(frame, z)[0])},
    )


@api_grids.get("/api/grids/<path:code>")
@needs(Right.SEE)
def grid(code: str) -> Response:
    """The grid card."""
    query = params().query()
    return tagged(view().tag(query, "card", code), lambda: dumps(view().grid_card(code, query)))


@api_grids.get("/api/base")
@needs(PUBLIC)
def base() -> Response:
    """Water, parks, streets and buildings under the grids."""
    asked = params()
    asked.check_known(("z", "datum"))
    z, datum = zoom(asked), output_datum(asked)
    tag = view().sites_tag("base", z, datum)
    return tagged(tag, lambda: kept().get(tag, lambda: in_datum(_base(z), datum) if datum else _base(z)), GEOJSON)


def _base(z: int | None) -> bytes:
    import shapely

    sites = [site for site in view().base_sites() if z is None or z >= _BASE_FROM_ZOOM[site.kind]]
    shapes = [site.geometry for site in sites]
    if z is not None and shapes:
        pixel_deg = 360.0 / (256 << z)
        simple = shapely.simplify(shapes, pixel_deg / 2, preserve_topology=True)
        shapes = list(geojson.rounded(simple, z))
    held = [{"kind": site.kind, "name": site.name, "name_zh": site.name_zh} for site in sites]
    return geojson.feature_collection(shapes, held)


@api_grids.get("/api/posts")
@needs(Right.SEE)
def posts() -> Response:
    """Posts that stand somewhere."""
    asked = params()
    asked.check_known(("datum",))
    datum = output_datum(asked)
    return shifted(tagged(view().sites_tag("posts", datum), lambda: dumps(_posts()), GEOJSON), datum)


def _posts() -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "id": post.code,
            "geometry": {"type": "Point", "coordinates": [post.lon, post.lat]},
            "properties": {
                "code": post.code,
                "role": post.role,
                "name": post.name,
                "name_zh": post.name_zh,
                "grids": list(post.grid_codes),
                "strength": post.strength,
                "missing": is_missing(post),
            },
        }
        for post in view().posts()
    ]
    return {"type": "FeatureCollection", "features": features}
