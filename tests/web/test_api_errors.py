from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from mapsvc import errors


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("nonsense=1", "nonsense"),
        ("type=aliens", "type"),
        ("status=lost", "status"),
        ("grid=99", "grid"),
        ("light=blue", "light"),
        ("certainty=maybe", "certainty"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("from=0001-01-01", "from"),
        ("from=9999-12-31T23:59:59Z", "from"),
        ("to=2026-01-01T25:00", "to"),
        ("from=2026-02-01&to=2026-01-01", "from"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=5,5,1,1", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("bbox=0,0,1e400,1", "bbox"),
        ("plan=none", "plan"),
        ("as_of=2026-13-01", "as_of"),
        ("limit=0", "limit"),
        ("limit=5001", "limit"),
        ("limit=9" * 9, "limit"),
        ("limit=1_000", "limit"),
        ("limit=١", "limit"),
        ("plan=a&plan=b", "plan"),
        ("plan=" + "x" * 300, "plan"),
        ("measure=shoe_size", "measure"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/api/desk?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["field"] == field
    assert answer.json["status"] == 400
    assert answer.json["detail"].endswith(".")


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/api/locate?lon=98.5", "lat"),
        ("/api/locate?lon=nan&lat=1", "lon"),
        ("/api/locate?lon=1e5&lat=1", "lon"),
        ("/api/locate?lon=1&lat=1&accuracy_m=-1", "accuracy_m"),
        ("/api/locate?lon=1&lat=1&datum=mars", None),
        ("/api/grids?z=23", "z"),
        ("/api/grids?z=-1", "z"),
        ("/api/grids?z=1.5", "z"),
        ("/api/incidents?order=random", "order"),
        ("/api/counts?by=shoe", "by"),
        ("/api/counts?period=fortnight", "period"),
        ("/api/counts?format=xlsx", "format"),
        ("/api/hotspots?alpha=2", "alpha"),
        ("/api/hotspots?draws=999999999", "draws"),
        ("/api/hotspots?cell_m=0", "cell_m"),
        ("/api/hotspots?cell_m=inf", "cell_m"),
        ("/api/hotspots?seed=-1", "seed"),
        ("/api/hotspots?only=warm", "only"),
        ("/tiles/density/legend", "z"),
        ("/tiles/density/3/1/1.png?theme=pink", "theme"),
    ],
)
def test_limits_hold_on_every_route(client: FlaskClient, url: str, field: str | None) -> None:
    answer = client.get(url)
    assert answer.status_code == 400, answer.text
    if field:
        assert answer.json["field"] == field


def test_what_is_not_there_and_what_may_not_be_done_are_problems_too(client: FlaskClient) -> None:
    missing = client.get("/nowhere")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")
    posted = client.post("/api/desk")
    assert (posted.status_code, posted.content_type) == (405, "application/problem+json")
    assert "GET" in posted.headers["Allow"]
    assert client.head("/api/desk").status_code == 200
    assert client.options("/api/desk").status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("Gone."), 404),
        (errors.Conflict("Moved on."), 409),
        (errors.CannotTell("Too few."), 422),
        (errors.Busy("Later."), 503),
        (errors.Broken("No file."), 503),
        (errors.BadFile("odd.", file="a.csv"), 422),
        (errors.PersonLabel("No."), 422),
        (errors.BadQuery("What?", field="x"), 400),
    ],
)
def test_every_error_of_ours_has_its_status(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: errors.MapsvcError, status: int
) -> None:
    services = client.application.extensions["mapsvc"]

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(services.view, "desk", fail)
    answer = client.get("/api/desk")
    assert answer.status_code == status
    assert answer.json["detail"] == str(error)
    assert ("Retry-After" in answer.headers) == isinstance(error, errors.Busy)


def test_a_mistake_of_ours_shows_a_code_and_nothing_of_the_inside(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    services = client.application.extensions["mapsvc"]

    def fail(*_: object) -> None:
        raise RuntimeError("secret path /etc/shadow")

    monkeypatch.setattr(services.view, "desk", fail)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/desk")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["code"] in caplog.text
    assert "secret path" in caplog.text


def test_errors_carry_the_security_headers(client: FlaskClient) -> None:
    for url in ("/nowhere", "/api/desk?nonsense=1", "/health"):
        answer = client.get(url)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
