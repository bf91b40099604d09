"""Who may call a route: every route declares it, and who asks is decided once a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import g

from mapsvc.model.account import CLI, Actor, Right

Function = TypeVar("Function", bound=Callable[..., object])

PUBLIC = "public"
"""The need of a route that answers anyone."""
CHANNEL = "channel"
"""The need of a route that takes a channel's key, or an account that may report."""


def needs(need: Right | str) -> Callable[[Function], Function]:
    """Declare who may call a route: a Right, PUBLIC or CHANNEL. Goes below the route's own decorator."""

    def mark(function: Function) -> Function:
        function.access_need = need  # type: ignore[attr-defined]
        return function

    return mark


def actor() -> Actor:
    """Who asks."""
    found: Actor = g.get("actor", CLI)
    return found
