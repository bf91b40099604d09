"""Two changes of the facts of grids as one: three-way, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mapsvc.errors import Clash
from mapsvc.geo.edit.attributes import LONGEST
from mapsvc.geo.partition.delta import Delta, strip
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid

_WORDS = (*LONGEST, "kind")
Facts = dict[int, Grid | None]


def name_new(parent: Partition, a: Delta, b: Delta) -> dict[int, int]:
    """Other numbers for grids that `b` made, by the number it gave them.

    A grid that both made, with one id, is one grid; else the numbers of `a` stay and those of `b` give way.
    """
    new_a, new_b = ({n: facts for n, facts in d.after.items() if n not in parent.facts and facts} for d in (a, b))
    ids = {facts.id: number for number, facts in new_a.items()}
    free = max([parent.next_number, *(n + 1 for n in (*new_a, *new_b))])
    names: dict[int, int] = {}
    for number in sorted(new_b, key=lambda n: new_b[n].code):
        same = ids.get(new_b[number].id)
        if same is not None:
            names[number] = same
        elif number in new_a:
            names[number] = free
            free += 1
    return names


def merge_facts(parent: Partition, a: Delta, b: Delta, names: Mapping[int, int]) -> tuple[Facts, Facts]:
    """Facts before and after both changes. Clash where both set one fact, or one drops what the other changes."""
    before: Facts = {}
    after: Facts = {}
    other = {names.get(number, number): facts for number, facts in b.after.items()}
    for number in sorted(a.after.keys() | other.keys()):
        was = parent.facts.get(number)
        old = None if was is None else strip(was)
        one, two = a.after.get(number, old), other.get(number, old)
        merged = _three_way(parent, number, old, one, two)
        if merged != old:
            before[number], after[number] = old, merged
    _mind_codes(parent, before, after)
    return before, after


def _three_way(parent: Partition, number: int, old: Grid | None, one: Grid | None, two: Grid | None) -> Grid | None:
    if one == two or two == old:
        return one
    if one == old:
        return two
    facts = one or two or old
    code = facts.code if facts else ""
    if one is None or two is None:
        raise _clash(parent, number, code, f"One change does away with grid {code}, the other changes it.")
    if old is None:
        raise _clash(parent, number, code, f"Both changes make a grid {code}, but not the same one.")
    values = {}
    for word in _WORDS:
        was, mine, theirs = (getattr(grid, word) for grid in (old, one, two))
        if mine != was and theirs != was and mine != theirs:
            raise _clash(parent, number, old.code, f"Both changes set the {word} of grid {old.code} differently.")
        values[word] = theirs if mine == was else mine
    return replace(old, **values)


def _mind_codes(parent: Partition, before: Facts, after: Facts) -> None:
    """One code, one grid."""
    seen: set[str] = set()
    for number, facts in after.items():
        if facts is None:
            continue
        holder = parent.roll.find(facts.code)
        if facts.code in seen or (holder is not None and holder != number and holder not in before):
            raise _clash(parent, number, facts.code, f"After both changes two grids would have the code {facts.code}.")
        seen.add(facts.code)


def _clash(parent: Partition, number: int, code: str, message: str) -> Clash:
    where = parent.polygon(number) if number in parent.facts else None
    return Clash(message, [Finding(Rule.DUPLICATE_CODE, Severity.ERROR, message, where, grids=(code,))])
