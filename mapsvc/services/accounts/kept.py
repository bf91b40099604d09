"""Kept: what was found by the hash of a token or key, forgotten as soon as the journal says it may have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

from mapsvc.model.event import Event
from mapsvc.ports import Store

Value = TypeVar("Value")

_MOST = 4096
_PAGE = 1000
_FARTHEST = 5000
"""So many events are looked through; after more of them everything is asked anew."""
_HARMLESS = frozenset({"account.signed_in", "account.refused"})
_KINDS = ("account.", "key.", "channel.")


class Kept(Generic[Value]):
    """Answers of the store by hash. Every process follows the journal, so that what ends in one ends in all at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._seq = -1
        self._age = 0

    def find(self, token_hash: str) -> tuple[Value | None, int]:
        """What is kept, and the age to give to `keep` with what is read now instead."""
        seq = self._store.seq()
        with self._lock:
            if seq != self._seq:
                self._follow(seq)
            return self._values.get(token_hash), self._age

    def keep(self, token_hash: str, value: Value, age: int) -> None:
        """Keep what was read, unless something changed since `find` gave that age."""
        with self._lock:
            if age != self._age:
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
        if not 0 <= self._seq <= seq or seq - self._seq > _FARTHEST:
            self._forget(seq)
            return
        while self._seq < seq:
            events = self._store.list_events(after=self._seq, limit=_PAGE)
            if not events:
                break
            self._seq = events[-1].seq
            if any(map(_matters, events)):
                self._forget(self._seq)

    def _forget(self, seq: int) -> None:
        self._values.clear()
        self._age += 1
        self._seq = seq


def _matters(event: Event) -> bool:
    return event.kind.startswith(_KINDS) and event.kind not in _HARMLESS
