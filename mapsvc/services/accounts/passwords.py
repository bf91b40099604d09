"""Passwords: argon2id hashes, which words are taken, and one-time ones."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from mapsvc.errors import BadInput, Busy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
_FEWEST_LETTERS = 5
# fmt: off
_COMMON = frozenset({
    "0123456789", "0987654321", "1234567890", "12345678910", "123456789a", "1q2w3e4r5t", "1qaz2wsx3edc",
    "5201314520", "a123456789", "abc1234567", "abcdefghij", "admin12345", "admin123456", "administrator",
    "asdfghjkl123", "changeme123", "iloveyou123", "letmein1234", "mapsvc1234", "mapsvc12345", "p@ssw0rd123",
    "passw0rd123", "password12", "password123", "password1234", "qwerty12345", "qwerty123456", "qwertyuiop",
    "welcome1234", "woaini1314", "woaini520520", "zhangsan123",
})
# fmt: on
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on paper: i l o 0 1."""
_GROUPS, _GROUP = 4, 4
_AT_ONCE = 2
"""Hashes made at the same time: each takes its memory and a core."""
_PATIENCE_S = 10.0


def check_password(password: str, account: str, *, field: str = "new") -> None:
    """Raise BadInput where a password is too short, too long, the account's name or a common one."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"A password has {SHORTEST} to {LONGEST} characters.", field=field)
    if plain.replace(account.casefold(), "").strip("-_ .0123456789") == "":
        raise BadInput("A password is more than the account's name and a number.", field=field)
    if plain in _COMMON or len(set(plain)) < _FEWEST_LETTERS:
        raise BadInput("This password is among the first that are guessed; take another one.", field=field)


def one_time_password() -> str:
    """A password to be read out once and changed at the first sign-in: 79 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


class Hasher:
    """argon2id. A few hashes at once, so that a crowd at the door does not take all memory and both cores.

    rounds, memory_kib: what a hash costs; a stored one says by itself what it took.
    """

    def __init__(self, *, rounds: int = 3, memory_kib: int = 32 * 1024) -> None:
        self._cost = (rounds, memory_kib)
        self._turn = threading.BoundedSemaphore(_AT_ONCE)

    @cached_property
    def _argon2(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        rounds, memory_kib = self._cost
        return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._queue():
            return self._argon2.hash(_normal(password))

    def fits(self, password_hash: str, password: str) -> bool:
        """Whether the password made this hash. "" (no such account) fits nothing, and takes as long to say so."""
        from argon2.exceptions import InvalidHashError, VerificationError

        nobodys = self._empty  # made at the first question, whoever it is about
        stored = password_hash or nobodys
        with self._queue():
            try:
                return self._argon2.verify(stored, _normal(password)) and bool(password_hash)
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _queue(self) -> Iterator[None]:
        """A turn at hashing; Busy where the queue at the door is long, so that it does not hold all threads."""
        if not self._turn.acquire(timeout=_PATIENCE_S):
            raise Busy("Too many sign in at the same time; try again in a moment.")
        try:
            yield
        finally:
            self._turn.release()

    @cached_property
    def _empty(self) -> str:
        """The hash that is asked where there is none."""
        return self._argon2.hash(secrets.token_urlsafe(24))


def _normal(password: str) -> str:
    """Keyboards write the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)
