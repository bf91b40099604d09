"""Proofs: the sheet of one point, made from the edition in force on the day of the matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from mapsvc.errors import BadQuery
from mapsvc.model.account import Actor
from mapsvc.model.place import Share
from mapsvc.model.proof import Proof, Said
from mapsvc.model.query import Query
from mapsvc.model.sheet import Role, SheetArea
from mapsvc.services.proof import facts
from mapsvc.services.proof.asked import Subject, of_case, of_point
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage
from mapsvc.services.sheets import Sheets, grid_title
from mapsvc.services.view.point import AskedPoint, shares_at

Look = Callable[[Sequence[str], Actor], bool]
CERTAIN, MOSTLY = 0.9, 0.5
"""From these shares on a point is certainly, and mostly, in a grid."""
_LEAST_M, _WIDEST_M = 60.0, 5000.0
"""Half the width of the map."""
_NAMED_SHARES = 4
_SEALS = 2


class Proofs:
    """Makes proofs over a stage. look: writes down that an actor sees the places of these sensitive incidents."""

    def __init__(self, stage: Stage, look: Look) -> None:
        self._stage = stage
        self._look = look

    def of_incident(self, incident_id: str, actor: Actor, lang: str) -> Proof:
        """The proof of an incident's place. Raises NotFound, Forbidden, Conflict, NoPlan."""
        case = self._stage.store.get_case(incident_id)
        types = self._stage.registers(self._stage.journal.marks()).task_types
        kind = types.get(case.incident.task_type)
        subject = of_case(case, actor, sensitive=bool(kind and kind.sensitive))
        if subject.sensitive:
            self._look([incident_id], actor)
        return self._proof(subject, actor, lang)

    def of_point(self, asked: AskedPoint, at: int | None, actor: Actor, lang: str) -> Proof:
        """The proof of a point at a time (epoch seconds, None = now). Raises BadInput, BadQuery, NoPlan."""
        return self._proof(of_point(asked, self._stage.clock.now() if at is None else at), actor, lang)

    def _proof(self, subject: Subject, actor: Actor, lang: str) -> Proof:
        stage = self._stage
        marks = stage.journal.marks()
        community = stage.registers(marks).community
        zone = ZoneInfo(community.tz)
        happened = datetime.fromtimestamp(subject.at, UTC).astimezone(zone)
        used, of_its_day = self._edition(happened.date())
        number = used.index.locate_one(subject.lon, subject.lat)
        shares = shares_at(used, subject.lon, subject.lat, number, subject.accuracy_m)
        plane = used.outlines.plane
        x, y = (float(value) for value in plane.forward(subject.lon, subject.lat))
        line = used.outlines.nearest(x, y, number)
        foot = None if line is None else (line.x, line.y)
        bounds = _bounds((x, y), subject.accuracy_m, foot)
        drawn = Sheets(stage).around(used, bounds, lang)
        titles = _titles(used, shares, lang)
        names = [
            titles[code] for code in dict.fromkeys([_code(used, number), *(one.grid_code for one in shares)]) if code
        ]
        return Proof(
            number=subject.number,
            community=(community.name_zh or community.name) if lang == "zh" else (community.name or community.name_zh),
            post=actor.code,
            issued_at=f"{datetime.fromtimestamp(stage.clock.now(), UTC).astimezone(zone):%Y-%m-%d %H:%M}",
            verdict=_verdict(shares, titles),
            reason=_reason(shares, titles, _code(used, number), subject.accuracy_m),
            bounds=bounds,
            point=(x, y),
            radius_m=subject.accuracy_m,
            foot=foot,
            distance_m=0.0 if line is None else line.distance_m,
            frame=drawn.frame,
            areas=_areas(drawn.areas, titles.get(_code(used, number), "")),
            ground=drawn.ground,
            facts=self._facts(subject, used, happened, foot, lang, of_its_day=of_its_day),
            edition=str(used.plan.valid_from or used.plan.name),
            working=_working(shares, titles, subject.accuracy_m),
            seals=tuple(names[:_SEALS]),
            seq=marks.seq,
            digest=used.digest,
            synthetic=community.synthetic,
        )

    def _edition(self, day: date) -> tuple[PlanInUse, bool]:
        """The edition in force on that day; where there was none, the one in force now, and False."""
        try:
            return self._stage.plan(Query(as_of=day)), True
        except BadQuery:
            return self._stage.plan(Query()), False

    def _facts(
        self,
        subject: Subject,
        used: PlanInUse,
        happened: datetime,
        foot: tuple[float, float] | None,
        lang: str,
        *,
        of_its_day: bool,
    ) -> tuple[tuple[str, Said], ...]:
        stage = self._stage
        place = {"lon": f"{subject.lon:.6f}", "lat": f"{subject.lat:.6f}"}
        stated = subject.accuracy_m
        accuracy: Said = ("sheet.proof.within", {"m": f"{stated:,.0f}"}) if stated else ("sheet.proof.not_stated", {})
        return facts.rows(
            ("sheet.proof.place", ("sheet.proof.lonlat", place)),
            ("sheet.proof.source", facts.source(subject, self._channel(subject.channel))),
            ("sheet.proof.conversion", facts.conversion(subject)),
            ("sheet.proof.method", (f"sheet.proof.method.{subject.method}", {}) if subject.method else None),
            ("sheet.proof.accuracy", accuracy),
            ("sheet.proof.time", ("sheet.proof.at", {"time": f"{happened:%Y-%m-%d %H:%M}"})),
            ("sheet.proof.edition", facts.edition(used, happened.date(), of_its_day=of_its_day)),
            ("sheet.proof.to_line", _to_line(subject, used, foot)),
            ("sheet.proof.along", facts.along(stage, used, foot, lang)),
            ("sheet.proof.before", facts.before(stage, used, subject, lang)),
            ("sheet.proof.now", facts.now(stage, used, subject, lang)),
            ("sheet.proof.draft", facts.drafts(stage, used, subject, lang)),
        )

    def _channel(self, code: str) -> str:
        channel = self._stage.store.find_channel(code) if code else None
        return channel.name if channel else code


