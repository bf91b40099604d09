"""Pace: how many reports a channel sends in a minute, counted where they come in."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from mapsvc.errors import BadInput, TooMany
from mapsvc.model.channel import Channel
from mapsvc.ports import Clock

_MINUTE_S = 60


class Pace:
    """Counts in this process: with several processes each of them lets a channel's limit through."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, deque[tuple[int, int]]] = defaultdict(deque)

    def check(self, channel: Channel, n: int, asker: str = "", most: int = 0) -> None:
        """Count n reports of a channel. Raises TooMany over its limit, BadInput for a batch that never fits.

        asker: an address that has a limit of its own, `most` a minute, beside the channel's (reports from anyone).
        """
        limits = [(f"channel {channel.code}", channel.per_minute), (f"{channel.code} {asker}", most if asker else 0)]
        now = self._clock.now()
        with self._lock:
            for name, limit in limits:
                self._check(name, limit, n, now)
            for name, limit in limits:
                if limit:
                    self._taken[name].append((now, n))

    def _check(self, name: str, limit: int, n: int, now: int) -> None:
        if not limit:
            return
        if n > limit:
            raise BadInput(f"This channel takes {limit} reports a minute; send smaller batches.", field="reports")
        taken = self._taken[name]
        while taken and taken[0][0] <= now - _MINUTE_S:
            taken.popleft()
        if sum(count for _, count in taken) + n > limit:
            wait = max(1, taken[0][0] + _MINUTE_S - now)
            raise TooMany(f"This channel takes {limit} reports a minute; wait {wait} s.", wait_s=wait)
        if len(self._taken) > 10_000:
            # Addresses come and go: those that sent nothing for a minute are forgotten.
            self._taken = defaultdict(
                deque, {key: kept for key, kept in self._taken.items() if kept and kept[-1][0] > now - _MINUTE_S}
            )
