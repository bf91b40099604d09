"""Standings: who owns which incident under the shapes of a draft, carried from edit to edit instead of counted anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mapsvc.services.redraw.grounds import Grounds
from mapsvc.services.scene.columns import Snapshot
from mapsvc.services.scene.memo import Memo

if TYPE_CHECKING:
    from mapsvc.analysis.ground import Ground
    from mapsvc.analysis.standing import Standing
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_KEPT = 24
"""Each holds a number an incident: 4 MB where there are a million."""

_TOTALS = ("living", "load", "households", "addresses")


class Standings:
    """Standings by the identity of a partition; a partition is never changed, so neither is what follows from it."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._held: OrderedDict[tuple[int, Hashable], Standing] = OrderedDict()
        self._starts: Memo[Standing] = Memo(4)
        self._lock = threading.Lock()

    def ground(self, epsg: int) -> Ground:
        """What edits are weighed with now."""
        return self._grounds.get(epsg).ground

    def key(self, epsg: int) -> Hashable:
        """Names what edits are weighed with now."""
        return self._grounds.get(epsg).key

    def between(
        self, start: Partition, before: Partition, after: Partition
    ) -> tuple[Ground, Snapshot, Standing, Standing]:
        """(the ground of now, its incidents, standings of two shapes on it), led on from that of `start`."""
        # One ground for both: incidents come in while it is asked.
        footing = self._grounds.get(start.epsg)
        pair = (self._under(footing.key, footing.ground, start, shapes) for shapes in (before, after))
        return footing.ground, footing.snapshot, *alike(*pair)

    def led(self, start: Partition, before: Partition, after: Partition, delta: Delta, *, keep: bool) -> Any:
        """(ground, standing before, standing after `delta`). keep: the new shapes stay; a preview's do not."""
        from mapsvc.analysis.standing import advance

        footing = self._grounds.get(start.epsg)
        key, ground = footing.key, footing.ground
        standing = self._under(key, ground, start, before)
        known = self._find(after, key)
        if known is None:
            known = advance(standing, ground, after, delta)
            if keep:
                self._keep(after, key, known)
        return ground, *alike(standing, known)

    def weigh(self, epsg: int, polygons: Sequence[Any]) -> npt.NDArray[np.int64]:
        """Counted incidents in each polygon: which part of a split keeps its code."""
        import shapely

        ground = self.ground(epsg)
        cells = ground.incidents
        loads = []
        for polygon in polygons:
            rows = cells.in_box(*polygon.bounds)
            rows = rows[ground.counted[rows]]
            loads.append(int(np.count_nonzero(shapely.intersects_xy(polygon, cells.lon[rows], cells.lat[rows]))))
        return np.array(loads, np.int64)

    def _under(self, key: Hashable, ground: Ground, start: Partition, shapes: Partition) -> Standing:
        known = self._find(shapes, key)
        if known is not None:
            return known
        from mapsvc.analysis.standing import advance, standing_of

        held = self._find(start, key)
        if held is None:
            held = self._starts.get((id(start), key), lambda: standing_of(start, ground))
            self._keep(start, key, held)
        if shapes is start:
            return held
        from mapsvc.geo.partition.difference import difference

        made = advance(held, ground, shapes, difference(start, shapes))
        self._keep(shapes, key, made)
        return made

    def _find(self, shapes: Partition, key: Hashable) -> Standing | None:
        with self._lock:
            held = self._held.get((id(shapes), key))
            # An id comes back for another object once the first is gone; a standing holds its own.
            return held if held is not None and held.partition is shapes else None

    def _keep(self, shapes: Partition, key: Hashable, standing: Standing) -> None:
        with self._lock:
            self._held[(id(shapes), key)] = standing
            self._held.move_to_end((id(shapes), key))
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)


def alike(one: Standing, other: Standing) -> tuple[Standing, Standing]:
    """Both with totals for as many numbers: the standing of an earlier state does not know later grids."""
    size = max(len(one.living), len(other.living))
    return _padded(one, size), _padded(other, size)


def _padded(standing: Standing, size: int) -> Standing:
    short = size - len(standing.living)
    if not short:
        return standing
    totals: dict[str, Any] = {name: np.pad(getattr(standing, name), (0, short)) for name in _TOTALS}
    return replace(standing, **totals)
