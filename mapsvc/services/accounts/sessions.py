"""Sessions: signing in and out, and who a cookie's token is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mapsvc.errors import Busy, NotSignedIn
from mapsvc.model.account import Account, Actor, Session, actor_of
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.facts import is_code
from mapsvc.services.accounts.kept import Kept
from mapsvc.services.accounts.passwords import Hasher
from mapsvc.services.accounts.tokens import hash_of, new_token
from mapsvc.services.accounts.tries import Tries, shown

IDLE_S = 12 * 3600
"""A session that nobody used so long is over: a shift."""
LONGEST_S = 7 * 86_400
"""However much it is used."""
TOUCH_S = 300
"""How often its use is noted."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with its account and the actor that it is."""

    session: Session
    account: Account
    actor: Actor


class Sessions:
    """Sign-in by password; a session is a random token in a cookie, stored as its hash. Safe to use from any thread."""

    def __init__(self, store: Store, clock: Clock, hasher: Hasher, tries: Tries) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._tries = tries
        self._kept: Kept[SignedIn] = Kept(store)

    def sign_in(self, code: str, password: str, address: str) -> tuple[str, Account]:
        """A new session's token and its account. Raises NotSignedIn with the tries left, TooMany.

        An unknown account, a disabled one and a wrong password look the same and take the same time.
        """
        account = self.prove(code, password, address)
        return self.start(account), account

    def prove(self, code: str, password: str, address: str) -> Account:
        """The account whose password this is. Raises as `sign_in`."""
        account = self._store.find_account(code) if is_code(code) else None
        name = code if account is not None else shown(code)
        with self._tries.one(name, address):
            wanted = account.password_hash if account is not None and self._may_sign_in(account) else ""
            fits = self._hasher.fits(wanted, password)
            if not fits or account is None:
                left = self._tries.failed(name, address)
                raise NotSignedIn("The account or the password is wrong.", left=left)
            self._tries.passed(name, address)
            return account

    def _may_sign_in(self, account: Account) -> bool:
        """Passwords of demo accounts are no secret: they open invented communities only."""
        if account.disabled:
            return False
        community = self._store.find_community() if account.demo else None
        return not account.demo or (community is not None and community.synthetic)

    def start(self, account: Account) -> str:
        """Start a session of an account that proved itself; its token, which is kept nowhere."""
        token, now = new_token(), self._clock.now()
        session = Session(hash_of(token), account.code, now, now, now + LONGEST_S)
        self._store.add_session(session, at=now, post=account.code)
        return token

    def find(self, token: str) -> SignedIn | None:
        """Who has this token; None for none, one that has run out, and for an account that is disabled."""
        token_hash = hash_of(token)
        if not token_hash:
            return None
        kept, age = self._kept.find(token_hash)
        if kept is None or not self._is_alive(kept.session):
            # Another process may have noted a later use.
            kept = self._read(token_hash)
            if kept is None:
                return None
            self._kept.keep(token_hash, kept, age)
        if self._clock.now() - kept.session.seen_at >= TOUCH_S:
            self._touch(kept, age)
        return kept

    def _read(self, token_hash: str) -> SignedIn | None:
        found = self._store.find_session(token_hash)
        if found is None:
            return None
        session, account = found
        if account.disabled or not self._is_alive(session):
            return None
        return SignedIn(session, account, actor_of(account))

    def _is_alive(self, session: Session) -> bool:
        now = self._clock.now()
        return now < session.expires_at and now - session.seen_at < IDLE_S

    def _touch(self, kept: SignedIn, age: int) -> None:
        now = self._clock.now()
        try:
            self._store.touch_session(kept.session.token_hash, seen_at=now)
        except Busy:
            return  # noted at the next request, then
        self._kept.keep(kept.session.token_hash, replace(kept, session=replace(kept.session, seen_at=now)), age)

    def end(self, token: str) -> None:
        """Sign out: this session is over everywhere."""
        found = self._store.find_session(token_hash) if (token_hash := hash_of(token)) else None
        if found is not None:
            code = found[0].account
            self._store.drop_sessions(code, token_hash=token_hash, at=self._clock.now(), post=code)
        self._kept.drop(token_hash)

    def end_all(self, code: str, *, post: str) -> None:
        """End all sessions of an account."""
        self._store.drop_sessions(code, at=self._clock.now(), post=post)
