"""Accounts, sessions, tries, keys and channels of the memory store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mapsvc.errors import Conflict, NotFound
from mapsvc.model.account import Account, ApiKey, Session
from mapsvc.model.channel import Channel
from mapsvc.model.event import Event
from mapsvc.store import access_events
from mapsvc.store.memory_journal import MemoryJournal


class MemoryAccess(MemoryJournal):
    """Dictionaries by code, id or hash."""

    def __init__(self) -> None:
        super().__init__()
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._tries: dict[str, list[int]] = {}
        self._keys: dict[str, ApiKey] = {}
        self._channels: dict[str, Channel] = {}

    def find_account(self, code: str) -> Account | None:
        """One account by the code it signs in with."""
        return self._accounts.get(code)

    def list_accounts(self) -> list[Account]:
        """All accounts in code order."""
        with self._lock:
            return [self._accounts[code] for code in sorted(self._accounts)]

    def put_account(self, account: Account, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by code."""
        entry = access_events.account_put(account, kind, at=at, post=post)
        with self._lock:
            self._accounts[account.code] = account
            return self._append(entry)

    # sessions
    def add_session(self, session: Session, *, at: int, post: str) -> Event:
        """Store a session; NotFound without its account, Conflict where its token is known."""
        with self._lock:
            if session.account not in self._accounts:
                raise NotFound(f'There is no account "{session.account}".')
            if session.token_hash in self._sessions:
                raise Conflict("There is a session with this token already.")
            self._sessions[session.token_hash] = session
            return self._append(access_events.signed_in(session.account, at=at, post=post))

    def find_session(self, token_hash: str) -> tuple[Session, Account] | None:
        """The session with its account."""
        with self._lock:
            session = self._sessions.get(token_hash)
            return None if session is None else (session, self._accounts[session.account])

    def touch_session(self, token_hash: str, *, seen_at: int) -> None:
        """Note that it was used."""
        with self._lock:
            if token_hash in self._sessions:
                self._sessions[token_hash] = replace(self._sessions[token_hash], seen_at=seen_at)

    def drop_sessions(self, account: str, *, token_hash: str = "", at: int, post: str) -> Event | None:
        """End one session of an account, or all of them; None where there was none."""
        with self._lock:
            ended = [
                one.token_hash
                for one in self._sessions.values()
                if one.account == account and token_hash in ("", one.token_hash)
            ]
            if not ended:
                return None
            for token in ended:
                del self._sessions[token]
            return self._append(access_events.signed_out(account, len(ended), at=at, post=post))

    def drop_run_out(self, *, expired: int, unseen: int) -> int:
        """Forget sessions that ran out; how many."""
        with self._lock:
            over = [name for name, one in self._sessions.items() if one.expires_at <= expired or one.seen_at <= unseen]
            for name in over:
                del self._sessions[name]
            return len(over)

    # tries of a password
    def add_try(self, keys: Sequence[str], *, at: int, post: str) -> Event:
        """Note a failed try under each key."""
        entry = access_events.refused(keys, at=at, post=post)
        with self._lock:
            for key in dict.fromkeys(keys):
                self._tries.setdefault(key, []).append(at)
            return self._append(entry)

    def list_tries(self, key: str, since: int) -> list[int]:
        """Times of failed tries under a key since then, oldest first."""
        with self._lock:
            return sorted(at for at in self._tries.get(key, []) if at >= since)

    def forget_tries(self, key: str, before: int | None = None) -> None:
        """Forget the tries under a key (all, or those before a time)."""
        with self._lock:
            kept = [] if before is None else [at for at in self._tries.get(key, []) if at >= before]
            self._tries[key] = kept

    # keys and channels
    def list_keys(self) -> list[ApiKey]:
        """All keys in id order."""
        with self._lock:
            return [self._keys[id_] for id_ in sorted(self._keys)]

    def find_key(self, key_hash: str) -> ApiKey | None:
        """The key with this hash."""
        with self._lock:
            return next((key for key in self._keys.values() if key.key_hash == key_hash), None)

    def put_key(self, key: ApiKey, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by id; Conflict where another key has its hash."""
        entry = access_events.key_put(key, kind, at=at, post=post)
        with self._lock:
            same = self.find_key(key.key_hash)
            if same is not None and same.id != key.id:
                raise Conflict("Another key has this hash already.")
            self._keys[key.id] = key
            return self._append(entry)

    def list_channels(self) -> list[Channel]:
        """All channels in code order."""
        with self._lock:
            return [self._channels[code] for code in sorted(self._channels)]

    def find_channel(self, code: str) -> Channel | None:
        """One channel."""
        return self._channels.get(code)

    def put_channel(self, channel: Channel, *, at: int, post: str) -> Event:
        """Add or replace by code."""
        with self._lock:
            self._channels[channel.code] = channel
            return self._append(access_events.channel_set(channel, at=at, post=post))
