"""Live: the journal as it grows. One thread a process follows it; everybody who listens gets the same bytes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mapsvc.errors import Busy, TooMany
from mapsvc.ports import Store
from mapsvc.services.live.drill import Drill
from mapsvc.services.live.told import Teller, Told

POLL_S = 0.1
"""How often the journal is looked at for what other processes wrote."""
PACE_S = 0.2
"""Shortest time between two batches: 200 listeners woken for every single event would leave no time for work."""
HEARTBEAT_S = 15.0
RETRY_MS = 2000
PER_LOGIN = 20
_PAGE = 500
_KEPT = 4096
_CAP_WAIT_S = 30
_AT_ONCE = 20
_BREATH_S = 0.005
_END_S = 2.0
_log = logging.getLogger(__name__)


class Bell:
    """What one listener waits at. Each has a lock of its own: hundreds of threads that wake at one lock stand in line
    for it, and at every place in the line the interpreter changes hands."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """Wake the listener; one ringer at a time."""
        if self._lock.locked():
            self._lock.release()

    def wait(self, timeout_s: float) -> None:
        """Until it rings, or the time is over."""
        self._lock.acquire(timeout=max(timeout_s, 0.0))


class Live:
    """Tells the journal. Safe from any thread; the following thread starts with the first listener.

    streams: how many may listen at once.
    """

    def __init__(self, store: Store, teller: Teller, drill: Drill, streams: int = 300) -> None:
        self._store = store
        self._teller = teller
        self.drill = drill
        self._streams = streams
        self._lock = threading.Lock()
        self._bells: set[Bell] = set()
        self._woken = threading.Event()
        self._follower: threading.Thread | None = None
        self._heard: tuple[int, tuple[Told, ...]] | None = None
        self._listening: dict[str, int] = {}
        self._stopped = threading.Event()

    def seq(self) -> int:
        """Number of the newest event."""
        return self._store.seq()

    def wake(self) -> None:
        """Something may have been written: look now instead of in a moment."""
        self._woken.set()

    def stop(self) -> None:
        """End every stream, for good."""
        self._stopped.set()
        self._woken.set()
        self._ring()
        if self._follower is not None:
            # Who stops this closes the store next: nobody reads it any more.
            self._follower.join(_END_S)

    def is_stopped(self) -> bool:
        """Whether all streams are to end."""
        return self._stopped.is_set()

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return sum(self._listening.values())

    @contextmanager
    def listening(self, login: str) -> Iterator[Bell]:
        """A place among the listeners. Raises Busy where all are taken, TooMany where this login has its share."""
        bell = self.take_place(login)
        try:
            yield bell
        finally:
            self.leave_place(login, bell)

    @contextmanager
    def hearing(self) -> Iterator[Bell]:
        """A bell for a thread of the service itself, which takes no place."""
        bell = Bell()
        with self._lock:
            self._bells.add(bell)
        try:
            yield bell
        finally:
            with self._lock:
                self._bells.discard(bell)

    def take_place(self, login: str) -> Bell:
        """As `listening`, for who leaves later by `leave_place`."""
        bell = Bell()
        with self._lock:
            if self.is_stopped() or self.listeners >= self._streams:
                raise Busy("All places to listen are taken; ask /api/events every 10 seconds instead.")
            if self._listening.get(login, 0) >= PER_LOGIN:
                raise TooMany(f"This account listens {PER_LOGIN} times already.", wait_s=_CAP_WAIT_S)
            self._listening[login] = self._listening.get(login, 0) + 1
            self._bells.add(bell)
        self.start()
        return bell

    def leave_place(self, login: str, bell: Bell) -> None:
        """Give the place back."""
        with self._lock:
            self._bells.discard(bell)
            left = self._listening.get(login, 0) - 1
            if left > 0:
                self._listening[login] = left
            else:
                self._listening.pop(login, None)

    def events(self, after: int, limit: int = _PAGE) -> list[Told]:
        """Events with seq > after, oldest first, at most `limit`."""
        kept = self._kept_after(after)
        if kept or (kept is not None and self._store.seq() <= after):
            return kept[:limit]
        # Further back than what is kept, or of this very moment.
        return self._teller.tell(self._store.list_events(after=after, limit=limit))

    def wait(self, after: int, timeout_s: float, bell: Bell) -> list[Told]:
        """Events with seq > after; where there is none yet, waits for the next one. Empty when the time is over."""
        until = time.monotonic() + timeout_s
        while (kept := self._kept_after(after)) is not None:
            left = until - time.monotonic()
            if kept or left <= 0 or self.is_stopped():
                return kept
            # It may have rung for what was heard before: then there is nothing yet, and the wait goes on.
            bell.wait(left)
        # Further back than what is kept in memory: from the journal, a page at a time.
        return self._teller.tell(self._store.list_events(after=after, limit=_PAGE))

    def _kept_after(self, after: int) -> list[Told] | None:
        """What of the kept events comes after; None where that is not all there is, or nobody follows."""
        heard = self._heard
        if heard is None:
            return None
        last, told = heard
        if after < last - len(told):
            return None
        # Numbers have no gaps: the place in the list follows from the number.
        return list(told[len(told) - (last - after) :]) if after < last else []

    def start(self) -> None:
        """Follow the journal from now on; nothing where that is done already."""
        with self._lock:
            if self._follower is None:
                self._heard = (self._store.seq(), ())
                self._follower = threading.Thread(target=self._follow, name="live", daemon=True)
                self._follower.start()

    def _ring(self) -> None:
        with self._lock:
            bells = list(self._bells)
        for start in range(0, len(bells), _AT_ONCE):
            with self._lock:
                for bell in bells[start : start + _AT_ONCE]:
                    bell.ring()
            # Hundreds that wake at one moment would hold up whoever is being answered.
            self._stopped.wait(_BREATH_S)

    def _follow(self) -> None:
        while not self.is_stopped():
            self._woken.wait(POLL_S)
            self._woken.clear()
            try:
                grown = self._read()
            except Exception:
                # A store that is busy or gone for a moment must not end all streams for good.
                _log.exception("the journal could not be read")
                grown = True
            if grown:
                self._stopped.wait(PACE_S)

    def _read(self) -> bool:
        """Read one page of what is new and tell it."""
        last, told = self._heard or (0, ())
        if self._store.seq() <= last:
            return False
        events = self._store.list_events(after=last, limit=_PAGE)
        if not events:
            return False
        new = self._teller.tell(events)
        if len(events) == _PAGE:
            self._woken.set()
        # One value, replaced whole: who reads it needs no lock.
        self._heard = (new[-1].seq, (*told, *new)[-_KEPT:])
        self._ring()
        return True
