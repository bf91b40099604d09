"""Channels: the ways in for reports, kept by the admin."""

from __future__ import annotations

import re

from mapsvc.errors import BadInput
from mapsvc.model.channel import Channel
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.facts import check_form

_DATUM = re.compile(r"wgs84|cgcs2000|gcj02|bd09|EPSG:\d{4,6}")
MOST_PER_MINUTE = 1_000_000


class Channels:
    """Reads and writes channels."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list(self) -> list[Channel]:
        """All channels in code order."""
        return self._store.list_channels()

    def find(self, code: str) -> Channel | None:
        """One channel."""
        return self._store.find_channel(code)

    def put(self, channel: Channel, *, post: str) -> Channel:
        """Add or replace. Raises BadInput naming the field."""
        check_form(channel.code)
        if not channel.name:
            raise BadInput("name says which app or desk this is.", field="name")
        if channel.datum and not _DATUM.fullmatch(channel.datum):
            raise BadInput("datum is wgs84, cgcs2000, gcj02, bd09 or EPSG:n, or empty.", field="datum")
        if not 0 <= channel.per_minute <= MOST_PER_MINUTE:
            raise BadInput(f"per_minute is 0 (no limit) to {MOST_PER_MINUTE}.", field="per_minute")
        self._store.put_channel(channel, at=self._clock.now(), post=post)
        return channel
