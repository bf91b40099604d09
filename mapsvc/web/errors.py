"""The one table from errors to HTTP, as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from mapsvc import errors
from mapsvc.render import findings as rendered

STATUS: tuple[tuple[type[errors.MapsvcError], int, str, str], ...] = (
    (errors.BadFile, 422, "bad-file", "The file cannot be taken"),
    (errors.PersonLabel, 422, "person-label", "A category labels a person"),
    (errors.Refused, 422, "refused", "Refused; the map stays as it was"),
    (errors.BadInput, 400, "bad-input", "The request cannot be read"),
    (errors.NoPlan, 404, "no-plan", "Nothing is stored yet"),
    (errors.NotFound, 404, "not-found", "Not found"),
    (errors.Stale, 412, "stale", "Another change came first"),
    (errors.Clash, 409, "clash", "Two changes of the same line"),
    (errors.Behind, 409, "behind", "The plan in force has moved on"),
    (errors.IllegalStep, 409, "illegal-step", "The workflow has no such step from here"),
    (errors.Conflict, 409, "conflict", "It does not fit what is stored now"),
    (errors.NotSignedIn, 401, "not-signed-in", "Sign in first"),
    (errors.Forbidden, 403, "forbidden", "Not for this post"),
    (errors.TooMany, 429, "too-many", "Wait a moment"),
    (errors.CannotTell, 422, "cannot-tell", "The data cannot tell"),
    (errors.Busy, 503, "busy", "Busy, try again"),
    (errors.Cancelled, 409, "cancelled", "Stopped"),
    (errors.Broken, 503, "broken", "The installation is incomplete"),
)
"""The first class that fits decides: class, status, type, title."""

_PLAIN = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    406: "This address has no answer in the form asked for.",
    413: "The request is too large.",
    414: "The address is too long.",
    415: "This form of request is not read here.",
    428: 'This change needs If-Match with the revision of the draft, as in "r14".',
}
_RETRY_S = 5
_log = logging.getLogger(__name__)


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """One problem document; `more`: further members, None = left out."""
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}
    body |= {name: value for name, value in more.items() if value is not None}
    response = Response(orjson.dumps(body), status=status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def of_error(error: errors.MapsvcError) -> Response:
    """The problem of an error raised on purpose."""
    status, kind, title = next(
        ((status, kind, title) for cls, status, kind, title in STATUS if isinstance(error, cls)),
        (500, "error", "Something went wrong"),
    )
    response = problem(status, kind, title, str(error), field=getattr(error, "field", None), **_details(error))
    if isinstance(error, errors.Busy):
        response.headers["Retry-After"] = str(_RETRY_S)
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.wait_s)
    if isinstance(error, errors.NotSignedIn):
        response.headers["WWW-Authenticate"] = 'Bearer realm="mapsvc"'
    return response


def _details(error: errors.MapsvcError) -> dict[str, Any]:
    """What a refused or late change tells beside its sentence: the places as GeoJSON, the newest revision."""
    more: dict[str, Any] = {}
    if isinstance(error, errors.Refused | errors.Clash):
        more["findings"] = rendered.feature_collection(error.findings)
    if isinstance(error, errors.Stale):
        more = {"revision": error.revision, **error.details}
        if "findings" in more:
            more["findings"] = rendered.feature_collection(more["findings"])
    if isinstance(error, errors.BadRows):
        more["errors"] = [{"index": index, "field": field, "detail": told} for index, field, told in error.rows]
    if isinstance(error, errors.IllegalStep):
        more = {"allowed": list(error.allowed)}
    if isinstance(error, errors.NotSignedIn):
        more = {"left": error.left}
    if isinstance(error, errors.Forbidden):
        more = {"right": error.right or None}
    if isinstance(error, errors.TooMany):
        more = {"wait_s": error.wait_s}
    if isinstance(error, errors.Behind):
        more = {"parent": error.parent, "in_force": error.in_force}
    return more


def of_http(error: HTTPException) -> Response:
    """The problem of what Flask and Werkzeug raise; their headers (Allow, Location) are kept."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response(error.get_response().get_data(), status, error.get_response().headers)
    response = problem(status, f"http-{status}", error.name, _PLAIN.get(status, "The request cannot be answered."))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def of_accident(error: Exception) -> Response:
    """The problem of a mistake of ours: a code to find it in the log, and nothing else of it."""
    code = secrets.token_hex(4)
    _log.error("unexpected error %s", code, exc_info=error)
    return problem(
        500,
        "unexpected",
        "Something went wrong",
        f"The service made a mistake; nothing was changed. Tell its keeper the code {code}.",
        code=code,
    )


def register_errors(app: Flask) -> None:
    """Make `app` answer every error as a problem document."""
    app.register_error_handler(errors.MapsvcError, of_error)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_accident)
