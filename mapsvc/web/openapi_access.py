"""Sign-in, accounts, keys and channels, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mapsvc.model.account import Right, Role
from mapsvc.web.openapi_operation import Operation

_TRIES = (401, 429)


def _ask(path: str, name: str, summary: str, schema: str) -> Operation:
    return Operation("get", path, name, summary, {"application/json": schema})


def _do(
    method: str,
    path: str,
    name: str,
    summary: str,
    schema: str,
    *parameters: str,
    body: str = "",
    status: int = 200,
    problems: tuple[int, ...] = (),
) -> Operation:
    return Operation(
        method, path, name, summary, {"application/json": schema}, parameters, body, status, problems=problems
    )


ACCESS_ROUTES: tuple[Operation, ...] = (
    _ask("/api/session", "session", "Who asks, and what they may do", "Session"),
    _do("post", "/api/session", "sign_in", "Sign in", "Session", body="SignIn", problems=_TRIES),
    _do("delete", "/api/session", "sign_out", "Sign out", "Session"),
    _do(
        "post",
        "/api/session/password",
        "change_password",
        "Another password; other sessions end",
        "Session",
        body="NewPassword",
        problems=_TRIES,
    ),
    _ask("/api/accounts", "accounts", "All accounts", "Accounts"),
    _do("post", "/api/accounts", "add_account", "A new account", "NewAccount", body="AccountFacts", status=201),
    _do(
        "patch",
        "/api/accounts/{code}",
        "change_account",
        "Other facts of an account",
        "AccountWhole",
        "account_code",
        body="AccountFacts",
    ),
    _do(
        "post",
        "/api/accounts/{code}/reset",
        "reset_account",
        "A new one-time password, told once",
        "NewAccount",
        "account_code",
    ),
    _ask("/api/keys", "keys", "All keys, without what proves them", "Keys"),
    _do("post", "/api/keys", "make_key", "A new key, told once", "NewKey", body="KeyFacts", status=201),
    _do("delete", "/api/keys/{key_id}", "take_key_back", "Take a key back", "Key", "key_id"),
    _ask("/api/channels", "channels", "All channels", "Channels"),
    _do(
        "put",
        "/api/channels/{code}",
        "put_channel",
        "Add a channel or replace its facts",
        "Channel",
        "channel_code",
        body="ChannelFacts",
    ),
)

_TEXT: dict[str, Any] = {"type": "string"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_ROLE: dict[str, Any] = {"type": "string", "enum": [role.value for role in Role]}
_ACCOUNT: dict[str, Any] = {
    "code": _TEXT,
    "role": _ROLE,
    "name": _TEXT,
    "name_zh": _TEXT,
    "post": _TEXT,
    "department": _TEXT,
    "grids": _TEXTS,
    "must_change": _FLAG,
    "demo": _FLAG,
}
_WHOLE_ACCOUNT = {**_ACCOUNT, "disabled": _FLAG, "created_at": _WHOLE}
_KEY: dict[str, Any] = {
    "id": _TEXT,
    "name": _TEXT,
    "created_at": _WHOLE,
    "taken_back_at": {"type": ["integer", "null"]},
}
_HOLDER: dict[str, Any] = {"channel": _TEXT, "account": _TEXT}
_CHANNEL: dict[str, Any] = {
    "name": _TEXT,
    "name_zh": _TEXT,
    "datum": _TEXT,
    "public": _FLAG,
    "per_minute": _WHOLE,
    "active": _FLAG,
}


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties if required is None else required)}


def _body(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {**_object(properties, required), "additionalProperties": False}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str, of: str) -> dict[str, Any]:
    return _object({name: {"type": "array", "items": _ref(of)}})


_FACTS: dict[str, Any] = {
    name: _WHOLE_ACCOUNT[name] for name in ("role", "name", "name_zh", "post", "department", "grids", "disabled")
}
ACCESS_SCHEMAS: dict[str, Any] = {
    "Account": _object(_ACCOUNT),
    "Session": _object(
        {
            "account": {"oneOf": [_ref("Account"), {"type": "null"}]},
            "rights": {"type": "array", "items": {"type": "string", "enum": [right.value for right in Right]}},
        }
    ),
    "SignIn": _body({"account": _TEXT, "password": _TEXT}, "account", "password"),
    "NewPassword": _body({"old": _TEXT, "new": _TEXT}, "old", "new"),
    "AccountWhole": _object(_WHOLE_ACCOUNT),
    "Accounts": _list("accounts", "AccountWhole"),
    "AccountFacts": _body({"code": _TEXT, **_FACTS}),
    "NewAccount": _object({**_WHOLE_ACCOUNT, "password": _TEXT}),
    "Key": _object({**_KEY, **_HOLDER}, tuple(_KEY)),
    "Keys": _list("keys", "Key"),
    "KeyFacts": _body({"name": _TEXT, **_HOLDER}, "name"),
    "NewKey": _object({**_KEY, **_HOLDER, "key": _TEXT}, (*_KEY, "key")),
    "Channel": _object({"code": _TEXT, **_CHANNEL}),
    "Channels": _list("channels", "Channel"),
    "ChannelFacts": _body(_CHANNEL, "name"),
}
