"""Keys for programs: of a channel that reports, or of an account that asks."""

from __future__ import annotations

import secrets
from dataclasses import replace

from mapsvc.errors import BadInput, Conflict, Forbidden, NotFound
from mapsvc.model.account import Actor, ApiKey, Right, actor_of
from mapsvc.model.channel import Channel
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.kept import Kept
from mapsvc.services.accounts.tokens import KEY_PREFIX, hash_of, new_key

CHANNEL_RIGHTS = frozenset({Right.REPORT})
_ID_BYTES = 6


def channel_actor(channel: Channel) -> Actor:
    """The actor that a channel is: it reports, and nothing else. A colon keeps its name apart from an account's."""
    return Actor(f"channel:{channel.code}", None, CHANNEL_RIGHTS, channel=channel.code)


class Keys:
    """Keys are random, told once and stored as hashes. Safe to use from any thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: Kept[Actor] = Kept(store)

    def list(self) -> list[ApiKey]:
        """All keys, those taken back too."""
        return self._store.list_keys()

    def make(self, name: str, *, channel: str = "", account: str = "", post: str) -> tuple[ApiKey, str]:
        """A new key and its text, told this once. Raises BadInput where not exactly one holder is named or known."""
        if not name:
            raise BadInput("name says which program has the key.", field="name")
        if bool(channel) == bool(account):
            raise BadInput("A key is of a channel or of an account: name one of them.", field="channel")
        if channel and self._store.find_channel(channel) is None:
            raise BadInput(f'There is no channel "{channel[:60]}".', field="channel")
        if account and self._store.find_account(account) is None:
            raise BadInput(f'There is no account "{account[:60]}".', field="account")
        text, now = new_key(), self._clock.now()
        key = ApiKey(f"k{secrets.token_hex(_ID_BYTES)}", name, hash_of(text), channel, account, now)
        self._store.put_key(key, kind="key.made", at=now, post=post)
        return key, text

    def take_back(self, key_id: str, *, post: str) -> ApiKey:
        """The key is worth nothing from now on. Raises NotFound, Conflict where it was taken back before."""
        key = next((key for key in self._store.list_keys() if key.id == key_id), None)
        if key is None:
            raise NotFound(f'There is no key "{key_id[:60]}".')
        if key.taken_back_at is not None:
            raise Conflict("This key was taken back before.")
        now = self._clock.now()
        gone = replace(key, taken_back_at=now)
        self._store.put_key(gone, kind="key.taken_back", at=now, post=post)
        return gone

    def find(self, text: str) -> Actor | None:
        """Who has this key; None for no key of ours. Raises Forbidden for a channel that is switched off."""
        key_hash = hash_of(text) if text.startswith(KEY_PREFIX) else ""
        if not key_hash:
            return None
        kept, age = self._kept.find(key_hash)
        if kept is None:
            kept = self._read(key_hash)
            if kept is not None:
                self._kept.keep(key_hash, kept, age)
        return kept

    def _read(self, key_hash: str) -> Actor | None:
        key = self._store.find_key(key_hash)
        if key is None or key.taken_back_at is not None:
            return None
        if key.account:
            account = self._store.find_account(key.account)
            return None if account is None or account.disabled else actor_of(account)
        channel = self._store.find_channel(key.channel)
        if channel is None:
            return None
        if not channel.active:
            raise Forbidden(f'The channel "{channel.code}" is switched off.')
        return channel_actor(channel)