def _bounds(
    point: tuple[float, float], radius_m: float | None, foot: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """What the map must show: the circle with room around it, and the line where that is not too far."""
    x, y = point
    half = max(_LEAST_M, 2.5 * (radius_m or 0.0))
    if foot is not None:
        half = max(half, 1.4 * max(abs(foot[0] - x), abs(foot[1] - y)))
    half = min(half, _WIDEST_M)
    # The map is wider than high: what must be seen above and below sets its scale.
    return x - half * 1.6, y - half, x + half * 1.6, y + half


def _areas(areas: Sequence[SheetArea], own: str) -> tuple[SheetArea, ...]:
    return tuple(
        SheetArea(one.title, one.shape, one.label, Role.OWN if one.title == own and own else Role.NEIGHBOUR)
        for one in areas
    )


def _code(used: PlanInUse, number: int) -> str:
    return used.plan.grids[number].code if number >= 0 else ""


def _titles(used: PlanInUse, shares: Sequence[Share], lang: str) -> dict[str, str]:
    """How the grids are called, by code."""
    return {grid.code: grid_title(grid, lang) for grid in used.plan.grids}


def percent(share: float) -> str:
    """Whole per cent; never 100 where it is not all."""
    if 0.99 < share < 1.0:
        return "> 99"
    return f"{share * 100:.0f}" if share >= 0.01 else "< 1"


def _verdict(shares: Sequence[Share], titles: dict[str, str]) -> Said:
    first = shares[0]
    if not first.grid_code:
        return ("sheet.proof.outside" if first.share >= CERTAIN else "sheet.proof.mostly_outside"), {
            "share": percent(first.share)
        }
    values = {"grid": titles[first.grid_code], "share": percent(first.share)}
    if first.share >= CERTAIN:
        return "sheet.proof.certain", values
    if first.share >= MOSTLY:
        return "sheet.proof.mostly", values
    second = titles.get(shares[1].grid_code, "—")
    return "sheet.proof.between", {**values, "other": second}


def _reason(shares: Sequence[Share], titles: dict[str, str], own: str, accuracy_m: float | None) -> Said:
    if accuracy_m is None:
        return "sheet.proof.no_accuracy", {}
    others = [(titles.get(one.grid_code, "—"), one.share) for one in shares[1 : 1 + _NAMED_SHARES]]
    told = "; ".join(f"{name} {percent(share)} %" for name, share in others)
    if shares[0].share >= CERTAIN:
        return ("sheet.proof.rest", {"others": told}) if told else ("sheet.proof.all", {})
    if not own:
        return "sheet.proof.check_outside", {"others": told}
    return "sheet.proof.check", {"others": told, "grid": titles[own]}


def _working(shares: Sequence[Share], titles: dict[str, str], accuracy_m: float | None) -> Said:
    if accuracy_m is None:
        return "sheet.proof.working_point", {}
    return "sheet.proof.working", {"n": str(len(shares)), "sum": f"{sum(one.share for one in shares) * 100:.0f}"}


def _to_line(subject: Subject, used: PlanInUse, foot: tuple[float, float] | None) -> Said:
    from mapsvc.geo.measure import bearing_deg

    if foot is None:
        return facts.NOTHING
    plane = used.outlines.plane
    x, y = (float(value) for value in plane.forward(subject.lon, subject.lat))
    distance = float(np.hypot(foot[0] - x, foot[1] - y))
    if distance < 0.05:
        return "sheet.proof.on_line", {}
    lon, lat = plane.inverse(*foot)
    bearing = float(bearing_deg(subject.lon, subject.lat, lon, lat))
    metres = f"{distance:.1f}" if distance < 100 else f"{distance:,.0f}"
    return f"sheet.proof.toward.{round(bearing / 45) % 8}", {"m": metres, "deg": f"{bearing:.0f}"}
