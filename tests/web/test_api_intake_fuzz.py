"""Whatever is sent as a report, the answer is a receipt or a problem with its field, and nothing is stored half."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reporting import REPORT, channel_client, key_for
from square import StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.channel import Channel
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (*REPORT, "text", "x", "y", "address", "method", "occurred_at", "level", "reports", "phone")
BODIES = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6)
LIKELY = {
    "lon": st.floats(-1000, 1000) | st.just(REPORT["lon"]),
    "lat": st.floats(-1000, 1000) | st.just(REPORT["lat"]),
    "datum": st.sampled_from(
        ["wgs84", "gcj02", "bd09", "cgcs2000", "EPSG:4542", "EPSG:3857", "EPSG:99999", "epsg:0", "x"]
    ),
    "occurred_at": st.datetimes().map(lambda it: it.isoformat() + "Z") | st.text(max_size=30),
    "accuracy_m": st.floats(0, 1e6),
    "ref": st.text(min_size=1, max_size=130),
    "title": st.text(max_size=210),
    "address": st.text(max_size=310),
}
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    services = assemble(Config(tmp_path_factory.mktemp("fuzz")), fill(MemoryStore()), StillClock())
    made = create_app(services.config, services)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture(scope="module")
def sender(app: Flask) -> FlaskClient:
    return channel_client(app)


@contextmanager
def whole(app: Flask, answer: list[Any]) -> Iterator[None]:
    """Nothing is stored unless the answer says so."""
    store = app.extensions["mapsvc"].store
    before = store.seq(), store.count_incidents()
    yield
    (told,) = answer
    assert told.status_code in (200, 201, 400, 413, 415), told.data
    if told.status_code == 201:
        assert store.seq() == before[0] + 1
    else:
        assert (store.seq(), store.count_incidents()) == before
    if told.status_code == 400:
        assert told.json["field"]
        assert told.json["detail"]


@given(BODIES)
@QUICK
def test_any_object_is_taken_or_refused_by_name(app: Flask, sender: FlaskClient, body: dict[str, Any]) -> None:
    for one in (body, {**REPORT, **body}, {"reports": [REPORT, body]}):
        answer: list[Any] = []
        with whole(app, answer):
            answer.append(sender.post("/api/reports", data=json.dumps(one), content_type="application/json"))


@given(st.fixed_dictionaries({}, optional=LIKELY))
@QUICK
def test_likely_values_are_taken_or_refused_by_name(app: Flask, sender: FlaskClient, body: dict[str, Any]) -> None:
    answer: list[Any] = []
    with whole(app, answer):
        answer.append(sender.post("/api/reports", json={**REPORT, **body}))


@given(st.binary(max_size=200))
@QUICK
def test_any_bytes_are_refused_as_a_body(app: Flask, sender: FlaskClient, body: bytes) -> None:
    answer: list[Any] = []
    with whole(app, answer):
        answer.append(sender.post("/api/reports", data=body, content_type="application/json"))
    assert answer[0].status_code == 400


@given(
    st.dictionaries(
        st.sampled_from(["service_code", "lat", "long", "address_string", "description", "media_url", "address_id"]),
        st.text(max_size=60) | st.floats().map(str) | st.just("lamp"),
    )
)
@QUICK
def test_any_form_of_open311_is_taken_or_refused_in_its_words(app: Flask, form: dict[str, str]) -> None:
    key = app.config.setdefault("fuzz_key", "") or key_for(app, Channel("city", "City"))
    app.config["fuzz_key"] = key
    client = app.test_client()
    for ending in ("json", "xml"):
        for data in (form, {"service_code": "lamp", "lat": "39.74", "long": "98.5", **form}):
            answer = client.post(f"/open311/v2/requests.{ending}", data={"api_key": key, **data})
            assert answer.status_code in (200, 201, 400), answer.data


def test_photos_of_random_bytes_are_refused(app: Flask, sender: FlaskClient, tmp_path: Path) -> None:
    import random

    from pictures import picture

    incident = sender.post("/api/reports", json={**REPORT, "ref": "photo"}).json["id"]
    dice, good = random.Random(3), bytearray(picture())
    for number in range(6):
        broken = bytearray(good)
        for _ in range(60):
            broken[dice.randrange(20, len(broken))] = dice.randrange(256)
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(broken)
        with path.open("rb") as file:
            answer = sender.post(f"/api/reports/{incident}/photos", data={"photo": (file, "x.jpg")})
        assert answer.status_code in (200, 201, 400)
        if answer.status_code == 400:
            assert answer.json["field"] == "photo"
