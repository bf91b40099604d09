"""Apply: a case after a change, as every store keeps it; and changes as plain values for the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from mapsvc.model.case import Call, Case, Change
from mapsvc.model.incident import Certainty, Incident, Status, read_shares, write_shares
from mapsvc.model.place import Method

PLACE_FIELDS = frozenset({"lon", "lat", "datum", "method", "accuracy_m", "address", "precision"})
"""Fields of a Change that belong to the incident's place."""


def apply(case: Case, change: Change) -> Case:
    """The case after `change`; the change must have been decided on its revision."""
    own = {name: value for name, value in change.fields.items() if name not in PLACE_FIELDS}
    placed = {name: value for name, value in change.fields.items() if name in PLACE_FIELDS}
    incident = case.incident
    place = replace(incident.place, **placed)
    return Case(
        replace(incident, **own, place=place, revision=change.revision + 1),
        case.calls if change.calls is None else change.calls,
        case.photos + change.photos,
    )


def value_of(incident: Incident, name: str) -> Any:
    """What the incident holds under the name of a Change's field."""
    return getattr(incident.place if name in PLACE_FIELDS else incident, name)


def differing(incident: Incident, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are other than the incident's; of a point both numbers, also where it moved along a parallel."""
    found = {name: value for name, value in fields.items() if value != value_of(incident, name)}
    if "lon" in found or "lat" in found:
        found |= {name: fields.get(name, value_of(incident, name)) for name in ("lon", "lat")}
    return found


def tell_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a change as JSON values."""
    told: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "shares":
            told[name] = write_shares(value)
        elif isinstance(value, Status | Certainty | Method):
            told[name] = value.value
        else:
            told[name] = list(value) if isinstance(value, tuple) else value
    return told


def hear_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `tell_fields` wrote."""
    kinds: Mapping[str, Any] = {
        "status": Status,
        "certainty": Certainty,
        "method": Method,
        "shares": read_shares,
        "departments": tuple,
        "given": lambda value: None if value is None else tuple(value),
    }
    return {name: kinds[name](value) if name in kinds else value for name, value in told.items()}


def tell_calls(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Calls as JSON values; what has not happened is left out."""
    return [{name: value for name, value in asdict(call).items() if value is not None} for call in calls]


def hear_calls(told: Sequence[Mapping[str, Any]]) -> tuple[Call, ...]:
    """The calls that `tell_calls` wrote."""
    return tuple(Call(**call) for call in told)


def hear_change(incident_id: str, kind: str, data: Mapping[str, Any]) -> Change:
    """The change that an event of a step tells of: a journal can be replayed."""
    calls = data.get("calls")
    return Change(
        incident_id,
        int(data["revision"]) - 1,
        kind,
        hear_fields(data.get("fields", {})),
        None if calls is None else hear_calls(calls),
    )
