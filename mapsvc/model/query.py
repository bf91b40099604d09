"""Query: one value for a question, the same for API, maps, exports and stores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents, under which plan.

    bbox: west, south, east, north in degrees. since, until: epoch seconds UTC, half open.
    task_types, statuses, grids, lights, certainties: empty = all. Hashable: a cache key with seq.
    plan_id wins over as_of; neither = the plan in force. after: incident id that ended the page before.
    """

    bbox: tuple[float, float, float, float] | None = None
    since: int | None = None
    until: int | None = None
    task_types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    grids: frozenset[str] = frozenset()
    lights: frozenset[str] = frozenset()
    certainties: frozenset[str] = frozenset()
    plan_id: str | None = None
    as_of: date | None = None
    limit: int = 100
    after: str | None = None

    def without_page(self) -> Query:
        """The same question without bbox and paging: the key of whole-map results."""
        return replace(self, bbox=None, limit=0, after=None)
