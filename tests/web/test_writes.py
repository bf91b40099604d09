"""A page of another site cannot write with the session of somebody who is signed in here."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from signed import with_session

from mapsvc.wiring import Services


def start(client: FlaskClient, **more: object) -> int:
    return client.post("/api/drafts", json={"name": "Draft"}, **more).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "http://localhost:8001"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 201),
    ],
)
def test_a_page_of_another_site_may_not_write(square_app: Flask, headers: dict[str, str], status: int) -> None:
    assert start(with_session(square_app), headers=headers) == status


def test_a_refused_write_leaves_no_event(square_app: Flask, square_services: Services) -> None:
    client = with_session(square_app)
    seq = square_services.store.seq()
    assert start(client, headers={"Sec-Fetch-Site": "cross-site"}) == 403
    assert square_services.store.seq() == seq


def test_a_key_needs_no_page(client: FlaskClient) -> None:
    assert start(client, headers={"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example"}) == 201


def test_signing_in_is_a_write_too(anonymous: FlaskClient) -> None:
    body = {"account": "admin", "password": "nine squares of sand"}
    answer = anonymous.post("/api/session", json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")


def test_the_account_that_writes_is_in_the_journal(square_app: Flask, square_services: Services) -> None:
    assert start(with_session(square_app, "planner")) == 201
    assert square_services.store.list_events()[-1].post == "planner"
