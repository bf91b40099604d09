"""Rejects: the rows that are not stored, or stored without a place, each with field and reason."""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mapsvc.model.inert import inert
from mapsvc.services.whole_file import whole_file

_HEADER = ("row", "outcome", "field", "reason", "value")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row: its number in the file (from 1), what became of it, and why."""

    row: int
    outcome: str
    field: str
    reason: str
    value: str = ""


@dataclass(slots=True)
class Rejects:
    """Rows with a reason, kept in columns while a file is read: (row numbers, outcome, field, reason, values)."""

    parts: list[tuple[npt.NDArray[np.int64], str, str, str, Sequence[str] | None]] = field(default_factory=list)

    def add(
        self,
        rows: npt.NDArray[np.int64],
        outcome: str,
        column: str,
        reason: str,
        values: Sequence[str] | None = None,
    ) -> None:
        """Note rows of one reason."""
        if len(rows):
            self.parts.append((rows, outcome, column, reason, values))

    def __len__(self) -> int:
        return sum(len(rows) for rows, *_ in self.parts)

    def reasons(self) -> Counter[tuple[str, str, str]]:
        """How many rows for each (outcome, field, reason)."""
        counted: Counter[tuple[str, str, str]] = Counter()
        for rows, outcome, column, reason, _ in self.parts:
            counted[outcome, column, reason] += len(rows)
        return counted

    def __iter__(self) -> Iterator[Reject]:
        """All in row order."""
        found = [
            (int(row), part, place)
            for part, (rows, *_) in enumerate(self.parts)
            for place, row in enumerate(rows.tolist())
        ]
        for row, part, place in sorted(found):
            _, outcome, column, reason, values = self.parts[part]
            yield Reject(row, outcome, column, reason, values[place] if values is not None else "")


def write_rejects(rejects: Rejects, path: Path) -> Path | None:
    """The rejects as CSV (UTF-8), replaced in one step; None without any, and an older list is taken away."""
    if not len(rejects):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    with whole_file(path, field="rejects") as part, part.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(_HEADER)
        for one in rejects:
            out.writerow((one.row, one.outcome, one.field, one.reason, inert(one.value[:200])))
    return path
