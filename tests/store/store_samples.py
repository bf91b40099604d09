"""Small values for the store tests: a 3x3 grid of 0.01 degrees you can check by eye, and a few incidents in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid, GridKind
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.site import Site

WEST, SOUTH, STEP = 98.48, 39.72, 0.01


def cell(row: int, column: int) -> Polygon:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return box(west, south, west + STEP, south + STEP)


def nine_grids() -> tuple[Grid, ...]:
    return tuple(
        Grid(
            id=f"g{row}{column}",
            code=f"G{row}{column}",
            name=f"Grid {row}-{column}",
            polygon=cell(row, column),
            area_m2=951_234.5 + row,
            kind=GridKind.SPECIAL if row == column == 2 else GridKind.GENERAL,
            name_zh="第一网格",
            theme="quiet nights",
            theme_zh="平安夜",
            unit="Committee",
            unit_zh="居委会",
        )
        for row in range(3)
        for column in range(3)
    )


def plan(plan_id: str = "p1", **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "name": "Nine grids 九宫格",
        "frame": box(WEST, SOUTH, WEST + 3 * STEP, SOUTH + 3 * STEP),
        "working_epsg": 4542,
        "grids": nine_grids(),
        "findings": (
            Finding(Rule.GAP, Severity.ERROR, "A gap of 3 m2.", cell(0, 0), 3.0, "m2", ("G00", "G01"), 4),
            Finding(
                Rule.OVERLAP, Severity.ERROR, "Kept.", Point(98.49, 39.73), 1.0, "m2", ("G00",), accepted="a river"
            ),
            Finding(Rule.MULTIPART, Severity.NOTE, "The whole file."),
        ),
    }
    return Plan(id=plan_id, **(values | changes))


def edition(plan_id: str, valid_from: date, **changes: Any) -> Plan:
    return plan(plan_id, status=PlanStatus.PUBLISHED, valid_from=valid_from, **changes)


def sites() -> list[Site]:
    ring = [(98.490, 39.730), (98.491, 39.730), (98.491, 39.731), (98.490, 39.730)]
    return [
        Site("s3", "water", MultiPolygon([Polygon(ring)]), "Pond", "池塘"),
        Site("s1", "building", cell(0, 0).buffer(-0.004), "House 1", "一号楼", "1 Elm Lane", "榆树巷1号", 12),
        Site("s2", "street", LineString([(98.48, 39.72), (98.51, 39.75)]), "Elm Lane", "榆树巷"),
        Site("s4", "hydrant", Point(98.505, 39.745), "Hydrant"),
    ]


def batch(refs: list[str], channel: str = "911", **columns: Any) -> IncidentBatch:
    n = len(refs)
    given: dict[str, Any] = {
        "channel_ref": np.array(refs, dtype=object),
        "task_type": "noise",
        "occurred_at": np.arange(n) * 60 + 1_700_000_000,
        "lon": np.linspace(98.481, 98.509, n),
        "lat": np.linspace(39.721, 39.749, n),
    }
    return IncidentBatch(channel, n, given | columns)
