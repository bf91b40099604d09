"""Facts: the rows of a proof's table: where the numbers come from, which line is near, what was and what may be."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import shapely

from mapsvc.errors import MapsvcError
from mapsvc.model.draft import DraftStatus
from mapsvc.model.proof import Said
from mapsvc.model.query import Query
from mapsvc.services.proof.asked import Subject
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage
from mapsvc.services.sheets import grid_title

DATUM_NAMES = {"wgs84": "WGS 84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09", "bd09mc": "BD-09MC"}
_SAME_PLACE_M = 0.01
_ON_STREET_M, _BESIDE_STREET_M = 2.0, 25.0
_METRES_A_DEGREE = 110_000.0
_MOST_DRAFTS = 10
NOTHING: Said = ("sheet.proof.none", {})


def source(subject: Subject, channel: str) -> Said:
    """Where the numbers came from and what they were in. channel: its name, "" where there is none."""
    datum = DATUM_NAMES.get(subject.datum, subject.datum)
    x, y = subject.given
    decimals = 2 if abs(x) > 360 or abs(y) > 360 else 6
    values = {"datum": datum, "x": f"{x:.{decimals}f}", "y": f"{y:.{decimals}f}", "channel": channel}
    return ("sheet.proof.from_channel" if channel else "sheet.proof.from_point"), values


def conversion(subject: Subject) -> Said:
    """How far the numbers as given lie from the place, read as if they were WGS 84 degrees."""
    from mapsvc.geo.measure import bearing_deg

    x, y = subject.given
    if subject.datum in ("wgs84", "cgcs2000"):
        return "sheet.proof.unconverted", {}
    if abs(x) > 180 or abs(y) > 90:
        return "sheet.proof.projected", {}
    distance = _distance_m(subject.lon, subject.lat, x, y)
    if distance < _SAME_PLACE_M:
        return "sheet.proof.unconverted", {}
    bearing = float(bearing_deg(subject.lon, subject.lat, x, y))
    return "sheet.proof.shift", {"m": f"{distance:,.1f}", "deg": f"{bearing:.0f}"}


def along(stage: Stage, used: PlanInUse, foot: tuple[float, float] | None, lang: str) -> Said:
    """What the line runs along at its nearest place (metres of the working CRS): the nearest named street."""
    if foot is None:
        return NOTHING
    plane = used.outlines.plane
    lon, lat = (float(value) for value in plane.inverse(*foot))
    up = _BESIDE_STREET_M / _METRES_A_DEGREE
    across = up / max(float(np.cos(np.radians(lat))), 0.01)
    sites = stage.store.list_sites(("street",), (lon - across, lat - up, lon + across, lat + up))
    named = [(site, (site.name_zh or site.name) if lang == "zh" else (site.name or site.name_zh)) for site in sites]
    named = [(site, name) for site, name in named if name]
    if not named:
        return NOTHING
    spot = shapely.Point(foot)
    apart = shapely.distance(plane.geometry([site.geometry for site, _ in named]), spot)
    nearest = int(np.argmin(apart))
    distance, name = float(apart[nearest]), named[nearest][1]
    if distance <= _ON_STREET_M:
        return "sheet.proof.on_street", {"street": name}
    if distance <= _BESIDE_STREET_M:
        return "sheet.proof.beside_street", {"street": name, "m": f"{distance:.0f}"}
    return NOTHING


def before(stage: Stage, used: PlanInUse, subject: Subject, lang: str) -> Said:
    """Whose it was in the edition before."""
    since = used.plan.valid_from
    if since is None:
        return NOTHING
    try:
        earlier = stage.plan(Query(as_of=since - timedelta(days=1)))
    except MapsvcError:
        return NOTHING
    return "sheet.proof.until", {"grid": title_at(earlier, subject, lang), "date": str(since - timedelta(days=1))}


def now(stage: Stage, used: PlanInUse, subject: Subject, lang: str) -> Said | None:
    """Whose it is in the edition in force today, None where that is the edition of the sheet."""
    today = stage.plan(Query())
    if today.plan.id == used.plan.id:
        return None
    since = today.plan.valid_from
    return "sheet.proof.since", {"grid": title_at(today, subject, lang), "date": str(since or "")}


def drafts(stage: Stage, used: PlanInUse, subject: Subject, lang: str) -> Said:
    """The drafts in work that would give the point to another grid."""
    own = code_at(used, subject)
    told = []
    working = [one for one in stage.store.list_drafts() if one.status in (DraftStatus.OPEN, DraftStatus.IN_REVIEW)]
    for draft in working[:_MOST_DRAFTS]:
        try:
            drawn = stage.plan(Query(plan_id=draft.id))
        except MapsvcError:
            continue
        if code_at(drawn, subject) != own:
            told.append(f"{draft.name}: {title_at(drawn, subject, lang)}")
    return ("sheet.proof.drafts", {"drafts": "; ".join(told)}) if told else NOTHING


def code_at(used: PlanInUse, subject: Subject) -> str:
    """Code of the grid that holds the point, "" outside."""
    number = used.index.locate_one(subject.lon, subject.lat)
    return used.plan.grids[number].code if number >= 0 else ""


def title_at(used: PlanInUse, subject: Subject, lang: str) -> str:
    """Number and name of the grid that holds the point, a dash outside."""
    number = used.index.locate_one(subject.lon, subject.lat)
    return grid_title(used.plan.grids[number], lang) if number >= 0 else "—"


def edition(used: PlanInUse, day: date, *, of_its_day: bool) -> Said:
    """The edition asked, and whether it was in force on the day of the matter."""
    values = {"date": str(used.plan.valid_from or ""), "name": used.plan.name, "day": str(day)}
    return ("sheet.proof.in_force_then" if of_its_day else "sheet.proof.none_then"), values


def _distance_m(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    from pyproj import Geod

    _, _, distance = Geod(ellps="WGS84").inv(lon0, lat0, lon1, lat1)
    return float(distance)


def rows(*pairs: tuple[str, Said | None]) -> tuple[tuple[str, Said], ...]:
    """The rows that have something to say."""
    return tuple((label, said) for label, said in pairs if said is not None)
