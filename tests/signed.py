"""Accounts that tests sign in with: one of each role, and clients that are already signed in."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, g, request
from flask.testing import FlaskClient

from mapsvc.model.account import Account, Role, actor_of

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
    """A client of `app` that is signed in; more: as for `account_of`."""
    if "test.accounts" not in app.extensions:
        app.extensions["test.accounts"] = {}
        app.before_request_funcs.setdefault(None, []).insert(0, _know)
    account = account_of(role, **more)  # type: ignore[arg-type]
    name = f"{account.code}-{len(app.extensions['test.accounts'])}"
    app.extensions["test.accounts"][name] = account
    client = app.test_client()
    client.environ_base["test.account"] = name
    return client


def _know() -> None:
    from flask import current_app

    if name := request.environ.get("test.account"):
        g.actor = actor_of(current_app.extensions["test.accounts"][name])
