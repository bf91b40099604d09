"""Open set: the 47 matters on the desk at the moment the files are written for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mapsvc.demo.anchors import Anchor, Board, Fix, Ground, anchor_pair, draw_fix, line_fix, near_line
from mapsvc.demo.draft import END, Clock, Draft
from mapsvc.demo.history import fitting, unknown_address
from mapsvc.demo.texts import Pair, Phrases, Words, draw_bare_title, draw_note, draw_title
from mapsvc.demo.twin import add_twin
from mapsvc.errors import Broken
from mapsvc.model.incident import WAITING_STATUSES, Status
from mapsvc.model.task_type import TaskType


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One open matter. left_min: minutes to its due time (negative: late), or minutes since its report while waiting.

    where: "" near a building, "line" near a grid line, "none" not located; title: given, or drawn when empty.
    kinds: letters of phrases.toml that choose the place; near: part of the street's or place's name it must have.
    """

    grid: int
    task_type: str
    status: Status
    left_min: int
    title: Pair = ("", "")
    where: str = ""
    kinds: str = "yesp"
    near: str = ""


_HANDLING, _DISPATCHED = Status.HANDLING, Status.DISPATCHED
OPEN_ROWS = (
    # overdue
    OpenRow(6, "hidden_danger", _HANDLING, -190, ("Street lamp out at school gate", "学校门口路灯不亮"),
            kinds="p", near="School"),
    OpenRow(1, "environment", _HANDLING, -105, ("Waste heap behind block {n}", "{n}号楼后垃圾堆放"), kinds="y"),
    OpenRow(5, "residential_affairs", _DISPATCHED, -50, ("Lift stopped, entrance {e}", "{e}单元电梯停运"), kinds="e"),
    OpenRow(5, "residential_affairs", _HANDLING, -20, ("Water pressure low, top floors", "高层水压不足"), kinds="e"),
    # waiting for dispatch
    OpenRow(5, "hidden_danger", Status.REPORTED, 2, ("Manhole cover broken, {street} {no}",
            "{street_zh}{no}号井盖破损"), kinds="s", near="Lantern Road"),
    OpenRow(7, "hidden_danger", Status.REPORTED, 6, ("Stall blocks fire lane", "摊位占用消防通道"),
            kinds="p", near="hall"),
    OpenRow(6, "security_inspection", Status.ACCEPTED, 9, ("Gate lock broken, north yard", "北院门锁损坏"), "line", "s",
            "Lantern Road"),
    OpenRow(3, "dispute", Status.FILED, 14, kinds="e"),
    # soon due
    OpenRow(6, "environment", _HANDLING, 65, ("Drain smell, canal steps", "渠边台阶排水异味"), kinds="s",
            near="Canal West Road"),
    OpenRow(5, "environment", _HANDLING, 140, where="line", kinds="s"),
    OpenRow(2, "security_inspection", _DISPATCHED, 190, kinds="y"),
    OpenRow(5, "residential_affairs", _DISPATCHED, 240, kinds="e"),
    OpenRow(6, "hidden_danger", _HANDLING, 95, kinds="ys"),
    OpenRow(6, "environment", _HANDLING, 310, kinds="s"),
    OpenRow(7, "environment", _HANDLING, 205, kinds="sp"),
    # not located: a telephone call, an address nobody could place
    OpenRow(5, "appeal", _DISPATCHED, 1500, where="none", kinds="s"),
    OpenRow(6, "residential_affairs", _HANDLING, 2100, where="none", kinds="e"),
    OpenRow(1, "environment", _DISPATCHED, 1200, where="none", kinds="s"),
    # near a grid line
    OpenRow(1, "safety_creation", _DISPATCHED, 3900, where="line", kinds="s"),
    OpenRow(3, "environment", _HANDLING, 1010, where="line", kinds="s"),
    OpenRow(4, "hidden_danger", _HANDLING, 520, where="line", kinds="s"),
    # in time
    OpenRow(1, "information_collection", _DISPATCHED, 4100),
    OpenRow(1, "residential_affairs", _HANDLING, 2300, kinds="e"),
    OpenRow(2, "appeal", _DISPATCHED, 1900),
    OpenRow(3, "environment", _HANDLING, 1900),
    OpenRow(3, "safety_creation", _HANDLING, 3300),
    OpenRow(3, "residential_affairs", Status.RESOLVED, 1600, kinds="e"),
    OpenRow(4, "security_inspection", _DISPATCHED, 2700),
    OpenRow(4, "residential_affairs", Status.SUSPENDED, 2900, kinds="ye"),
    OpenRow(5, "residential_affairs", _HANDLING, 3100, kinds="e"),
    OpenRow(5, "residential_affairs", _HANDLING, 2500, kinds="e"),
    OpenRow(5, "residential_affairs", _DISPATCHED, 3300, kinds="e"),
    OpenRow(5, "appeal", _HANDLING, 1750),
    OpenRow(5, "security_inspection", _HANDLING, 1450),
    OpenRow(5, "information_collection", Status.VERIFIED, 2000),
    OpenRow(6, "environment", _HANDLING, 1180, kinds="s"),
    OpenRow(6, "hidden_danger", _DISPATCHED, 1300, kinds="s"),
    OpenRow(6, "dispute", _HANDLING, 5200, kinds="e"),
    OpenRow(6, "security_inspection", _HANDLING, 1600),
    OpenRow(6, "environment", Status.REWORK, 900, kinds="s"),
    OpenRow(6, "appeal", Status.RESOLVED, 1400),
    OpenRow(6, "environment", _HANDLING, 1120, kinds="y"),
    OpenRow(7, "environment", _HANDLING, 980, kinds="sp"),
    OpenRow(7, "legal_publicity", _DISPATCHED, 6000, kinds="p"),
    OpenRow(7, "hidden_danger", Status.RESOLVED, 450, kinds="sp"),
    OpenRow(7, "security_inspection", _HANDLING, 1700),
    OpenRow(7, "information_collection", _HANDLING, 3000, kinds="s"),
)  # fmt: skip


