"""Reports come in: POST /api/reports, photos."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, request

from mapsvc.errors import Forbidden
from mapsvc.model.account import Actor, Right
from mapsvc.services.intake.check import read_reports
from mapsvc.services.intake.intake import DESK, Intake
from mapsvc.services.intake.photos import MOST_BYTES
from mapsvc.services.intake.taken import Note, Receipt
from mapsvc.web.access import CHANNEL, actor, needs
from mapsvc.web.answers import JSON, dumps, params, services
from mapsvc.web.intake_params import read_photo, read_reports_body
from mapsvc.web.params import Params
from mapsvc.web.who import address_of, has_key

api_intake = Blueprint("api_intake", __name__)

MOST_NOTES = 200
"""Findings that the answer to a batch tells."""
PUBLIC_PER_MINUTE = 10
"""Reports that one address may send in a minute through a channel that is open to anyone."""
_PHOTO_POLICY = "default-src 'none'; sandbox"


def intake() -> Intake:
    """The intake of this app."""
    return cast(Intake, services().intake)


def is_public() -> bool:
    """Whether anyone may be asking: a channel, and no key of it."""
    by_form = request.mimetype == "application/x-www-form-urlencoded" and request.form.get("api_key")
    return bool(actor().channel) and not (has_key(request) or request.args.get("api_key") or by_form)


def channel_of(asker: Actor, n: int) -> str:
    """The channel of a request for n reports, counted against its pace. Raises Forbidden, TooMany."""
    if not asker.channel:
        return DESK
    channel = services().accounts.channels.find(asker.channel)
    if channel is None or not channel.active:
        raise Forbidden(f'The channel "{asker.channel}" is switched off.')
    if is_public():
        services().pace.check(channel, n, address_of(request), PUBLIC_PER_MINUTE)
    else:
        services().pace.check(channel, n)
    return asker.channel


@api_intake.post("/api/reports")
@needs(CHANNEL)
def report() -> Response:
    """One report, or a batch of them."""
    params().check_known(("c",))
    asker = actor()
    given, is_batch = read_reports_body(request)
    channel = channel_of(asker, max(len(given), 1))
    if not is_batch:
        receipt = intake().take_one(read_reports(given)[0], channel, asker)
        response = _answer(told(receipt), 201 if receipt.is_new else 200)
        response.headers["Location"] = f"/api/incidents/{receipt.id}"
        return response
    taken = intake().take(read_reports(given), channel, asker)
    stored = int(taken.is_new.sum())
    return _answer(
        {
            "stored": stored,
            "known": len(taken.ids) - stored,
            "ids": taken.ids,
            "findings": _notes(taken.notes),
            "seq": taken.seq,
        },
        201,
    )


def told(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON; anyone who guesses a reference learns its grid and no more."""
    closed = is_public() and not receipt.is_new
    return {
        "id": receipt.id,
        "grid": receipt.grid or None,
        "certainty": receipt.certainty,
        "grid_share": round(receipt.grid_share, 4),
        "shares": [] if closed else [{"grid": one.grid_code or None, "share": one.share} for one in receipt.shares],
        "lon": None if closed or receipt.lon is None else round(receipt.lon, 8),
        "lat": None if closed or receipt.lat is None else round(receipt.lat, 8),
        "status": receipt.status,
        "is_new": receipt.is_new,
        "findings": _notes(receipt.notes),
        "seq": receipt.seq,
    }


def _notes(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    return [note.to_json() for note in notes[:MOST_NOTES]]


@api_intake.post("/api/reports/<incident_id>/photos")
@needs(CHANNEL)
def add_photo(incident_id: str) -> Response:
    """A photo of a report."""
    params().check_known(("c",))
    asker = actor()
    channel_of(asker, 1)
    data = read_photo(request, MOST_BYTES)
    form = Params(request.form, "UTC")
    form.check_known(("ref",))
    # From anyone: only who made the report knows its reference.
    ref = (form.text("ref") or "") if is_public() else None
    photo, is_new = services().photos.add(incident_id, data, asker, ref=ref)
    sides = {"id": photo.id, "width_px": photo.width_px, "height_px": photo.height_px}
    return _answer(sides, 201 if is_new else 200)


@api_intake.get("/api/photos/<photo_id>")
@needs(Right.SEE)
def photo(photo_id: str) -> Response:
    """A photo, as a JPEG without metadata."""
    params().check_known(())
    shown = services().photos.show(photo_id, actor())
    if not shown.hidden_from_most and request.if_none_match.contains(photo_id):
        response = Response(status=304)
    else:
        response = Response(shown.data, content_type=shown.photo.media_type)
    response.set_etag(photo_id)
    response.headers["Content-Security-Policy"] = _PHOTO_POLICY
    response.headers["Content-Disposition"] = f'inline; filename="{photo_id[:12]}.jpg"'
    response.headers["Cache-Control"] = "private, no-store" if shown.hidden_from_most else "private, max-age=86400"
    return response


def _answer(value: dict[str, Any], status: int) -> Response:
    response = Response(dumps(value), status=status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response
