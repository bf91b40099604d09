"""The book of accounts: adding, changing, resetting and disabling posts that sign in."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mapsvc.errors import BadInput, Conflict, NotFound
from mapsvc.model.account import Account, Role
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.facts import check_code, check_facts
from mapsvc.services.accounts.passwords import Hasher, check_password, one_time_password
from mapsvc.services.accounts.sessions import Sessions
from mapsvc.services.accounts.tries import Tries

_ENDS_SESSIONS = ("role", "grid_codes", "post", "department", "disabled")
"""A change of what an account may do begins with a new sign-in."""


class Book:
    """Writes accounts; who may ask for it is decided above. post: who does it, for the journal."""

    def __init__(self, store: Store, clock: Clock, hasher: Hasher, tries: Tries, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._tries = tries
        self._sessions = sessions
        self._turn = threading.Lock()

    def list(self) -> list[Account]:
        """All accounts in code order."""
        return self._store.list_accounts()

    def find(self, code: str) -> Account | None:
        """One account, None where there is none."""
        return self._store.find_account(code)

    def get(self, code: str) -> Account:
        """One account, or NotFound."""
        account = self._store.find_account(code)
        if account is None:
            raise NotFound(f'There is no account "{code[:60]}".')
        return account

    def add(self, code: str, facts: Mapping[str, Any], *, post: str) -> tuple[Account, str]:
        """A new account and its one-time password, told this once. Raises BadInput, Conflict for a code in use.

        facts: role and name, and what else `facts.check_facts` knows.
        """
        check_code(code)
        checked = check_facts(self._store, {"role": "", "name": "", **facts})
        password, now = one_time_password(), self._clock.now()
        hashed = self._hasher.hash(password)
        account = Account(code, **checked, password_hash=hashed, must_change=True, created_at=now)
        with self._turn:
            if self._store.find_account(code) is not None:
                raise Conflict(f'There is an account "{code}" already.')
            self._store.put_account(account, kind="account.added", at=now, post=post)
        return account, password

    def add_demo(self, account: Account, password: str, *, post: str) -> None:
        """An account of an invented community, as it is given, where its code is free; its password is no secret."""
        hashed = self._hasher.hash(password)
        with self._turn:
            if self._store.find_account(account.code) is None:
                now = self._clock.now()
                demo = replace(account, password_hash=hashed, demo=True, created_at=now)
                self._store.put_account(demo, kind="account.added", at=now, post=post)

    def change(self, code: str, facts: Mapping[str, Any], *, post: str) -> Account:
        """Change facts of an account; what changes its rights ends its sessions. Raises NotFound, BadInput, Conflict
        where nobody would be left to keep accounts."""
        checked = check_facts(self._store, facts)
        with self._turn:
            before = self.get(code)
            after = replace(before, **checked)
            if after == before:
                return before
            self._check_keeper_left(before, after)
            self._store.put_account(after, kind=_kind_of(before, after), at=self._clock.now(), post=post)
        if any(getattr(before, name) != getattr(after, name) for name in _ENDS_SESSIONS):
            self._sessions.end_all(code, post=post)
        return after

    def _check_keeper_left(self, before: Account, after: Account) -> None:
        if not _keeps(before) or _keeps(after):
            return
        if not any(_keeps(one) for one in self._store.list_accounts() if one.code != before.code):
            raise Conflict("This is the last account that may keep accounts; make another admin first.")

    def reset(self, code: str, *, post: str) -> tuple[Account, str]:
        """A new one-time password; all sessions end and wrong tries are forgotten. Raises NotFound."""
        password = one_time_password()
        account = self._set_password(code, password, must_change=True, post=post)
        self._tries.forget(code)
        return account, password

    def change_password(self, code: str, old: str, new: str, *, address: str) -> str:
        """The account's own change; all its sessions end, and the token of a new one is returned.

        Raises NotSignedIn where `old` is wrong (it counts as a try), BadInput for a poor new one.
        """
        account = self._sessions.prove(code, old, address)
        check_password(new, code)
        if new == old:
            raise BadInput("The new password is the old one.", field="new")
        return self._sessions.start(self._set_password(account.code, new, must_change=False, post=code))

    def _set_password(self, code: str, password: str, *, must_change: bool, post: str) -> Account:
        hashed = self._hasher.hash(password)
        with self._turn:
            account = replace(self.get(code), password_hash=hashed, must_change=must_change, demo=False)
            self._store.put_account(account, kind="account.password", at=self._clock.now(), post=post)
        self._sessions.end_all(code, post=post)
        return account


def _keeps(account: Account) -> bool:
    return account.role is Role.ADMIN and not account.disabled


def _kind_of(before: Account, after: Account) -> str:
    if before.disabled != after.disabled:
        return "account.disabled" if after.disabled else "account.enabled"
    return "account.changed"
