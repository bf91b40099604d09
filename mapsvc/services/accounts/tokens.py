"""Tokens: random words that prove a session or a key; only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "mk_"
"""Begins every key for programs, so that one found in a log or a repository is known for what it is."""
_BYTES = 32
_LONGEST = 128


def new_token() -> str:
    """A session's token: 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def new_key() -> str:
    """A key for programs: 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """SHA-256 (hex); of a token with 256 random bits that is as good as a slow hash. "" for what can be no token."""
    if not token or len(token) > _LONGEST:
        return ""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
