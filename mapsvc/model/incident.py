"""Incident: a matter at a place; one at a time as a value, many at a time as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.place import Place, Share

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Status(StrEnum):
    """States of the seven-link workflow; the order is the code number in columns."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    RESOLVED = "resolved"
    REWORK = "rework"
    VERIFIED = "verified"
    CLOSED = "closed"
    VOIDED = "voided"


class Certainty(StrEnum):
    """How sure the grid is; the order is the code number in columns."""

    CERTAIN = "certain"
    BOUNDARY = "boundary"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"


STATUSES = tuple(Status)
CERTAINTIES = tuple(Certainty)
CLOSED_STATUSES = frozenset({Status.REJECTED, Status.CLOSED, Status.VOIDED})
WAITING_STATUSES = frozenset({Status.REPORTED, Status.ACCEPTED, Status.FILED})
STATUS_CODE = {status: code for code, status in enumerate(STATUSES)}
CERTAINTY_CODE = {certainty: code for code, certainty in enumerate(CERTAINTIES)}


@dataclass(frozen=True, slots=True)
class Incident:
    """One matter. Times are epoch seconds UTC; None where it has not happened.

    channel + channel_ref: where it came from, the idempotency key; opaque, no reporter.
    grid_share: probability that the point lies in grid_code (1.0 when certain); shares: of all candidate grids, largest
    first, () where the grid is certain or no accuracy is stated. given: the position as it came, in place.datum, None
    where that is lon, lat. dispatched_at: when the clock began. left_s: what was left on the clock when it was
    suspended. merged_into: id of the incident that this one repeats. revision: grows with every change.
    """

    id: str
    channel: str
    channel_ref: str
    task_type: str
    title: str
    place: Place
    occurred_at: int
    reported_at: int
    status: Status = Status.REPORTED
    closed_at: int | None = None
    due_at: int | None = None
    level: int = 1
    text: str = ""
    grid_code: str = ""
    grid_share: float = 0.0
    certainty: Certainty = Certainty.UNLOCATED
    departments: tuple[str, ...] = ()
    sensitive: bool = False
    dispatched_at: int | None = None
    left_s: int | None = None
    shares: tuple[Share, ...] = ()
    given: tuple[float, float] | None = None
    merged_into: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class IncidentColumns:
    """Incidents in the narrow columns that maps and statistics need, in order of `fid`.

    All arrays have one length n. lon, lat: degrees, NaN while unlocated. Times: epoch seconds UTC,
    0 = none. task_type, status, certainty, grid: codes into task_types, STATUSES, CERTAINTIES,
    grid_codes; grid -1 = none.
    """

    fid: IntArray
    lon: FloatArray
    lat: FloatArray
    occurred_at: IntArray
    reported_at: IntArray
    dispatched_at: IntArray
    due_at: IntArray
    closed_at: IntArray
    task_type: npt.NDArray[np.int16]
    status: npt.NDArray[np.int8]
    certainty: npt.NDArray[np.int8]
    grid: npt.NDArray[np.int32]
    sensitive: npt.NDArray[np.bool_]
    task_types: tuple[str, ...] = ()
    grid_codes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.fid)


def write_shares(shares: Iterable[Share]) -> str:
    """Shares as one text, "0.7130 CODE;0.2870 CODE" (a code may be empty: outside)."""
    return ";".join(f"{one.share:.4f} {one.grid_code}" for one in shares)


def read_shares(text: str) -> tuple[Share, ...]:
    """The shares of a text of `write_shares`."""
    pairs = (part.partition(" ") for part in text.split(";") if part)
    return tuple(Share(code, float(share)) for share, _, code in pairs)


BATCH_DEFAULTS: Mapping[str, Any] = {
    "channel_ref": None,
    "task_type": None,
    "occurred_at": None,
    "lon": np.nan,
    "lat": np.nan,
    "title": "",
    "text": "",
    "address": "",
    "reported_at": 0,
    "closed_at": 0,
    "due_at": 0,
    "level": 1,
    "status": STATUS_CODE[Status.REPORTED],
    "certainty": CERTAINTY_CODE[Certainty.UNLOCATED],
    "grid_code": "",
    "grid_share": 0.0,
    "accuracy_m": np.nan,
    "datum": "wgs84",
    "method": "file",
    "precision": "",
    "departments": "",
    "sensitive": False,
    "given_x": np.nan,
    "given_y": np.nan,
    "shares": "",
    "dispatched_at": 0,
}
"""Columns of a batch and the value of a column left out; None = must be given.

shares: text as `write_shares` makes it; given_x, given_y: the position as it came, NaN where that is lon, lat."""


@dataclass(frozen=True, slots=True)
class IncidentBatch:
    """Many new incidents of one channel, as columns with the names of BATCH_DEFAULTS.

    A column is an array of n values or one scalar for all rows. lon, lat are WGS 84 already; status and
    certainty are codes, times epoch seconds UTC (0 = none), departments codes joined by spaces.
    """

    channel: str
    n: int
    columns: Mapping[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> Any:
        """The array or scalar of a column, its default where it was left out."""
        return self.columns.get(name, BATCH_DEFAULTS[name])
