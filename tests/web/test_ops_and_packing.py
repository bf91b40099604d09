from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from mapsvc import errors


def test_health_answers_without_the_store(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    services = client.application.extensions["mapsvc"]

    class Gone:
        def __getattr__(self, name: str) -> None:
            raise AssertionError("the store was touched")

    monkeypatch.setattr(services, "store", Gone())
    monkeypatch.setattr(services.view.stage, "store", Gone())
    assert client.get("/health").json["status"] == "ok"


def test_ready_says_which_check_fails(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    services = client.application.extensions["mapsvc"]
    assert client.get("/ready").status_code == 200

    def locked() -> int:
        raise errors.Busy("The store is locked.")

    monkeypatch.setattr(services.store, "seq", locked)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json["checks"]["store"] == {"ok": False, "why": "The store is locked."}


def test_ready_warns_of_an_old_library_and_tells_no_path(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    services = client.application.extensions["mapsvc"]
    old = {"kind": "sqlite", "path": "/secret/store", "sqlite_version": "3.40.1", "is_safe": False}
    monkeypatch.setattr(services.store, "info", lambda: old)
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert "3.40.1" in answer.json["warnings"][0]
    assert "secret" not in answer.text


def test_big_answers_travel_packed_and_small_ones_do_not(client: FlaskClient) -> None:
    plain = client.get("/api/desk")
    packed = client.get("/api/desk", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    for headers in ({"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0"}):
        assert "Content-Encoding" not in client.get("/api/desk", headers=headers).headers
    assert "Content-Encoding" not in client.get("/health", headers={"Accept-Encoding": "gzip"}).headers


def test_data_are_never_kept_unasked(client: FlaskClient) -> None:
    for url in ("/api/desk", "/api/incidents", "/tiles/density/0/0/0.png"):
        assert "no-cache" in client.get(url).headers["Cache-Control"]