def make_open_set(
    types: Sequence[TaskType],
    anchors: Sequence[Anchor],
    ground: Ground,
    phrases: Phrases,
    rng: np.random.Generator,
) -> list[Draft]:
    """One draft a row of OPEN_ROWS; rows of a task type that was edited away are left out."""
    by_code = {task_type.code: task_type for task_type in types}
    drafts: list[Draft] = []
    used: list[Board] = []
    for row in OPEN_ROWS:
        task_type = by_code.get(row.task_type)
        if task_type is None:
            continue
        anchor = _choose(row, anchors, used, ground, phrases, rng)
        used.append(anchor.centre)
        source = "hotline" if row.where == "none" else ("mini" if rng.random() < 0.35 else "app")
        words = replace(anchor.words, e=min(2, max(1, anchor.entrances)))
        drafts.append(
            Draft(
                source=source,
                task_type=task_type.code,
                clock=_clock(row, task_type, rng),
                fix=_fix(row, anchor, source, ground, rng),
                title=_title(row, anchor, words, phrases, rng),
                text=draw_note(phrases, source, rng),
                address=unknown_address(rng) if row.where == "none" else anchor_pair(anchor),
                precision="" if row.where == "none" else ("place" if "p" in anchor.kinds else "building"),
                level=2 if row.left_min < 0 else 1,
                planted="near_line" if row.where == "line" else "",
            )
        )
    return add_twin(drafts, by_code, ground)


def _choose(
    row: OpenRow,
    anchors: Sequence[Anchor],
    used: Sequence[Board],
    ground: Ground,
    phrases: Phrases,
    rng: np.random.Generator,
) -> Anchor:
    own = [anchor for anchor in anchors if anchor.grid == row.grid and set(anchor.kinds) & set(row.kinds)]
    if row.near:
        # Another seed may build nothing on that street; any place of the kind will do then.
        own = [anchor for anchor in own if row.near in anchor.words.street[0] + anchor.words.spot[0]] or own
    else:
        own = fitting(own, phrases, row.task_type)
    if row.where == "line":
        own = near_line(own, ground) or own
    if not own:
        raise Broken(f"The invented grid {row.grid:02d} has no place for the open matter on {row.task_type}.")
    # Symbols on the desk should not hide each other: the draw that lies farthest from earlier ones wins.
    drawn = [own[int(rng.integers(len(own)))] for _ in range(6)]
    return max(drawn, key=lambda anchor: min((math.dist(anchor.centre, other) for other in used), default=0.0))


def _title(row: OpenRow, anchor: Anchor, words: Words, phrases: Phrases, rng: np.random.Generator) -> Pair:
    if row.where == "none":
        return draw_bare_title(phrases, row.task_type, rng)
    if row.title[0]:
        return words.fill(row.title)
    return draw_title(phrases, row.task_type, anchor.kinds, words, rng)


def _fix(row: OpenRow, anchor: Anchor, source: str, ground: Ground, rng: np.random.Generator) -> Fix | None:
    if row.where == "none":
        return None
    if row.where == "line":
        return line_fix(anchor, ground, rng)
    return draw_fix(anchor, source, ground, rng)


def _clock(row: OpenRow, task_type: TaskType, rng: np.random.Generator) -> Clock:
    delay = int(rng.integers(2, 15)) * 60
    if row.status in WAITING_STATUSES:
        reported = END - row.left_min * 60
        return Clock(reported, reported, 0, 0, row.status)
    limit_s = round((task_type.limit_hours or 0) * 3600)
    due = END + row.left_min * 60
    dispatched = min(due - limit_s, END - 600) if limit_s else END - row.left_min * 60
    reported = dispatched - int(rng.integers(3, 21)) * 60
    return Clock(reported - delay, reported, due if limit_s else 0, 0, row.status)
