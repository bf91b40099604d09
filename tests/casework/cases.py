"""One case with a calendar, limits and the actors of all roles, for tests of decisions."""

from __future__ import annotations

from dataclasses import replace

from mapsvc.casework.rules import Rules
from mapsvc.model.account import RIGHTS, Actor, Role
from mapsvc.model.case import Case
from mapsvc.model.incident import Certainty, Incident, Status
from mapsvc.model.limit import Limit, Unit
from mapsvc.model.place import Method, Place
from mapsvc.model.task_type import TaskType

TZ = "Asia/Shanghai"
MONDAY_10 = 1_763_949_600
"""Monday 2025-11-24 10:00 in the community."""
HOUR = 3600

DISPATCHER = Actor("desk", Role.DISPATCHER, RIGHTS[Role.DISPATCHER])
WORKER = Actor("worker-11", Role.WORKER, RIGHTS[Role.WORKER], ("11",), post="w11")
OTHER_WORKER = Actor("worker-22", Role.WORKER, RIGHTS[Role.WORKER], ("22",), post="w22")
POLICE = Actor("police", Role.WORKER, RIGHTS[Role.WORKER], ("33",), department="police")
VIEWER = Actor("viewer", Role.VIEWER, RIGHTS[Role.VIEWER])
ADMIN = Actor("admin", Role.ADMIN, RIGHTS[Role.ADMIN])
EVERYBODY = (DISPATCHER, WORKER, OTHER_WORKER, POLICE, VIEWER, ADMIN)

RULES = Rules(
    limits=(
        Limit("lamp", 0, resolve=24, sign=2),
        Limit("lamp", 2, resolve=6, sign=1),
        Limit("waste", 0, resolve=8, sign=2, unit=Unit.WORKING_HOURS),
        Limit("permit", 0, resolve=3, sign=1, unit=Unit.WORKING_DAYS),
    ),
    task_types={
        "lamp": TaskType("lamp", "Street lamp"),
        "waste": TaskType("waste", "Waste"),
        "permit": TaskType("permit", "Permit"),
        "dispute": TaskType("dispute", "Dispute", sensitive=True),
    },
    tz=TZ,
)


def case_in(status: Status = Status.REPORTED, task_type: str = "lamp", **changes: object) -> Case:
    """A matter in grid 11."""
    place = Place(98.495, 39.735, "wgs84", Method.GPS, 5.0)
    given: dict[str, object] = {"grid_code": "11", "grid_share": 1.0, "certainty": Certainty.CERTAIN, "revision": 3}
    incident = Incident("i1", "app", "r1", task_type, "Lamp out", place, MONDAY_10, MONDAY_10, status)
    return Case(replace(incident, **{**given, **changes}))  # type: ignore[arg-type]
