"""Report: a result that can be made again: method, parameters, seed, plan, seq, table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

    def only(self, column: str, values: Collection[Any]) -> Report:
        """The rows whose `column` holds one of `values`; figures and notes still speak of all rows."""
        kept = [i for i, value in enumerate(self.table[column]) if value in values]
        table = {name: [cells[i] for i in kept] for name, cells in self.table.items()}
        geometry = None if self.geometry is None else [self.geometry[i] for i in kept]
        return replace(self, table=table, geometry=geometry)
