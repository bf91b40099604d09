"""What an account, a key and a channel may be called, and which grids, posts and departments there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mapsvc.errors import BadInput
from mapsvc.model.account import Account, Role
from mapsvc.model.plan import PlanStatus
from mapsvc.ports import Store

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_TAKEN = frozenset({"anonymous", "channel", "cli", "demo", "guest", "keeper", "mapsvc", "nobody", "system"})
"""Words that mean something else in the journal."""
MOST_NAME = 100


def is_code(text: str) -> bool:
    """Whether this can be a code: 1 to 40 of a-z, 0-9 and hyphens inside."""
    return _CODE.fullmatch(text) is not None


def check_code(text: str) -> str:
    """The code of an account, or BadInput."""
    check_form(text)
    if text in _TAKEN:
        raise BadInput(f'"{text}" means something else in the journal; take another code.', field="code")
    return text


def check_form(text: str) -> None:
    """Raise BadInput for what can be no code."""
    if not is_code(text):
        raise BadInput("code is 1 to 40 of a-z, 0-9 and -, such as dispatcher-2.", field="code")


def check_facts(store: Store, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an Account as the store may hold them; BadInput names the one that cannot be.

    facts: role, name, name_zh, post, department, grids, disabled; any of them.
    """
    for name in ("name", "name_zh"):
        if len(facts.get(name, "")) > MOST_NAME or not facts.get(name, "").isprintable():
            raise BadInput(f"{name} is at most {MOST_NAME} characters in one line.", field=name)
    checked: dict[str, Any] = {name: facts[name] for name in ("name_zh", "disabled") if name in facts}
    if "role" in facts:
        if facts["role"] not in [*Role]:
            raise BadInput(f"role is one of {', '.join(Role)}.", field="role")
        checked["role"] = Role(facts["role"])
    if "name" in facts:
        if not facts["name"]:
            raise BadInput("name says which post or desk this is (never who sits there).", field="name")
        checked["name"] = facts["name"]
    if code := facts.get("post", ""):
        _check_known(code, (post.code for post in store.list_posts()), "post")
    if code := facts.get("department", ""):
        _check_known(code, (department.code for department in store.list_departments()), "department")
    checked |= {name: facts[name] for name in ("post", "department") if name in facts}
    if "grids" in facts:
        checked["grid_codes"] = _check_grids(store, facts["grids"])
    return checked


def _check_known(code: str, known: Iterable[str], field: str) -> None:
    if code not in set(known):
        raise BadInput(f'There is no {field} "{code[:60]}".', field=field)


def _check_grids(store: Store, given: tuple[str, ...]) -> tuple[str, ...]:
    """The codes in order, each once; they are grids of the edition that incidents carry or of the newest one."""
    if not given:
        return ()
    newest = {head.id for head in store.list_plans() if head.status is PlanStatus.PUBLISHED and head.valid_to is None}
    codes = {code for plan in newest | {store.find_assigned_plan()} if plan for code in store.get_plan(plan).codes}
    for code in given:
        _check_known(code, codes, "grids")
    return tuple(sorted(set(given)))


def facts_of(account: Account) -> dict[str, Any]:
    """ACCOUNT of docs/api.md."""
    return {
        "code": account.code,
        "role": account.role.value,
        "name": account.name,
        "name_zh": account.name_zh,
        "post": account.post,
        "department": account.department,
        "grids": list(account.grid_codes),
        "must_change": account.must_change,
        "demo": account.demo,
    }
