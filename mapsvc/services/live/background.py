"""Background: the threads that work beside the requests, in one process of all that serve a store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mapsvc.ports import Clock
from mapsvc.services.accounts.heads import Heads
from mapsvc.services.live.daily import tend
from mapsvc.services.live.keeper import Keeper
from mapsvc.services.live.lease import Lease
from mapsvc.services.live.live import Live
from mapsvc.services.live.post import post
from mapsvc.services.live.sender import Sender
from mapsvc.services.live.webhooks import Webhooks
from mapsvc.services.scene.interval import DAY_S
from mapsvc.services.scene.scene import Stage

TURN_S = 2.0
_END_S = 2.0
"""How often the keeper looks; nobody is late by seconds."""
_log = logging.getLogger(__name__)


class Background:
    """Keeper and sender, begun by `start`, ended by `stop`.

    daily: work of once a day, such as noting the head of the audit chain; also done at the start.
    """

    def __init__(
        self,
        live: Live,
        clock: Clock,
        lease: Lease,
        webhooks: Webhooks,
        sender: Sender,
        make_keeper: Callable[[int], Keeper],
        daily: Callable[[], object] | None = None,
    ) -> None:
        self._live = live
        self._clock = clock
        self._lease = lease
        self.webhooks = webhooks
        self._sender = sender
        self._make_keeper = make_keeper
        self._daily = daily
        self._stopped = threading.Event()
        self._day = -1
        self._threads: list[threading.Thread] = []

    @classmethod
    def over(cls, stage: Stage, live: Live, heads: Heads, folder: Path, *, own_port: int) -> Background:
        """All of it over one store. folder: where the lease lies; own_port: where no webhook is sent to."""
        store, clock = stage.store, stage.clock
        sender = Sender(store, live, live.drill, clock, partial(post, own_port=own_port))
        daily = partial(tend, store, clock, heads)
        hooks = Webhooks(store, clock, own_port)
        return cls(live, clock, Lease(folder, "keeper"), hooks, sender, partial(Keeper, stage), daily)

    def start(self) -> None:
        """Begin; a process that does not get the lease waits for it."""
        self._begin(self._run, "keeper")

    def _begin(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End soon; what was begun is finished."""
        self._stopped.set()
        self._sender.stop()
        for thread in self._threads:
            thread.join(_END_S)

    def _run(self) -> None:
        while not self._lease.take():
            if self._stopped.wait(TURN_S):
                return
        now = self._clock.now()
        keeper = self._make_keeper(self._lease.noted() or now)
        self._begin(self._sender.run, "sender")
        while not self._stopped.wait(TURN_S):
            try:
                self._turn(keeper)
            except Exception:
                _log.exception("the keeper met an error")
        self._lease.give_back()

    def _turn(self, keeper: Keeper) -> None:
        now = self._clock.now()
        if keeper.turn():
            self._live.wake()
        self._lease.note(now)
        if self._daily is not None and now // DAY_S != self._day:
            self._daily()
            self._day = now // DAY_S
