"""What the command line says: results on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self


def say(text: str = "") -> None:
    """A line for the user's eyes; results that may be piped go through `put`."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def say_error(text: str) -> None:
    """One sentence that says what went wrong."""
    sys.stderr.write(f"mapsvc: {text}\n")


def put(text: str) -> None:
    """Result text on stdout."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def pairs(rows: list[tuple[str, object]]) -> None:
    """Aligned `name value` lines on stdout; whole numbers are right-aligned with separators."""
    width = max((len(name) for name, _ in rows), default=0)
    shown = [(name, f"{value:,}" if isinstance(value, int) else str(value)) for name, value in rows]
    numbers = max(
        (len(text) for (_, text), (_, raw) in zip(shown, rows, strict=True) if isinstance(raw, int)), default=0
    )
    for (name, text), (_, raw) in zip(shown, rows, strict=True):
        put(f"{name:<{width}}  {text:>{numbers}}" if isinstance(raw, int) else f"{name:<{width}}  {text}")


class ProgressBar:
    """A `ports.Progress` drawn with tqdm on stderr: one bar a stage."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show `done` of `total` steps of `stage`."""
        if stage != self._stage:
            self._open(stage, total)
        if total is not None and self._bar.total != total:
            self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _open(self, stage: str, total: int | None) -> None:
        from tqdm import tqdm

        self._close()
        self._stage = stage
        # Without a terminal a bar every few seconds is enough for a log file.
        interval = 0.1 if sys.stderr.isatty() else 5.0
        self._bar = tqdm(total=total, desc=f"{stage:<22}", unit_scale=True, mininterval=interval, file=sys.stderr)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
