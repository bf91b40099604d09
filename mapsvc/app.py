"""create_app: services, blueprints and the error table, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from mapsvc.config import Config
from mapsvc.render.density import DensityLayer
from mapsvc.render.frame_mask import FrameMask
from mapsvc.services.scene.memo import Memo
from mapsvc.web.access import guard
from mapsvc.web.account_pages import account_pages
from mapsvc.web.answers import register_packing
from mapsvc.web.api_accounts import api_accounts
from mapsvc.web.api_cases import api_cases
from mapsvc.web.api_compare import api_compare
from mapsvc.web.api_desk import api_desk
from mapsvc.web.api_dispatch import api_dispatch
from mapsvc.web.api_draft_edits import api_draft_edits
from mapsvc.web.api_draft_files import api_draft_files
from mapsvc.web.api_draft_maps import api_draft_maps
from mapsvc.web.api_draft_review import api_draft_review
from mapsvc.web.api_drafts import api_drafts
from mapsvc.web.api_geocode import api_geocode
from mapsvc.web.api_grids import api_grids
from mapsvc.web.api_incidents import api_incidents
from mapsvc.web.api_intake import api_intake
from mapsvc.web.api_locate import api_locate
from mapsvc.web.api_networks import api_networks
from mapsvc.web.api_reports import api_reports
from mapsvc.web.api_session import api_session
from mapsvc.web.api_settings import api_settings
from mapsvc.web.api_webhooks import api_webhooks
from mapsvc.web.errors import register_errors
from mapsvc.web.open311 import open311
from mapsvc.web.ops import ops
from mapsvc.web.pages import pages
from mapsvc.web.phone_report import phone_report
from mapsvc.web.print import printing
from mapsvc.web.proof import proof
from mapsvc.web.recent import Recent
from mapsvc.web.security import secure
from mapsvc.web.stream import stream
from mapsvc.web.tiles import tiles

if TYPE_CHECKING:
    from mapsvc.wiring import Services

_MAX_REQUEST_BYTES = 64 * 1024
"""Routes that take more say so themselves (web.redraw_params)."""
_KEPT_LAYERS = 3


def create_app(config: Config, services: Services | None = None) -> Flask:
    """The WSGI application. services: made from the configuration unless given (tests give a memory store)."""
    if services is None:
        from mapsvc.wiring import build

        services = build(config)
    app = Flask("mapsvc", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
    app.extensions["mapsvc"] = services
    app.extensions["mapsvc.recent"] = Recent()
    app.extensions["mapsvc.layers"] = Memo[DensityLayer](_KEPT_LAYERS)
    app.extensions["mapsvc.masks"] = Memo[FrameMask](_KEPT_LAYERS)
    for blueprint in (
        pages,
        api_desk,
        api_grids,
        api_incidents,
        api_locate,
        api_reports,
        api_compare,
        api_drafts,
        api_draft_edits,
        api_draft_files,
        api_draft_maps,
        api_draft_review,
        printing,
        api_session,
        api_accounts,
        api_intake,
        open311,
        api_cases,
        api_dispatch,
        api_settings,
        api_geocode,
        api_networks,
        stream,
        api_webhooks,
        phone_report,
        account_pages,
        proof,
        tiles,
        ops,
    ):
        app.register_blueprint(blueprint)
    guard(app, config.access)
    register_errors(app)
    register_packing(app)
    secure(app, config.map.xyz_url)
    return app
