"""What is done once a day: the journal's newest line is noted, sessions that ran out are forgotten."""

from __future__ import annotations

import logging

from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.heads import Heads
from mapsvc.services.accounts.sessions import IDLE_S

_log = logging.getLogger(__name__)


def tend(store: Store, clock: Clock, heads: Heads) -> None:
    """The work of a day. A journal that does not hold the line noted last is said in the log."""
    now = clock.now()
    store.drop_run_out(expired=now, unseen=now - IDLE_S)
    verdict = heads.note()
    if not verdict.is_whole:
        _log.error("the journal: %s", verdict.why)
