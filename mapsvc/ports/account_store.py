"""The store's promises about accounts, sessions, keys and channels. Secrets are stored as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mapsvc.model.account import Account, ApiKey, Session
from mapsvc.model.channel import Channel
from mapsvc.model.event import Event


class AccountStore(Protocol):
    """Accounts are posts, not people."""

    def find_account(self, code: str) -> Account | None:
        """One account by the code it signs in with."""

    def list_accounts(self) -> list[Account]:
        """All accounts in code order."""

    def put_account(self, account: Account, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by code; the event `kind` ("account.added", "account.changed", "account.password" ...) holds
        role, grids, department and whether it is disabled, never a hash. Sessions stay: see drop_sessions."""

    # sessions
    def add_session(self, session: Session, *, at: int, post: str) -> Event:
        """Store a session ("account.signed_in", subject the account)."""

    def find_session(self, token_hash: str) -> tuple[Session, Account] | None:
        """The session with its account; None for an unknown one. Whether it has run out, the caller decides."""

    def touch_session(self, token_hash: str, *, seen_at: int) -> None:
        """Note that it was used; no event."""

    def drop_sessions(self, account: str, *, token_hash: str = "", at: int, post: str) -> Event | None:
        """End one session of an account, or all of them ("account.signed_out"); None where there was none."""

    def drop_run_out(self, *, expired: int, unseen: int) -> int:
        """Forget sessions that expire at `expired` or before, or were used last at `unseen` or before; how many. No
        event: they ended by themselves."""

    # tries of a password
    def add_try(self, keys: Sequence[str], *, at: int, post: str) -> Event:
        """Note a failed try under each key (an account, an address) ("account.refused", subject the first key)."""

    def list_tries(self, key: str, since: int) -> list[int]:
        """Times of failed tries under a key since then, oldest first."""

    def forget_tries(self, key: str, before: int | None = None) -> None:
        """Forget the tries under a key (all, or those before a time); no event."""

    # keys and channels
    def list_keys(self) -> list[ApiKey]:
        """All keys in id order, those taken back too."""

    def find_key(self, key_hash: str) -> ApiKey | None:
        """The key with this hash; also one that was taken back."""

    def put_key(self, key: ApiKey, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by id; event `kind` ("key.made", "key.taken_back"), without the hash."""

    def list_channels(self) -> list[Channel]:
        """All channels in code order."""

    def find_channel(self, code: str) -> Channel | None:
        """One channel."""

    def put_channel(self, channel: Channel, *, at: int, post: str) -> Event:
        """Add or replace by code ("channel.set")."""
