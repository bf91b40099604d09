from __future__ import annotations

from flask.testing import FlaskClient
from square import NOW

from mapsvc.model.case import Change
from mapsvc.wiring import Services

WILL_DO = {"Cache-Control": "max-age=10"}


def stir(services: Services) -> None:
    revision = services.store.get_incident("i4").revision
    services.store.change_incidents([Change("i4", revision, "incident.urged")], at=NOW, post="test")


def test_who_takes_an_older_answer_gets_the_one_that_is_there(client: FlaskClient, square_services: Services) -> None:
    first = client.get("/api/desk")
    stir(square_services)
    again = client.get("/api/desk", headers=WILL_DO)
    assert again.json["seq"] == first.json["seq"]
    assert again.headers["ETag"] == first.headers["ETag"]
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/desk", headers={**WILL_DO, **tag}).status_code == 304


def test_who_says_nothing_gets_what_holds_now(client: FlaskClient, square_services: Services) -> None:
    first = client.get("/api/desk")
    stir(square_services)
    assert client.get("/api/desk").json["seq"] == first.json["seq"] + 1
    assert client.get("/api/desk", headers=WILL_DO).json["seq"] == first.json["seq"] + 1


def test_another_question_is_not_answered_with_it(client: FlaskClient) -> None:
    client.get("/api/desk")
    narrowed = client.get("/api/desk?grid=11", headers=WILL_DO).json
    assert narrowed["figures"]["total"] < client.get("/api/desk", headers=WILL_DO).json["figures"]["total"]
    assert client.get("/api/desk?measure=open", headers=WILL_DO).json["measure"]["name"] == "open"
