"""Doubt: positions that look as if their datum were another than the one stated; told, never changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mapsvc.errors import BadInput
from mapsvc.ports import Geocoder
from mapsvc.services.intake.check import Checked
from mapsvc.services.intake.taken import Note
from mapsvc.services.scene.datum_check import check_datum
from mapsvc.services.scene.plans import PlanInUse

_MOST_ADDRESSES = 100
"""Addresses of a batch that are looked up for this: a wrong datum shifts all of them alike."""


def doubt_datums(checked: Checked, plan: PlanInUse | None, geocoder: Geocoder | None) -> tuple[Note, ...]:
    """At most one note a datum of the batch, on the batch as a whole; of a single report on itself."""
    if plan is None:
        return ()
    notes: list[Note] = []
    datums = np.array(checked.columns["datum"], dtype=object)
    located = np.isfinite(checked.lon)
    for datum in sorted(set(checked.columns["datum"])):
        rows = np.flatnonzero(located & (datums == datum))
        if not len(rows):
            continue
        at_lon, at_lat, radius = _addresses(checked, rows.tolist(), geocoder)
        x, y = (
            np.array([getattr(checked.reports[row], name) for row in rows.tolist()], np.float64) for name in ("x", "y")
        )
        found = check_datum(plan, x, y, datum, at_lon=at_lon, at_lat=at_lat, radius_m=radius)
        if found is not None:
            row = 0 if len(checked.reports) == 1 else -1
            notes.append(Note(found.rule.value, found.message, row))
    return tuple(notes)


def _addresses(
    checked: Checked, rows: Sequence[int], geocoder: Geocoder | None
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """lon, lat and error radius of the addresses of these rows, NaN where there is none or it is not known."""
    lon, lat, radius = np.full(len(rows), np.nan), np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    written = [(place, checked.columns["address"][row]) for place, row in enumerate(rows)]
    asked = [(place, text) for place, text in written if text]
    if geocoder is None:
        return lon, lat, radius
    for place, text in asked[:: max(1, -(-len(asked) // _MOST_ADDRESSES))]:
        try:
            found = geocoder.geocode(text)
        except BadInput:
            continue
        if found.is_single:
            answer = found.answers[0]
            lon[place], lat[place], radius[place] = answer.lon, answer.lat, answer.radius_m
    return lon, lat, radius
