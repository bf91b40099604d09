"""Located shares: how many incidents lie in a grid, outside all of them, or have no place yet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentColumns
from mapsvc.model.report import Report

BoolArray = npt.NDArray[np.bool_]

PLACES = ("inside", "outside", "unlocated")
INSIDE, OUTSIDE, UNLOCATED = range(len(PLACES))


def place_codes(columns: IncidentColumns) -> npt.NDArray[np.int8]:
    """Index into PLACES for each incident: inside when it has a grid, else unlocated or outside by its point."""
    no_place = (columns.certainty == CERTAINTY_CODE[Certainty.UNLOCATED]) | ~np.isfinite(columns.lon)
    codes = np.where(no_place, UNLOCATED, OUTSIDE).astype(np.int8)
    codes[columns.grid >= 0] = INSIDE
    return codes


def located_shares(columns: IncidentColumns, select: BoolArray | None = None) -> Report:
    """Number and share (0 to 1) of incidents inside, outside and unlocated; they add up to the total.

    select: which incidents to count, default all. share is None when there is nothing to count. `boundary` in the
    figures counts those inside whose grid is not certain.
    """
    chosen = np.ones(len(columns), dtype=bool) if select is None else select
    codes = place_codes(columns)[chosen]
    n = np.bincount(codes, minlength=len(PLACES)).tolist()
    total = len(codes)
    shares = [count / total if total else None for count in n]
    on_line = (columns.certainty == CERTAINTY_CODE[Certainty.BOUNDARY]) & (columns.grid >= 0)
    figures = dict(zip(PLACES, n, strict=True)) | {
        "total": total,
        "boundary": int(np.count_nonzero(on_line[chosen])),
    }
    figures |= {f"share_{place}": share for place, share in zip(PLACES, shares, strict=True)}
    return Report(
        method="located_shares",
        title="Incidents inside, outside and unlocated",
        parameters={},
        table={"place": list(PLACES), "n": n, "share": shares},
        figures=figures,
        notes=("Inside means that the point lies in a grid of the plan, its edges included; unlocated has no point.",),
    )
