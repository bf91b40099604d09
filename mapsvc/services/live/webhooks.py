"""Webhooks: which systems are told. A secret is shown once, when it is made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports import Clock, Store
from mapsvc.services.live.delivery import replayed
from mapsvc.services.live.post import NotSent, addresses, is_own, read_target
from mapsvc.services.live.told import OPEN_PARTS

MOST = 50
_ID_BYTES, _SECRET_BYTES = 6, 32


class Webhooks:
    """Made, changed and taken away by an administrator. own_port: where the service itself listens."""

    def __init__(self, store: Store, clock: Clock, own_port: int) -> None:
        self._store = store
        self._clock = clock
        self._own_port = own_port

    def list(self) -> list[dict[str, Any]]:
        """All of them, without their secrets."""
        return [told(one) for one in self._store.list_webhooks() if one.url]

    def add(self, name: str, url: str, kinds: Sequence[str], *, post: str) -> dict[str, Any]:
        """A new one, told from now on; the answer holds its secret. Raises BadInput."""
        if len(self.list()) >= MOST:
            raise BadInput(f"There can be {MOST} webhooks at most.", field="url")
        webhook = Webhook(
            f"w{secrets.token_hex(_ID_BYTES)}",
            name,
            self._checked(url),
            new_secret(),
            check_kinds(kinds),
            delivery=Delivery(after=self._store.seq()),
        )
        self._store.put_webhook(webhook, at=self._clock.now(), post=post)
        return {**told(self._find(webhook.id)), "secret": webhook.secret}

    def change(self, webhook_id: str, given: dict[str, Any], *, post: str) -> dict[str, Any]:
        """Change name, url, kinds, active; `renew`: a new secret, which the answer holds. Raises BadInput, NotFound."""
        webhook = self._find(webhook_id)
        facts: dict[str, Any] = {name: given[name] for name in ("name", "active") if name in given}
        if "url" in given:
            facts["url"] = self._checked(given["url"])
        if "kinds" in given:
            facts["kinds"] = check_kinds(given["kinds"])
        if given.get("renew"):
            facts["secret"] = new_secret()
        self._store.put_webhook(replace(webhook, **facts), at=self._clock.now(), post=post)
        shown = {"secret": facts["secret"]} if "secret" in facts else {}
        return {**told(self._find(webhook_id)), **shown}

    def remove(self, webhook_id: str, *, post: str) -> None:
        """Take it away: address and secret are forgotten, the journal keeps that it was there. Raises NotFound."""
        webhook = self._find(webhook_id)
        gone = replace(webhook, url="", secret="", active=False)
        self._store.put_webhook(gone, at=self._clock.now(), post=post)

    def replay(self, webhook_id: str, start: int) -> dict[str, Any]:
        """Send again from event `start` on. Raises BadInput, NotFound."""
        webhook = self._find(webhook_id)
        if not 1 <= start <= self._store.seq():
            raise BadInput(f"from is the number of an event, 1 to {self._store.seq()}.", field="from")
        self._store.set_delivery(webhook_id, replayed(webhook.delivery, start))
        return told(self._find(webhook_id))

    def _find(self, webhook_id: str) -> Webhook:
        found = next((one for one in self._store.list_webhooks() if one.id == webhook_id and one.url), None)
        if found is None:
            raise NotFound("There is no webhook with this id.")
        return found

    def _checked(self, url: str) -> str:
        target = read_target(url)
        try:
            numbers = addresses(target)
        except NotSent:
            # A receiver that is not up yet, or named in a network that is down now: tried when there is news.
            return url
        if any(is_own(number, target.port, self._own_port) for number in numbers):
            raise BadInput("url is the address of this service itself.", field="url")
        return url


def new_secret() -> str:
    """A secret to sign with."""
    return f"whsec_{secrets.token_urlsafe(_SECRET_BYTES)}"


def check_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Event kinds that may be told to others. Raises BadInput (field kinds)."""
    for kind in kinds:
        part, _, rest = kind.partition(".")
        if part not in OPEN_PARTS or not (rest == "*" or rest.replace("_", "").isalnum()):
            raise BadInput(f'"{kind[:40]}" is no kind of event that can be told, as "incident.*".', field="kinds")
    return tuple(dict.fromkeys(kinds))


def told(webhook: Webhook) -> dict[str, Any]:
    """A webhook as an answer shows it."""
    at = webhook.delivery
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "kinds": list(webhook.kinds),
        "active": webhook.active,
        "delivery": {
            "after": at.after,
            "tries": at.tries,
            "next_at": at.next_at or None,
            "parked": list(at.parked),
            "error": at.error,
        },
    }
