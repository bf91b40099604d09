"""Editing: commands become one change of a draft's shapes, on the newest state or merged with what came since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from mapsvc.errors import Clash, MapsvcError, Refused, Stale
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.redraw import Command
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

Weigh = Callable[[Sequence[Any]], Any]
"""weigh(polygons) -> loads: which part of a split keeps its code."""
_LATE = "The draft changed while this edit was drawn."


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A change of shapes that holds. touched: numbers of the grids whose shape changed."""

    before: Partition
    partition: Partition
    delta: Delta
    touched: frozenset[int]
    findings: tuple[Finding, ...] = ()


def make(state: State, commands: Sequence[Command], weigh: Weigh | None) -> Made:
    """Apply commands one after the other. Raises Refused; the state is a value and stays as it was."""
    from mapsvc.geo.edit.apply import apply

    before = shapes = state.partition
    delta: Delta | None = None
    touched: set[int] = set()
    findings: list[Finding] = []
    for command in commands:
        edited = apply(shapes, command, weigh, frozenset(state.draft.locked))
        shapes = edited.partition
        delta = edited.delta if delta is None else delta.then(edited.delta)
        touched |= edited.touched
        findings.extend(edited.findings)
    if delta is None:
        raise ValueError("an edit has one command at least")
    return Made(before, shapes, delta, frozenset(touched), tuple(findings))


def merge(seen: State, now: State, made: Made) -> Made:
    """`made`, drawn on `seen`, carried over to `now`. Raises Clash where both changed the same line."""
    from mapsvc.geo.partition.difference import difference

    since = difference(seen.partition, now.partition)
    both = together(seen.partition, since, made.delta)
    return carried_over(now, since.inverse().then(both), made.findings)


def carried_over(now: State, delta: Delta, findings: tuple[Finding, ...] = ()) -> Made:
    """A change that two planners made together, as an edit of the newest state. Raises Refused for a locked grid."""
    after = now.partition.after(delta)
    touched = touched_by(delta)
    for number in sorted(touched & frozenset(now.partition.numbers)):
        facts = now.partition.facts[number]
        if facts.id in now.draft.locked and not _same_shape(now.partition, after, number):
            told = f"Grid {facts.code} is locked."
            where = now.partition.polygon(number)
            raise Refused(told, [Finding(Rule.LOCKED, Severity.ERROR, told, where, grids=(facts.code,))])
    return Made(now.partition, after, delta, touched, findings)


def _same_shape(before: Partition, after: Partition, number: int) -> bool:
    return bool(after.arcs_of(number)) and before.polygon(number).equals(after.polygon(number))


def together(parent: Partition, theirs: Delta, ours: Delta) -> Delta:
    """Two changes of one partition as one. Raises Clash, always with the lines that each of them draws."""
    from mapsvc.geo.edit.merging import merge_deltas

    try:
        return merge_deltas(parent, theirs, ours)
    except Clash as clash:
        if any(finding.rule is Rule.SAME_LINE for finding in clash.findings):
            raise
        drawn = [_drawn(parent, "The other", theirs), _drawn(parent, "This", ours)]
        raise Clash(str(clash), [*clash.findings, *drawn]) from clash


def _drawn(parent: Partition, whose: str, delta: Delta) -> Finding:
    """The new lines of a change."""
    from mapsvc.analysis.changed_lines import ChangedLines, degree_lines

    lines = degree_lines(parent, ChangedLines.of(delta).came)
    where = shapely.line_merge(shapely.MultiLineString(list(lines))) if len(lines) else None
    return Finding(Rule.SAME_LINE, Severity.ERROR, f"{whose} change draws this line.", where)


def touched_by(delta: Delta) -> frozenset[int]:
    """Numbers of the grids beside the arcs of a change, and of those that only changed their facts."""
    sides = {side for arcs in (delta.removed, delta.added) for arc in arcs.values() for side in (arc.left, arc.right)}
    return frozenset(number for number in (*sides, *delta.before, *delta.after) if number >= 0)


def late(seen: State | None, now: State, make_on: Callable[[State], Made]) -> Stale:
    """The refusal of an edit of an older revision; it says whether the edit would merge, and if not, where."""
    details: dict[str, Any] = {"mergeable": False}
    if seen is not None and seen.start is now.start:
        try:
            merge(seen, now, make_on(seen))
            details["mergeable"] = True
        except MapsvcError as refused:
            details["findings"] = getattr(refused, "findings", ())
    return Stale(_LATE, revision=now.draft.revision, details=details)
