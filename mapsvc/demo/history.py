"""History: 18 months of invented incidents that are settled, at believable rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from mapsvc.demo.anchors import Anchor, Ground, anchor_pair, draw_fix
from mapsvc.demo.draft import LAST_MIDNIGHT, Clock, Draft
from mapsvc.demo.rhythm import DAY_S, DAYS, daily_weights, draw_seconds
from mapsvc.demo.texts import Phrases, draw_bare_title, draw_note, draw_title
from mapsvc.model.incident import Status
from mapsvc.model.task_type import TaskType

GRID_RATE = {1: 1.40, 2: 1.15, 3: 1.80, 4: 1.10, 5: 1.35, 6: 1.60, 7: 1.50}
"""Reports a day at the end of the series, before anything is planted."""
TYPE_SHARE = {
    "information_collection": 0.12,
    "dispute": 0.07,
    "legal_publicity": 0.05,
    "security_inspection": 0.15,
    "safety_creation": 0.06,
    "environment": 0.20,
    "residential_affairs": 0.16,
    "hidden_danger": 0.09,
    "appeal": 0.10,
}
SOURCES = ("app", "mini", "hotline", "desk")
_SOURCE_SHARE = (0.46, 0.31, 0.19, 0.04)
_DELAY_MIN = {"app": 6.0, "mini": 25.0, "hotline": 70.0, "desk": 240.0}
LATE_SHARE = 0.092
UNLOCATED_SHARE = 0.006


def iter_history(
    types: Sequence[TaskType], anchors: Sequence[Anchor], ground: Ground, phrases: Phrases, rng: np.random.Generator
) -> Iterator[Draft]:
    """Drafts grid by grid and type by type, not in order of time."""
    for grid, rate in GRID_RATE.items():
        own = [anchor for anchor in anchors if anchor.grid == grid]
        for task_type in types:
            share = TYPE_SHARE.get(task_type.code, 0.0)
            moments = draw_moments(task_type.code, rate * share, rng)
            for moment in moments:
                yield draw_settled(task_type, own, moment, ground, phrases, rng)


def draw_moments(task_type: str, per_day: float, rng: np.random.Generator) -> list[int]:
    """Epoch seconds of occurrence: a Poisson number each day at the type's rhythm."""
    counts = rng.poisson(per_day * daily_weights(task_type))
    days = np.repeat(np.arange(DAYS), counts)
    seconds = draw_seconds(task_type, len(days), rng)
    return [int(moment) for moment in LAST_MIDNIGHT - (DAYS - 1 - days) * DAY_S + seconds]


def fitting(anchors: Iterable[Anchor], phrases: Phrases, task_type: str) -> list[Anchor]:
    """Anchors that some matter of the type can happen at."""
    kinds = {kind for _, _, at in phrases.matter[task_type] for kind in at}
    return [anchor for anchor in anchors if kinds & set(anchor.kinds)]


def draw_settled(
    task_type: TaskType,
    anchors: Sequence[Anchor],
    occurred_at: int,
    ground: Ground,
    phrases: Phrases,
    rng: np.random.Generator,
) -> Draft:
    """One settled incident at one of the anchors."""
    usable = fitting(anchors, phrases, task_type.code)
    anchor = usable[int(rng.integers(len(usable)))]
    source = SOURCES[int(rng.choice(len(SOURCES), p=_SOURCE_SHARE))]
    words = replace(anchor.words, e=int(rng.integers(1, max(1, anchor.entrances) + 1)))
    # An address nobody could place: it came by telephone and names no building of the register.
    unlocated = source == "hotline" and rng.random() < UNLOCATED_SHARE / _SOURCE_SHARE[2]
    if unlocated:
        title = draw_bare_title(phrases, task_type.code, rng)
    else:
        title = draw_title(phrases, task_type.code, anchor.kinds, words, rng)
    return Draft(
        source=source,
        task_type=task_type.code,
        clock=draw_clock(task_type, occurred_at, source, rng),
        fix=None if unlocated else draw_fix(anchor, source, ground, rng),
        title=title,
        text=draw_note(phrases, source, rng),
        address=unknown_address(rng) if unlocated else anchor_pair(anchor),
        precision="" if unlocated else ("building" if "p" not in anchor.kinds else "place"),
        level=int(rng.choice([1, 2, 3], p=[0.86, 0.12, 0.02])),
    )


def unknown_address(rng: np.random.Generator) -> tuple[str, str]:
    """An address that fits no place of the register."""
    options = (
        ("behind the old cinema", "老电影院后面"),
        ("the lane by the tea house", "茶馆旁边的巷子"),
        ("third building from the corner", "路口往里第三栋"),
        ("near the former grain station", "原粮站附近"),
        ("opposite the big poplar", "大杨树对面"),
    )
    return options[int(rng.integers(len(options)))]


def draw_clock(task_type: TaskType, occurred_at: int, source: str, rng: np.random.Generator) -> Clock:
    """Report, dispatch (median 6 min, 9 of 10 within 21), limit and closing; about 9 % close late."""
    reported_at = occurred_at + 60 * int(rng.exponential(_DELAY_MIN[source]))
    dispatched_at = reported_at + 60 * max(1, round(float(rng.lognormal(np.log(6.0), 0.98))))
    fate = rng.random()
    if fate < 0.03:
        status = Status.REJECTED if fate < 0.012 else Status.VOIDED
        return Clock(occurred_at, reported_at, 0, dispatched_at + 60 * int(rng.integers(5, 90)), status)
    if task_type.limit_hours is None:
        return Clock(occurred_at, reported_at, 0, dispatched_at + int(rng.integers(1, 72)) * 3600, Status.CLOSED)
    limit_s = round(task_type.limit_hours * 3600)
    if rng.random() < LATE_SHARE:
        used = 1.0 + float(rng.exponential(0.22)) + 0.01
    elif source == "app" and rng.random() < 0.35:
        used = float(rng.uniform(0.005, 0.04))
    else:
        used = float(rng.beta(1.7, 2.1)) * 0.985 + 0.01
    closed_at = dispatched_at + round(limit_s * used / 60) * 60
    return Clock(occurred_at, reported_at, dispatched_at + limit_s, closed_at, Status.CLOSED)


def is_settled(draft: Draft, by: int) -> bool:
    """True when the matter was over by then."""
    return draft.clock.closed_at <= by
