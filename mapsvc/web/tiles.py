"""GET /tiles/...: density tiles of any Query, and tiles of the configured basemap file."""

from __future__ import annotations

import gzip
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from flask import Blueprint, Response, current_app, request

from mapsvc.errors import BadQuery, NotFound
from mapsvc.model.account import Right
from mapsvc.render.density import THEMES, DensityLayer, legend_answer
from mapsvc.render.frame_mask import FrameMask
from mapsvc.services.scene.memo import Memo
from mapsvc.services.view.view import PointSet
from mapsvc.web.access import needs
from mapsvc.web.answers import dumps, params, services, tagged, view
from mapsvc.web.output_datum import output_datum
from mapsvc.web.params import Params

tiles = Blueprint("tiles", __name__)

MAX_TILE_ZOOM = 22
FloatArray = npt.NDArray[np.float64]


@tiles.get("/tiles/density/<int:z>/<int:x>/<int:y>.png")
@needs(Right.SEE)
def density(z: int, x: int, y: int) -> Response:
    """One tile of the density of reports."""
    asked = params()
    points = view().points(asked.query(also=("theme", "datum")))
    theme, datum = _theme(asked), output_datum(asked)
    _check_tile(z, x, y)
    tag = f"{points.key}-{z}-{x}-{y}-{theme}{datum}"
    return tagged(tag, lambda: _layer(points, datum).tile(z, x, y, theme), "image/png")


@tiles.get("/tiles/density/legend")
@needs(Right.SEE)
def density_legend() -> Response:
    """What the colours of the density tiles mean at a zoom."""
    asked = params()
    points = view().points(asked.query(also=("z", "theme")))
    z = asked.integer("z", 0, MAX_TILE_ZOOM)
    theme = _theme(asked)
    if z is None:
        raise BadQuery("Give the zoom as z.", field="z")
    level = z
    return tagged(
        f"{points.key}-legend-{z}-{theme}",
        lambda: dumps({**legend_answer(_layer(points).legend(level), theme), "seq": points.seq}),
    )


@tiles.get("/tiles/base/<int:z>/<int:x>/<int:y>")
@needs(Right.SEE)
def base(z: int, x: int, y: int) -> Response:
    """One tile of the basemap file."""
    params().check_known(())
    _check_tile(z, x, y)
    source = services().tiles
    found = source.find_tile(z, x, y) if source is not None else None
    if source is None:
        raise NotFound("There is no basemap file.")
    if found is None:
        # A map file ends somewhere: that is no error, and a browser would report each of hundreds as one.
        return Response(status=204, headers={"Cache-Control": "public, max-age=86400"})
    takes_packed = bool(request.accept_encodings["gzip"])
    if source.encoding and not takes_packed:
        found = gzip.decompress(found)
    response = Response(found, content_type=source.content_type)
    response.vary.add("Accept-Encoding")
    if source.encoding and takes_packed:
        response.headers["Content-Encoding"] = source.encoding
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _layer(points: PointSet, datum: str = "") -> DensityLayer:
    """The tiles of a set of points, kept for the sets used last; datum: what the map's own tiles are in."""
    layers = cast("Memo[DensityLayer]", current_app.extensions["mapsvc.layers"])
    masks = cast("Memo[FrameMask]", current_app.extensions["mapsvc.masks"])
    mask = masks.get((points.plan.key, datum), lambda: FrameMask(_shape_in(points.plan.plan.frame, datum)))

    def make() -> DensityLayer:
        return DensityLayer(*_points_in(points.lon, points.lat, datum), mask)

    return layers.get((points.key, datum), make)


def _points_in(lon: FloatArray, lat: FloatArray, datum: str) -> tuple[FloatArray, FloatArray]:
    from mapsvc.geo.datum import from_wgs84

    return from_wgs84(lon, lat, datum or "wgs84")


def _shape_in(shape: Any, datum: str) -> Any:
    if not datum:
        return shape
    import shapely

    return shapely.transform(shape, lambda xy: np.column_stack(_points_in(xy[:, 0], xy[:, 1], datum)))


def _theme(asked: Params) -> str:
    return asked.choice("theme", THEMES) or THEMES[0]


def _check_tile(z: int, x: int, y: int) -> None:
    if z > MAX_TILE_ZOOM or x >= 1 << z or y >= 1 << z:
        raise NotFound("There is no such tile.")
