"""The 3x3 community with posts on duty, departments, networks and limits, for tests of incidents in motion."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from shapely.geometry import box
from square import DAY, NOW, SOUTH, STEP, WEST
from werkzeug.test import TestResponse

from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Store

LIMITS = {"limits": [{"type": "lamp", "resolve": 24, "sign": 2}, {"type": "lamp", "level": 2, "resolve": 6}]}


def staff(store: Store) -> None:
    """Posts w11, w22 (by day), n22 (by night), departments, one police area over the west, limits."""
    put: dict[str, Any] = {"at": NOW - DAY, "post": "test"}
    store.put_departments([Department("police", "Police", "派出所"), Department("works", "Works", "工程队")], **put)
    store.put_posts([post("w11", 1, 1), post("w22", 2, 2), post("n22", 2, 2, hours="22:00-06:00")], **put)
    store.put_task_types(
        [
            TaskType("lamp", "Street lamp", "路灯", limit_hours=24, lead_department="works"),
            TaskType("waste", "Waste", "垃圾", limit_hours=24),
            TaskType("dispute", "Dispute", "纠纷", sensitive=True, lead_department="police"),
        ],
        **put,
    )
    west = box(WEST, SOUTH, WEST + 1.6 * STEP, SOUTH + 3 * STEP)
    store.put_jurisdictions("police", [Jurisdiction("police", "pw", "West beat", west, "police", "西片")], **put)
    store.put_setting("limits", LIMITS, revision=0, **put)


def post(code: str, row: int, column: int, hours: str = "08:00-18:00") -> Post:
    lon, lat = WEST + (column - 0.4) * STEP, SOUTH + (row - 0.5) * STEP
    return Post(
        code,
        "worker_full",
        f"Worker {code}",
        f"岗 {code}",
        (f"{row}{column}",),
        "street",
        lon=lon,
        lat=lat,
        hours=hours,
    )


def act(
    client: FlaskClient, incident_id: str, call: str, body: Any = None, *, revision: int | None = None
) -> TestResponse:
    """One write on an incident, made for its newest revision unless another one is given."""
    if revision is None:
        revision = client.get(f"/api/cases/{incident_id}").json["revision"]
    headers = {"If-Match": f'"r{revision}"'}
    return client.post(f"/api/cases/{incident_id}/{call}", json={} if body is None else body, headers=headers)


def step(client: FlaskClient, incident_id: str, name: str, **more: Any) -> TestResponse:
    """One step of the workflow."""
    return act(client, incident_id, "steps", {"step": name, **more})
