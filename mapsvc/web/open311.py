"""Open311 GeoReport v2 for existing clients: /open311/v2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from mapsvc.errors import BadInput, BadQuery, MapsvcError, NotFound, NotSignedIn
from mapsvc.model.task_type import TaskType
from mapsvc.services.intake import open311 as words
from mapsvc.services.intake.requests import STATES, Requests, Wanted
from mapsvc.web import errors
from mapsvc.web.access import CHANNEL, PUBLIC, actor, needs
from mapsvc.web.answers import params, services, view
from mapsvc.web.api_intake import channel_of, intake, is_public
from mapsvc.web.open311_form import FORMS, answer, error

open311 = Blueprint("open311", __name__)

_ROOT = "/open311/v2"
_CHANGESET = "2026-11-23T00:00:00Z"
"""When what these endpoints say was last changed."""
_MOST_IDS = 1000
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_IDEMPOTENCY = "Idempotency-Key"
_NO_PHOTO = "media_url is not fetched: send the photo to /api/reports/ID/photos."
_KNOWN = "This request was received before; this is its number."


def requests() -> Requests:
    """Incidents as service requests."""
    return cast(Requests, services().requests)


@open311.errorhandler(MapsvcError)
def _of_error(told: MapsvcError) -> Response:
    """A refusal in the protocol's own form: 403 for a missing or wrong key, as it wants."""
    status = 403 if isinstance(told, NotSignedIn) else errors.of_error(told).status_code
    field = getattr(told, "field", None)
    response = error(status, f"{field}: {told}" if field and field not in str(told) else str(told), _form())
    if (wait := getattr(told, "wait_s", None)) is not None:
        response.headers["Retry-After"] = str(wait)
    return response


@open311.errorhandler(HTTPException)
def _of_http(told: HTTPException) -> Response:
    status = told.code or 500
    if status < 400:
        return errors.of_http(told)
    return error(status, told.description or told.name, _form())


def _form() -> str:
    """What the address ends in; JSON where it names no form we have."""
    ending = request.path.rpartition(".")[2]
    return ending if ending in FORMS else FORMS[0]


def _check_form(form: str) -> str:
    if form not in FORMS:
        raise NotFound("Answers are .json or .xml.")
    return form


def _types() -> Mapping[str, TaskType]:
    stage = view().stage
    return stage.registers(stage.journal.marks()).task_types


def _datum() -> str:
    """What the asking channel's positions are in. Raises NotSignedIn where it showed no key."""
    if is_public():
        # That a channel takes reports from anyone does not mean that anyone may read them.
        raise NotSignedIn("Send the channel's key as api_key.")
    code = actor().channel
    channel = services().accounts.channels.find(code) if code else None
    return channel.datum if channel is not None else ""


@open311.get("/open311/discovery.<form>")
@needs(PUBLIC)
def discovery(form: str) -> Response:
    """Where the endpoints are."""
    root = request.host_url.rstrip("/") + _ROOT
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": root,
        "changeset": _CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    told = {
        "changeset": _CHANGESET,
        "contact": "The admin of this service",
        "key_service": "The admin gives a key to each channel.",
        "endpoints": [endpoint],
    }
    return answer(told, _check_form(form), ("discovery", "endpoint", "format"))


@open311.get(f"{_ROOT}/services.<form>")
@needs(PUBLIC)
def service_list(form: str) -> Response:
    """What can be reported."""
    kinds = _types().values()
    return answer([words.service_of(kind) for kind in kinds], _check_form(form), ("services", "service"))


@open311.get(f"{_ROOT}/services/<service_code>.<form>")
@needs(PUBLIC)
def service(service_code: str, form: str) -> Response:
    """One service; none of ours asks for more than the request itself."""
    _check_form(form)
    if service_code not in _types():
        raise NotFound("There is no service with this code.")
    return answer({"service_code": service_code, "attributes": []}, form, ("service_definition", "attribute"))


@open311.get(f"{_ROOT}/requests.<form>")
@needs(CHANNEL)
def request_list(form: str) -> Response:
    """Requests, newest first."""
    _check_form(form)
    given = params()
    states = tuple(sorted(given.names("status")))
    if not set(states) <= set(STATES):
        raise BadQuery("status is open, closed, or both.", field="status")
    wanted = Wanted(
        _ids(request.args.get("service_request_id", "")),
        tuple(sorted(given.names("service_code"))),
        states,
        given.moment("start_date"),
        given.moment("end_date"),
    )
    return answer(requests().find(wanted, actor(), _datum()), form, ("service_requests", "request"))


@open311.get(f"{_ROOT}/requests/<service_request_id>.<form>")
@needs(CHANNEL)
def one_request(service_request_id: str, form: str) -> Response:
    """One request, as a list of one."""
    _check_form(form)
    return answer([requests().get(service_request_id, actor(), _datum())], form, ("service_requests", "request"))


@open311.post(f"{_ROOT}/requests.<form>")
@needs(CHANNEL)
def add_request(form: str) -> Response:
    """A report by the standard's own form. Names, numbers and mail addresses in it are dropped unread."""
    _check_form(form)
    if request.mimetype not in _FORM_TYPES:
        return error(415, "Send the request as a form (application/x-www-form-urlencoded).", form)
    if request.files:
        for file in request.files.values():
            file.close()
    given = {name: _once(name) for name in words.FORM_FIELDS if name in request.form}
    asker, datum = actor(), _datum()
    channel = channel_of(asker, 1)
    now = services().clock.now()
    report = words.report_of(given, _types(), datum, now, request.headers.get(_IDEMPOTENCY, ""))
    receipt = intake().take_one(report, channel, asker)
    notices = [*(note.message for note in receipt.notes), *([_NO_PHOTO] if given.get("media_url") else [])]
    notices += [] if receipt.is_new else [_KNOWN]
    told = {"service_request_id": receipt.id, "service_notice": " ".join(notices), "account_id": None}
    return answer([told], form, ("service_requests", "request"), 201 if receipt.is_new else 200)


def _once(name: str) -> str:
    values = request.form.getlist(name)
    if len(values) > 1:
        raise BadInput(f"{name} is given once only.", field=name)
    return values[0]


def _ids(text: str) -> tuple[str, ...]:
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(ids) > _MOST_IDS:
        raise BadQuery(f"Ask for at most {_MOST_IDS} requests.", field="service_request_id")
    return ids
