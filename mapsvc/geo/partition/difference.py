"""The delta between two partitions that come from one plan."""

from __future__ import annotations

from mapsvc.errors import Conflict
from mapsvc.geo.partition.delta import Delta, same_arc, same_facts, strip
from mapsvc.geo.partition.partition import Partition


def difference(old: Partition, new: Partition) -> Delta:
    """The delta with which `old.after(delta)` is `new`, ids and all; quick where the two share most arcs.

    Conflict where they do not come from the same plan: then their numbers and steps do not mean the same.
    """
    if old.base is not new.base and old.base.plan != new.base.plan:
        raise Conflict("The two states of the map come from different plans.")
    removed, added = {}, {}
    for number in old.arcs.differing(new.arcs):
        had, has = old.arcs.get(number), new.arcs.get(number)
        if had is not None and has is not None and same_arc(had, has):
            continue
        if had is not None:
            removed[number] = had
        if has is not None:
            added[number] = has
    before, after = {}, {}
    for number in old.facts.differing(new.facts):
        was, now = old.facts.get(number), new.facts.get(number)
        if was is not None and now is not None and same_facts(was, now):
            continue
        before[number] = None if was is None else strip(was)
        after[number] = None if now is None else strip(now)
    return Delta(removed, added, before, after)
