"""Planted: the hot spot, the rising trend and the reports near grid lines that the demo is known to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mapsvc.demo.anchors import Anchor, Fix, Ground, anchor_pair, line_fix, near_line
from mapsvc.demo.draft import LAST_MIDNIGHT, Draft
from mapsvc.demo.history import draw_clock, draw_settled
from mapsvc.demo.places import BUS_YARD
from mapsvc.demo.rhythm import DAY_S, DAYS, draw_seconds
from mapsvc.demo.texts import Phrases, draw_note
from mapsvc.model.task_type import TaskType

HOT_DAYS, HOT_REPORTS, HOT_SPREAD_M = 56, 84, 42.0
HOT_TYPES = (("environment", 0.62), ("hidden_danger", 0.38))
TREND_DAYS, TREND_REPORTS = 180, 84
TREND_TYPE, TREND_GRID = "residential_affairs", 5
LINE_REPORTS, LINE_DAYS = 10, 60
"""Settled ones; the open set holds five more."""


def iter_hot_spot(
    types: Sequence[TaskType], anchors: Sequence[Anchor], ground: Ground, phrases: Phrases, rng: np.random.Generator
) -> Iterator[Draft]:
    """Reports around the bus yard in the last eight weeks, more of them lately."""
    yard = next(anchor for anchor in anchors if anchor.words.spot[0] == BUS_YARD)
    by_code = {task_type.code: task_type for task_type in types}
    codes = [code for code, _ in HOT_TYPES if code in by_code]
    for _ in range(HOT_REPORTS if codes else 0):
        share = np.array([weight for code, weight in HOT_TYPES if code in codes])
        code = codes[int(rng.choice(len(codes), p=share / share.sum()))]
        back = int(HOT_DAYS * (1 - rng.beta(1.5, 1.0)))
        moment = LAST_MIDNIGHT - back * DAY_S + int(draw_seconds(code, 1, rng)[0])
        source = "app" if rng.random() < 0.6 else "mini"
        titles = phrases.bus_yard[code]
        yield Draft(
            source=source,
            task_type=code,
            clock=draw_clock(by_code[code], moment, source, rng),
            fix=_near_yard(yard, ground, rng),
            title=titles[int(rng.integers(len(titles)))],
            text=draw_note(phrases, source, rng),
            address=anchor_pair(yard),
            precision="place",
            planted="hot_spot",
        )


def _near_yard(yard: Anchor, ground: Ground, rng: np.random.Generator) -> Fix:
    while True:
        x, y = rng.normal(yard.centre, HOT_SPREAD_M)
        fix = Fix(float(x), float(y), round(float(rng.uniform(6, 24)), 1))
        if ground.is_sure(fix, yard.grid):
            return fix


def iter_trend(
    types: Sequence[TaskType], anchors: Sequence[Anchor], ground: Ground, phrases: Phrases, rng: np.random.Generator
) -> Iterator[Draft]:
    """Residential affairs in grid 05, from none half a year ago to about one a day."""
    own = [anchor for anchor in anchors if anchor.grid == TREND_GRID]
    for task_type in types:
        if task_type.code != TREND_TYPE:
            continue
        for _ in range(TREND_REPORTS):
            # The square root of a uniform draw has a density that rises in a straight line.
            day = DAYS - 1 - TREND_DAYS + int(np.sqrt(rng.random()) * (TREND_DAYS + 1))
            moment = LAST_MIDNIGHT - (DAYS - 1 - day) * DAY_S + int(draw_seconds(task_type.code, 1, rng)[0])
            yield replace(draw_settled(task_type, own, moment, ground, phrases, rng), planted="trend")


def iter_near_lines(
    types: Sequence[TaskType],
    anchors: Sequence[Anchor],
    ground: Ground,
    phrases: Phrases,
    rng: np.random.Generator,
) -> Iterator[Draft]:
    """Settled reports whose accuracy circle meets a grid line."""
    streetside = [anchor for anchor in anchors if anchor.kinds == "s"]
    near = near_line(streetside, ground)
    for _ in range(LINE_REPORTS):
        task_type = types[int(rng.integers(len(types)))]
        moment = LAST_MIDNIGHT - int(rng.integers(6, LINE_DAYS)) * DAY_S + int(draw_seconds(task_type.code, 1, rng)[0])
        anchor = near[int(rng.integers(len(near)))]
        draft = draw_settled(task_type, [anchor], moment, ground, phrases, rng)
        yield replace(draft, source="app", fix=line_fix(anchor, ground, rng), planted="near_line")
