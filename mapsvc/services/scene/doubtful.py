"""Doubtful rows: the incidents near a line, with the share of each grid they may lie in, under one plan."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns
from mapsvc.ports import Store
from mapsvc.services.scene.located import Located
from mapsvc.services.scene.plans import PlanInUse

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Candidates = tuple[IntArray, npt.NDArray[np.int32], FloatArray]

_ASSUMED_M = 0.1
"""The accuracy of a point on a line that states none: the grids that meet there share it by their angles."""
_PLANS = 4


@dataclass(frozen=True, slots=True)
class Doubtful:
    """rows: (k,) numbers of the boundary rows, ascending. fids, lon, lat: theirs. point: (c,) place in `rows` of each
    candidate, ascending; grid: its index in the plan, -1 = outside; share: its probability."""

    rows: IntArray
    fids: IntArray
    lon: FloatArray
    lat: FloatArray
    point: IntArray
    grid: npt.NDArray[np.int32]
    share: FloatArray


class DoubtfulBook:
    """Keeps the candidates of the plans asked last; while reports come in, only what is new is worked out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[str, int], Doubtful] = {}
        self._lock = threading.Lock()

    def get(self, columns: IncidentColumns, located: Located, plan: PlanInUse, *, stored: bool = False) -> Doubtful:
        """The boundary rows of `columns` under `plan`. stored: whether the incidents carry the shares of this plan."""
        rows = np.flatnonzero(located.certainty == CERTAINTY_CODE[Certainty.BOUNDARY])
        fids, lon, lat = columns.fid[rows], columns.lon[rows], columns.lat[rows]
        with self._lock:
            before = self._kept.pop(plan.key, None)
        known, was = _known(before, fids, lon, lat)
        new = np.flatnonzero(~known)
        if stored or not len(new):
            point, grid, share = self._read(plan, fids[new], lon[new], lat[new])
        else:
            point, grid, share = self._find(plan, fids[new], lon[new], lat[new], located.grid[rows[new]])
        point = new[point]
        if before is not None and known.any():
            place = np.full(len(before.rows), -1, np.int64)
            place[was[known]] = np.flatnonzero(known)
            kept = place[before.point] >= 0
            point = np.concatenate([place[before.point[kept]], point])
            grid = np.concatenate([before.grid[kept], grid])
            share = np.concatenate([before.share[kept], share])
        order = np.argsort(point, kind="stable")
        found = Doubtful(rows, fids, lon, lat, point[order], grid[order], share[order])
        with self._lock:
            self._kept[plan.key] = found
            while len(self._kept) > _PLANS:
                self._kept.pop(next(iter(self._kept)))
        return found

    def _find(
        self, plan: PlanInUse, fids: IntArray, lon: FloatArray, lat: FloatArray, owner: npt.NDArray[np.int32]
    ) -> Candidates:
        """Worked out anew, for a plan whose shares are not stored."""
        from mapsvc.geo.certainty import FARTHEST_M
        from mapsvc.geo.shares import find_shares

        stated = np.nan_to_num(self._store.load_accuracy(fids))
        radius = np.where(stated > 0, np.minimum(stated, FARTHEST_M), _ASSUMED_M)
        found = find_shares(plan.outlines, *plan.outlines.plane.forward(lon, lat), owner, radius)
        return found.point, found.grid, found.share

    def _read(self, plan: PlanInUse, fids: IntArray, lon: FloatArray, lat: FloatArray) -> Candidates:
        """As stored. Nobody waits for the outlines of a city: a point on a line belongs to all who meet there alike."""
        rows: list[tuple[int, int, float]] = []
        on_line = []
        for place, shares in enumerate(self._store.load_shares(fids)):
            rows += [(place, plan.number_of.get(one.grid_code, -1), one.share) for one in shares]
            if not shares:
                on_line.append(place)
        at = np.array(on_line, np.int64)
        which, meets = plan.nearby.meeting(lon[at], lat[at])
        number = np.bincount(which, minlength=len(at))
        told = np.array(rows, np.float64).reshape(-1, 3)
        point = np.concatenate([told[:, 0].astype(np.int64), at[which]])
        grid = np.concatenate([told[:, 1].astype(np.int32), meets.astype(np.int32)])
        return point, grid, np.concatenate([told[:, 2], 1.0 / number[which]])


def _known(
    before: Doubtful | None, fids: IntArray, lon: FloatArray, lat: FloatArray
) -> tuple[npt.NDArray[np.bool_], IntArray]:
    """Which incidents stood at the same place before, and where in `before`."""
    if before is None or not len(before.fids):
        return np.zeros(len(fids), dtype=bool), np.zeros(len(fids), np.int64)
    at = np.minimum(np.searchsorted(before.fids, fids), len(before.fids) - 1)
    known: npt.NDArray[np.bool_] = (before.fids[at] == fids) & (before.lon[at] == lon) & (before.lat[at] == lat)
    return known, at
