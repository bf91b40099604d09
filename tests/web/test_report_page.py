"""The report page for phones as the server prints it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from reporting import public_channel

MAX_PAGE_BYTES = 30_000


def block(page: str, name: str) -> dict[str, Any]:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_a_stranger_is_told_how_to_report(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/report")
    assert answer.status_code == 200
    assert 'href="/login?next=/report"' in answer.text
    assert 'id="form"' not in answer.text


def test_a_public_channel_opens_the_page_to_anyone(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app)
    answer = anonymous.get("/report?c=citizens")
    assert len(answer.data) < MAX_PAGE_BYTES
    facts = block(answer.text, "facts")
    assert facts["channel"] == "citizens"
    assert [one["code"] for one in facts["types"]] == ["lamp", "waste", "dispute"]
    assert len(facts["grids"]) == 9
    assert all(key.startswith("phone.") for key in block(answer.text, "messages"))
    assert 'data-theme="sun"' in answer.text


def test_channels_that_are_not_public_or_switched_off_stay_shut(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app, "old", active=False)
    for code in ("old", "none", "<script>"):
        assert 'id="form"' not in anonymous.get("/report", query_string={"c": code}).text


def test_posts_report_by_their_right(client_as: Callable[..., FlaskClient]) -> None:
    assert block(client_as("worker").get("/report").text, "facts")["channel"] == ""
    assert 'id="form"' not in client_as("viewer").get("/report").text


def test_names_of_the_community_are_inert_on_the_page(square_app: Flask, anonymous: FlaskClient) -> None:
    from mapsvc.model.channel import Channel

    evil = "</script><script>alert(1)</script>{{7*191}}"
    square_app.extensions["mapsvc"].store.put_channel(Channel("evil", evil, evil, public=True), at=1, post="test")
    page = anonymous.get("/report?c=evil").text
    assert "<script>alert" not in page
    assert "1337" not in page


def test_both_languages_are_spoken(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app)
    assert "事件上报" in anonymous.get("/report?c=citizens&lang=zh").text
    assert "?lang=zh&amp;c=citizens" in anonymous.get("/report?c=citizens&lang=en").text


def test_without_a_plan_the_page_still_takes_reports(empty_client: FlaskClient) -> None:
    facts = block(empty_client.get("/report").text, "facts")
    assert (facts["bbox"], facts["grids"]) == (None, [])
