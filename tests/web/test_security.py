"""Headers of every answer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from mapsvc.web.security import policy, tile_origin

EXACT = (
    "default-src 'none'; script-src 'nonce-X'; style-src 'self' 'nonce-X'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; form-action 'self'"
)


def test_the_policy_is_the_one_that_was_tried_against_attacks() -> None:
    assert policy("X") == EXACT


def test_a_configured_tile_service_adds_its_host_for_images_and_nothing_else() -> None:
    wider = policy("X", "https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert wider == EXACT.replace("data:", "data: https://*.tiles.example")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("https://tiles.example:8443/{z}/{x}/{y}.png", "https://tiles.example:8443"),
        ("javascript:alert(1)", ""),
        ("//tiles.example/{z}", ""),
        ("https://a.example; script-src *", ""),
        ("https://user:secret@tiles.example/{z}", ""),
    ],
)
def test_only_a_plain_web_address_becomes_an_origin(url: str, origin: str) -> None:
    assert tile_origin(url) == origin


@pytest.mark.parametrize(
    "path", ["/command", "/hotspots", "/findings", "/", "/nowhere", "/health", "/api/desk", "/api/desk?x=1"]
)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


def test_each_page_has_a_nonce_of_its_own_on_every_script(client: FlaskClient) -> None:
    nonces = set()
    for _ in range(3):
        answer = client.get("/command")
        match = re.search(r"script-src 'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert match
        nonces.add(match[1])
        scripts = re.findall(r"<script[^>]*>", answer.text)
        live = [tag for tag in scripts if "application/json" not in tag]
        assert len(live) == 3
        assert all(f'nonce="{match[1]}"' in tag for tag in live)
    assert len(nonces) == 3
