"""Open311's two forms: the same answer as JSON or as XML, errors too."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from flask import Response

from mapsvc.web.answers import JSON, dumps

FORMS = ("json", "xml")
_XML = "text/xml; charset=utf-8"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that XML 1.0 has no way to write."""


def answer(value: Any, form: str, names: tuple[str, ...], status: int = 200) -> Response:
    """A list of flat objects, or one object. names: the XML element of the whole, then of the parts inside."""
    if form == "xml":
        body = '<?xml version="1.0" encoding="utf-8"?>\n' + _element(value, names)
        response = Response(body.encode("utf-8"), status, content_type=_XML)
    else:
        response = Response(dumps(value), status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def error(code: int, description: str, form: str) -> Response:
    """An error as the protocol has it: a list of one."""
    return answer([{"code": code, "description": description}], form, ("errors", "error"), code)


def _element(value: Any, names: tuple[str, ...]) -> str:
    name, inner = names[0], names[1:]
    if isinstance(value, list):
        parts = "".join(_element(one, inner) for one in value)
        return f"<{name}>{parts}</{name}>"
    if isinstance(value, dict):
        # A list inside an object has its own name, and its items the next one.
        parts = "".join(_element(one, (key, *(inner or ("item",)))) for key, one in value.items())
        return f"<{name}>{parts}</{name}>"
    return f"<{name}>{escape(_NO_XML.sub(' ', _plain(value)))}</{name}>"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
