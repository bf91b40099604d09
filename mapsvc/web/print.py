"""GET /print/plan.pdf, /print/grid/CODE.pdf and their .png: sheets to sign and to hang up."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from flask import Blueprint, Response, request

from mapsvc.errors import NotFound
from mapsvc.model.account import Right
from mapsvc.model.sheet import Sheet
from mapsvc.render.sheet.draw import MEDIA, draw_sheet
from mapsvc.render.sheet.paper import PAPERS
from mapsvc.services.sheets import Sheets
from mapsvc.web.access import needs
from mapsvc.web.answers import params, view
from mapsvc.web.i18n import read_messages
from mapsvc.web.pages import request_language

printing = Blueprint("printing", __name__)
_ALSO = ("lang", "size")
_LANG = {"en": "en", "zh": "zh-Hans"}
_drawing = Lock()
"""One sheet at a time: a page of a city holds hundreds of megabytes while it is drawn."""


@printing.get("/print/plan.<media>")
@needs(Right.SEE)
def plan_sheet(media: str) -> Response:
    """All grids of a plan."""
    query = params().query(also=_ALSO)
    return _answer(media, "plan", lambda sheets, lang: sheets.plan_sheet(query, lang))


@printing.get("/print/grid/<path:code>.<media>")
@needs(Right.SEE)
def grid_sheet(code: str, media: str) -> Response:
    """One grid with its neighbours."""
    query = params().query(also=_ALSO)
    return _answer(media, "grid", lambda sheets, lang: sheets.grid_sheet(code, query, lang))


def _answer(media: str, name: str, make: Callable[[Sheets, str], Sheet]) -> Response:
    if media not in MEDIA:
        raise NotFound(f"A sheet is made as {' or '.join(MEDIA)}.")
    asked = params()
    size = asked.choice("size", PAPERS) or PAPERS[0]
    lang = request_language()
    sheet = make(Sheets(view().stage), lang)
    tag = "-".join(("sheet", sheet.digest, str(sheet.seq), sheet.printed_at.replace(" ", "T"), lang, size, media))
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    words = {key: text for key, text in read_messages().of_language(lang).items() if key.startswith("sheet.")}
    with _drawing:
        body = draw_sheet(sheet, words, media=media, size=size)
    response = Response(body, content_type=MEDIA[media])
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Language"] = _LANG[lang]
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{media}"'
    return response
