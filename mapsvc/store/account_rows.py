"""The accounts' room: accounts, their sessions, and failed tries of a password."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mapsvc.errors import NotFound
from mapsvc.model.account import Account, Role, Session
from mapsvc.store.tables import account as table
from mapsvc.store.tables import session, sign_in_try
from mapsvc.store.upsert import upsert

_SESSION = ("token_hash", "account", "created_at", "seen_at", "expires_at")
_BY_TOKEN = sa.text(
    f"SELECT {', '.join(f's.{name} AS s_{name}' for name in _SESSION)}, a.* "  # noqa: S608 - the names above
    "FROM session AS s JOIN account AS a ON a.code = s.account WHERE s.token_hash = :token_hash"
)


def find(connection: sa.Connection, code: str) -> Account | None:
    """One account by its code."""
    row = connection.execute(sa.select(table).where(table.c.code == code)).mappings().one_or_none()
    return None if row is None else _account(row)


def list_all(connection: sa.Connection) -> list[Account]:
    """All accounts in code order."""
    return [_account(row) for row in connection.execute(sa.select(table).order_by(table.c.code)).mappings()]


def put(connection: sa.Connection, account: Account) -> None:
    """Add or replace by code."""
    grids = json.dumps(account.grid_codes, ensure_ascii=False)
    upsert(connection, table, "code", [{**asdict(account), "role": account.role.value, "grid_codes": grids}])


def add_session(connection: sa.Connection, new: Session) -> None:
    """Store a session; NotFound without its account."""
    if find(connection, new.account) is None:
        raise NotFound(f'There is no account "{new.account}".')
    connection.execute(sa.insert(session).values(asdict(new)))


def find_session(connection: sa.Connection, token_hash: str) -> tuple[Session, Account] | None:
    """The session with its account, in one look: it is on the path of every request."""
    row = connection.execute(_BY_TOKEN, {"token_hash": token_hash}).mappings().one_or_none()
    return None if row is None else (Session(*(row[f"s_{name}"] for name in _SESSION)), _account(row))


def touch_session(connection: sa.Connection, token_hash: str, seen_at: int) -> None:
    """Note that it was used."""
    connection.execute(sa.update(session).where(session.c.token_hash == token_hash).values(seen_at=seen_at))


def drop_sessions(connection: sa.Connection, account: str, token_hash: str) -> int:
    """End one session of an account, or all of them for ""; returns how many there were."""
    ended = sa.delete(session).where(session.c.account == account)
    if token_hash:
        ended = ended.where(session.c.token_hash == token_hash)
    return int(connection.execute(ended).rowcount)


def drop_run_out(connection: sa.Connection, expired: int, unseen: int) -> int:
    """Forget sessions that ran out; returns how many there were."""
    ended = sa.delete(session).where(sa.or_(session.c.expires_at <= expired, session.c.seen_at <= unseen))
    return int(connection.execute(ended).rowcount)


def add_try(connection: sa.Connection, keys: Sequence[str], at: int) -> None:
    """Note a failed try under each key."""
    connection.execute(sa.insert(sign_in_try), [{"key": key, "at": at} for key in dict.fromkeys(keys)])


def list_tries(connection: sa.Connection, key: str, since: int) -> list[int]:
    """Times of failed tries under a key since then, oldest first."""
    tries = sign_in_try.c
    query = sa.select(tries.at).where(tries.key == key, tries.at >= since).order_by(tries.at)
    return list(connection.execute(query).scalars())


def forget_tries(connection: sa.Connection, key: str, before: int | None) -> None:
    """Forget the tries under a key, all or those before a time."""
    forgotten = sa.delete(sign_in_try).where(sign_in_try.c.key == key)
    connection.execute(forgotten if before is None else forgotten.where(sign_in_try.c.at < before))


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        code=row["code"],
        role=Role(row["role"]),
        name=row["name"],
        name_zh=row["name_zh"],
        post=row["post"],
        department=row["department"],
        grid_codes=tuple(json.loads(row["grid_codes"])),
        password_hash=row["password_hash"],
        must_change=bool(row["must_change"]),
        disabled=bool(row["disabled"]),
        demo=bool(row["demo"]),
        created_at=row["created_at"],
    )
