"""Tables as text: CSV that a spreadsheet cannot run, and columns for a terminal."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from mapsvc.model.inert import inert


def as_cell(value: Any) -> Any:
    """A CSV cell that stays what it is: text made inert, None empty, numbers as they are."""
    if isinstance(value, str):
        return inert(value.replace("\x00", ""))
    return "" if value is None else value


def as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV (RFC 4180) with a header; numbers as they are."""
    out = io.StringIO()
    # With both characters in the line end the writer quotes a cell that holds either of them.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([as_cell(name) for name in names])
    writer.writerows([as_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def width(text: str) -> int:
    """Columns that a text takes in a terminal: East Asian wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text
    )


def as_columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns for a terminal: numbers to the right, text to the left, control characters made visible."""
    table = [list(row) for row in rows]
    cells = [[shown(cell) for cell in row] for row in table]
    is_number = [
        all(isinstance(row[place], int | float) or row[place] is None for row in table) for place in range(len(names))
    ]
    widths = [max(width(row[place]) for row in [list(names), *cells]) for place in range(len(names))]
    lines = []
    for row in [list(names), *cells]:
        parts = []
        for place, text in enumerate(row):
            gap = " " * (widths[place] - width(text))
            parts.append(gap + text if is_number[place] and table else text + gap)
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines) + "\n"


def shown(cell: Any) -> str:
    """A cell for people: numbers with at most four decimals, no control character."""
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell}"
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".") if abs(cell) >= 1e-4 or cell == 0 else f"{cell:.2e}"
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in str(cell))
