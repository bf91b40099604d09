"""Signing in: sessions, tries, passwords; and that nobody is kept out by somebody else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from signed import PASSWORD, account_of
from square import DAY, HOUR, StillClock

from mapsvc.errors import BadInput, Busy, NotSignedIn, TooMany
from mapsvc.model.account import Role
from mapsvc.ports import Store
from mapsvc.services.accounts import passwords
from mapsvc.services.accounts.accounts import Accounts
from mapsvc.services.accounts.passwords import Hasher, check_password, one_time_password
from mapsvc.services.accounts.sessions import IDLE_S, LONGEST_S, TOUCH_S
from mapsvc.services.accounts.tokens import hash_of
from mapsvc.services.accounts.tries import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, WINDOW_S, network

both = pytest.mark.parametrize("store", ["memory", "sqlite"], indirect=True)

HERE, THERE = "10.0.0.7", "203.0.113.9"


def put(store: Store, role: str = "planner", **more: object) -> None:
    store.put_account(replace(account_of(role), **more), kind="account.added", at=1, post="test")  # type: ignore[arg-type]


def wrong(accounts: Accounts, code: str = "planner", address: str = HERE) -> int | None:
    with pytest.raises(NotSignedIn) as refused:
        accounts.sign_in(code, "not this one", address)
    return refused.value.left


@both
def test_the_right_password_opens_a_session_that_is_stored_as_a_hash(store: Store, accounts: Accounts) -> None:
    put(store)
    token, account = accounts.sign_in("planner", PASSWORD, HERE)
    assert account.role is Role.PLANNER
    assert store.find_session(token) is None
    found = store.find_session(hash_of(token))
    assert found is not None
    assert found[0].account == "planner"
    actor = accounts.find(token)
    assert actor is not None
    assert actor.code == "planner"
    told = "".join(str(event.data) + event.subject for event in store.list_events())
    assert token not in told
    assert hash_of(token) not in told
    assert PASSWORD not in told
    assert HERE not in told


def test_each_sign_in_has_a_token_of_its_own(store: Store, accounts: Accounts) -> None:
    put(store)
    tokens = {accounts.sign_in("planner", PASSWORD, HERE)[0] for _ in range(4)}
    assert len(tokens) == 4
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize("code", ["nobody-here", "", "Planner", "' OR 1=1 --", "{{7*191}}", "\ud800", "x" * 100])
def test_an_unknown_account_is_refused_like_a_wrong_password(store: Store, accounts: Accounts, code: str) -> None:
    put(store)
    known = wrong(accounts)
    assert wrong(accounts, code, THERE) == known
    assert code not in {event.subject for event in store.list_events()} - {""}


def test_a_name_that_is_no_account_s_is_not_written_down(store: Store, accounts: Accounts) -> None:
    wrong(accounts, "my secret password")
    wrong(accounts, "my-secret-password")
    told = "".join(f"{event.subject} {event.data}" for event in store.list_events())
    assert "secret" not in told


@both
def test_a_disabled_account_is_refused_and_its_session_is_over_in_every_process(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    put(store, "admin")
    other = Accounts.over(store, clock)
    token, _ = accounts.sign_in("planner", PASSWORD, HERE)
    assert other.find(token) is not None
    accounts.book.change("planner", {"disabled": True}, post="admin")
    assert other.find(token) is None
    assert accounts.find(token) is None
    wrong(accounts)
    with pytest.raises(NotSignedIn):
        accounts.sign_in("planner", PASSWORD, HERE)


def test_a_session_nobody_uses_ends_and_one_in_use_ends_after_a_week(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    idle, _ = accounts.sign_in("planner", PASSWORD, HERE)
    used, _ = accounts.sign_in("planner", PASSWORD, HERE)
    began = clock.time
    while clock.time < began + LONGEST_S - HOUR:
        clock.time += IDLE_S - HOUR
        if clock.time >= began + LONGEST_S:
            break
        assert accounts.find(used) is not None
    assert accounts.find(idle) is None
    clock.time = began + LONGEST_S
    assert accounts.find(used) is None


@both
def test_its_use_is_noted_for_other_processes_and_not_at_every_request(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    token, _ = accounts.sign_in("planner", PASSWORD, HERE)
    other = Accounts.over(store, clock)
    assert other.find(token) is not None
    began = clock.time
    clock.time += TOUCH_S - 1
    accounts.find(token)
    assert store.find_session(hash_of(token))[0].seen_at == began  # type: ignore[index]
    clock.time += IDLE_S - TOUCH_S
    assert accounts.find(token) is not None
    clock.time += IDLE_S - 1
    # The other process saw it last a day ago, and asks the store before it says no.
    assert other.find(token) is not None


@both
def test_signing_out_ends_this_session_everywhere_and_no_other(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    one, two = (accounts.sign_in("planner", PASSWORD, HERE)[0] for _ in range(2))
    other = Accounts.over(store, clock)
    assert other.find(one) is not None
    accounts.sessions.end(one)
    assert (accounts.find(one), other.find(one)) == (None, None)
    assert other.find(two) is not None
    accounts.sessions.end(one)
    accounts.sessions.end("")


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 1000, "\ud800", "\x00"])
def test_a_token_of_nobody_is_nobody(accounts: Accounts, token: str) -> None:
    assert accounts.find(token) is None


def test_after_five_wrong_passwords_the_account_waits_at_this_address_only(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    assert [wrong(accounts) for _ in range(PER_PAIR)] == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany) as refused:
        accounts.sign_in("planner", PASSWORD, HERE)
    assert 0 < refused.value.wait_s <= WINDOW_S
    accounts.sign_in("planner", PASSWORD, THERE)
    clock.time += refused.value.wait_s
    accounts.sign_in("planner", PASSWORD, HERE)


def test_one_address_has_ten_tries_whatever_the_accounts(store: Store, accounts: Accounts) -> None:
    put(store)
    for n in range(PER_ADDRESS):
        wrong(accounts, f"guess-{n}")
    with pytest.raises(TooMany):
        accounts.sign_in("planner", PASSWORD, HERE)
    accounts.sign_in("planner", PASSWORD, THERE)


def test_ten_tries_at_an_account_from_anywhere_are_the_most(store: Store, accounts: Accounts) -> None:
    put(store)
    tried = 0
    for n in range(30):
        try:
            accounts.sign_in("planner", "not this one", f"198.51.100.{n}")
        except NotSignedIn:
            tried += 1
        except TooMany:
            pass
    assert tried == PER_ACCOUNT


@both
def test_guesses_from_elsewhere_do_not_lock_out_the_desk_that_signs_in_daily(
    store: Store, accounts: Accounts, clock: StillClock
) -> None:
    put(store)
    accounts.sign_in("planner", PASSWORD, HERE)
    clock.time += DAY
    for n in range(40):
        with pytest.raises((NotSignedIn, TooMany)):
            accounts.sign_in("planner", "not this one", f"198.51.100.{n}")
    assert accounts.sign_in("planner", PASSWORD, HERE)[1].code == "planner"
    assert [wrong(accounts) for _ in range(2)] == [4, 3]


@both
def test_many_tries_at_the_same_time_are_no_more_tries(store: Store, accounts: Accounts) -> None:
    put(store)
    answers: list[str] = []
    begin = threading.Barrier(16)

    def guess() -> None:
        begin.wait()
        try:
            accounts.sign_in("planner", "not this one", HERE)
        except (NotSignedIn, TooMany) as error:
            answers.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert answers.count("NotSignedIn") <= PER_PAIR


def test_a_reset_lifts_the_wait_and_ends_the_sessions(store: Store, accounts: Accounts) -> None:
    put(store)
    token, _ = accounts.sign_in("planner", PASSWORD, HERE)
    for n in range(PER_ACCOUNT):
        with pytest.raises(NotSignedIn):
            accounts.sign_in("planner", "not this one", f"198.51.100.{n}")
    account, password = accounts.book.reset("planner", post="admin")
    assert account.must_change
    assert accounts.find(token) is None
    assert accounts.sign_in("planner", password, "192.0.2.1")[1].must_change


@both
def test_another_password_ends_the_other_sessions_and_gives_a_new_token(store: Store, accounts: Accounts) -> None:
    put(store)
    here, there = (accounts.sign_in("planner", PASSWORD, address)[0] for address in (HERE, THERE))
    fresh = accounts.book.change_password("planner", PASSWORD, "a better pass phrase", address=HERE)
    assert (accounts.find(here), accounts.find(there)) == (None, None)
    assert accounts.find(fresh) is not None
    wrong(accounts)
    accounts.sign_in("planner", "a better pass phrase", HERE)


def test_a_wrong_old_password_counts_as_a_try_and_changes_nothing(store: Store, accounts: Accounts) -> None:
    put(store)
    token, _ = accounts.sign_in("planner", PASSWORD, HERE)
    with pytest.raises(NotSignedIn) as refused:
        accounts.book.change_password("planner", "not this one", "a better pass phrase", address=HERE)
    assert refused.value.left == PER_PAIR - 1
    assert accounts.find(token) is not None


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 201, "planner", "planner123", "Planner-2026", "1234567890", "Qwerty12345", "aaaaaaaaaaaa"],
)
def test_poor_passwords_are_not_taken(password: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_password(password, "planner")
    assert refused.value.field == "new"
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["correct horse staple", "七里香飘满柳岸社区大街", "k7mq-wd3p-x9tf", "планировщик-сетки"]
)
def test_good_passwords_are_taken(password: str) -> None:
    check_password(password, "planner")


def test_the_same_letters_typed_on_another_keyboard_fit(store: Store, accounts: Accounts) -> None:
    put(store)
    accounts.book.change_password("planner", PASSWORD, "ｆｕｌｌ width 1２3 é", address=HERE)
    accounts.sign_in("planner", "full width 123 e\u0301", HERE)


def test_one_time_passwords_differ_and_pass_their_own_rules() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_password(password, "admin")
        assert not set(password) & set("ilo01")


@pytest.mark.usefixtures("costly_hashes")
def test_hashes_are_argon2id_with_salt() -> None:
    hasher = Hasher()
    hashes = [hasher.hash(PASSWORD) for _ in range(2)]
    assert hashes[0] != hashes[1]
    assert all(one.startswith("$argon2id$v=19$m=32768,t=3,p=1$") for one in hashes)
    assert all(hasher.fits(one, PASSWORD) and not hasher.fits(one, PASSWORD + "x") for one in hashes)
    assert not hasher.fits("", PASSWORD)
    assert not hasher.fits("no hash at all", PASSWORD)


def test_a_crowd_at_the_door_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE_S", 0.01)
    hasher = Hasher(rounds=1, memory_kib=8)
    stored = hasher.hash(PASSWORD)
    with hasher._queue(), hasher._queue(), pytest.raises(Busy):
        hasher.fits(stored, PASSWORD)
    assert hasher.fits(stored, PASSWORD)


def test_demo_accounts_open_invented_communities_only(store: Store, accounts: Accounts) -> None:
    put(store, demo=True)
    accounts.sign_in("planner", PASSWORD, HERE)
    community = store.find_community()
    assert community is not None
    store.put_community(replace(community, synthetic=False), at=2, post="test")
    wrong(accounts)
    with pytest.raises(NotSignedIn):
        accounts.sign_in("planner", PASSWORD, HERE)


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", "unknown"),
        ("proxy.example", "unknown"),
    ],
)
def test_a_line_counts_as_one_address(address: str, counts_as: str) -> None:
    assert network(address) == counts_as
