"""Assignment: which incidents must be written anew when an edition comes into force: only those near a changed line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.whole import Weighed
from mapsvc.services.scene.located import carried_places
from mapsvc.services.scene.placing import other_shares, share_texts

if TYPE_CHECKING:
    from mapsvc.geo.certainty import Judged
    from mapsvc.geo.partition.partition import Partition

IntArray = npt.NDArray[np.int64]
_BOUNDARY = CERTAINTY_CODE[Certainty.BOUNDARY]


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """Rows that change. grid: index into the codes of the new plan, -1 = none. moved: how many get another grid code.

    seq: the journal number that the incidents were looked at; last_fid: the newest of them. rows: their places in the
    columns. grid_share, shares: as stored.
    """

    seq: int
    last_fid: int
    rows: IntArray
    fids: IntArray
    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]
    grid_share: npt.NDArray[np.float64]
    shares: Sequence[str]
    moved: int


def nothing() -> Assigned:
    """No rows."""
    rows, none = np.zeros(0, np.int64), np.zeros(0)
    return Assigned(0, 0, rows, rows, rows.astype(np.int32), rows.astype(np.int8), none, (), 0)


def assign(desk: Desk, weighed: Weighed, *, everything: bool = False) -> Assigned:
    """The rows that the step of `weighed` changes, when the incidents carry the grids of its `before`.

    everything: the incidents carry something else, so every row is looked at.
    """
    from mapsvc.analysis.changed_lines import ChangedLines
    from mapsvc.analysis.reassign import Moved
    from mapsvc.analysis.regrade import WIDEST_M, rows_to_regrade

    columns = weighed.snapshot.columns
    after, owner, cells = weighed.step.after, weighed.now.owner, weighed.ground.incidents
    changed = Moved.between(weighed.was.owner, owner)
    near = rows_to_regrade(cells, after, ChangedLines.of(weighed.step.delta), changed)
    # A line far away counts for those that state a poorer accuracy than the search is for.
    near = np.union1d(near, np.flatnonzero(np.isin(columns.fid, desk.store.list_vague(WIDEST_M))))
    place = places_of(after)
    stored = carried_places(columns, after.codes)
    renamed = np.flatnonzero(stored != place[owner])
    rows = np.arange(len(columns)) if everything else np.union1d(near, renamed)
    if len(renamed):
        # Shares name grids by code: those of a renamed one stand with its neighbours' incidents too.
        rows = np.union1d(rows, np.flatnonzero(columns.certainty == _BOUNDARY))
    grid = place[owner[rows]]
    judged = _judge(desk, weighed, columns, rows)
    shares = share_texts(judged, after.codes, place)
    kept = (grid != stored[rows]) | (judged.codes != columns.certainty[rows])
    kept |= other_shares(desk.store, columns.fid[rows], judged.codes, shares)
    moved = int(np.count_nonzero(grid != stored[rows]))
    last = int(columns.fid[-1]) if len(columns) else 0
    texts = [shares[row] for row in np.flatnonzero(kept).tolist()]
    found = (grid[kept], judged.codes[kept], judged.own[kept], texts)
    return Assigned(weighed.snapshot.seq, last, rows[kept], columns.fid[rows[kept]], *found, moved)


def places_of(partition: Partition) -> npt.NDArray[np.int32]:
    """Index in code order of each grid number; the last entry answers -1 (none) with -1."""
    place = np.full(max(partition.numbers, default=-1) + 2, -1, np.int32)
    place[list(partition.numbers)] = np.arange(len(partition.numbers), dtype=np.int32)
    return place


def _judge(desk: Desk, weighed: Weighed, columns: Any, rows: IntArray) -> Judged:
    """Certainty and shares of these rows with the accuracy each was stored with."""
    from mapsvc.analysis.regrade import regrade

    stated = desk.store.load_accuracy(columns.fid[rows])
    return regrade(weighed.step.after, columns.lon[rows], columns.lat[rows], weighed.now.owner[rows], stated)
