"""From stored columns to model values. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTIES, STATUSES, Incident, read_shares
from mapsvc.model.place import Method, Place


def incident_of(incident_id: str, row: Mapping[str, Any]) -> Incident:
    """An incident from a row with the names of BATCH_DEFAULTS, `channel`, `left_s`, `merged_into` and `revision`."""
    lon, lat = _number(row["lon"]), _number(row["lat"])
    given_x, given_y = _number(row["given_x"]), _number(row["given_y"])
    place = Place(
        lon=lon,
        lat=lat,
        datum=row["datum"],
        method=Method(row["method"]),
        accuracy_m=_number(row["accuracy_m"]),
        address=row["address"],
        precision=row["precision"],
    )
    return Incident(
        id=incident_id,
        channel=row["channel"],
        channel_ref=row["channel_ref"],
        task_type=row["task_type"],
        title=row["title"],
        place=place,
        occurred_at=row["occurred_at"],
        reported_at=row["reported_at"],
        status=STATUSES[row["status"]],
        closed_at=row["closed_at"] or None,
        due_at=row["due_at"] or None,
        level=row["level"],
        text=row["text"],
        grid_code=row["grid_code"],
        grid_share=row["grid_share"],
        certainty=CERTAINTIES[row["certainty"]],
        departments=tuple(row["departments"].split()),
        sensitive=bool(row["sensitive"]),
        dispatched_at=row["dispatched_at"] or None,
        left_s=row["left_s"],
        shares=read_shares(row["shares"]),
        given=None if given_x is None or given_y is None else (given_x, given_y),
        merged_into=row["merged_into"],
        revision=row["revision"],
    )


def rank_texts(texts: Sequence[str], *, none: str | None) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """The distinct texts in order, and each text's place among them; `none` is left out and gets -1."""
    distinct = tuple(sorted(set(texts) - {none}))
    place = {text: i for i, text in enumerate(distinct)}
    if none is not None:
        place[none] = -1
    return distinct, np.fromiter((place[text] for text in texts), dtype=np.int64, count=len(texts))


def _number(value: float | None) -> float | None:
    """None for NaN, which is how a column says none."""
    return None if value is None or math.isnan(value) else value
