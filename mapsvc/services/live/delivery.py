"""Delivery decisions: what becomes of a webhook's place in the journal after each try. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mapsvc.model.webhook import Delivery
from mapsvc.services.live.told import SEEN

RETRIES_S = (60, 300, 1800, 7200, 21_600)
"""Waits between the tries of one event; after the last one it is parked."""
MOST_PARKED = 1000
_ALL_OF_INCIDENTS = ("incident.*", "incidents.*")


def passed(delivery: Delivery, seq: int) -> Delivery:
    """Everything up to `seq` is delivered or not wanted."""
    return replace(delivery, after=max(seq, delivery.after), tries=0, next_at=0, error="")


def failed(delivery: Delivery, seq: int, now: int, why: str) -> Delivery:
    """Sending event `seq` failed at `now`: later again, or parked after the last retry."""
    if delivery.tries < len(RETRIES_S):
        return replace(delivery, tries=delivery.tries + 1, next_at=now + RETRIES_S[delivery.tries], error=why)
    parked = (*(one for one in delivery.parked if one != seq), seq)[-MOST_PARKED:]
    return replace(delivery, after=max(seq, delivery.after), tries=0, next_at=0, parked=parked, error=why)


def replayed(delivery: Delivery, start: int) -> Delivery:
    """Sent again from event `start` on: what was parked from there on comes along."""
    kept = tuple(seq for seq in delivery.parked if seq < start)
    return replace(delivery, after=start - 1, tries=0, next_at=0, parked=kept, error="")


def is_wanted(kinds: Collection[str], kind: str) -> bool:
    """Whether an event kind is among `kinds` ("incident.dispatched", "incident.*"); none = all of incidents."""
    return kind != SEEN and any(
        kind.startswith(one[:-1]) if one.endswith(".*") else kind == one for one in (kinds or _ALL_OF_INCIDENTS)
    )
