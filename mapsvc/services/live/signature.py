"""The signature of what a webhook sends: who holds the secret can tell that it comes from here, and when."""

from __future__ import annotations

import hashlib
import hmac

TOLERANCE_S = 300
"""Older messages are refused by `verify`: a copy caught on the way cannot be played again later."""


def sign(secret: str, at: int, body: bytes) -> str:
    """The value of X-Mapsvc-Signature: "t=EPOCH,v1=HEX", HMAC-SHA256 of "EPOCH.body"."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def verify(secret: str, header: str, body: bytes, now: int, tolerance_s: int = TOLERANCE_S) -> bool:
    """Whether a message was signed with this secret within the last `tolerance_s` seconds."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit() and len(at) < 13) or abs(now - int(at)) > tolerance_s:
        return False
    return hmac.compare_digest(sign(secret, int(at), body), f"t={at},v1={parts.get('v1', '')}")
