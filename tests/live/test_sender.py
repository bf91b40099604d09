from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from receiver import Receiver, free_port, receiving
from square import NOW, StillClock

from mapsvc.errors import BadInput
from mapsvc.model.account import Account, Role
from mapsvc.model.incident import Status
from mapsvc.model.webhook import Webhook
from mapsvc.services.live import post as posting
from mapsvc.services.live.post import NotSent, is_own, post, read_target
from mapsvc.services.live.sender import Sender
from mapsvc.services.live.signature import sign, verify
from mapsvc.wiring import Services

Happen = Callable[..., int]


@pytest.fixture
def receiver(clock: StillClock) -> Receiver:
    clock.time = int(time.time())
    return Receiver()


def sender_of(square: Services) -> Sender:
    return Sender(square.store, square.live, square.live.drill, square.clock, partial(post, own_port=1))


def told_to(square: Services, receiver: Receiver, url: str, kinds: tuple[str, ...] = ()) -> str:
    made = square.background.webhooks.add("Messages", url, kinds, post="admin")
    receiver.secret = made["secret"]
    return str(made["id"])


def stored(square: Services, webhook_id: str) -> Webhook:
    return next(one for one in square.store.list_webhooks() if one.id == webhook_id)


def test_every_event_arrives_once_in_order_and_signed(square: Services, receiver: Receiver, happen: Happen) -> None:
    with receiving(receiver) as url:
        hook = told_to(square, receiver, url)
        seqs = [happen(), happen("i5"), happen("i7")]
        at = sender_of(square).deliver(stored(square, hook))
    assert [one["seq"] for one in receiver.messages] == seqs
    assert receiver.bad_signatures == 0
    assert at.after == seqs[-1] == stored(square, hook).delivery.after
    assert "Dispute at 7" not in str(receiver.messages)


def test_what_was_missed_while_the_receiver_was_down_comes_later_in_order(
    square: Services, receiver: Receiver, clock: StillClock, happen: Happen
) -> None:
    port = free_port()
    hook = told_to(square, receiver, f"http://127.0.0.1:{port}/hook")
    seqs = [happen(), happen("i5")]
    sender = sender_of(square)
    down = sender.deliver(stored(square, hook))
    assert (down.tries, down.next_at, down.after) == (1, clock.time + 60, seqs[0] - 1)
    with receiving(receiver, port):
        receiver.mood = "broken"
        again = sender.deliver(stored(square, hook))
        assert (again.tries, again.next_at, again.error) == (2, clock.time + 300, "The receiver answered 500.")
        receiver.mood = "well"
        assert sender.deliver(stored(square, hook)).error == ""
    assert receiver.seqs == seqs


