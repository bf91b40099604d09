"""Basis: what grids were worked out from, so that a store can tell what came or moved since, and place that anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ANY_PLAN: Final = ""
"""As the plan that rows were placed under: not said, so it is not checked. None = while nobody said whose grids the
incidents carry."""


class Found(Protocol):
    """Where n points lie under a plan."""

    @property
    def grid(self) -> npt.NDArray[np.int32]:
        """Index into the plan's codes, -1 = none."""

    @property
    def certainty(self) -> npt.NDArray[np.int8]:
        """Codes of CERTAINTIES."""

    @property
    def grid_share(self) -> FloatArray:
        """Probability that the point lies in its grid."""

    @property
    def shares(self) -> Sequence[str]:
        """Shares of all candidates, texts as of IncidentBatch."""


Locate = Callable[[FloatArray, FloatArray, FloatArray], Found]
"""locate(lon, lat, accuracy_m), NaN = unlocated or not stated. Pure and quick: a store calls it while it is locked."""


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """The rows were read at `seq`, when `last_fid` was the newest incident and they carried the grids of `assigned`.

    locate: places under the new plan the few that came or moved since; None = then it is Busy.
    """

    seq: int
    last_fid: int
    assigned: str | None
    locate: Locate | None = None
