"""Keeping accounts, keys and channels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from signed import PASSWORD, account_of
from square import StillClock

from mapsvc.errors import BadInput, Conflict, Forbidden, NotFound
from mapsvc.model.account import Right, Role
from mapsvc.model.channel import Channel
from mapsvc.model.post import Department
from mapsvc.ports import Store
from mapsvc.services.accounts.accounts import Accounts

both = pytest.mark.parametrize("store", ["memory", "sqlite"], indirect=True)

HERE = "10.0.0.7"
FACTS = {"role": "worker", "name": "Workers of 11", "post": "chief-11", "grids": ("12", "11")}


def put(store: Store, role: str) -> None:
    store.put_account(account_of(role), kind="account.added", at=1, post="test")


@both
def test_a_new_account_signs_in_with_its_one_time_password_and_must_change_it(accounts: Accounts, store: Store) -> None:
    account, password = accounts.book.add("worker-11", FACTS, post="admin")
    assert (account.role, account.grid_codes, account.must_change) == (Role.WORKER, ("11", "12"), True)
    assert accounts.sign_in("worker-11", password, HERE)[1] == account
    event = next(event for event in store.list_events() if event.kind == "account.added")
    assert (event.post, event.subject) == ("admin", "worker-11")
    assert password not in str(event)
    assert account.password_hash not in str(event)


def test_a_code_is_used_once(accounts: Accounts) -> None:
    accounts.book.add("worker-11", FACTS, post="admin")
    with pytest.raises(Conflict):
        accounts.book.add("worker-11", FACTS, post="admin")


@pytest.mark.parametrize(
    ("code", "facts", "field"),
    [
        ("", FACTS, "code"),
        ("Worker", FACTS, "code"),
        ("-worker", FACTS, "code"),
        ("worker-", FACTS, "code"),
        ("a" * 41, FACTS, "code"),
        ("<b>", FACTS, "code"),
        ("cli", FACTS, "code"),
        ("nobody", FACTS, "code"),
        ("w", {**FACTS, "role": "king"}, "role"),
        ("w", {**FACTS, "role": ""}, "role"),
        ("w", {**FACTS, "name": ""}, "name"),
        ("w", {**FACTS, "name": "a\nb"}, "name"),
        ("w", {**FACTS, "name_zh": "一" * 101}, "name_zh"),
        ("w", {**FACTS, "post": "no-such-post"}, "post"),
        ("w", {**FACTS, "department": "no-such-body"}, "department"),
        ("w", {**FACTS, "grids": ("11", "99")}, "grids"),
    ],
)
def test_what_an_account_cannot_be_is_named(accounts: Accounts, code: str, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        accounts.book.add(code, facts, post="admin")
    assert refused.value.field == field
    assert accounts.book.list() == []


@pytest.mark.parametrize(
    "change",
    [{"role": "viewer"}, {"grids": ("11",)}, {"post": "night-11"}, {"department": "works"}, {"disabled": True}],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_it_may_do_ends_its_sessions(accounts: Accounts, store: Store, change: dict[str, Any]) -> None:
    store.put_departments([Department("works", "Works")], at=1, post="test")
    put(store, "worker")
    put(store, "viewer")
    token, _ = accounts.sign_in("worker", PASSWORD, HERE)
    other, _ = accounts.sign_in("viewer", PASSWORD, HERE)
    accounts.book.change("worker", change, post="admin")
    assert accounts.find(token) is None
    assert accounts.find(other) is not None


def test_another_name_keeps_the_sessions_and_nothing_new_writes_nothing(accounts: Accounts, store: Store) -> None:
    put(store, "worker")
    token, _ = accounts.sign_in("worker", PASSWORD, HERE)
    accounts.book.change("worker", {"name": "Workers, yard"}, post="admin")
    assert accounts.find(token) is not None
    seq = store.seq()
    accounts.book.change("worker", {"name": "Workers, yard"}, post="admin")
    assert store.seq() == seq


def test_somebody_is_always_left_to_keep_accounts(accounts: Accounts, store: Store) -> None:
    put(store, "admin")
    for change in ({"disabled": True}, {"role": "viewer"}):
        with pytest.raises(Conflict):
            accounts.book.change("admin", change, post="admin")
    accounts.book.add("admin-2", {"role": "admin", "name": "Second"}, post="admin")
    accounts.book.change("admin", {"disabled": True}, post="admin-2")
    with pytest.raises(Conflict):
        accounts.book.change("admin-2", {"role": "planner"}, post="admin-2")


def test_an_account_that_is_not_there_cannot_be_changed(accounts: Accounts) -> None:
    for do in (accounts.book.get, lambda code: accounts.book.reset(code, post="admin")):
        with pytest.raises(NotFound):
            do("nobody-here")
    with pytest.raises(NotFound):
        accounts.book.change("nobody-here", {"name": "x"}, post="admin")


def test_a_reset_takes_the_demo_s_password_away(accounts: Accounts, store: Store) -> None:
    store.put_account(replace(account_of("viewer"), demo=True), kind="account.added", at=1, post="test")
    account, _ = accounts.book.reset("viewer", post="admin")
    assert not account.demo


# keys and channels
def channel(**more: Any) -> Channel:
    return replace(Channel("hotline", "Hotline"), **more)


def test_a_channel_s_key_reports_and_does_nothing_else(accounts: Accounts, store: Store) -> None:
    accounts.channels.put(channel(), post="admin")
    key, text = accounts.keys.make("Hotline desk", channel="hotline", post="admin")
    actor = accounts.find_by_key(text)
    assert actor is not None
    assert (actor.channel, actor.role, actor.rights) == ("hotline", None, {Right.REPORT})
    assert text.startswith("mk_")
    stored = str(store.list_keys()) + str(store.list_events())
    assert text not in stored
    assert key.key_hash not in str(store.list_events())


@both
def test_a_key_that_was_taken_back_is_worth_nothing_in_every_process(
    accounts: Accounts, store: Store, clock: StillClock
) -> None:
    put(store, "viewer")
    key, text = accounts.keys.make("Screen", account="viewer", post="admin")
    other = Accounts.over(store, clock)
    assert other.find_by_key(text) is not None
    accounts.keys.take_back(key.id, post="admin")
    assert (accounts.find_by_key(text), other.find_by_key(text)) == (None, None)
    with pytest.raises(Conflict):
        accounts.keys.take_back(key.id, post="admin")
    with pytest.raises(NotFound):
        accounts.keys.take_back("k0", post="admin")


def test_a_key_follows_its_account(accounts: Accounts, store: Store) -> None:
    put(store, "planner")
    put(store, "admin")
    _, text = accounts.keys.make("Export", account="planner", post="admin")
    assert Right.REDRAW in accounts.find_by_key(text).rights  # type: ignore[union-attr]
    accounts.book.change("planner", {"role": "viewer"}, post="admin")
    assert accounts.find_by_key(text).rights == {Right.SEE}  # type: ignore[union-attr]
    accounts.book.change("planner", {"disabled": True}, post="admin")
    assert accounts.find_by_key(text) is None


def test_a_channel_that_is_switched_off_says_so(accounts: Accounts) -> None:
    accounts.channels.put(channel(), post="admin")
    _, text = accounts.keys.make("Hotline desk", channel="hotline", post="admin")
    assert accounts.find_by_key(text) is not None
    accounts.channels.put(channel(active=False), post="admin")
    with pytest.raises(Forbidden):
        accounts.find_by_key(text)


@pytest.mark.parametrize(
    ("name", "holder", "field"),
    [
        ("", {"channel": "hotline"}, "name"),
        ("x", {}, "channel"),
        ("x", {"channel": "hotline", "account": "viewer"}, "channel"),
        ("x", {"channel": "no-such"}, "channel"),
        ("x", {"account": "no-such"}, "account"),
    ],
)
def test_a_key_has_one_holder(accounts: Accounts, store: Store, name: str, holder: dict[str, str], field: str) -> None:
    put(store, "viewer")
    accounts.channels.put(channel(), post="admin")
    with pytest.raises(BadInput) as refused:
        accounts.keys.make(name, **holder, post="admin")
    assert refused.value.field == field
    assert store.list_keys() == []


@pytest.mark.parametrize("text", ["", "mk_", "x", "Bearer mk_x", "mk_" + "x" * 43, "mk_" + "x" * 1000, "\ud800"])
def test_a_key_of_nobody_is_nobody(accounts: Accounts, text: str) -> None:
    assert accounts.find_by_key(text) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Hot line"}, "code"),
        ({"code": "hotline-"}, "code"),
        ({"name": ""}, "name"),
        ({"datum": "mars"}, "datum"),
        ({"per_minute": -1}, "per_minute"),
    ],
)
def test_what_a_channel_cannot_be_is_named(accounts: Accounts, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        accounts.channels.put(channel(**change), post="admin")
    assert refused.value.field == field
    assert accounts.channels.list() == []
