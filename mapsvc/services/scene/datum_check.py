"""Datum check: does a report, or a batch of them, look as if it were in another datum than it says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.services.scene.plans import PlanInUse

if TYPE_CHECKING:
    from mapsvc.geo.readings import Reading

_SAMPLE = 5000


def check_datum(
    plan: PlanInUse,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    datum: str,
    *,
    at_lon: npt.ArrayLike | None = None,
    at_lat: npt.ArrayLike | None = None,
    radius_m: npt.ArrayLike = 10.0,
) -> Finding | None:
    """What would fit better, as a warning that names it, or None.

    x, y: one point or n of one batch, as given in `datum` (lon, lat degrees, or metres of an EPSG code). at_lon,
    at_lat: where their addresses lie (WGS 84), NaN or None where not known, radius_m: the 68 % error of those. The
    address is asked first: it tells a shift that stays inside the frame. Raises BadInput for an unknown datum.
    """
    from mapsvc.geo.readings import find_by_address, find_by_frame

    a, b = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, y))
    known = np.flatnonzero(np.isfinite(a) & np.isfinite(b))
    # Every k-th point: the same sample each time, from all over the batch.
    sample = known[:: max(1, len(known) // _SAMPLE)]
    if not len(sample):
        return None
    found = None
    if at_lon is not None and at_lat is not None:
        lon, lat, radius = (
            np.broadcast_to(np.asarray(values, dtype=np.float64), a.shape)[sample]
            for values in (at_lon, at_lat, radius_m)
        )
        found = find_by_address(a[sample], b[sample], datum, lon, lat, radius)
    found = found or find_by_frame(a[sample], b[sample], datum, lambda lon, lat: plan.index.locate(lon, lat) >= 0)
    return None if found is None else _told(found, len(sample), datum)


def _told(found: Reading, n: int, datum: str) -> Finding:
    given = "The point" if n == 1 else "The points"
    if found.sign == "address":
        middle = "" if n == 1 else " in the middle of the batch"
        sentence = (
            f"{given} given as {datum} lie{'s' if n == 1 else ''} {found.now:.0f} m from the address{middle}, "
            f"but {found.then:.0f} m if {found.words}."
        )
    elif n == 1:
        sentence = f"The point given as {datum} lies outside the plan, but inside it if {found.words}."
    else:
        sentence = (
            f"Only {found.now:.0%} of the points given as {datum} lie inside the plan, "
            f"but {found.then:.0%} if {found.words}."
        )
    return Finding(Rule.DATUM, Severity.WARNING, sentence, size=round(found.shift_m, 1), unit="m")
