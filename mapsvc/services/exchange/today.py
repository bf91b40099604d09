"""Today: the day on the community's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mapsvc.model.community import Community
from mapsvc.ports import Clock, Store


def today(store: Store, clock: Clock) -> date:
    """The date now in the zone of the store's community."""
    return today_of(store.find_community(), clock)


def today_of(community: Community | None, clock: Clock) -> date:
    """The date now in the community's zone, in UTC where no community is set."""
    zone = ZoneInfo(community.tz) if community else UTC
    return datetime.fromtimestamp(clock.now(), zone).date()
