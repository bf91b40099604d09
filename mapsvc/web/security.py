"""The headers of every answer: a content security policy with a nonce, and its companions."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
}
_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?", re.IGNORECASE)


def csp_nonce() -> str:
    """The nonce of this request, made when first asked for."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def tile_origin(xyz_url: str) -> str:
    """What `img-src` must allow for a configured tile service; empty for none or for an address that is not http(s).

    `https://{s}.tiles.example/{z}/{x}/{y}.png` gives `https://*.tiles.example`.
    """
    parts = urlsplit(xyz_url.replace("{s}.", "", 1))
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    wildcard = "*." if "{s}." in xyz_url else ""
    return f"{parts.scheme}://{wildcard}{parts.netloc}"


def policy(nonce: str, xyz_url: str = "") -> str:
    """The content security policy: scripts by nonce alone, nothing inline, nothing from another host.

    Only a tile service that the configuration names is added, for images.
    """
    origin = tile_origin(xyz_url)
    images = f"'self' data: {origin}".rstrip()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            f"img-src {images}",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'self'",
            "form-action 'self'",
        )
    )


def secure(app: Flask, xyz_url: str = "") -> None:
    """Make every answer of `app` carry the headers, and give templates `csp_nonce()`."""

    @app.after_request
    def _add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # A photo brings a policy of its own, under which nothing in it could run.
        response.headers.setdefault("Content-Security-Policy", policy(csp_nonce(), xyz_url))
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
