"""The grid card: who answers for a grid, what stands in it, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.duty import standing
from mapsvc.model.post import Post
from mapsvc.model.query import Query
from mapsvc.model.site import Site
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Scene
from mapsvc.services.view.desk import plan_of
from mapsvc.services.view.tally import tally

KindTally = Mapping[str, tuple[int, int]]
"""Site kind -> number of sites, sum of households."""


def grid_card(
    scene: Scene, code: str, query: Query, places: Sequence[KindTally], loads: Mapping[str, int]
) -> dict[str, Any]:
    """The answer of GET /api/grids/CODE. places: one tally a grid; loads: open calls by target. Raises NotFound."""
    number = scene.plan.number_of.get(code)
    if number is None:
        raise NotFound("This plan has no grid with this code.")
    from mapsvc.geo.measure import polsby_popper

    plan = scene.plan.plan
    grid = plan.grids[number]
    counted = tally(scene, query.without_page())
    return {
        "seq": scene.marks.seq,
        "code": grid.code,
        "name": grid.name,
        "name_zh": grid.name_zh,
        "kind": grid.kind.value,
        "theme": grid.theme,
        "theme_zh": grid.theme_zh,
        "unit": grid.unit,
        "unit_zh": grid.unit_zh,
        "area_m2": round(grid.area_m2, 1),
        "compactness": round(float(polsby_popper([grid.polygon], plan.working_epsg)[0]), 4),
        "neighbours": scene.plan.neighbours[number],
        "figures": {
            "open": int(counted.open_[number]),
            "overdue": int(counted.overdue[number]),
            "waiting": int(counted.waiting[number]),
            "count": int(counted.per_grid[number]),
        },
        "posts": [
            post_of(post) | _at_work(post, scene, loads) for post in scene.registers.posts if code in post.grid_codes
        ],
        "sites": [
            {"kind": kind, "count": count, "households": households}
            for kind, (count, households) in sorted(places[number].items())
        ],
        "plan": plan_of(plan),
    }


def post_of(post: Post) -> dict[str, Any]:
    """A post; missing = it is required and nobody stands behind it."""
    return {
        "code": post.code,
        "role": post.role,
        "name": post.name,
        "name_zh": post.name_zh,
        "department": post.department,
        "strength": post.strength,
        "required": post.required,
        "missing": is_missing(post),
        "duty": post.duty,
        "duty_zh": post.duty_zh,
    }


def _at_work(post: Post, scene: Scene, loads: Mapping[str, int]) -> dict[str, Any]:
    """Whether it is on duty now and until when (ISO; None = always, or off), and what it has to do.

    on_duty is None where nobody stands behind the post, or its hours make no sense.
    """
    told = {"hours": post.hours, "on_duty": None, "until": None, "tasks": loads.get(f"post:{post.code}", 0)}
    with suppress(BadInput):
        now = standing(post.hours, scene.now, scene.tz)
        if post.strength > 0:
            told |= {"on_duty": now.is_on, "until": iso(now.until, scene.tz)}
    return told


def is_missing(post: Post) -> bool:
    """A required force of strength 0."""
    return post.required and post.strength == 0


def count_sites(sites: Sequence[Site], plan: PlanInUse) -> list[dict[str, tuple[int, int]]]:
    """Sites of each grid by kind; a site counts where a point on it lies."""
    tallies: list[dict[str, tuple[int, int]]] = [{} for _ in plan.plan.grids]
    if not sites:
        return tallies
    points = [site.geometry.representative_point() for site in sites]
    found = plan.index.locate(np.array([point.x for point in points]), np.array([point.y for point in points]))
    for site, number in zip(sites, found.tolist(), strict=True):
        if number >= 0:
            count, households = tallies[number].get(site.kind, (0, 0))
            tallies[number][site.kind] = count + 1, households + site.households
    return tallies
