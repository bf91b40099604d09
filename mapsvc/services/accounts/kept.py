"""Kept: what was found by the hash of a token or key, forgotten as soon as the journal says it may have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

from mapsvc.model.event import Event
from mapsvc.ports import Store

Value = TypeVar("Value")

_MOST = 4096
_PAGE = 1000
_FARTHEST = 5000
"""So many events are looked through; after more of them everything is asked anew."""
_HARMLESS = frozenset({"account.signed_in", "account.refused"})
_KINDS = ("account.", "key.", "channel.")


class _Seen(NamedTuple):
    """How far the journal was followed, and how often all was forgotten; replaced whole."""

    seq: int
    age: int


class Kept(Generic[Value]):
    """Answers of the store by hash. Every process follows the journal, so that what ends in one ends in all at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._seen = _Seen(-1, 0)

    def find(self, token_hash: str) -> tuple[Value | None, int]:
        """What is kept, and the age to give to `keep` with what is read now instead."""
        seen = self._seen
        # Nothing happened since somebody looked: no lock, or hundreds of requests would stand in line for it.
        if self._store.seq() == seen.seq:
            return self._values.get(token_hash), seen.age
        with self._lock:
            # Asked again: while this thread waited for its turn, others may have followed beyond what it knew.
            self._follow(self._store.seq())
            return self._values.get(token_hash), self._seen.age

    def keep(self, token_hash: str, value: Value, age: int) -> None:
        """Keep what was read, unless something changed since `find` gave that age."""
        with self._lock:
            if age != self._seen.age:
                return
            self._values[token_hash] = value
            self._values.move_to_end(token_hash)
            while len(self._values) > _MOST:
                self._values.popitem(last=False)

    def drop(self, token_hash: str) -> None:
        """Forget one."""
        with self._lock:
            self._values.pop(token_hash, None)

    def _follow(self, seq: int) -> None:
        """Up to `seq`; a store that was swapped for another starts anew."""
        last = self._seen.seq
        if not 0 <= last <= seq or seq - last > _FARTHEST:
            self._forget(seq)
            return
        while last < seq:
            events = self._store.list_events(after=last, limit=_PAGE)
            if not events:
                break
            last = events[-1].seq
            if any(map(_matters, events)):
                self._forget(last)
        self._seen = _Seen(last, self._seen.age)

    def _forget(self, seq: int) -> None:
        # A new dictionary, and only then the new age: who still reads the old one has the old age.
        self._values = OrderedDict()
        self._seen = _Seen(seq, self._seen.age + 1)


def _matters(event: Event) -> bool:
    return event.kind.startswith(_KINDS) and event.kind not in _HARMLESS
