"""Recommend: who should go, and why. The same question always has the same answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mapsvc.casework.post_table import PostTable
from mapsvc.casework.weights import Weights
from mapsvc.model.duty import ALWAYS, Standing
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.place import Share
from mapsvc.model.post import Department, Post

_NEAREST = 6
"""Posts of other grids are looked at only among this many nearest ones on duty."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a recommendation is asked for.

    x, y: metres of the working CRS, None while unlocated. shares: grids it may lie in, likeliest first; neighbours:
    grids beside them. lead_department: of the task type, "" = none. areas: jurisdictions that hold the point. loads:
    open calls by target. before: targets called to it earlier. now: epoch seconds UTC; tz: the community's zone.
    """

    x: float | None
    y: float | None
    shares: tuple[Share, ...]
    lead_department: str
    now: int
    tz: str
    neighbours: frozenset[str] = frozenset()
    areas: tuple[Jurisdiction, ...] = ()
    loads: Mapping[str, int] = field(default_factory=dict)
    before: Collection[str] = ()
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and its values (numbers, codes; `until` in epoch seconds)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who might go. post: None for a department. distance_m: None where either stands nowhere. on_duty: None where
    nobody says so (departments)."""

    target: str
    score: float
    reasons: tuple[Reason, ...]
    post: Post | None = None
    distance_m: float | None = None
    on_duty: bool | None = None
    load: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """candidates: those that should be called first, then the others, each best first. targets: whom one button calls;
    the first of them leads."""

    candidates: tuple[Candidate, ...]
    targets: tuple[str, ...]


def recommend(asked: Question, table: PostTable, departments: Mapping[str, Department], weights: Weights) -> Advice:
    """Posts and departments for an incident, best first.

    The best one leads. Where it does not belong to the department that leads in matters of this type, that department
    is called too.
    """
    standings = table.standings(asked.now, asked.tz)
    distance = _distances(asked, table)
    nearest = _nearest(table, standings, distance, weights)
    own = {row for share in asked.shares for row in table.by_grid.get(share.grid_code, ())}
    rows = sorted(own.union(nearest))
    found = [_post(asked, table, row, standings, distance, nearest[:1], weights) for row in rows]
    found += _departments(asked, departments, weights)
    found.sort(key=lambda one: (-one.score, one.target))
    if not found:
        return Advice((), ())
    lead = found[0]
    chosen = [lead]
    body = lead.post.department if lead.post else lead.target.partition(":")[2]
    helper = f"department:{asked.lead_department}"
    if asked.lead_department and body != asked.lead_department:
        chosen += [one for one in found if one.target == helper]
    rest = [one for one in found if one not in chosen]
    candidates = (*chosen, *rest)[: max(weights.most, len(chosen))]
    return Advice(candidates, tuple(one.target for one in chosen))


def _distances(asked: Question, table: PostTable) -> np.ndarray[Any, np.dtype[np.float64]]:
    if asked.x is None or asked.y is None:
        return np.full(len(table.posts), np.nan)
    return np.hypot(table.x - asked.x, table.y - asked.y)


def _nearest(
    table: PostTable, standings: Sequence[Standing], distance: np.ndarray[Any, np.dtype[np.float64]], weights: Weights
) -> list[int]:
    """Row numbers of the nearest posts on duty within reach, nearest first."""
    on = np.array([one.is_on for one in standings] or [False], np.bool_)
    fit = np.flatnonzero(on[table.hours_of] & (distance <= weights.reach_m)) if len(table.posts) else np.empty(0, int)
    if len(fit) > _NEAREST:
        # Of equally near posts the first code wins, also where the cut goes through them.
        last = np.partition(distance[fit], _NEAREST - 1)[_NEAREST - 1]
        fit = fit[distance[fit] <= last]
    order: list[int] = fit[np.argsort(distance[fit], kind="stable")][:_NEAREST].tolist()
    return order


def _post(
    asked: Question,
    table: PostTable,
    row: int,
    standings: Sequence[Standing],
    distance: np.ndarray[Any, np.dtype[np.float64]],
    first: Sequence[int],
    weights: Weights,
) -> Candidate:
    post, stands = table.posts[row], standings[table.hours_of[row]]
    metres = float(distance[row]) if np.isfinite(distance[row]) else None
    reasons: list[Reason] = []
    score = weights.roles.get(post.role, 0.0) + _grid_points(asked, post, weights, reasons)
    if asked.lead_department and post.department == asked.lead_department:
        # Of a sensitive matter few should know: its own department's post goes, not the workers of the grid.
        score += weights.lead_department if asked.is_sensitive else weights.same_department
        reasons.append(Reason("lead_department", {"department": post.department}))
    if row in first:
        score += weights.nearest_on_duty
        reasons.append(Reason("nearest_on_duty", {"distance_m": round(metres or 0.0)}))
    if stands.is_on:
        score += weights.on_duty
        reasons.append(Reason("on_duty", {} if stands == ALWAYS else {"until": stands.until}))
    else:
        score += weights.off_duty
        reasons.append(Reason("off_duty"))
    if metres is not None:
        score += weights.near / (1.0 + metres / weights.near_m)
    target = f"post:{post.code}"
    score += _common(asked, target, weights, reasons)
    load = asked.loads.get(target, 0)
    return Candidate(target, score, tuple(reasons), post, metres, stands.is_on, load)


def _grid_points(asked: Question, post: Post, weights: Weights, reasons: list[Reason]) -> float:
    """Points for the grids a post serves: the likeliest one is responsible, others are told with their share."""
    points = 0.0
    for k, share in enumerate(asked.shares):
        if share.grid_code in post.grid_codes:
            points += weights.responsible_grid * share.share
            if k == 0:
                reasons.append(Reason("responsible_grid", {"grid": share.grid_code}))
            if len(asked.shares) > 1:
                reasons.append(Reason("share", {"grid": share.grid_code, "share": round(share.share, 4)}))
    if not points:
        beside = sorted(asked.neighbours.intersection(post.grid_codes))
        if beside:
            reasons.append(Reason("neighbour_grid", {"grid": beside[0]}))
            points = weights.neighbour_grid
    return points


def _departments(asked: Question, departments: Mapping[str, Department], weights: Weights) -> list[Candidate]:
    areas: dict[str, list[Jurisdiction]] = {}
    for area in asked.areas:
        areas.setdefault(area.department, []).append(area)
    wanted = {code for code in (asked.lead_department, *areas) if code in departments}
    found = []
    for code in sorted(wanted):
        score, reasons = 0.0, []
        if code == asked.lead_department:
            score += weights.lead_department
            reasons.append(Reason("lead_department", {"department": code}))
        if code in areas:
            score += weights.jurisdiction
            for area in areas[code]:
                told = {"network": area.network, "name": area.name, "name_zh": area.name_zh}
                reasons.append(Reason("jurisdiction", told))
        target = f"department:{code}"
        score += _common(asked, target, weights, reasons)
        found.append(Candidate(target, score, tuple(reasons), load=asked.loads.get(target, 0)))
    return found


def _common(asked: Question, target: str, weights: Weights, reasons: list[Reason]) -> float:
    """Points that posts and departments share: how much they have to do, and whether they know the matter."""
    load = asked.loads.get(target, 0)
    reasons.append(Reason("load", {"n": load}))
    points = weights.load * load
    if target in asked.before:
        points += weights.handled_before
        reasons.append(Reason("handled_before"))
    return points
