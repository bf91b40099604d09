from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from square import NOW

from mapsvc.model.account import Account, Role
from mapsvc.model.case import Change
from mapsvc.model.incident import Status
from mapsvc.wiring import Services


class Ear:
    """A stream as the test client gives it, cut into its frames."""

    def __init__(self, client: FlaskClient, path: str = "/api/stream", **headers: str) -> None:
        self.answer = client.get(path, headers=headers)
        assert self.answer.status_code == 200, self.answer.text
        self._parts: Iterator[bytes] = iter(self.answer.response)  # type: ignore[arg-type]
        self.first = next(self._parts)
        self._frames: list[dict[str, Any]] = []

    def frame(self) -> dict[str, Any]:
        while not self._frames:
            for text in next(self._parts).decode().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(":"))
                if lines:
                    self._frames.append({**lines, "data": json.loads(lines["data"])})
        return self._frames.pop(0)

    def is_over(self) -> bool:
        return not list(self._parts)

    def close(self) -> None:
        self.answer.close()


def take(services: Services, incident_id: str, status: Status = Status.HANDLING) -> None:
    revision = services.store.get_incident(incident_id).revision
    change = Change(incident_id, revision, f"incident.{status.value}", fields={"status": status})
    services.store.change_incidents([change], at=NOW, post="test")


def test_what_happens_is_heard_with_its_number_and_its_feature(client: FlaskClient, square_services: Services) -> None:
    ear = Ear(client)
    assert ear.answer.headers["Content-Type"].startswith("text/event-stream")
    assert ear.first.startswith(b"retry: ")
    take(square_services, "i4")
    heard = ear.frame()
    told = heard["data"]
    assert heard["event"] == "incident"
    assert heard["id"] == str(told["seq"]) == str(square_services.store.seq())
    assert (told["kind"], told["subject"], told["post"]) == ("incident.handling", "i4", "test")
    assert told["feature"] == next(one for one in client.get("/api/incidents").json["features"] if one["id"] == "i4")
    ear.close()
    assert square_services.live.listeners == 0


def test_a_listener_who_comes_back_misses_nothing_and_hears_nothing_twice(
    client: FlaskClient, square_services: Services
) -> None:
    start = square_services.store.seq()
    for number in range(40):
        take(square_services, "i3", Status.HANDLING if number % 2 else Status.SUSPENDED)
    ear = Ear(client, f"/api/stream?after={start}")
    first = [int(ear.frame()["id"]) for _ in range(10)]
    ear.close()
    again = Ear(client, "/api/stream", **{"Last-Event-ID": str(first[-1])})
    rest = [int(again.frame()["id"]) for _ in range(30)]
    assert first + rest == list(range(start + 1, start + 41))
    again.close()


def test_a_number_that_was_never_given_tells_the_listener_to_read_anew(client: FlaskClient) -> None:
    ear = Ear(client, "/api/stream?after=999999")
    assert b"event: reset" in ear.first
    ear.close()


def test_a_stream_refuses_what_is_no_number(client: FlaskClient) -> None:
    for given in ("x", "-1", "1.5", "9" * 30):
        answer = client.get(f"/api/stream?after={given}")
        assert (answer.status_code, answer.json["field"]) == (400, "after")


def test_polling_gives_the_same_events_and_the_number_to_ask_from(
    client: FlaskClient, square_services: Services
) -> None:
    start = square_services.store.seq()
    take(square_services, "i4")
    take(square_services, "i5")
    first = client.get(f"/api/events?after={start}&limit=1").json
    second = client.get(f"/api/events?after={first['seq']}").json
    assert [one["subject"] for one in first["events"] + second["events"]] == ["i4", "i5"]
    assert client.get(f"/api/events?after={second['seq']}").json == {"events": [], "seq": second["seq"]}


def test_nobody_learns_the_place_of_a_sensitive_matter(client: FlaskClient, square_services: Services) -> None:
    start = square_services.store.seq()
    take(square_services, "i7", Status.RESOLVED)
    answer = client.get(f"/api/events?after={start}")
    told = answer.json["events"][0]
    assert told["feature"]["geometry"] is None
    assert told["feature"]["properties"]["grid"] == "22"
    for secret in ("Dispute at 7", "1 Main St", "script"):
        assert secret not in answer.text


def test_of_accounts_and_keys_only_the_kind_is_told(client: FlaskClient, square_services: Services) -> None:
    start = square_services.store.seq()
    square_services.store.put_account(
        Account("desk-9", Role.VIEWER, "Desk 9"), kind="account.added", at=NOW, post="admin"
    )
    assert client.get(f"/api/events?after={start}").json["events"] == [{"seq": start + 1, "kind": "account.added"}]


def test_who_looked_at_a_sensitive_matter_is_told_to_nobody(client: FlaskClient, square_services: Services) -> None:
    start = square_services.store.seq()
    square_services.store.add_note("incident.seen", "i7", {}, at=NOW, post="chief-22")
    assert client.get(f"/api/events?after={start}").json["events"] == [{"seq": start + 1, "kind": "incident.seen"}]


def test_where_all_places_are_taken_the_answer_says_when_to_come_again(
    client: FlaskClient, square_services: Services
) -> None:
    square_services.live._streams = 2
    ears = [Ear(client), Ear(client)]
    answer = client.get("/api/stream")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/health").status_code == 200
    ears[0].close()
    Ear(client).close()
    ears[1].close()


def test_one_login_takes_no_more_than_its_share(client: FlaskClient, square_services: Services) -> None:
    ears = [Ear(client) for _ in range(20)]
    assert client.get("/api/stream").status_code == 429
    for ear in ears:
        ear.close()


def test_a_stream_ends_when_the_service_stops(client: FlaskClient, square_services: Services) -> None:
    ear = Ear(client)
    square_services.live.stop()
    assert ear.is_over()


def test_a_stream_ends_when_its_account_is_shut(anonymous: FlaskClient, square_services: Services) -> None:
    store = square_services.store
    account = Account("desk-9", Role.VIEWER, "Desk 9", password_hash="none", created_at=1)
    store.put_account(account, kind="account.added", at=NOW, post="admin")
    _, key = square_services.accounts.keys.make("Screen", account="desk-9", post="admin")
    ear = Ear(anonymous, "/api/stream", Authorization=f"Bearer {key}")
    store.put_account(replace(account, disabled=True), kind="account.changed", at=NOW, post="admin")
    assert ear.is_over()


def test_who_may_not_see_may_not_listen(anonymous: FlaskClient) -> None:
    for path in ("/api/stream", "/api/events"):
        assert anonymous.get(path).status_code == 401


def test_in_a_drill_every_page_and_the_desk_say_so(client: FlaskClient, square_services: Services) -> None:
    pages = ("/command", "/hotspots", "/planner", "/login", "/public", "/report")
    words = "drill-band"
    assert not any(words in client.get(page).text for page in pages)
    square_services.live.drill.is_on = True
    for page in pages:
        answer = client.get(page, follow_redirects=True)
        assert words in answer.text, page
    assert client.get("/api/desk").json["drill"] is True
