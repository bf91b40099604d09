"""The 3x3 community you can check by eye: plan, registers and eight incidents, and a clock that stands still."""

from __future__ import annotations

import datetime as dt

import numpy as np
from shapely.geometry import box

from mapsvc.geo.measure import area_m2
from mapsvc.model.community import Community
from mapsvc.model.grid import Grid
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, Certainty, IncidentBatch, Status
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.post import Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.services.scene.interval import midnight
from mapsvc.store.memory import MemoryStore

WEST, SOUTH, STEP = 98.49, 39.73, 0.01
TZ = "Asia/Shanghai"
NOW = midnight(dt.date(2026, 11, 23), TZ) + 14 * 3600
"""2026-11-23 14:00 in the community."""
HOUR, DAY = 3600, 86_400


class StillClock:
    def __init__(self, now: int = NOW) -> None:
        self.time = now

    def now(self) -> int:
        return self.time


def square_plan(**changes: object) -> Plan:
    """Nine squares, codes 11 (south west) to 33 (north east): row, column."""
    polygons = {
        f"{row}{column}": box(
            WEST + (column - 1) * STEP, SOUTH + (row - 1) * STEP, WEST + column * STEP, SOUTH + row * STEP
        )
        for row in (1, 2, 3)
        for column in (1, 2, 3)
    }
    areas = area_m2(list(polygons.values()), 4542)
    grids = tuple(
        Grid(id=f"g{code}", code=code, name=f"Grid {code}", name_zh=f"网格{code}", polygon=polygon, area_m2=float(area))
        for (code, polygon), area in zip(polygons.items(), areas, strict=True)
    )
    given: dict[str, object] = {
        "id": "p1",
        "name": "Nine squares",
        "frame": box(WEST, SOUTH, WEST + 3 * STEP, SOUTH + 3 * STEP),
        "working_epsg": 4542,
        "grids": grids,
        "status": PlanStatus.PUBLISHED,
        "valid_from": dt.date(2026, 1, 1),
    }
    return Plan(**{**given, **changes})  # type: ignore[arg-type]


def square_batch() -> IncidentBatch:
    """Eight incidents you can count by eye.

    #  grid  type     status      occurred   due        place
    1  11    lamp     closed      5 days     in time    centre of 11
    2  11    lamp     handling    2 days     1 h late   centre of 11
    3  22    lamp     handling    1 hour     in 20 h    centre of 22
    4  22    lamp     reported    30 min     none       centre of 22: waiting
    5  33    waste    dispatched  20 hours   in 2 h     centre of 33: soon due (limit 24 h)
    6  12    waste    handling    40 days    in 9 days  on the line of 12 and 13: boundary
    7  22    dispute  handling    3 days     in 5 days  sensitive
    8  -     waste    reported    2 hours    none       unlocated
    """
    middle = np.array([1, 1, 2, 2, 3, 2, 2, np.nan]) - 0.5
    lon = WEST + middle * STEP
    lat = SOUTH + (np.array([1, 1, 2, 2, 3, 1, 2, np.nan]) - 0.5) * STEP
    lon[5] = WEST + 2 * STEP
    code = CERTAINTY_CODE
    return IncidentBatch(
        "hotline",
        8,
        {
            "channel_ref": [f"r{number}" for number in range(1, 9)],
            "task_type": ["lamp", "lamp", "lamp", "lamp", "waste", "waste", "dispute", "waste"],
            "title": ["Lamp {{7*191}}", "Lamp 2", "Lamp 3", "Lamp 4", "Waste 5", "Waste 6", "Dispute at 7", "Waste 8"],
            "address": ["1 Main St"] * 8,
            "text": ["<script>alert(1)</script>"] * 8,
            "occurred_at": NOW - np.array([5 * DAY, 2 * DAY, HOUR, HOUR // 2, 20 * HOUR, 40 * DAY, 3 * DAY, 2 * HOUR]),
            "reported_at": NOW - HOUR,
            "closed_at": [NOW - 4 * DAY, 0, 0, 0, 0, 0, 0, 0],
            "due_at": [NOW - 3 * DAY, NOW - HOUR, NOW + 20 * HOUR, 0, NOW + 2 * HOUR, NOW + 9 * DAY, NOW + 5 * DAY, 0],
            "status": [
                STATUS_CODE[status]
                for status in (
                    Status.CLOSED,
                    Status.HANDLING,
                    Status.HANDLING,
                    Status.REPORTED,
                    Status.DISPATCHED,
                    Status.HANDLING,
                    Status.HANDLING,
                    Status.REPORTED,
                )
            ],
            "lon": lon,
            "lat": lat,
            "accuracy_m": 5.0,
            "grid_code": ["11", "11", "22", "22", "33", "12", "22", ""],
            "grid_share": 1.0,
            "certainty": [code[Certainty.CERTAIN]] * 5
            + [code[Certainty.BOUNDARY], code[Certainty.CERTAIN], code[Certainty.UNLOCATED]],
            "sensitive": [False] * 6 + [True, False],
        },
    )


def fill(store: MemoryStore) -> MemoryStore:
    """The community of nine squares with its eight incidents."""
    put = {"at": NOW - DAY, "post": "test"}
    store.put_community(Community("Nine {{7*191}}", "九格", TZ, synthetic=True, note="Invented"), **put)  # type: ignore[arg-type]
    store.put_task_types(
        [
            TaskType("lamp", "Street lamp", "路灯", limit_hours=24),
            TaskType("waste", "Waste", "垃圾", limit_hours=24),
            TaskType("dispute", "Dispute", "纠纷", sensitive=True),
        ],
        **put,  # type: ignore[arg-type]
    )
    store.put_posts(
        [
            Post("chief-11", "grid_chief", "Chief post 11", grid_codes=("11",), lon=WEST + 0.001, lat=SOUTH + 0.001),
            Post("night-11", "night_patrol", "Night patrol", grid_codes=("11", "12"), strength=0, required=True),
        ],
        **put,  # type: ignore[arg-type]
    )
    store.put_sites(
        [
            Site(
                "s1",
                "building",
                box(WEST + 0.001, SOUTH + 0.001, WEST + 0.002, SOUTH + 0.002),
                "Block 1",
                households=30,
            ),
            Site("s2", "water", box(WEST + 0.011, SOUTH + 0.001, WEST + 0.012, SOUTH + 0.029), "Canal"),
            Site("s3", "clinic", box(WEST + 0.021, SOUTH + 0.021, WEST + 0.022, SOUTH + 0.022), "Clinic"),
        ],
        **put,  # type: ignore[arg-type]
        source="test",
    )
    store.put_plan(square_plan(), **put)  # type: ignore[arg-type]
    store.add_incidents(square_batch(), **put, source="test")  # type: ignore[arg-type]
    return store
