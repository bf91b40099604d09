"""Sender: tells webhooks what happened, from each one's own place in the journal, in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports import Clock, Store
from mapsvc.services.live.delivery import failed, is_wanted, passed
from mapsvc.services.live.drill import Drill
from mapsvc.services.live.live import Live
from mapsvc.services.live.post import NotSent
from mapsvc.services.live.signature import sign
from mapsvc.services.live.told import Told

LOOK_S = 1.0
"""How often retries that fall due are looked for."""
_AT_ONCE = 8
_SAVE_EVERY = 20
_log = logging.getLogger(__name__)

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""post(url, body, headers) -> status; raises NotSent."""


class Sender:
    """Sends to all active webhooks; one message at a time to each. Nothing leaves in a drill."""

    def __init__(self, store: Store, live: Live, drill: Drill, clock: Clock, post: Post) -> None:
        self._store = store
        self._live = live
        self._drill = drill
        self._clock = clock
        self._post = post
        self._stopped = threading.Event()
        self._busy: dict[str, Future[None]] = {}

    def run(self) -> None:
        """Work until `stop`; call it in a thread of its own, in one process only."""
        self._live.start()
        seen = self._live.seq()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook") as pool, self._live.hearing() as bell:
            while not self._stopped.is_set():
                try:
                    self._give_out(pool)
                except Exception:
                    _log.exception("webhooks could not be looked at")
                    self._stopped.wait(LOOK_S)
                told = self._live.wait(seen, LOOK_S, bell)
                seen = told[-1].seq if told else seen

    def stop(self) -> None:
        """End after the messages that are on their way."""
        self._stopped.set()

    def _give_out(self, pool: ThreadPoolExecutor) -> None:
        newest, now = self._live.seq(), self._clock.now()
        for webhook in self._store.list_webhooks():
            before = self._busy.get(webhook.id)
            due = webhook.active and webhook.delivery.after < newest and webhook.delivery.next_at <= now
            if due and (before is None or before.done()):
                self._busy[webhook.id] = pool.submit(self._safely, webhook)

    def _safely(self, webhook: Webhook) -> None:
        try:
            self.deliver(webhook)
        except Exception:
            _log.exception("webhook %s could not be served", webhook.id)

    def deliver(self, webhook: Webhook) -> Delivery:
        """Send what waits, until it is all sent or a try fails. Returns where the webhook stands then."""
        at = stored = webhook.delivery
        unsaved = 0
        while not self._stopped.is_set():
            told = self._live.events(at.after)
            if not told:
                break
            for one in told:
                at, was_sent = self._pass_on(webhook, at, one)
                unsaved += was_sent
                if at.next_at or self._stopped.is_set():
                    break
                # What is sent and not yet noted is sent again after a crash: the receiver knows it by its key.
                if unsaved >= _SAVE_EVERY:
                    if not self._note(webhook.id, stored, at):
                        return at
                    stored, unsaved = at, 0
            if at.next_at:
                break
        self._note(webhook.id, stored, at)
        return at

    def _note(self, webhook_id: str, before: Delivery, at: Delivery) -> bool:
        """Note where it stands; False where it was set back by hand meanwhile, which then holds."""
        now = next((one.delivery for one in self._store.list_webhooks() if one.id == webhook_id), None)
        if now != before:
            return False
        if at != before:
            self._store.set_delivery(webhook_id, at)
        return True

    def _pass_on(self, webhook: Webhook, at: Delivery, one: Told) -> tuple[Delivery, bool]:
        """Send one event where it is wanted; where the webhook stands then, and whether a message left."""
        if not is_wanted(webhook.kinds, one.kind) or self._drill.is_on or self._drill.has(one.seq):
            return passed(at, one.seq), False
        now = self._clock.now()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "mapsvc",
            "X-Mapsvc-Seq": str(one.seq),
            "X-Mapsvc-Signature": sign(webhook.secret, now, one.body),
            "Idempotency-Key": f"{webhook.id}-{one.seq}",
        }
        try:
            status = self._post(webhook.url, one.body, headers)
            why = "" if 200 <= status < 300 else f"The receiver answered {status}."
        except NotSent as error:
            why = str(error)
        if why:
            return failed(at, one.seq, now, why), True
        return replace(passed(at, one.seq), parked=tuple(seq for seq in at.parked if seq != one.seq)), True
