"""The gate: how many requests are worked on at once, whatever the number of threads that hold streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_OPEN = ("/api/stream", "/health")
"""Paths that pass: a stream only waits, and who asks whether the service lives must not stand in line."""


def gated(wsgi: Wsgi, most: int) -> Wsgi:
    """`wsgi`, of which at most `most` calls run at once; more of them wait for their turn.

    Threads that compute share one interpreter: three hundred at once would all be late, sixteen are quick in turn.
    """
    turns = BoundedSemaphore(most)

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in _OPEN:
            return wsgi(environ, start_response)
        with turns:
            return wsgi(environ, start_response)

    return call
