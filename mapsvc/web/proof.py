"""GET /print/proof.pdf and .png: the "whose is it" sheet of an incident or of a point."""

from __future__ import annotations

from threading import Lock

from flask import Blueprint, Response

from mapsvc.errors import BadQuery, NotFound
from mapsvc.model.account import Right
from mapsvc.model.proof import Proof
from mapsvc.render.sheet.draw import MEDIA
from mapsvc.services.proof.proofs import Proofs
from mapsvc.services.view.point import AskedPoint
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params, services, view
from mapsvc.web.api_locate import MAX_ACCURACY_M
from mapsvc.web.i18n import LANGUAGES, read_messages
from mapsvc.web.pages import request_language

proof = Blueprint("proof", __name__)

_POINT = ("lon", "lat", "datum", "accuracy_m", "at")
_FAR = 1e9
_LANG = {"en": "en", "zh": "zh-Hans"}
_drawing = Lock()
"""One sheet at a time: drawing takes most of a processor."""


@proof.get("/print/proof.<media>")
@needs(Right.SEE)
def proof_sheet(media: str) -> Response:
    """Whose a point is, on which edition, how sure, and how near the line."""
    if media not in MEDIA:
        raise NotFound(f"A sheet is made as {' or '.join(MEDIA)}.")
    lang = request_language()
    sheet = _proof(lang)
    words, other = (_words(one) for one in (lang, next(one for one in LANGUAGES if one != lang)))
    from mapsvc.render.sheet.proof import draw_proof

    with _drawing:
        body = draw_proof(sheet, words, other, media=media)
    response = Response(body, content_type=MEDIA[media])
    # It tells the minute it was issued in: nobody's copy serves another.
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = _LANG[lang]
    response.headers["Content-Disposition"] = f'inline; filename="proof.{media}"'
    return response


def _proof(lang: str) -> Proof:
    asked = params()
    asked.check_known(("incident", "lang", *_POINT))
    proofs = Proofs(view().stage, services().cases.discretion.look)
    incident_id = asked.text("incident")
    if incident_id is not None:
        for name in _POINT:
            if asked.text(name) is not None:
                raise BadQuery(f"Give an incident, or a point with its time: {name} does not go with both.", field=name)
        return proofs.of_incident(incident_id, actor(), lang)
    lon, lat = asked.number("lon", -_FAR, _FAR), asked.number("lat", -_FAR, _FAR)
    if lon is None or lat is None:
        missing = "incident" if lon is None and lat is None else "lon" if lon is None else "lat"
        raise BadQuery("Give an incident, or a point as lon, lat and datum.", field=missing)
    datum = asked.text("datum")
    if datum is None:
        raise BadQuery("Say what the numbers are in: datum=wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", field="datum")
    point = AskedPoint(lon, lat, datum, asked.number("accuracy_m", 0.0, MAX_ACCURACY_M))
    return proofs.of_point(point, asked.moment("at"), actor(), lang)


def _words(lang: str) -> dict[str, str]:
    return {key: text for key, text in read_messages().of_language(lang).items() if key.startswith("sheet.")}
