"""Taken: what became of reports, and what the taking of them noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CERTAINTIES, STATUSES, IncidentBatch, read_shares
from mapsvc.model.place import Share


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know of a report. row: its position in the batch, -1 = of the batch as a whole.

    rule: "masked", "address_several", "address_unknown", or one of the datum guard. more: JSON values beside.
    """

    rule: str
    message: str
    row: int = -1
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the API tells it."""
        told: dict[str, Any] = {"rule": self.rule, "message": self.message, **self.more}
        return told if self.row < 0 else {**told, "index": self.row}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel is told of one report. lon, lat: WGS 84 degrees, None while it is not located."""

    id: str
    grid: str
    certainty: str
    grid_share: float
    shares: tuple[Share, ...]
    lon: float | None
    lat: float | None
    status: str
    is_new: bool
    notes: tuple[Note, ...]
    seq: int


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Reports stored, or known before. ids: of all of them, in order; is_new: which were stored now."""

    ids: tuple[str, ...]
    is_new: npt.NDArray[np.bool_]
    notes: tuple[Note, ...]
    seq: int
    batch: IncidentBatch

    def receipt(self, row: int) -> Receipt:
        """The receipt of a report that was stored now."""
        grid, shares = _value(self.batch, "grid_code", row), _value(self.batch, "shares", row)
        lon, lat = (float(_value(self.batch, name, row)) for name in ("lon", "lat"))
        return Receipt(
            id=self.ids[row],
            grid=str(grid),
            certainty=CERTAINTIES[int(_value(self.batch, "certainty", row))].value,
            grid_share=float(_value(self.batch, "grid_share", row)),
            shares=read_shares(str(shares)),
            lon=None if np.isnan(lon) else lon,
            lat=None if np.isnan(lat) else lat,
            status=STATUSES[int(_value(self.batch, "status", row))].value,
            is_new=bool(self.is_new[row]),
            notes=tuple(note for note in self.notes if note.row in (-1, row)),
            seq=self.seq,
        )


def _value(batch: IncidentBatch, name: str, row: int) -> Any:
    column = batch.column(name)
    return column[row] if isinstance(column, np.ndarray | list) else column
