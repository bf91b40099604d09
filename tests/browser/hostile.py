"""A community in which every text is an attack; each text starts with the name of its place."""

from __future__ import annotations

from dataclasses import replace

from shapely.geometry import box
from square import NOW, SOUTH, STEP, WEST, square_batch, square_plan

from mapsvc.model.community import Community
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.store.memory import MemoryStore

ATTACKS = (
    "{{7*191}}",
    "{% x",
    "<script>window.__hit=1</script>",
    "<img src=x onerror=window.__hit=1>",
    "${window.__hit=1}",
    "javascript:window.__hit=1",
    "\"'`onmouseover=window.__hit=1 x=`'\"",
    "</script><script>window.__hit=1</script>",
    "{#{{config}}#}",
)


def attack(place: str) -> str:
    """All payloads in one text, behind the name of its place."""
    return f"@{place} " + " ".join(ATTACKS)


def hostile_store() -> MemoryStore:
    """The 3x3 community with attacks for names, titles, texts and messages."""
    store = MemoryStore()
    put = {"at": NOW, "post": "test"}
    store.put_community(
        Community(attack("community"), attack("community"), "Asia/Shanghai", True, attack("note")), **put
    )  # type: ignore[arg-type]
    types = [
        TaskType(code, attack(f"type-{code}"), attack(f"type-{code}"), limit_hours=24) for code in ("lamp", "waste")
    ]
    store.put_task_types([*types, TaskType("dispute", attack("type-dispute"), "", sensitive=True)], **put)  # type: ignore[arg-type]
    store.put_departments([Department("d", attack("department"))], **put)  # type: ignore[arg-type]
    store.put_posts(
        [
            Post(
                "p1",
                attack("role"),
                attack("post"),
                attack("post"),
                ("11",),
                duty=attack("duty"),
                lon=WEST + 0.002,
                lat=SOUTH + 0.002,
            ),
            Post(
                "p2",
                "night_patrol",
                attack("missing"),
                attack("missing"),
                ("11",),
                strength=0,
                required=True,
                lon=WEST + 0.004,
                lat=SOUTH + 0.004,
            ),
        ],
        **put,  # type: ignore[arg-type]
    )
    shape = box(WEST, SOUTH, WEST + 0.001, SOUTH + 0.001)
    store.put_sites([Site("s", "building", shape, attack("site"), address=attack("site"))], **put, source="test")  # type: ignore[arg-type]
    plan = square_plan()
    grids = tuple(
        replace(
            grid, name=attack(f"grid-{grid.code}"), name_zh=attack(f"grid-{grid.code}"), theme=attack("theme"),
            theme_zh=attack("theme"), unit=attack("unit"), unit_zh=attack("unit"),
        )
        for grid in plan.grids
    )  # fmt: skip
    findings = (
        Finding(
            Rule.GAP, Severity.ERROR, attack("finding"), box(WEST, SOUTH, WEST + STEP, SOUTH + STEP), 3.0, "m2", ("11",)
        ),
        Finding(Rule.OVERLAP, Severity.ERROR, attack("finding"), None, 1.0, "m2", ("11",), accepted=attack("accepted")),
    )
    store.put_plan(replace(plan, name=attack("plan"), grids=grids, findings=findings), **put)  # type: ignore[arg-type]
    batch = square_batch()
    words = {name: [attack(name)] * batch.n for name in ("title", "text", "address")}
    store.add_incidents(replace(batch, columns={**batch.columns, **words, "departments": "d"}), **put, source="test")  # type: ignore[arg-type]
    return store
