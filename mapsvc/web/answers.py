"""Answers: JSON with an ETag, 304 where the asker has it, gzip where the asker takes it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, cast

import orjson
from flask import Flask, Request, Response, current_app, request

from mapsvc.services.scene.byte_keep import ByteKeep
from mapsvc.services.view.view import View
from mapsvc.web.params import Params

GEOJSON = "application/geo+json"
JSON = "application/json"
_MIN_GZIP = 1024
_PACKABLE = ("application/json", "application/geo+json", "application/problem+json", "text/", "application/x-protobuf")
_LEVEL = 5


def services() -> Any:
    """The services of this app."""
    return current_app.extensions["mapsvc"]


def view() -> View:
    """The view service of this app."""
    return cast(View, services().view)


def kept() -> ByteKeep:
    """Bytes that are costly to make and the same for everybody."""
    return cast(ByteKeep, services().kept)


def params() -> Params:
    """The parameters of this request, dates read in the community's zone."""
    return Params(request.args, view().tz())


def tagged(tag: str, make: Callable[[], bytes], content_type: str = JSON) -> Response:
    """The answer named `tag`: 304 if the asker has it, else made now."""
    # Weak: the same answer may travel packed or plain.
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(make(), content_type=content_type)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def dumps(value: Any) -> bytes:
    """JSON bytes; a number that is not finite becomes null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


def pack(response: Response, asked: Request) -> Response:
    """gzip where it pays and the asker takes it."""
    packable = (response.mimetype or "").startswith(_PACKABLE)
    if not packable or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not asked.accept_encodings["gzip"] or response.status_code == 304:
        return response
    body = response.get_data()
    if len(body) >= _MIN_GZIP:
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def register_packing(app: Flask) -> None:
    """Pack every answer of `app` that gains from it."""

    @app.after_request
    def _pack(response: Response) -> Response:
        return pack(response, request)
