"""Who asks: a key in Authorization, else the session of a cookie, else nobody; and the cookie itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Request, Response, current_app

from mapsvc.errors import NotSignedIn
from mapsvc.model.account import NOBODY, RIGHTS, Account, Actor, Role
from mapsvc.services.accounts.accounts import Accounts
from mapsvc.services.accounts.keys import channel_actor
from mapsvc.services.accounts.sessions import LONGEST_S, SignedIn

GUEST = Actor("guest", Role.VIEWER, RIGHTS[Role.VIEWER])
"""Anybody, where the configuration lets anyone who reaches the service see (wall screens)."""
_COOKIE = "mapsvc"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. account: of a session; by_key: proved by a key, which no page of another site can send."""

    actor: Actor
    account: Account | None = None
    by_key: bool = False


def accounts() -> Accounts:
    """The accounts of this app."""
    return cast(Accounts, current_app.extensions["mapsvc"].accounts)


def find_asker(asked: Request, *, takes_api_key: bool = False) -> Asker:
    """Who asks. A key that is wrong is refused (NotSignedIn), whatever the cookie says.

    takes_api_key: the route also reads `api_key` from the address or a form, as Open311 has it.
    """
    key = bearer_of(asked) if has_key(asked) else _api_key(asked) if takes_api_key else ""
    if key or has_key(asked):
        found = accounts().find_by_key(key)
        if found is None:
            raise NotSignedIn("This key is not known here, or was taken back.")
        return Asker(found, by_key=True)
    signed = find_signed(asked)
    return Asker(NOBODY) if signed is None else Asker(signed.actor, signed.account)


def has_key(asked: Request) -> bool:
    """Whether the request shows a key in Authorization."""
    return "Authorization" in asked.headers


def bearer_of(asked: Request) -> str:
    """The key in Authorization: Bearer KEY, "" for another scheme."""
    scheme, _, key = asked.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _api_key(asked: Request) -> str:
    given = asked.args.get("api_key", "")
    if not given and asked.mimetype == _FORM:
        given = asked.form.get("api_key", "")
    return given


def of_public_channel(asked: Request) -> Asker | None:
    """The channel that `?c=` names where it takes reports from anyone, else None."""
    code = asked.args.get("c", "")
    channel = accounts().channels.find(code) if code else None
    if channel is None or not (channel.public and channel.active):
        return None
    return Asker(channel_actor(channel))


# the cookie
def cookie_name(asked: Request) -> str:
    """What the cookie is called: over TLS with the prefix that ties it to this host.

    Two services on one machine differ by port only, which cookies do not see: the name tells them apart.
    """
    port = asked.host.rpartition(":")[2] if ":" in asked.host.rpartition("]")[2] else ""
    name = f"{_COOKIE}-{port}" if port.isascii() and port.isdigit() else _COOKIE
    return f"__Host-{name}" if asked.is_secure else name


def session_token(asked: Request) -> str:
    """The token in the cookie, "" for none."""
    return asked.cookies.get(cookie_name(asked), "")


def find_signed(asked: Request) -> SignedIn | None:
    """The session of the cookie."""
    token = session_token(asked)
    return accounts().sessions.find(token) if token else None


def set_token(response: Response, asked: Request, token: str) -> None:
    """Give the browser a session's token; scripts cannot read it, other sites cannot send it along."""
    response.set_cookie(
        cookie_name(asked),
        token,
        max_age=LONGEST_S,
        path="/",
        secure=asked.is_secure,
        httponly=True,
        samesite="Lax",
    )


def clear_token(response: Response, asked: Request) -> None:
    """Take the token back."""
    response.delete_cookie(cookie_name(asked), path="/", secure=asked.is_secure, httponly=True, samesite="Lax")


def address_of(asked: Request) -> str:
    """Where the request comes from, as the socket or a trusted proxy says."""
    return asked.remote_addr or ""
