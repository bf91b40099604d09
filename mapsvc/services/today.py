"""Today: the day on the community's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mapsvc.ports import Clock, Store


def today(store: Store, clock: Clock) -> date:
    """The date now in the community's zone, in UTC where no community is set."""
    community = store.find_community()
    zone = ZoneInfo(community.tz) if community else UTC
    return datetime.fromtimestamp(clock.now(), zone).date()
