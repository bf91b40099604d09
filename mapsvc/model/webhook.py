"""Webhook: another system that is told of events. The journal is its outbox, `after` its place in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """after: newest event it has (or was given up on); tries: of the next one so far; next_at: not before then.

    parked: events given up on after the last retry, for a replay by hand; error: what the last try met.
    """

    after: int = 0
    tries: int = 0
    next_at: int = 0
    parked: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """kinds: event kinds it is told ("incident.dispatched", "incident.*"), empty = all of incidents.

    secret: signs what is sent (HMAC-SHA256); it must be stored readable, and is never shown again.
    """

    id: str
    name: str
    url: str
    secret: str
    kinds: tuple[str, ...] = ()
    active: bool = True
    delivery: Delivery = Delivery()
