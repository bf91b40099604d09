"""Profile: how one foreign incident file is to be read. Nothing about datum or time zone is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mapsvc.model.incident import Status
from mapsvc.model.place import Method
from mapsvc.model.task_type import TaskType

PROFILE_COLUMNS = (
    "occurred",
    "reported",
    "closed",
    "due",
    "lon",
    "lat",
    "reference",
    "type",
    "title",
    "text",
    "address",
    "status",
    "accuracy",
)
"""What a source column can be; lon and lat hold easting and northing where the datum is a projected EPSG code."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Columns, time, datum and categories of one source.

    columns: name of PROFILE_COLUMNS -> source column. time_formats: strptime patterns, "iso", "epoch_s" or
    "epoch_ms", tried in order; tz: IANA zone of times without one. datum: wgs84, cgcs2000, gcj02, bd09 or EPSG:n.
    types: source value -> task type code, compared without case; default_type: code for all others, "" = reject
    them. task_types: types this source brings. statuses: source value -> status; default_status None = closed
    where there is a closing time, else reported. accuracy_m: 68 % radius of every point, None = not stated.
    outside_limit_m: farther than this outside the frame a point is rejected.
    """

    name: str
    channel: str
    datum: str
    columns: Mapping[str, str]
    time_formats: tuple[str, ...]
    tz: str
    types: Mapping[str, str] = field(default_factory=dict)
    default_type: str = ""
    task_types: tuple[TaskType, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=dict)
    default_status: Status | None = None
    accuracy_m: float | None = None
    method: Method = Method.FILE
    outside_limit_m: float = 50_000.0

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The source columns to read, each once."""
        return tuple(dict.fromkeys(self.columns.values()))
