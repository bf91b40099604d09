"""Ways in of the invented community: the one its reports came by, and one for anyone with a phone."""

from __future__ import annotations

from mapsvc.demo.load import CHANNEL
from mapsvc.model.channel import Channel

PUBLIC = "citizens"
"""/report?c=citizens takes reports from anyone."""


def demo_channels() -> tuple[Channel, ...]:
    """Channels without keys: the admin makes a key where a program is to report."""
    return (
        Channel(CHANNEL, "Community app and hotline", "社区应用与热线", per_minute=600),
        Channel(PUBLIC, "Residents' reports", "居民随手拍", public=True, per_minute=60),
    )
