"""Open311's words: task types as services, incidents as service requests, a request's form as a report."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mapsvc.errors import BadInput
from mapsvc.geo.datum import from_wgs84
from mapsvc.model.incident import CLOSED_STATUSES, Incident
from mapsvc.model.report_in import LONGEST, ReportIn, clean_line, read_report
from mapsvc.model.task_type import TaskType
from mapsvc.services.scene.interval import iso

FORM_FIELDS = ("service_code", "lat", "long", "address_string", "address_id", "description", "media_url")
"""What of a request's form is read; names, numbers, mail addresses and devices of people are not even looked at."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_TITLE = 80
_DAY_S = 86_400
_SHIFTED = ("gcj02", "bd09")


def service_of(task_type: TaskType) -> dict[str, Any]:
    """A task type as a service."""
    return {
        "service_code": task_type.code,
        "service_name": task_type.name,
        "description": task_type.name_zh or task_type.name,
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": task_type.lead_department,
    }


def request_of(one: Incident, kind: TaskType | None, tz: str, datum: str) -> dict[str, Any]:
    """An incident as a service request; of a sensitive one no words, no address, no position.

    datum: what the asking channel's positions are in, "" = WGS 84 as the standard has it.
    """
    hidden = one.sensitive or (kind is not None and kind.sensitive)
    lon, lat = (None, None) if hidden else _point(one, datum)
    latest = max(time or 0 for time in (one.reported_at, one.dispatched_at, one.closed_at))
    return {
        "service_request_id": one.id,
        "status": "closed" if one.status in CLOSED_STATUSES else "open",
        "status_notes": one.status.value,
        "service_name": kind.name if kind is not None else one.task_type,
        "service_code": one.task_type,
        "description": "" if hidden else one.text or one.title,
        "agency_responsible": ", ".join(one.departments),
        "service_notice": "",
        "requested_datetime": iso(one.reported_at, tz),
        "updated_datetime": iso(latest, tz),
        "expected_datetime": iso(one.due_at, tz),
        "address": "" if hidden else one.place.address,
        "address_id": "",
        "zipcode": "",
        "lat": lat,
        "long": lon,
        "media_url": "",
    }


def _point(one: Incident, datum: str) -> tuple[float | None, float | None]:
    lon, lat = one.place.lon, one.place.lat
    if lon is None or lat is None:
        return None, None
    if datum in _SHIFTED:
        lon, lat = (float(value) for value in from_wgs84(lon, lat, datum))
    return round(lon, 7), round(lat, 7)


def report_of(form: Mapping[str, str], types: Mapping[str, TaskType], datum: str, now: int, key: str = "") -> ReportIn:
    """The report of a request's form. Raises BadInput naming the field of the form.

    key: what the client calls this request (Idempotency-Key). Without one, the same form on the same day is the same
    report: the protocol has no reference of its own, and clients send again when an answer is lost.
    """
    code = form.get("service_code", "")
    if not code:
        raise BadInput("service_code is missing.", field="service_code")
    if code not in types:
        raise BadInput("There is no service with this code.", field="service_code")
    if form.get("address_id"):
        raise BadInput("address_id is not used here; send lat and long, or address_string.", field="address_id")
    lat, long = _number(form, "lat"), _number(form, "long")
    address = form.get("address_string", "")
    if (lat is None) != (long is None) or (lat is None and not clean_line(address)):
        raise BadInput("Send lat and long, or address_string.", field="lat" if lat is None else "long")
    description = form.get("description", "")
    line = clean_line(description[:1000])
    title = line if len(line) <= _TITLE else line[: _TITLE - 1] + "…"
    given: dict[str, Any] = {
        "ref": _reference(form, now, key),
        "type": code,
        "title": title or types[code].name,
        "text": description if clean_line(description[: LONGEST["text"] + 1]) != title else "",
        "address": address,
    }
    if lat is not None:
        given |= {"lon": long, "lat": lat, "datum": datum or "wgs84"}
    try:
        return read_report(given)
    except BadInput as error:
        names = {"text": "description", "address": "address_string", "lon": "long", "ref": "Idempotency-Key"}
        field = names.get(error.field or "", error.field)
        raise BadInput(str(error).replace(error.field or " ", field or " ", 1), field=field) from None


def _reference(form: Mapping[str, str], now: int, key: str) -> str:
    if key:
        return f"key-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}"
    told: Iterable[str] = (f"{name}={form.get(name, '')}" for name in FORM_FIELDS)
    text = "\x1f".join((*told, str(now // _DAY_S)))
    return f"form-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _number(form: Mapping[str, str], name: str) -> float | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    value = float(text) if len(text) <= 40 and _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise BadInput(f"{name} is a number.", field=name)
    return value