def test_a_slow_receiver_counts_as_down(
    square: Services, receiver: Receiver, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    with receiving(receiver) as url:
        receiver.mood = "slow"
        hook = told_to(square, receiver, url)
        happen()
        begin = time.monotonic()
        at = sender_of(square).deliver(stored(square, hook))
    assert time.monotonic() - begin < 1.2
    assert (at.tries, at.error) == (1, "No answer within 0.3 seconds.")


def test_a_redirect_is_not_followed(square: Services, receiver: Receiver, happen: Happen) -> None:
    with receiving(receiver) as url:
        receiver.mood = "away"
        hook = told_to(square, receiver, url)
        happen()
        assert sender_of(square).deliver(stored(square, hook)).error == "The receiver answered 302."
    assert receiver.other_paths == []


def test_after_the_last_retry_an_event_is_parked_and_the_next_one_goes_on_and_a_replay_brings_it_back(
    square: Services, receiver: Receiver, happen: Happen
) -> None:
    with receiving(receiver) as url:
        hook = told_to(square, receiver, url)
        first = happen()
        receiver.mood = "broken"
        sender = sender_of(square)
        for _ in range(6):
            at = sender.deliver(stored(square, hook))
        assert (at.parked, at.after, at.tries) == ((first,), first, 0)
        receiver.mood = "well"
        second = happen("i5")
        sender.deliver(stored(square, hook))
        assert receiver.seqs == [second]
        square.background.webhooks.replay(hook, first)
        sender.deliver(stored(square, hook))
    assert sorted(receiver.seqs) == [first, second]
    assert len({message["key"] for message in receiver.messages}) == 2
    assert stored(square, hook).delivery.parked == ()


def test_a_sender_that_is_killed_between_two_notes_loses_nothing(
    square: Services, receiver: Receiver, happen: Happen
) -> None:
    with receiving(receiver) as url:
        hook = told_to(square, receiver, url)
        seqs = [happen("i4" if number % 2 else "i5") for number in range(45)]
        plain = partial(post, own_port=1)
        left = 33

        def dying(url: str, body: bytes, headers: dict[str, str]) -> int:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return plain(url, body, headers)

        with pytest.raises(KeyboardInterrupt):
            Sender(square.store, square.live, square.live.drill, square.clock, dying).deliver(stored(square, hook))  # type: ignore[arg-type]
        assert len(receiver.messages) == 33
        sender_of(square).deliver(stored(square, hook))
    assert receiver.seqs == seqs
    assert len(receiver.messages) < 45 + 20


def test_a_running_sender_tells_within_a_moment(square: Services, receiver: Receiver, happen: Happen) -> None:
    with receiving(receiver) as url:
        told_to(square, receiver, url)
        sender = sender_of(square)
        thread = threading.Thread(target=sender.run)
        thread.start()
        seqs = [happen(), happen("i5")]
        deadline = time.monotonic() + 30
        while receiver.seqs != seqs and time.monotonic() < deadline:
            time.sleep(0.02)
        sender.stop()
        thread.join()
    assert receiver.seqs == seqs


def test_only_the_kinds_that_were_asked_for_are_told(square: Services, receiver: Receiver, happen: Happen) -> None:
    with receiving(receiver) as url:
        hook = told_to(square, receiver, url, ("incident.resolved",))
        happen()
        wanted = happen("i5", Status.RESOLVED)
        account = Account("desk-9", Role.VIEWER, "Desk 9")
        newest = square.store.put_account(account, kind="account.added", at=NOW, post="x").seq
        at = sender_of(square).deliver(stored(square, hook))
    assert receiver.seqs == [wanted]
    assert at.after == newest


def test_nothing_leaves_in_a_drill_and_nothing_of_it_later(
    square: Services, receiver: Receiver, happen: Happen
) -> None:
    drill = square.live.drill
    with receiving(receiver) as url:
        hook = told_to(square, receiver, url)
        before = happen()
        drill.is_on = True
        drill.begin(at=NOW)
        happen("i5")
        sender_of(square).deliver(stored(square, hook))
        assert receiver.messages == []
        square.background.webhooks.replay(hook, before)
        drill.is_on = False
        drill.begin(at=NOW)
        after = happen("i5")
        sender_of(square).deliver(stored(square, hook))
    assert receiver.seqs == [before, after]
    assert [one.get("drill", False) for one in receiver.messages] == [False, False]


def test_a_signature_holds_for_its_body_its_secret_and_its_time() -> None:
    header = sign("s", 1000, b"{}")
    assert verify("s", header, b"{}", 1000)
    assert verify("s", header, b"{}", 1299)
    for secret, told, body, now in (
        ("x", header, b"{}", 1000),
        ("s", header, b"{ }", 1000),
        ("s", header, b"{}", 1301),
        ("s", header.replace("t=1000", "t=1200"), b"{}", 1200),
        ("s", "", b"{}", 1000),
        ("s", "t=x,v1=", b"{}", 1000),
        ("s", header.partition(",")[0], b"{}", 1000),
    ):
        assert not verify(secret, told, body, now)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/",
        "file:///etc/passwd",
        "http://",
        "http://user:pass@a.example/",
        "http://a.example/#part",
        "http://a.example/ b",
        "http://a.example:99999/",
        "http://a.example/\r\nHost: b",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_no_plain_http_is_refused(url: str) -> None:
    with pytest.raises(BadInput) as told:
        read_target(url)
    assert told.value.field == "url"


def test_the_service_itself_is_never_called_by_any_of_its_names(square: Services) -> None:
    own = square.config.server.port
    for host in ("127.0.0.1", "127.9.9.9", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]"):
        with pytest.raises(BadInput, match="itself"):
            square.background.webhooks.add("Loop", f"http://{host}:{own}/api/reports", (), post="admin")
        with pytest.raises(NotSent, match="itself"):
            post(f"http://{host}:{own}/", b"", {}, own_port=own)
    assert not is_own("127.0.0.1", own + 1, own)
    assert not is_own("192.0.2.7", own, own)


def test_a_secret_is_shown_once(square: Services) -> None:
    made = square.background.webhooks.add("A", "http://192.0.2.7/x", ("incident.*",), post="admin")
    assert made["secret"].startswith("whsec_")
    assert "secret" not in square.background.webhooks.list()[0]
    assert made["secret"] not in str(square.store.list_events(limit=1000))
    renewed = square.background.webhooks.change(made["id"], {"renew": True}, post="admin")
    assert renewed["secret"] != made["secret"]
    square.background.webhooks.remove(made["id"], post="admin")
    assert square.background.webhooks.list() == []
    assert all(one.secret == "" for one in square.store.list_webhooks())


@pytest.mark.parametrize("kind", ["account.added", "key.*", "*", "incident.", "incident.<b>", "incidents"])
def test_a_kind_that_is_nobodys_business_cannot_be_asked_for(square: Services, kind: str) -> None:
    with pytest.raises(BadInput) as told:
        square.background.webhooks.add("A", "http://192.0.2.7/x", (kind,), post="admin")
    assert told.value.field == "kinds"
