"""Locating: reports that give an address only get the place it stands for; every place gets its grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.model.address import Answer, Geocoded
from mapsvc.model.incident import CERTAINTY_CODE, Certainty
from mapsvc.ports import Geocoder
from mapsvc.services.intake.check import Checked
from mapsvc.services.intake.taken import Note
from mapsvc.services.scene.placing import place
from mapsvc.services.scene.plans import PlanInUse

FloatArray = npt.NDArray[np.float64]
_TOLD = 5
"""Answers that a note lists where an address has several."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Columns of IncidentBatch that say where; notes on addresses."""

    columns: Mapping[str, Any]
    notes: tuple[Note, ...]


def locate(checked: Checked, plan: PlanInUse | None, geocoder: Geocoder | None) -> Located:
    """Places and grids of checked reports. plan: None = nothing is in force, then no report has a grid."""
    notes: list[Note] = []
    lon, lat, accuracy = checked.lon.copy(), checked.lat.copy(), checked.accuracy_m.copy()
    columns: dict[str, Any] = {}
    addressed = [row for row, one in enumerate(checked.reports) if one.x is None]
    if addressed:
        answers = _ask(checked, addressed, geocoder, notes)
        precision = [""] * len(checked.reports)
        method = list(checked.columns["method"])
        for row, answer in answers.items():
            lon[row], lat[row], accuracy[row] = answer.lon, answer.lat, answer.radius_m
            precision[row], method[row] = answer.precision.value, "address"
        columns |= {"precision": precision, "method": method}
    columns |= {"lon": lon, "lat": lat, "accuracy_m": accuracy}
    if plan is None:
        unlocated, outside = CERTAINTY_CODE[Certainty.UNLOCATED], CERTAINTY_CODE[Certainty.OUTSIDE]
        columns["certainty"] = np.where(np.isnan(lon), unlocated, outside).astype(np.int8)
        return Located(columns, tuple(notes))
    placed = place(plan, lon, lat, accuracy)
    # One more code than grids, so that -1 (in no grid) finds the empty text.
    codes = np.array([*plan.plan.codes, ""], dtype=object)
    columns |= {
        "grid_code": codes[placed.grid].tolist(),
        "certainty": placed.certainty,
        "grid_share": placed.grid_share,
        "shares": placed.shares,
    }
    return Located(columns, tuple(notes))


def _ask(checked: Checked, rows: list[int], geocoder: Geocoder | None, notes: list[Note]) -> dict[int, Answer]:
    """The one answer of each row's address; rows whose address has several or none get a note instead."""
    found: dict[int, Answer] = {}
    asked: dict[str, Geocoded | None] = {}
    addresses = checked.columns["address"]
    for row in rows:
        text = addresses[row]
        if text not in asked:
            asked[text] = _geocode(geocoder, text)
        answer = asked[text]
        if answer is not None and answer.is_single:
            found[row] = answer.answers[0]
        elif answer is not None and answer.answers:
            told = f"The address has {len(answer.answers)} equally good places; a person chooses."
            notes.append(
                Note("address_several", told, row, {"answers": [_told(one) for one in answer.answers[:_TOLD]]})
            )
        else:
            missing = f" ({answer.missing})" if answer is not None and answer.missing else ""
            notes.append(
                Note("address_unknown", f"The address is not known{missing}; a person looks for the place.", row)
            )
    return found


def _geocode(geocoder: Geocoder | None, text: str) -> Geocoded | None:
    """What the geocoder says; an address that it cannot even read is one that it does not know."""
    try:
        return geocoder.geocode(text) if geocoder is not None else None
    except BadInput:
        return None


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "lon": round(answer.lon, 7),
        "lat": round(answer.lat, 7),
        "label": answer.label,
        "precision": answer.precision.value,
        "radius_m": round(answer.radius_m, 1),
        "score": round(answer.score, 3),
    }
