"""Signing in and out, who am I, another password: /api/session."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from mapsvc.model.account import RIGHTS, Account
from mapsvc.services.accounts.facts import facts_of
from mapsvc.services.accounts.passwords import LONGEST
from mapsvc.web.access import PUBLIC, SIGNED_IN, account, actor, needs
from mapsvc.web.answers import JSON, dumps, params
from mapsvc.web.redraw_params import body
from mapsvc.web.secrets_of import secret_of
from mapsvc.web.who import accounts, address_of, clear_token, session_token, set_token

api_session = Blueprint("api_session", __name__)

_LONGEST_CODE = 100


def who_am_i() -> dict[str, Any]:
    """SESSION of docs/api.md, for answers and pages."""
    asker = actor()
    found = account() or (accounts().book.find(asker.code) if asker.role is not None else None)
    return _session(found, sorted(asker.rights))


def _session(found: Account | None, rights: list[Any]) -> dict[str, Any]:
    return {"account": None if found is None else facts_of(found), "rights": [str(right) for right in rights]}


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    response = Response(dumps(value), status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


@api_session.get("/api/session")
@needs(PUBLIC)
def session() -> Response:
    """Who asks, and what they may do."""
    params().check_known(())
    return _answer(who_am_i())


@api_session.post("/api/session")
@needs(PUBLIC)
def sign_in() -> Response:
    """Sign in. What session the browser had before is over: no token lives on from before the password."""
    given = body(("account", "password"), ("account", "password"))
    code, password = secret_of(given, "account", _LONGEST_CODE), secret_of(given, "password", LONGEST)
    token, found = accounts().sign_in(code.strip().lower(), password, address_of(request))
    accounts().sessions.end(session_token(request))
    return _signed(token, found)


@api_session.delete("/api/session")
@needs(PUBLIC)
def sign_out() -> Response:
    """Sign out; also where the session was over already."""
    body(())
    accounts().sessions.end(session_token(request))
    response = _answer({"account": None, "rights": []})
    clear_token(response, request)
    return response


@api_session.post("/api/session/password")
@needs(SIGNED_IN)
def change_password() -> Response:
    """Another password. All sessions of the account end; this browser gets a new one."""
    given = body(("old", "new"), ("old", "new"))
    old, new = secret_of(given, "old", LONGEST), secret_of(given, "new", LONGEST)
    token = accounts().book.change_password(actor().code, old, new, address=address_of(request))
    return _signed(token, accounts().book.get(actor().code))


def _signed(token: str, found: Account) -> Response:
    response = _answer(_session(found, sorted(RIGHTS[found.role])))
    set_token(response, request, token)
    return response
