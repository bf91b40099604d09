"""Accounts that tests sign in with: one of each role, and clients that are already signed in."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from mapsvc.model.account import Account, Role
from mapsvc.wiring import Services

PASSWORD = "nine squares of sand"
"""Of every account here."""


def account_of(role: Role | str, *, grid_codes: tuple[str, ...] = (), post: str = "", department: str = "") -> Account:
    """The test account of a role; what it signs in with is the role's name."""
    named = Role(role)
    return Account(
        named.value,
        named,
        f"The {named.value}",
        "",
        post,
        department,
        grid_codes,
        password_hash=quick_hash(PASSWORD),
        created_at=1,
    )


@lru_cache(maxsize=8)
def quick_hash(password: str) -> str:
    """A real argon2id hash of the cheapest kind: tests sign in often."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def sign_in(app: Flask, role: Role | str = Role.ADMIN, **more: object) -> FlaskClient:
    """A client of `app` that acts as an account; more: as for `account_of`.

    By a key, which no test's clock runs out; `with_session` is for tests of sessions. Accounts that differ get codes of
    their own: "worker", "worker-2" ...
    """
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = key_of(app.extensions["mapsvc"], role, **more)["Authorization"]
    return client


def with_session(app: Flask, role: Role | str = Role.ADMIN, **more: object) -> FlaskClient:
    """The same with a session in its cookie, as browsers have it."""
    services = app.extensions["mapsvc"]
    client = app.test_client()
    account = known_account(services, account_of(role, **more))  # type: ignore[arg-type]
    client.set_cookie("mapsvc", services.accounts.sessions.start(account))
    return client


def known_account(services: Services, wanted: Account) -> Account:
    """An account like this one in the store, added where there is none."""
    for n in count(1):
        code = wanted.code if n == 1 else f"{wanted.code}-{n}"
        account = replace(wanted, code=code)
        found = services.store.find_account(code)
        if found == account:
            return found
        if found is None:
            services.store.put_account(account, kind="account.added", at=1, post="test")
            return account
    raise AssertionError


def key_of(services: Services, role: Role | str = Role.ADMIN, **more: object) -> dict[str, str]:
    """Headers with a key of an account of this role."""
    account = known_account(services, account_of(role, **more))  # type: ignore[arg-type]
    return {"Authorization": f"Bearer {services.accounts.keys.make('tests', account=account.code, post='test')[1]}"}
