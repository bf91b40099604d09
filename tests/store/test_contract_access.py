"""The contract of accounts, sessions, tries, keys and channels."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mapsvc.errors import BadInput, Conflict, NotFound
from mapsvc.model.account import Account, ApiKey, Role, Session
from mapsvc.model.channel import Channel
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "cli"
DESK = Account(
    "desk-1",
    Role.DISPATCHER,
    "Desk",
    "指挥台",
    post="p1",
    department="pol",
    grid_codes=("G00", "网格2"),
    password_hash="$argon2id$secret",
    must_change=True,
    demo=True,
    created_at=AT,
)


def put(store: Store, account: Account, kind: str = "account.added"):
    return store.put_account(account, kind=kind, at=AT, post=POST)


def session(token: str, account: str = "desk-1", seen_at: int = AT) -> Session:
    return Session(token, account, AT, seen_at, AT + 3600)


def test_an_account_comes_back_as_it_was_put_and_is_replaced_by_its_code(store: Store):
    event = put(store, DESK)
    assert (event.kind, event.subject) == ("account.added", "desk-1")
    assert event.data == {"role": "dispatcher", "grids": ["G00", "网格2"], "department": "pol", "disabled": False}
    assert store.find_account("desk-1") == DESK
    assert store.find_account("desk-2") is None
    bare = Account("admin", Role.ADMIN, "Admin")
    put(store, bare)
    out = replace(DESK, disabled=True, grid_codes=())
    assert put(store, out, "account.changed").data["disabled"] is True
    assert store.list_accounts() == [bare, out]


@pytest.mark.parametrize("kind", ["incident.closed", "accounts", "key.made", ""])
def test_an_account_is_not_told_as_something_else(store: Store, kind: str):
    with pytest.raises(BadInput):
        put(store, DESK, kind)
    assert (store.list_accounts(), store.seq()) == ([], 0)


def test_a_session_is_found_with_the_account_as_it_is_now(store: Store):
    put(store, DESK)
    event = store.add_session(session("t1"), at=AT, post="desk-1")
    assert (event.kind, event.subject) == ("account.signed_in", "desk-1")
    assert store.find_session("t1") == (session("t1"), DESK)
    assert store.find_session("t2") is None
    put(store, replace(DESK, disabled=True), "account.changed")
    found = store.find_session("t1")
    assert found is not None
    assert found[1].disabled


def test_using_a_session_is_noted_without_an_event(store: Store):
    put(store, DESK)
    store.add_session(session("t1"), at=AT, post="desk-1")
    store.touch_session("t1", seen_at=AT + 60)
    store.touch_session("unknown", seen_at=AT + 60)
    assert store.find_session("t1") == (session("t1", seen_at=AT + 60), DESK)
    assert store.seq() == 2


def test_a_session_needs_its_account_and_a_token_of_its_own(store: Store):
    with pytest.raises(NotFound):
        store.add_session(session("t1"), at=AT, post="desk-1")
    put(store, DESK)
    store.add_session(session("t1"), at=AT, post="desk-1")
    with pytest.raises(Conflict):
        store.add_session(session("t1"), at=AT, post="desk-1")
    assert store.seq() == 2


def test_one_session_ends_or_all_of_an_account(store: Store):
    other = replace(DESK, code="desk-2")
    put(store, DESK)
    put(store, other)
    for token, account in (("t1", "desk-1"), ("t2", "desk-1"), ("t3", "desk-1"), ("o1", "desk-2")):
        store.add_session(session(token, account), at=AT, post=account)
    assert store.drop_sessions("desk-2", token_hash="t1", at=AT, post=POST) is None
    one = store.drop_sessions("desk-1", token_hash="t1", at=AT, post="desk-1")
    assert one is not None
    assert (one.kind, one.subject, one.data) == ("account.signed_out", "desk-1", {"sessions": 1})
    assert [store.find_session(token) is None for token in ("t1", "t2", "o1")] == [True, False, False]
    every = store.drop_sessions("desk-1", at=AT, post=POST)
    assert every is not None
    assert every.data == {"sessions": 2}
    assert store.drop_sessions("desk-1", at=AT, post=POST) is None
    assert store.find_session("o1") is not None


def test_tries_are_counted_under_each_key_and_forgotten(store: Store):
    for at in (10, 20, 30):
        event = store.add_try(["desk-1", "10.0.0.7"], at=at, post="nobody")
    assert (event.kind, event.subject) == ("account.refused", "desk-1")
    store.add_try(["desk-2", "10.0.0.7"], at=25, post="nobody")
    assert store.list_tries("desk-1", 20) == [20, 30]
    assert store.list_tries("10.0.0.7", 0) == [10, 20, 25, 30]
    store.forget_tries("10.0.0.7", before=25)
    assert store.list_tries("10.0.0.7", 0) == [25, 30]
    store.forget_tries("desk-1")
    assert (store.list_tries("desk-1", 0), store.list_tries("desk-2", 0)) == ([], [25])
    with pytest.raises(BadInput):
        store.add_try([], at=1, post="nobody")
    assert store.seq() == 4


def test_a_key_is_found_by_its_hash_also_after_it_was_taken_back(store: Store):
    key = ApiKey("k2", "Hotline", "hash-2", channel="hotline", created_at=AT)
    event = store.put_key(key, kind="key.made", at=AT, post="admin")
    assert (event.kind, event.subject) == ("key.made", "k2")
    assert event.data == {"name": "Hotline", "channel": "hotline", "account": ""}
    other = ApiKey("k1", "Report", "hash-1", account="desk-1", created_at=AT)
    store.put_key(other, kind="key.made", at=AT, post="admin")
    gone = replace(key, taken_back_at=AT + 5)
    store.put_key(gone, kind="key.taken_back", at=AT + 5, post="admin")
    assert store.find_key("hash-2") == gone
    assert store.find_key("hash-3") is None
    assert store.list_keys() == [other, gone]
    with pytest.raises(Conflict):
        store.put_key(replace(key, id="k3"), kind="key.made", at=AT, post="admin")
    with pytest.raises(BadInput):
        store.put_key(key, kind="account.added", at=AT, post="admin")
    assert store.seq() == 3


def test_a_channel_is_replaced_by_its_code(store: Store):
    app = Channel("app", "App", "小程序", "gcj02", True, 30)
    event = store.put_channel(app, at=AT, post="admin")
    assert (event.kind, event.subject) == ("channel.set", "app")
    store.put_channel(Channel("911", "Calls"), at=AT, post="admin")
    store.put_channel(replace(app, active=False), at=AT, post="admin")
    assert store.list_channels() == [Channel("911", "Calls"), replace(app, active=False)]
    assert store.find_channel("911") == Channel("911", "Calls")
    assert store.find_channel("x") is None


def test_no_hash_token_or_address_is_in_the_journal(store: Store):
    put(store, DESK)
    store.add_session(session("token-hash"), at=AT, post="desk-1")
    store.drop_sessions("desk-1", token_hash="token-hash", at=AT, post="desk-1")
    store.add_try(["desk-1", "10.0.0.7"], at=AT, post="nobody")
    store.put_key(ApiKey("k", "Key", "key-hash", channel="app"), kind="key.made", at=AT, post="admin")
    told = json.dumps([[event.subject, event.post, event.data] for event in store.list_events()])
    assert store.seq() == 5
    assert [secret for secret in ("argon2", "token-hash", "10.0.0.7", "key-hash") if secret in told] == []
