"""POST /api/reports and photos, as channels, posts and strangers send them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pictures import picture, wrong_ones
from reporting import REPORT, channel_client, public_channel
from signed import sign_in
from square import NOW, StillClock

from mapsvc.model.case import Call, Change
from mapsvc.store.memory import MemoryStore


@pytest.fixture
def app_client(square_app: Flask) -> FlaskClient:
    return channel_client(square_app)


def stored(app: Flask) -> tuple[int, int]:
    store = app.extensions["mapsvc"].store
    return store.count_incidents(), store.seq()


def send_photo(client: FlaskClient, incident: str, data: bytes, query: str = "", **form: str) -> Any:
    """As browsers write it; the test client's own writer leaves files open for big ones."""
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in form.items()]
    head = '--cut\r\nContent-Disposition: form-data; name="photo"; filename="x.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = "".join([*parts, head]).encode() + data + b"\r\n--cut--\r\n"
    path = f"/api/reports/{incident}/photos{query}"
    return client.post(path, data=body, content_type="multipart/form-data; boundary=cut")


def test_one_report_is_answered_with_its_grid_and_number(app_client: FlaskClient) -> None:
    answer = app_client.post("/api/reports", json=REPORT)
    told = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/incidents/{told['id']}"
    assert (told["grid"], told["certainty"], told["grid_share"], told["status"]) == ("22", "certain", 1.0, "reported")
    assert (told["shares"], told["findings"], told["is_new"]) == ([], [], True)
    assert (told["lon"], told["lat"]) == (pytest.approx(REPORT["lon"]), pytest.approx(REPORT["lat"]))
    again = app_client.post("/api/reports", json=REPORT)
    assert (again.status_code, again.json["id"], again.json["is_new"]) == (200, told["id"], False)


def test_a_batch_tells_what_was_stored_and_what_was_known(app_client: FlaskClient) -> None:
    reports = [{**REPORT, "ref": f"b{n}"} for n in range(5)]
    first = app_client.post("/api/reports", json={"reports": reports})
    again = app_client.post("/api/reports", json={"reports": [*reports, {**REPORT, "ref": "b5"}]})
    assert (first.status_code, first.json["stored"], first.json["known"]) == (201, 5, 0)
    assert (again.status_code, again.json["stored"], again.json["known"]) == (201, 1, 5)
    assert again.json["ids"][:5] == first.json["ids"]


def test_a_batch_with_a_wrong_row_is_told_row_by_row_and_stores_nothing(
    app_client: FlaskClient, square_app: Flask
) -> None:
    before = stored(square_app)
    rows = [REPORT, {**REPORT, "ref": "2", "level": 9}, {**REPORT, "ref": "3", "phone": "1"}]
    answer = app_client.post("/api/reports", json={"reports": rows})
    assert answer.status_code == 400
    assert [(one["index"], one["field"]) for one in answer.json["errors"]] == [(1, "level"), (2, "phone")]
    assert answer.json["field"] == "reports[1].level"
    assert stored(square_app) == before


