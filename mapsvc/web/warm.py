"""What the first visitor of a new server would wait for, made before anybody asks."""

from __future__ import annotations

import gc
from contextlib import suppress
from math import ceil, floor, log2
from threading import Thread

from flask import Flask

from mapsvc.errors import MapsvcError
from mapsvc.geo.tiling import TILE_PX, lonlat_to_unit
from mapsvc.model.query import Query
from mapsvc.web.answers import services, view
from mapsvc.web.api_grids import grids_answer
from mapsvc.web.pages import own_assets, shell

_ROOMS_PX = ((930, 700), (1160, 700), (900, 430), (1700, 860))
"""Room that the desks leave for the plan: command and hot spots at 1920 x 1080, a laptop, a wall."""
_ZOOM_STEP = 0.25
_FINEST_CITY_ZOOM, _FINEST_ZOOM, _CITY_FROM_GRIDS = 14, 18, 40
"""As the browser asks: see wantedZoom in static/js/layers/grids.js."""


def start_warming(app: Flask) -> None:
    """Make them in two threads; the server answers meanwhile."""
    for name, work in (("warm-page", _warm_page), ("warm-data", _warm_data)):
        Thread(target=work, args=(app,), name=name, daemon=True).start()


def _warm_page(app: Flask) -> None:
    """The page with its files, then the shapes of the first view; nothing without a plan."""
    with app.app_context(), suppress(MapsvcError):
        own_assets()
        shell()
        _make_shapes(slice(1))


def _warm_data(app: Flask) -> None:
    """Columns, the desk's figures and the index of the plan, then shapes for other screens; nothing without a plan."""
    with app.app_context(), suppress(MapsvcError):
        view().desk(Query())
        services().warm()
        _make_shapes(slice(1, None))
    # What is kept for good is not looked through again for garbage: a full pass over a city's plan stops everybody for
    # a fifth of a second.
    gc.collect()
    gc.freeze()


def _make_shapes(which: slice) -> None:
    plan = view().plan(Query())
    for z in first_zooms(plan.plan.frame.bounds, len(plan.plan.grids))[which]:
        grids_answer(plan, z)


def first_zooms(bounds: tuple[float, float, float, float], grids: int) -> list[int]:
    """The z of /api/grids that a browser asks for when it first shows a plan, likeliest first; bounds: degrees."""
    west, south, east, north = bounds
    u, v = lonlat_to_unit([west, east], [south, north])
    wide, high = max(float(abs(u[1] - u[0])), 1e-9), max(float(abs(v[1] - v[0])), 1e-9)
    finest = _FINEST_CITY_ZOOM if grids >= _CITY_FROM_GRIDS else _FINEST_ZOOM
    fits = [log2(min(room[0] / wide, room[1] / high) / TILE_PX) for room in _ROOMS_PX]
    shown = [floor(fit / _ZOOM_STEP) * _ZOOM_STEP for fit in fits]
    return list(dict.fromkeys(max(0, min(finest, ceil(zoom) + 1)) for zoom in shown))
