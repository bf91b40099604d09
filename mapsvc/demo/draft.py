"""Draft: one invented incident before it is written, in both languages at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mapsvc.demo.anchors import Fix
from mapsvc.demo.texts import Pair
from mapsvc.model.incident import Status

TZ = "Asia/Shanghai"
END = int(datetime(2026, 7, 1, 14, 32, tzinfo=ZoneInfo(TZ)).timestamp())
"""The moment the files are written for, epoch seconds; loading moves it to now."""
LAST_MIDNIGHT = int(datetime(2026, 7, 1, tzinfo=ZoneInfo(TZ)).timestamp())


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of one matter in epoch seconds UTC; 0 = none. status goes with them."""

    occurred_at: int
    reported_at: int
    due_at: int
    closed_at: int
    status: Status


@dataclass(frozen=True, slots=True)
class Draft:
    """source: app | mini | hotline | desk; fix None = only an address. planted: why it is there, for our tests."""

    source: str
    task_type: str
    clock: Clock
    fix: Fix | None
    title: Pair
    text: Pair
    address: Pair
    precision: str
    level: int = 1
    planted: str = ""

    @property
    def method(self) -> str:
        """How the position came about: phones send GPS, the rest an address."""
        return "gps" if self.source in ("app", "mini") and self.fix is not None else "address"