BODIES: dict[str, tuple[bytes, str]] = {
    "no json": (b"{", "body"),
    "a list": (b"[]", "body"),
    "nothing": (b"", "body"),
    "nan": (b'{"lon": NaN}', "body"),
    "infinity": (b'{"lon": -Infinity}', "body"),
    "a number beyond a double": (b'{"lon": 1e999}', "body"),
    "depth bomb": (b'{"ref":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "body"),
    "depth below the parser's own": (b'{"ref":' + b"[" * 500 + b"]" * 500 + b"}", "ref"),
    "lone surrogate": (b'{"ref": "\\ud800"}', "body"),
    "no utf-8": (b'{"ref": "\xff\xfe"}', "body"),
    "a member twice": (json.dumps(REPORT)[:-1].encode() + b', "ref" : "other"}', "ref"),
    "a member twice in a row": (b'{"reports":[{"ref":"1","ref":"2"}]}', "ref"),
    "reports twice": (b'{"reports":[],"reports":[]}', "reports"),
    "member beside reports": (b'{"reports":[],"channel":"x"}', "channel"),
    "reports as text": (b'{"reports":"x"}', "reports"),
    "no reports": (b'{"reports":[]}', "reports"),
    "rows of no kind": (b'{"reports":[1,null,"x"]}', "reports[0].reports"),
    "text of five megabytes": (json.dumps({**REPORT, "text": "x" * 5_000_000}).encode(), "text"),
    "reference of a phone": (json.dumps({**REPORT, "ref": "13812345678"}).encode(), "ref"),
    "unknown datum": (json.dumps({**REPORT, "datum": "mars2000"}).encode(), "datum"),
    "unknown type": (json.dumps({**REPORT, "type": "{{7*191}}"}).encode(), "type"),
    "a name": (json.dumps({**REPORT, "reporter": "somebody"}).encode(), "reporter"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bad_bodies_are_refused_by_name_and_store_nothing(
    app_client: FlaskClient, square_app: Flask, name: str
) -> None:
    body, field = BODIES[name]
    before = stored(square_app)
    answer = app_client.post("/api/reports", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["field"]) == (400, field)
    assert answer.content_type == "application/problem+json"
    assert stored(square_app) == before


def test_a_text_that_looks_like_a_member_is_no_member_twice(app_client: FlaskClient) -> None:
    answer = app_client.post("/api/reports", json={**REPORT, "text": 'It says "ref": "x", "ref": "y"'})
    assert answer.status_code == 201


def test_other_forms_and_sizes_are_refused(app_client: FlaskClient) -> None:
    assert app_client.post("/api/reports", data=json.dumps(REPORT), content_type="text/plain").status_code == 415
    big = b'{"reports":[' + b" " * (16 * 1024 * 1024) + b"]}"
    assert app_client.post("/api/reports", data=big, content_type="application/json").status_code == 413
    assert app_client.post("/api/reports?plan=p1", json=REPORT).status_code == 400


def test_without_a_right_key_nothing_is_taken(square_app: Flask, anonymous: FlaskClient) -> None:
    before = stored(square_app)
    assert anonymous.post("/api/reports", json=REPORT).status_code == 401
    wrong = {"Authorization": "Bearer mk_wrong"}
    assert anonymous.post("/api/reports", json=REPORT, headers=wrong).status_code == 401
    assert sign_in(square_app, "viewer").post("/api/reports", json=REPORT).status_code == 403
    switched_off = channel_client(square_app, "old", active=False)
    assert switched_off.post("/api/reports", json=REPORT).status_code == 403
    assert stored(square_app)[0] == before[0]


def test_a_post_that_may_report_reports_through_the_desk(square_app: Flask) -> None:
    answer = sign_in(square_app, "worker", grid_codes=("22",)).post("/api/reports", json=REPORT)
    incident = square_app.extensions["mapsvc"].store.get_incident(answer.json["id"])
    assert (answer.status_code, incident.channel) == (201, "desk")


def test_a_channel_has_its_pace(square_app: Flask, clock: StillClock) -> None:
    client = channel_client(square_app, per_minute=3)
    for n in range(3):
        assert client.post("/api/reports", json={**REPORT, "ref": f"p{n}"}).status_code == 201
    late = client.post("/api/reports", json={**REPORT, "ref": "p3"})
    assert (late.status_code, late.headers["Retry-After"], late.json["wait_s"]) == (429, "60", 60)
    never = client.post("/api/reports", json={"reports": [{**REPORT, "ref": f"q{n}"} for n in range(4)]})
    assert (never.status_code, never.json["field"]) == (400, "reports")
    clock.time += 60
    assert client.post("/api/reports", json={**REPORT, "ref": "p3"}).status_code == 201


def test_a_public_channel_takes_reports_from_anyone_at_a_pace(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app)
    first = anonymous.post("/api/reports?c=citizens", json=REPORT)
    again = anonymous.post("/api/reports?c=citizens", json=REPORT)
    assert (first.status_code, again.status_code) == (201, 200)
    # who guesses a reference learns no place
    assert (again.json["id"], again.json["grid"], again.json["lon"], again.json["shares"]) == (
        first.json["id"],
        "22",
        None,
        [],
    )
    codes = [anonymous.post("/api/reports?c=citizens", json={**REPORT, "ref": f"n{n}"}).status_code for n in range(9)]
    assert codes == [201] * 8 + [429]
    elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
    assert (
        anonymous.post("/api/reports?c=citizens", json={**REPORT, "ref": "e"}, environ_base=elsewhere).status_code
        == 201
    )


def test_a_channel_that_is_not_public_needs_its_key(square_app: Flask, anonymous: FlaskClient) -> None:
    channel_client(square_app, "app")
    public_channel(square_app, "closed", active=False)
    for code in ("app", "closed", "nothing", ""):
        assert anonymous.post(f"/api/reports?c={code}", json=REPORT).status_code == 401


def test_a_page_of_another_site_cannot_report_for_a_stranger(square_app: Flask, anonymous: FlaskClient) -> None:
    public_channel(square_app)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert anonymous.post("/api/reports?c=citizens", json=REPORT, headers=headers).status_code == 403


def test_a_photo_comes_back_as_a_bare_jpeg_that_can_run_nothing(
    square_app: Flask, app_client: FlaskClient, client: FlaskClient
) -> None:
    incident = app_client.post("/api/reports", json=REPORT).json["id"]
    added = send_photo(app_client, incident, picture("PNG"))
    assert (added.status_code, added.json["width_px"], added.json["height_px"]) == (201, 320, 200)
    assert send_photo(app_client, incident, picture("PNG")).status_code == 200
    shown = client.get(f"/api/photos/{added.json['id']}")
    assert shown.status_code == 200
    assert shown.content_type == "image/jpeg"
    assert shown.data.startswith(b"\xff\xd8\xff")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    tag = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(f"/api/photos/{added.json['id']}", headers=tag).status_code == 304
    assert app_client.get(f"/api/photos/{added.json['id']}").status_code == 403


@pytest.mark.parametrize("name", ["heic", "svg", "gif", "jpeg and zip", "png and page", "pixel bomb", "cut off jpeg"])
def test_a_wrong_photo_is_refused_and_changes_nothing(app_client: FlaskClient, square_app: Flask, name: str) -> None:
    incident = app_client.post("/api/reports", json=REPORT).json["id"]
    before = stored(square_app)
    answer = send_photo(app_client, incident, wrong_ones()[name])
    assert (answer.status_code, answer.json["field"]) == (400, "photo")
    assert stored(square_app) == before


def test_too_big_no_and_two_photos_are_refused(app_client: FlaskClient) -> None:
    incident = app_client.post("/api/reports", json=REPORT).json["id"]
    path = f"/api/reports/{incident}/photos"
    for size in (12 * 1024 * 1024 + 1, 30_000_000):
        answer = send_photo(app_client, incident, b"\xff\xd8\xff" + b"\0" * size)
        assert (answer.status_code, answer.json["field"]) == (400, "photo")
    for form in ({}, {"file": (io.BytesIO(b"x"), "x")}, {"photo": "text"}, {"photo": [(io.BytesIO(b"x"), "x")] * 2}):
        answer = app_client.post(path, data=form, content_type="multipart/form-data")
        assert (answer.status_code, answer.json["field"]) == (400, "photo")
    assert app_client.post(path, json={}).status_code == 415
    assert send_photo(app_client, "i999", picture()).status_code == 404


def test_a_stranger_adds_photos_to_a_report_whose_reference_it_knows(
    square_app: Flask, anonymous: FlaskClient, app_client: FlaskClient
) -> None:
    public_channel(square_app)
    mine = anonymous.post("/api/reports?c=citizens", json=REPORT).json["id"]
    other = app_client.post("/api/reports", json=REPORT).json["id"]
    assert send_photo(anonymous, mine, picture(), "?c=citizens").status_code == 404
    assert send_photo(anonymous, mine, picture(), "?c=citizens&api_key=").status_code in (400, 404)
    assert send_photo(anonymous, other, picture(), "?c=citizens", ref="r-1").status_code == 404
    assert send_photo(anonymous, mine, picture(), "?c=citizens", ref="r-1").status_code == 201


def test_photos_of_a_sensitive_matter_are_kept_by_no_cache(square_app: Flask, app_client: FlaskClient) -> None:
    incident = app_client.post("/api/reports", json={**REPORT, "type": "dispute"}).json["id"]
    photo = send_photo(app_client, incident, picture()).json["id"]
    worker = sign_in(square_app, "worker", post="chief-22")
    assert worker.get(f"/api/photos/{photo}").status_code == 403
    store: MemoryStore = square_app.extensions["mapsvc"].store
    calls = (Call("post:chief-22", lead=True, called_at=NOW),)
    revision = store.get_case(incident).revision
    store.change_incidents([Change(incident, revision, "incident.dispatched", calls=calls)], at=NOW, post="test")
    assert "no-store" in worker.get(f"/api/photos/{photo}").headers["Cache-Control"]
