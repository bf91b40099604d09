"""Report: a result that can be made again: method, parameters, seed, plan, seq, table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one analysis.

    table: columns by name, all of one length; units: column -> unit where it has one.
    geometry: shapely geometries in lon/lat, one a row, or None for plain tables.
    figures: single numbers (totals, shares) by name; units apply to them as well.
    refused: why the question cannot be answered with these data; then the table may be empty.
    """

    method: str
    title: str
    parameters: Mapping[str, Any]
    table: Mapping[str, Sequence[Any]]
    plan_id: str = ""
    seq: int = 0
    seed: int | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    geometry: Sequence[Any] | None = None
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def rows(self) -> int:
        """Number of rows in the table."""
        return len(next(iter(self.table.values()), ()))
