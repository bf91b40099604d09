"""Merging: two changes of one partition as one change, segment by segment; or a Clash, never a guess."""

from __future__ import annotations

from dataclasses import replace

from mapsvc.errors import Clash, Refused
from mapsvc.geo.edit.check import check
from mapsvc.geo.edit.merge_facts import merge_facts, name_new
from mapsvc.geo.edit.net_change import Labels, Line, Net, arrays, labels_of, net_of
from mapsvc.geo.edit.refuse import codes_of, lines
from mapsvc.geo.edit.shape_change import ShapeChange
from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.assemble import relabel
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition, piece_count
from mapsvc.model.finding import Finding, Rule, Severity

_SAME_LINE = "Both changes move the same line."


def merge_deltas(parent: Partition, a: Delta, b: Delta) -> Delta:
    """The delta that carries `parent` to both changes, each a delta of `parent`.

    Arcs and new grids of `a` keep their ids and numbers; those of `b` may get others. The shapes and facts are the same
    whichever comes first, bit for bit. Clash, with a finding for what each change wants, where both change one segment
    to different things, where a line names a grid that the other change took away, or where the two together break the
    map or tear a grid into more pieces than either.
    """
    names = name_new(parent, a, b)
    before, after = merge_facts(parent, a, b, names)
    net_a, net_b = net_of(a, {}), net_of(b, names)
    arc_ids = a.removed.keys() | b.removed.keys()
    labels = labels_of(parent.arcs[i] for i in sorted(arc_ids))
    old = dict(labels)
    _mind_segments(parent, old, net_a, net_b)
    _mind_gone(parent, net_a, {n for n, facts in b.after.items() if facts is None and a.after.get(n, 0) is not None})
    _mind_gone(parent, net_b, {n for n, facts in a.after.items() if facts is None and b.after.get(n, 0) is not None})
    for line, sides in (*net_a.items(), *net_b.items()):
        if sides is None:
            labels.pop(line, None)
        else:
            labels[line] = sides
    segments, sides_of = arrays(labels)
    delta = relabel(parent, arc_ids, segments, sides_of[:, 0], sides_of[:, 1], before, after)
    delta = _named(parent, delta, a, b)
    merged = parent.after(delta)
    frame = any(OUTSIDE in change.sides and not ShapeChange.of(change).same_line(OUTSIDE) for change in (a, b))
    try:
        touched = check(parent, delta, merged, frame=frame, pieces=True)
    except Refused as refused:
        # Both took these segments away; where the new lines are not the same, they do not fit together.
        gone = sorted(line for line in net_a.keys() & net_b.keys() if net_a[line] is None)
        if gone:
            findings = [*_both_lines(parent, old, net_a, net_b, gone), *refused.findings]
            raise Clash(_SAME_LINE, findings) from refused
        raise Clash("The two changes do not fit together.", refused.findings) from refused
    _mind_pieces(parent, a, b, merged, {n: m for m, n in names.items()}, touched)
    return delta


def _mind_segments(parent: Partition, old: Labels, net_a: Net, net_b: Net) -> None:
    disputed = sorted(line for line in net_a.keys() & net_b.keys() if net_a[line] != net_b[line])
    if disputed:
        raise Clash(_SAME_LINE, _both_lines(parent, old, net_a, net_b, disputed))


def _both_lines(parent: Partition, old: Labels, net_a: Net, net_b: Net, disputed: list[Line]) -> list[Finding]:
    """For each pair of grids whose line is in dispute: where one change draws it, and where the other.

    old: sides of the segments of the parent that either change took up.
    """
    pairs: dict[frozenset[int], list[Line]] = {}
    for line in disputed:
        sides = old.get(line) or net_a[line] or net_b[line]
        if sides is not None:
            pairs.setdefault(frozenset(sides), []).append(line)
    findings = []
    for pair, some in pairs.items():
        codes = codes_of(parent, pair)
        for word, net in (("One", net_a), ("The other", net_b)):
            near = [line for line, sides in net.items() if sides and pair & set(sides) and _near(line, some)]
            wanted = [line for line in near if pair == set(net[line] or ())] or near
            shown, _ = arrays({line: (0, 0) for line in wanted or some})
            message = f"{word} change draws the line between {' and '.join(codes) or 'these grids'} here."
            findings.append(Finding(Rule.SAME_LINE, Severity.ERROR, message, lines(parent, shown), grids=codes))
    return findings


def _near(line: Line, others: list[Line]) -> bool:
    """True within about a kilometre of the disputed segments."""
    reach = 1_000_000
    west, south = (min(other[k] for other in others) - reach for k in (0, 1))
    west, south = (
        min(west, *(other[2] - reach for other in others)),
        min(south, *(other[3] - reach for other in others)),
    )
    east = max(max(other[0], other[2]) for other in others) + reach
    north = max(max(other[1], other[3]) for other in others) + reach
    return west <= line[0] <= east and south <= line[1] <= north


def _mind_gone(parent: Partition, net: Net, gone: set[int]) -> None:
    """Clash where a changed line names a grid that the other change took away."""
    named = [line for line, sides in net.items() if sides and gone & set(sides)]
    if named:
        shown, sides_of = arrays({line: net[line] or (0, 0) for line in named})
        codes = codes_of(parent, gone & set(sides_of.ravel().tolist()))
        message = f"One change does away with grid {codes[0] if codes else ''}, the other draws its line anew."
        finding = Finding(Rule.SAME_LINE, Severity.ERROR, message, lines(parent, shown), grids=codes)
        raise Clash(message, [finding])


def _named(parent: Partition, delta: Delta, a: Delta, b: Delta) -> Delta:
    """The delta with the ids that its arcs have in `a`, else in `b` where those are free, else new ones."""
    free = max([parent.next_arc, *(i + 1 for change in (a, b) for i in change.added)])
    known = {_identity(arc): i for i, arc in b.added.items() if i not in a.added}
    known.update({_identity(arc): i for i, arc in a.added.items()})
    added: dict[int, Arc] = {}
    for arc in delta.added.values():
        number = known.get(_identity(arc), free)
        free += number == free
        added[number] = arc
    return replace(delta, added=added)


def _identity(arc: Arc) -> tuple[int, int, bytes]:
    return arc.left, arc.right, arc.steps.tobytes()


def _mind_pieces(
    parent: Partition, a: Delta, b: Delta, merged: Partition, names: dict[int, int], touched: frozenset[int]
) -> None:
    states = (parent, parent.after(a), parent.after(b))
    for number in sorted(touched & set(merged.facts)):
        had = 1
        for state, name in zip(states, (number, number, names.get(number, number)), strict=True):
            if name in state.facts:
                had = max(had, piece_count(state.polygon(name)))
        has = piece_count(merged.polygon(number))
        if has > had:
            code = merged.facts[number].code
            message = f"Together the two changes leave grid {code} in {has} pieces."
            where = merged.polygon(number)
            finding = Finding(Rule.MULTIPART, Severity.ERROR, message, where, float(has), "features", (code,))
            raise Clash(message, [finding])
