"""What tells the time, and what long work shows of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Progress = Callable[[str, int, int | None], None]
"""progress(stage, done, total or None): called often by long work; raising `Cancelled` in it stops the work."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """A `Progress` that shows nothing."""


class Clock(Protocol):
    """Tells the time; services get it, nothing below reads it."""

    def now(self) -> int:
        """Epoch seconds UTC."""
