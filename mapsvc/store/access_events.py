"""What the journal says of accounts, sessions, keys and channels: never a hash, a token or an address."""

from __future__ import annotations

from collections.abc import Sequence

from mapsvc.errors import BadInput
from mapsvc.model.account import Account, ApiKey
from mapsvc.model.channel import Channel
from mapsvc.store.events import Entry


def account_put(account: Account, kind: str, *, at: int, post: str) -> Entry:
    """An account was added or changed; kind: "account.added", "account.changed", "account.password" ..."""
    data = {
        "role": account.role.value,
        "grids": list(account.grid_codes),
        "department": account.department,
        "disabled": account.disabled,
    }
    return Entry(at, post, _of("account", kind), account.code, data)


def signed_in(account: str, *, at: int, post: str) -> Entry:
    """A session began."""
    return Entry(at, post, "account.signed_in", account)


def signed_out(account: str, sessions: int, *, at: int, post: str) -> Entry:
    """So many sessions of an account ended."""
    return Entry(at, post, "account.signed_out", account, {"sessions": sessions})


def refused(keys: Sequence[str], *, at: int, post: str) -> Entry:
    """A password was wrong; the other keys (addresses) stay out of the journal, which is kept for ever."""
    if not keys:
        raise BadInput("A try is counted under a key; give one at least.", field="keys")
    return Entry(at, post, "account.refused", keys[0])


def key_put(key: ApiKey, kind: str, *, at: int, post: str) -> Entry:
    """A key was made or taken back; kind: "key.made", "key.taken_back"."""
    return Entry(at, post, _of("key", kind), key.id, {"name": key.name, "channel": key.channel, "account": key.account})


def channel_set(channel: Channel, *, at: int, post: str) -> Entry:
    """A channel was added or changed."""
    data = {"datum": channel.datum, "public": channel.public, "per_minute": channel.per_minute}
    return Entry(at, post, "channel.set", channel.code, {**data, "active": channel.active})


def _of(part: str, kind: str) -> str:
    """The kind, if it is of this part: caches tell by it that no incident was touched."""
    if not kind.startswith(f"{part}."):
        raise BadInput(f'An event "{kind}" does not tell of {part}s.', field="kind")
    return kind
