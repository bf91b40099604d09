"""Accounts: everything about who may do what here, in one value."""

from __future__ import annotations

from dataclasses import dataclass

from mapsvc.model.account import Account, Actor
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.book import Book
from mapsvc.services.accounts.channels import Channels
from mapsvc.services.accounts.keys import Keys
from mapsvc.services.accounts.passwords import Hasher
from mapsvc.services.accounts.sessions import Sessions
from mapsvc.services.accounts.tries import Tries


@dataclass(frozen=True, eq=False)
class Accounts:
    """The rooms of the accounts, over one store."""

    book: Book
    sessions: Sessions
    keys: Keys
    channels: Channels

    @classmethod
    def over(cls, store: Store, clock: Clock, hasher: Hasher | None = None) -> Accounts:
        """Accounts of a store. hasher: of passwords, the usual one unless given."""
        hasher, tries = hasher or Hasher(), Tries(store, clock)
        sessions = Sessions(store, clock, hasher, tries)
        return cls(Book(store, clock, hasher, tries, sessions), sessions, Keys(store, clock), Channels(store, clock))

    def sign_in(self, code: str, password: str, address: str) -> tuple[str, Account]:
        """As `Sessions.sign_in`."""
        return self.sessions.sign_in(code, password, address)

    def find(self, token: str) -> Actor | None:
        """Who has this cookie's token."""
        found = self.sessions.find(token)
        return None if found is None else found.actor

    def find_by_key(self, key: str) -> Actor | None:
        """Who has this key. Raises Forbidden for a channel that is switched off."""
        return self.keys.find(key)
