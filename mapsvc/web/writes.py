"""Who may write: until there are accounts, this machine, anyone or nobody; and never a page of another site."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from flask import Flask, Request, request

from mapsvc.errors import BadQuery, Forbidden

READS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_POST = "planner"
_POST = re.compile(r"[a-z0-9-]{1,40}")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""A proxy on this machine names the asker in one of these: the request is not local then."""
_SAME_SITE = frozenset({"same-origin", "none"})


def guard_writes(app: Flask, rule: str) -> None:
    """Ask `check_write` before every request of `app` that is no read. rule: one of config.WRITE_RULES."""

    @app.before_request
    def _check() -> None:
        if request.method not in READS:
            check_write(request, rule)


def check_write(asked: Request, rule: str) -> None:
    """Raise Forbidden unless this request may write."""
    if rule == "off":
        raise Forbidden("Nothing can be changed here: writing is switched off (MAPSVC_WRITE=off).")
    if rule != "open" and not is_local(asked):
        raise Forbidden("Changes are taken from the machine that runs the service only (MAPSVC_WRITE=local).")
    if not is_same_origin(asked):
        raise Forbidden("This request comes from a page of another site.")


def is_local(asked: Request) -> bool:
    """True where the asker is this machine itself, with no proxy in between.

    The service must be called by its number or as localhost: any other name can be made to mean this machine by the
    site that owns it (DNS rebinding), and its pages would count as our own.
    """
    if any(name in asked.headers for name in _FORWARDED):
        return False
    name = (urlsplit(f"//{asked.host}").hostname or "").rstrip(".")
    if name != "localhost" and _address(name) is None:
        return False
    address = _address(asked.remote_addr or "")
    return address is not None and address.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address from its number, an IPv4 one written as IPv6 as IPv4; None for a name."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


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


def post_of(asked: Request) -> str:
    """The post that the request names. Raises BadQuery."""
    given = asked.headers.get("X-Post", DEFAULT_POST)
    if not _POST.fullmatch(given):
        raise BadQuery("X-Post is 1 to 40 of the characters a-z, 0-9 and -.", field="X-Post")
    return given
