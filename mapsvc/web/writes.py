"""Writes: which methods are none, and whether one comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME_SITE = frozenset({"same-origin", "none"})


def is_same_origin(asked: Request) -> bool:
    """True where a browser says so, or where the asker is no browser (neither Sec-Fetch-Site nor Origin)."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _SAME_SITE
    origin = asked.headers.get("Origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == asked.host
