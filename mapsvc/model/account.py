"""Accounts are posts: what a desk, a duty post or a department may do here. No person has a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What an account is for."""

    VIEWER = "viewer"
    WORKER = "worker"
    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    ADMIN = "admin"


class Right(StrEnum):
    """What a route asks for. `web.access` declares one for every route."""

    SEE = "see"
    REPORT = "report"
    HANDLE = "handle"
    DISPATCH = "dispatch"
    REDRAW = "redraw"
    ADMINISTER = "administer"


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Right.SEE}),
        Role.WORKER: frozenset({Right.SEE, Right.REPORT, Right.HANDLE}),
        Role.DISPATCHER: frozenset({Right.SEE, Right.REPORT, Right.HANDLE, Right.DISPATCH}),
        Role.PLANNER: frozenset({Right.SEE, Right.REPORT, Right.REDRAW}),
        Role.ADMIN: frozenset(Right),
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """What signs in.

    code: the name to sign in with, a-z, 0-9 and hyphens. post: code of the duty post it stands for, department: the
    body it belongs to; "" = none. grid_codes: the grids it may act in, empty = all. Seeing is not limited by grids.
    password_hash: argon2id, "" = cannot sign in. must_change: the password was given by someone else.
    demo: made for the invented community, its password is no secret.
    """

    code: str
    role: Role
    name: str
    name_zh: str = ""
    post: str = ""
    department: str = ""
    grid_codes: tuple[str, ...] = ()
    password_hash: str = ""
    must_change: bool = False
    disabled: bool = False
    demo: bool = False
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. token_hash: SHA-256 of the cookie's token, which is kept nowhere."""

    token_hash: str
    account: str
    created_at: int
    seen_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key for programs: of a channel that reports, or of an account that asks. Exactly one of both is named."""

    id: str
    name: str
    key_hash: str
    channel: str = ""
    account: str = ""
    created_at: int = 0
    taken_back_at: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, decided once a request: an account, a channel's key, the command line, or nobody.

    code: what the journal names as post. `targets` are the names under which calls reach it.
    """

    code: str
    role: Role | None = None
    rights: frozenset[Right] = frozenset()
    grid_codes: tuple[str, ...] = ()
    post: str = ""
    department: str = ""
    channel: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it signed in or showed a key."""
        return bool(self.rights)

    @property
    def targets(self) -> frozenset[str]:
        """ "post:CODE" and "department:CODE" of this actor."""
        named = (("post", self.post), ("department", self.department))
        return frozenset(f"{kind}:{code}" for kind, code in named if code)

    def may(self, right: Right, grid_code: str | None = None) -> bool:
        """Whether it has the right, and, where a grid is named, in that grid."""
        return right in self.rights and (grid_code is None or not self.grid_codes or grid_code in self.grid_codes)


NOBODY = Actor("nobody")
CLI = Actor("cli", Role.ADMIN, frozenset(Right))
"""The command line: who can run it can read the store's file anyway."""


def actor_of(account: Account) -> Actor:
    """The actor that an account is."""
    return Actor(account.code, account.role, RIGHTS[account.role], account.grid_codes, account.post, account.department)
