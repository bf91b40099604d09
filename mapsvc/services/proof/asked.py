"""Asked: the point that a proof is about: an incident's, or one named by its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapsvc.errors import Conflict, Forbidden
from mapsvc.model.account import Actor
from mapsvc.model.case import Case
from mapsvc.services.cases.discretion import is_called
from mapsvc.services.view.point import AskedPoint, wgs84_of


@dataclass(frozen=True, slots=True)
class Subject:
    """lon, lat: WGS 84 degrees; given: the numbers as they came, in `datum`. accuracy_m: 68 % radius, None = not
    stated. at: when it happened, epoch seconds UTC. number: the incident's id, "" for a bare point. channel: code of
    the way it came in, method: of Method, both "" for a bare point."""

    lon: float
    lat: float
    given: tuple[float, float]
    datum: str
    accuracy_m: float | None
    at: int
    number: str = ""
    channel: str = ""
    method: str = ""
    sensitive: bool = False


def of_point(asked: AskedPoint, at: int) -> Subject:
    """A bare point. Raises BadInput for an unknown datum, BadQuery off the earth."""
    lon, lat = wgs84_of(asked)
    return Subject(lon, lat, (asked.x, asked.y), asked.datum.strip().lower(), asked.accuracy_m or None, at)


def of_case(case: Case, actor: Actor, *, sensitive: bool) -> Subject:
    """An incident's point. sensitive: whether its task type is so now. Raises Forbidden where the actor may not see the
    place, Conflict where it has none."""
    one = case.incident
    if (sensitive or one.sensitive) and not is_called(case.calls, actor):
        raise Forbidden("The place of this matter is open only to those who are called to it.")
    place = one.place
    if place.lon is None or place.lat is None:
        raise Conflict("This incident is not located yet: there is no point to prove.")
    given = one.given or _given(place.lon, place.lat, place.datum)
    return Subject(
        place.lon,
        place.lat,
        given,
        place.datum,
        place.accuracy_m or None,
        one.occurred_at,
        one.id,
        one.channel,
        place.method.value,
        sensitive or one.sensitive,
    )


def _given(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """The numbers as they must have come, where only the WGS 84 place was kept."""
    from mapsvc.geo.datum import from_wgs84

    name = datum.strip().lower()
    if name not in ("gcj02", "bd09"):
        return lon, lat
    x, y = from_wgs84(np.array([lon]), np.array([lat]), name)
    return float(x[0]), float(y[0])
