"""Accounts, keys and channels for the admin: /api/accounts, /api/keys, /api/channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Account, ApiKey, Right
from mapsvc.model.channel import Channel
from mapsvc.services.accounts.channels import MOST_PER_MINUTE
from mapsvc.services.accounts.facts import MOST_NAME, facts_of
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import JSON, dumps, params
from mapsvc.web.redraw_params import body, codes_of, flag_of, text_of, whole_of
from mapsvc.web.who import accounts

api_accounts = Blueprint("api_accounts", __name__)

_LONGEST_CODE = 60
_TEXTS = {"role": 20, "name": MOST_NAME, "name_zh": MOST_NAME, "post": _LONGEST_CODE, "department": _LONGEST_CODE}
_FACTS = (*_TEXTS, "grids", "disabled")
_CHANNEL = ("name", "name_zh", "datum", "public", "per_minute", "active")


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    """What the admin is told is kept by nobody on the way: it may hold a secret."""
    response = Response(dumps(value), status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: text_of(given, name, most) for name, most in _TEXTS.items() if name in given}
    if (codes := codes_of(given, "grids", 10_000)) is not None:
        facts["grids"] = codes
    if "disabled" in given:
        facts["disabled"] = flag_of(given, "disabled")
    return facts


def _told(account: Account) -> dict[str, Any]:
    return facts_of(account) | {"disabled": account.disabled, "created_at": account.created_at}


# accounts
@api_accounts.get("/api/accounts")
@needs(Right.ADMINISTER)
def list_accounts() -> Response:
    """All accounts."""
    params().check_known(())
    return _answer({"accounts": [_told(account) for account in accounts().book.list()]})


@api_accounts.post("/api/accounts")
@needs(Right.ADMINISTER)
def add_account() -> Response:
    """A new account with a one-time password, told this once."""
    given = body(("code", *_FACTS), ("code", "role", "name"))
    code = text_of(given, "code", _LONGEST_CODE)
    account, password = accounts().book.add(code, _facts(given), post=actor().code)
    response = _answer(_told(account) | {"password": password}, 201)
    response.headers["Location"] = f"/api/accounts/{account.code}"
    return response


@api_accounts.patch("/api/accounts/<code>")
@needs(Right.ADMINISTER)
def change_account(code: str) -> Response:
    """Other facts of an account; where they change what it may do, its sessions end."""
    return _answer(_told(accounts().book.change(code, _facts(body(_FACTS)), post=actor().code)))


@api_accounts.post("/api/accounts/<code>/reset")
@needs(Right.ADMINISTER)
def reset_account(code: str) -> Response:
    """A new one-time password, told this once."""
    body(())
    account, password = accounts().book.reset(code, post=actor().code)
    return _answer(_told(account) | {"password": password})


# keys
def _key(key: ApiKey) -> dict[str, Any]:
    told = {name: getattr(key, name) for name in ("id", "name", "channel", "account", "created_at", "taken_back_at")}
    return {name: value for name, value in told.items() if value != ""}


@api_accounts.get("/api/keys")
@needs(Right.ADMINISTER)
def list_keys() -> Response:
    """All keys, without what proves them."""
    params().check_known(())
    return _answer({"keys": [_key(key) for key in accounts().keys.list()]})


@api_accounts.post("/api/keys")
@needs(Right.ADMINISTER)
def make_key() -> Response:
    """A new key of a channel or of an account; its text is told this once."""
    given = body(("name", "channel", "account"), ("name",))
    key, text = accounts().keys.make(
        text_of(given, "name", MOST_NAME),
        channel=text_of(given, "channel", _LONGEST_CODE),
        account=text_of(given, "account", _LONGEST_CODE),
        post=actor().code,
    )
    return _answer(_key(key) | {"key": text}, 201)


@api_accounts.delete("/api/keys/<key_id>")
@needs(Right.ADMINISTER)
def take_key_back(key_id: str) -> Response:
    """The key is worth nothing from now on."""
    body(())
    return _answer(_key(accounts().keys.take_back(key_id, post=actor().code)))


# channels
def _channel(channel: Channel) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in ("code", *_CHANNEL)}


@api_accounts.get("/api/channels")
@needs(Right.ADMINISTER)
def list_channels() -> Response:
    """All channels."""
    params().check_known(())
    return _answer({"channels": [_channel(channel) for channel in accounts().channels.list()]})


@api_accounts.put("/api/channels/<code>")
@needs(Right.ADMINISTER)
def put_channel(code: str) -> Response:
    """Add a channel or replace its facts."""
    given = body(_CHANNEL, ("name",))
    if len(code) > _LONGEST_CODE:
        raise BadQuery(f"code is at most {_LONGEST_CODE} characters.", field="code")
    channel = Channel(
        code,
        text_of(given, "name", MOST_NAME),
        text_of(given, "name_zh", MOST_NAME),
        text_of(given, "datum", 20),
        public=flag_of(given, "public"),
        per_minute=whole_of(given, "per_minute", 0, MOST_PER_MINUTE) or 0,
        active=flag_of(given, "active") if "active" in given else True,
    )
    return _answer(_channel(accounts().channels.put(channel, post=actor().code)))
