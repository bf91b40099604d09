"""Placing: where many points lie under a plan, and how sure that is: one answer for reports, files and moved pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty, write_shares
from mapsvc.model.place import Share
from mapsvc.ports import Locate, Store
from mapsvc.services.scene.plans import PlanInUse

if TYPE_CHECKING:
    from mapsvc.geo.certainty import Judged

FloatArray = npt.NDArray[np.float64]

_LEAST = 0.00005
"""Shares below are nothing in the four digits that are stored."""
_ROUNDING = 0.005
"""What rounding may leave over: it goes to the largest share."""


@dataclass(frozen=True, slots=True)
class Placed:
    """n points. grid: index into plan.grids, -1 = none; certainty: codes of CERTAINTIES; grid_share: probability that
    the point lies in its grid, 1 where certain, 0 in none; shares: of all candidates as `write_shares` writes them,
    "" where certain or no accuracy is stated."""

    grid: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.int8]
    grid_share: FloatArray
    shares: list[str]


def place(plan: PlanInUse, lon: npt.ArrayLike, lat: npt.ArrayLike, accuracy_m: npt.ArrayLike) -> Placed:
    """n points in WGS 84 degrees under `plan`.

    NaN lon or lat = unlocated; accuracy_m: 68 % radius, one for all or one a point, NaN = not stated.
    """
    from mapsvc.geo.certainty import judge

    x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    accuracy = np.broadcast_to(np.asarray(accuracy_m, dtype=np.float64), x.shape)
    grid = plan.index.locate(x, y)
    judged = judge(plan.outlines, x, y, grid, accuracy)
    return Placed(grid, judged.codes, judged.own, share_texts(judged, plan.plan.codes))


def locator(plan: PlanInUse) -> Locate:
    """`place` under this plan with all it needs made ready: a store may wait for it."""
    place(plan, [0.0], [0.0], 1.0)
    return partial(place, plan)


def share_texts(judged: Judged, codes: Sequence[str], place_of: npt.NDArray[np.int32] | None = None) -> list[str]:
    """What is stored for each point. codes: of the plan's grids; place_of: which of them each candidate is, where they
    have other numbers."""
    texts = [""] * len(judged.codes)
    shares = judged.shares
    borders = np.searchsorted(shares.point, np.arange(len(judged.rows) + 1)).tolist()
    names = (shares.grid if place_of is None else place_of[shares.grid]).tolist()
    values = shares.share.tolist()
    for row, (start, end) in zip(judged.rows.tolist(), pairwise(borders), strict=True):
        found = [Share(codes[names[at]] if names[at] >= 0 else "", values[at]) for at in range(start, end)]
        texts[row] = write_shares(rounded(found))
    return texts


def other_shares(
    store: Store, fids: npt.NDArray[np.int64], certainty: npt.NDArray[np.int8], shares: Sequence[str]
) -> npt.NDArray[np.bool_]:
    """Which incidents have other shares now than are stored; only boundary ones are looked at."""
    other = np.zeros(len(fids), dtype=bool)
    rows = np.flatnonzero(certainty == CERTAINTY_CODE[Certainty.BOUNDARY])
    if len(rows):
        for row, stored in zip(rows.tolist(), store.load_shares(fids[rows]), strict=True):
            other[row] = write_shares(stored) != shares[row]
    return other


def rounded(shares: list[Share]) -> list[Share]:
    """Shares in four digits that still sum to 1, largest first; what is nothing in four digits is left out."""
    kept = [Share(one.grid_code, round(one.share, 4)) for one in shares if one.share >= _LEAST]
    over = round(1.0 - sum(one.share for one in kept), 4)
    if kept and abs(over) <= _ROUNDING:
        kept[0] = Share(kept[0].grid_code, round(kept[0].share + over, 4))
    return kept
