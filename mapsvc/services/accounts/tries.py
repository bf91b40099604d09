"""Tries: how often a password may be wrong, and how nobody is kept out by somebody else's guesses."""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mapsvc.errors import TooMany
from mapsvc.model.account import NOBODY
from mapsvc.ports import Clock, Store

WINDOW_S = 15 * 60
PER_PAIR, PER_ADDRESS, PER_ACCOUNT = 5, 10, 10
"""Wrong passwords in a window: of one account from one address, from one address, of one account from anywhere."""
_KNOWN_S = 30 * 86_400
_MOST_KNOWN = 10_000
_NET_V6 = 64


class Tries:
    """Counts wrong passwords in the store, for all processes.

    The limit of an account from anywhere does not hold for an address from which the account signed in before: who
    guesses from elsewhere cannot lock out the desk it belongs to. Safe to use from several threads. An account is named
    by its code, what is no account by `shown`.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._known: dict[tuple[str, str], int] = {}

    @contextmanager
    def one(self, account: str, address: str) -> Iterator[None]:
        """One try under way; TooMany where there were too many. Tries at the same time count as if they had failed."""
        limits = self._limits(account, address)
        with self._lock:
            for key, most in limits.items():
                self._check(key, most)
            self._under_way.update(limits.keys())
        try:
            yield
        finally:
            with self._lock:
                self._under_way.subtract(limits.keys())
                self._under_way += Counter()

    def failed(self, account: str, address: str) -> int:
        """Note a wrong password; how many tries remain."""
        now = self._clock.now()
        keys = _keys(account, address)
        for key in keys:
            self._store.forget_tries(key, now - WINDOW_S)
        self._store.add_try(keys, at=now, post=NOBODY.code)
        limits = self._limits(account, address)
        return max(0, min(most - len(self._recent(key, now)) for key, most in limits.items()))

    def passed(self, account: str, address: str) -> None:
        """Note a right one: this address is known now, and starts anew with this account."""
        self._store.forget_tries(_keys(account, address)[1])
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[(account, network(address))] = self._clock.now()

    def forget(self, account: str) -> None:
        """Forget the tries of an account from anywhere (its password was reset)."""
        self._store.forget_tries(_keys(account, "")[0])

    def _limits(self, account: str, address: str) -> dict[str, int]:
        limits = dict(zip(_keys(account, address), (PER_ACCOUNT, PER_PAIR, PER_ADDRESS), strict=True))
        seen = self._known.get((account, network(address)))
        if seen is not None and self._clock.now() - seen < _KNOWN_S:
            del limits[_keys(account, address)[0]]
        return limits

    def _check(self, key: str, most: int) -> None:
        now = self._clock.now()
        times = self._recent(key, now)
        if len(times) + self._under_way[key] < most:
            return
        # With tries under way alone, a moment is enough to see how they end.
        wait_s = max(1, times[-most] + WINDOW_S - now) if len(times) >= most else 1
        raise TooMany(f"Too many wrong passwords. Wait {_words(wait_s)}, then try again.", wait_s=wait_s)

    def _recent(self, key: str, now: int) -> list[int]:
        return self._store.list_tries(key, now - WINDOW_S + 1)


def shown(account: str) -> str:
    """What stands for a name that is no account's: it may be a password typed into the wrong field."""
    return "#" + hashlib.sha256(account.encode("utf-8", "replace")).hexdigest()[:16]


def network(address: str) -> str:
    """What counts as one address: an IPv4 number, or the half of an IPv6 one that names a line."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _NET_V6), strict=False).network_address)


def _words(wait_s: int) -> str:
    """A wait as people say it."""
    return f"{wait_s} s" if wait_s < 60 else f"{-(-wait_s // 60)} min"


def _keys(account: str, address: str) -> list[str]:
    """The account comes first: the journal names that key, and never an address."""
    where = network(address)
    return [f"account:{account}", f"pair:{account}@{where}", f"address:{where}"]
