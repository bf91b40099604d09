"""Assignment: which grid each incident gets, checked. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.model.incident import CERTAINTIES, CERTAINTY_CODE, Certainty


class Assignment:
    """The arguments of `Store.reassign`, as arrays of equal length; BadInput where they do not fit."""

    def __init__(
        self,
        fids: npt.NDArray[np.int64],
        grid_codes: Sequence[str],
        grid: npt.NDArray[np.int32],
        certainty: npt.NDArray[np.int8],
        grid_share: npt.NDArray[np.float64] | None = None,
        shares: Sequence[str | None] | None = None,
    ) -> None:
        self.fids = np.asarray(fids, dtype=np.int64)
        self.grid = np.asarray(grid, dtype=np.int64)
        self.certainty = np.asarray(certainty, dtype=np.int64)
        self.grid_codes = tuple(grid_codes)
        self._share = None if grid_share is None else np.asarray(grid_share, dtype=np.float64)
        self._texts = None if shares is None else list(shares)
        given = (self.grid, self.certainty, self._share, self._texts)
        if any(one is not None and len(one) != len(self.fids) for one in given):
            raise BadInput("An assignment needs as many grids, certainties and shares as incidents.", field="grid")
        if len(self.fids) == 0:
            return
        if self.grid.min() < -1 or self.grid.max() >= len(self.grid_codes):
            raise BadInput("An assignment names a grid that is not among the grid codes.", field="grid")
        if self.certainty.min() < 0 or self.certainty.max() >= len(CERTAINTIES):
            raise BadInput("An assignment has a certainty outside the known codes.", field="certainty")

    def shares(self) -> npt.NDArray[np.float64]:
        """grid_share of each row: as given, else 1 in a certain grid, 0 in none, NaN = what is stored stays."""
        if self._share is not None:
            return self._share
        sure = np.where(self.certainty == CERTAINTY_CODE[Certainty.CERTAIN], 1.0, np.nan)
        return np.where(self.grid < 0, 0.0, sure)

    def texts(self) -> list[str | None]:
        """The text of all candidates' shares of each row: as given, else none in a certain grid, None = it stays."""
        if self._texts is not None:
            return list(self._texts)
        return [None if np.isnan(share) else "" for share in self.shares().tolist()]

    def replaced(
        self,
        fids: npt.NDArray[np.int64],
        grid: npt.NDArray[np.int32],
        certainty: npt.NDArray[np.int8],
        grid_share: npt.NDArray[np.float64],
        shares: Sequence[str],
    ) -> Assignment:
        """This assignment, but for these incidents what is given here."""
        kept = np.flatnonzero(~np.isin(self.fids, fids))
        texts = self.texts()
        told = [*(texts[row] for row in kept.tolist()), *shares]
        return Assignment(
            np.concatenate([self.fids[kept], fids]),
            self.grid_codes,
            np.concatenate([self.grid[kept], grid]),
            np.concatenate([self.certainty[kept], certainty]),
            np.concatenate([self.shares()[kept], grid_share]),
            told,
        )
