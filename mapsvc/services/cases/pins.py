"""Pins: a moved pin is located as a report is, and its calls are routed anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mapsvc.casework.apply import tell_fields
from mapsvc.casework.pin import NewPlace, check_move, decide_move
from mapsvc.errors import BadInput
from mapsvc.model.account import Actor
from mapsvc.model.case import Case, Change
from mapsvc.model.incident import CERTAINTIES, read_shares
from mapsvc.model.place import Datum
from mapsvc.model.query import Query
from mapsvc.services.cases.advice import POST, Advisor
from mapsvc.services.scene.placing import place
from mapsvc.services.scene.scene import Stage


@dataclass(frozen=True, slots=True)
class PinTo:
    """Where a pin goes: x, y in `datum` (lon, lat degrees, or metres of an EPSG code); accuracy_m: 68 % radius, None =
    not stated."""

    x: float
    y: float
    datum: str
    accuracy_m: float | None = None


class Pins:
    """Moves pins."""

    def __init__(self, stage: Stage, advisor: Advisor) -> None:
        self._stage = stage
        self._advisor = advisor

    def move(self, case: Case, to: PinTo, reason: str, actor: Actor, under: str | None) -> Change:
        """The change of place, with calls of posts that do not serve the new grid handed on. Raises as `check_move`.

        under: the edition whose grids the incidents carry; where the store does not say, the one in force.
        """
        check_move(case, actor, reason)
        new = self._locate(to, under)
        old = case.incident.grid_code
        left: dict[str, str] = {}
        if new.grid_code != old:
            registers = self._stage.registers(self._stage.journal.marks())
            gone = []
            for call in case.open_calls:
                kind, _, code = call.target.partition(":")
                post = registers.post_of.get(code) if kind == POST else None
                if post is not None and old in post.grid_codes and new.grid_code not in post.grid_codes:
                    gone.append((call.target, post.role))
            left = self._handed_on(case, new, gone) if gone and new.grid_code else {}
        return decide_move(case, new, frozenset(left), left, reason, self._stage.clock.now())

    def _handed_on(self, case: Case, new: NewPlace, gone: list[tuple[str, str]]) -> dict[str, str]:
        """Old target -> the target of the new grid that takes over: of the same role, else the first recommended."""
        incident = case.incident
        moved = replace(
            incident,
            place=replace(incident.place, lon=new.lon, lat=new.lat),
            grid_code=new.grid_code,
            shares=new.shares,
        )
        advice = self._advisor.ask(replace(case, incident=moved))
        own = [one for one in advice.candidates if one.post is not None and new.grid_code in one.post.grid_codes]
        found = {}
        for target, role in gone:
            same = [one for one in own if one.post is not None and one.post.role == role and one.on_duty]
            if heir := (same or own)[:1]:
                found[target] = heir[0].target
        return found

    def replaced(self, case: Case, change: Change, under: str | None) -> Change:
        """The change with its place, if it changes that, located anew: an old place may lie in another grid by now."""
        if "grid_code" not in change.fields and "lon" not in change.fields:
            return change
        now = case.incident.place
        lon, lat, accuracy = (change.fields.get(name, getattr(now, name)) for name in ("lon", "lat", "accuracy_m"))
        found = self._grid_of(lon, lat, accuracy, under)
        fields = {**change.fields, **found}
        return replace(change, fields=fields, data={**change.data, "fields": tell_fields(fields)})

    def _grid_of(
        self, lon: float | None, lat: float | None, accuracy_m: float | None, under: str | None
    ) -> dict[str, Any]:
        """Fields that say in which grid a point lies under a plan."""
        plan = self._stage.plan(Query(plan_id=under))
        x, y, accuracy = (np.nan if value is None else value for value in (lon, lat, accuracy_m))
        found = place(plan, [x], [y], accuracy)
        grid = int(found.grid[0])
        return {
            "grid_code": plan.plan.codes[grid] if grid >= 0 else "",
            "certainty": CERTAINTIES[int(found.certainty[0])],
            "grid_share": float(found.grid_share[0]),
            "shares": read_shares(found.shares[0]),
        }

    def _locate(self, to: PinTo, under: str | None) -> NewPlace:
        from mapsvc.geo.datum import to_wgs84

        lons, lats = to_wgs84(np.array([to.x]), np.array([to.y]), to.datum)
        lon, lat = float(lons[0]), float(lats[0])
        if not (np.isfinite(lon) and np.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise BadInput("The point is not on the earth in this datum.", field="lon")
        given = None if to.datum == Datum.WGS84 else (to.x, to.y)
        found = self._grid_of(lon, lat, to.accuracy_m, under)
        return NewPlace(lon, lat, to.datum, given, to.accuracy_m, **found)
