"""Accounts, sessions, tries, keys and channels of SqliteStore."""

from __future__ import annotations

from collections.abc import Sequence

from mapsvc.model.account import Account, ApiKey, Session
from mapsvc.model.channel import Channel
from mapsvc.model.event import Event
from mapsvc.store import access_events, account_rows, journal, key_rows
from mapsvc.store.sqlite_journal import SqliteJournal


class SqliteAccess(SqliteJournal):
    """Each method is one snapshot or one transaction with its event."""

    def find_account(self, code: str) -> Account | None:
        """One account by the code it signs in with."""
        with self._db.read() as connection:
            return account_rows.find(connection, code)

    def list_accounts(self) -> list[Account]:
        """All accounts in code order."""
        with self._db.read() as connection:
            return account_rows.list_all(connection)

    def put_account(self, account: Account, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by code."""
        entry = access_events.account_put(account, kind, at=at, post=post)
        with self._db.write() as connection:
            account_rows.put(connection, account)
            return journal.append(connection, entry)

    # sessions
    def add_session(self, session: Session, *, at: int, post: str) -> Event:
        """Store a session; NotFound without its account, Conflict where its token is known."""
        with self._db.write() as connection:
            account_rows.add_session(connection, session)
            return journal.append(connection, access_events.signed_in(session.account, at=at, post=post))

    def find_session(self, token_hash: str) -> tuple[Session, Account] | None:
        """The session with its account."""
        with self._db.read() as connection:
            return account_rows.find_session(connection, token_hash)

    def touch_session(self, token_hash: str, *, seen_at: int) -> None:
        """Note that it was used."""
        with self._db.write() as connection:
            account_rows.touch_session(connection, token_hash, seen_at)

    def drop_sessions(self, account: str, *, token_hash: str = "", at: int, post: str) -> Event | None:
        """End one session of an account, or all of them; None where there was none."""
        with self._db.write() as connection:
            ended = account_rows.drop_sessions(connection, account, token_hash)
            if not ended:
                return None
            return journal.append(connection, access_events.signed_out(account, ended, at=at, post=post))

    def drop_run_out(self, *, expired: int, unseen: int) -> int:
        """Forget sessions that ran out; how many."""
        with self._db.write() as connection:
            return account_rows.drop_run_out(connection, expired, unseen)

    # tries of a password
    def add_try(self, keys: Sequence[str], *, at: int, post: str) -> Event:
        """Note a failed try under each key."""
        entry = access_events.refused(keys, at=at, post=post)
        with self._db.write() as connection:
            account_rows.add_try(connection, keys, at)
            return journal.append(connection, entry)

    def list_tries(self, key: str, since: int) -> list[int]:
        """Times of failed tries under a key since then, oldest first."""
        with self._db.read() as connection:
            return account_rows.list_tries(connection, key, since)

    def forget_tries(self, key: str, before: int | None = None) -> None:
        """Forget the tries under a key (all, or those before a time)."""
        with self._db.write() as connection:
            account_rows.forget_tries(connection, key, before)

    # keys and channels
    def list_keys(self) -> list[ApiKey]:
        """All keys in id order."""
        with self._db.read() as connection:
            return key_rows.list_keys(connection)

    def find_key(self, key_hash: str) -> ApiKey | None:
        """The key with this hash."""
        with self._db.read() as connection:
            return key_rows.find_key(connection, key_hash)

    def put_key(self, key: ApiKey, *, kind: str, at: int, post: str) -> Event:
        """Add or replace by id; Conflict where another key has its hash."""
        entry = access_events.key_put(key, kind, at=at, post=post)
        with self._db.write() as connection:
            key_rows.put_key(connection, key)
            return journal.append(connection, entry)

    def list_channels(self) -> list[Channel]:
        """All channels in code order."""
        with self._db.read() as connection:
            return key_rows.list_channels(connection)

    def find_channel(self, code: str) -> Channel | None:
        """One channel."""
        with self._db.read() as connection:
            return key_rows.find_channel(connection, code)

    def put_channel(self, channel: Channel, *, at: int, post: str) -> Event:
        """Add or replace by code."""
        with self._db.write() as connection:
            key_rows.put_channel(connection, channel)
            return journal.append(connection, access_events.channel_set(channel, at=at, post=post))
