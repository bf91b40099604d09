"""Finding: what every check returns, with its place and its size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


class Severity(StrEnum):
    """`error` blocks publishing until mended or accepted; `warning` and `note` do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(StrEnum):
    """Names of the checks on a partition and on its edits."""

    INVALID_RING = "invalid_ring"
    GAP = "gap"
    OVERLAP = "overlap"
    SLIVER = "sliver"
    UNMATCHED_VERTEX = "unmatched_vertex"
    OUTSIDE_FRAME = "outside_frame"
    DUPLICATE_CODE = "duplicate_code"
    EMPTY_GEOMETRY = "empty_geometry"
    MULTIPART = "multipart"
    HEALED = "healed"
    # of edits
    CROSSING = "crossing"
    NO_CUT = "no_cut"
    NOT_NEIGHBOURS = "not_neighbours"
    SWALLOWED = "swallowed"
    ORPHANED = "orphaned"
    AREA_CHANGED = "area_changed"
    LOCKED = "locked"
    TOO_MANY_VERTICES = "too_many_vertices"
    BAD_COORDINATE = "bad_coordinate"
    NO_SUCH_PLACE = "no_such_place"
    SAME_LINE = "same_line"
    BESIDE_STREET = "beside_street"
    HOT_CELL_CUT = "hot_cell_cut"
    FARTHER_FROM_POST = "farther_from_post"
    # of reports
    DATUM = "datum"


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect or one repair.

    where: geometry in lon/lat degrees, or None where the place is the whole file.
    size: measured in the working CRS, in `unit` ("m2", "m", "vertices", "features").
    grids: codes of the grids involved, in code order.
    feature: 1-based position in the imported file, where there is one.
    accepted: the reason a person gave for keeping it, empty while open.
    """

    rule: Rule
    severity: Severity
    message: str
    where: BaseGeometry | None = None
    size: float = 0.0
    unit: str = ""
    grids: tuple[str, ...] = ()
    feature: int | None = None
    accepted: str = ""

    @property
    def is_open(self) -> bool:
        """True while it blocks publishing: an error nobody accepted."""
        return self.severity is Severity.ERROR and not self.accepted

    def accept(self, reason: str) -> Finding:
        """The same finding, kept on purpose for `reason`."""
        return replace(self, accepted=reason)
