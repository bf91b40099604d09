"""GET /health, /ready, /api/openapi.json: for the people and programs that run the service."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from mapsvc import __version__
from mapsvc.errors import MapsvcError
from mapsvc.web.access import PUBLIC, needs
from mapsvc.web.answers import dumps, kept, services, tagged

ops = Blueprint("ops", __name__)
_log = logging.getLogger(__name__)


@ops.get("/health")
@needs(PUBLIC)
def health() -> Response:
    """Alive: answers without touching the store."""
    return _answer({"status": "ok", "version": __version__}, 200)


@ops.get("/ready")
@needs(PUBLIC)
def ready() -> Response:
    """Ready for work: store, its library and the browser files; 503 with the check that fails."""
    checks = {"store": _store(), "assets": _assets()}
    good = all(check["ok"] for check in checks.values())
    body = {"status": "ready" if good else "not ready", "checks": checks, "warnings": _warnings(checks["store"])}
    return _answer(body, 200 if good else 503)


@ops.get("/api/openapi.json")
@needs(PUBLIC)
def openapi() -> Response:
    """The description of this API."""
    from mapsvc.web.openapi import document

    return tagged(f"openapi-{__version__}", lambda: kept().get("openapi", lambda: dumps(document())))


def _store() -> dict[str, Any]:
    try:
        info: Mapping[str, Any] = services().store.info()
        seq = services().store.seq()
    except MapsvcError as error:
        return {"ok": False, "why": str(error)}
    except Exception:
        _log.exception("the store does not answer")
        return {"ok": False, "why": "The store does not answer; see the log."}
    # Where the file lies is nobody's business outside.
    told = {name: value for name, value in info.items() if name != "path"}
    return {"ok": True, "seq": seq, **told}


def _warnings(store: Mapping[str, Any]) -> list[str]:
    """What works but should not stay so."""
    if store.get("is_safe", True):
        return []
    return [
        f"SQLite {store.get('sqlite_version', '')} is older than 3.51.3, whose WAL can be damaged in a rare race; "
        "mapsvc writes from one process only, and a newer library is better."
    ]


def _assets() -> dict[str, Any]:
    from mapsvc.web.pages import own_assets, shell

    try:
        shell()
        own_assets()
    except (MapsvcError, KeyError, OSError, ImportError):
        _log.exception("browser files are missing")
        return {"ok": False, "why": "Browser files are missing; install the requirements again."}
    return {"ok": True}


def _answer(body: Mapping[str, Any], status: int) -> Response:
    response = Response(dumps(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
