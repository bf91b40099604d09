"""A draft leaves and comes back over HTTP; what cannot be taken changes nothing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from square import SOUTH, STEP, WEST

CORNER = [WEST + STEP, SOUTH + STEP]


@pytest.fixture
def draft(client: FlaskClient) -> dict[str, Any]:
    answer = client.post("/api/drafts", json={"name": "Away and back"})
    assert answer.status_code == 201
    return dict(answer.json)


def bring(
    client: FlaskClient, draft: dict[str, Any], body: bytes, name: str = "grids.geojson", **fields: str
) -> tuple[int, dict[str, Any]]:
    answer = client.post(
        f"/api/drafts/{draft['id']}/import",
        data={"file": (io.BytesIO(body), name), **fields},
        headers={"If-Match": f'"r{draft["revision"]}"'},
    )
    return answer.status_code, dict(answer.json)


def exported(client: FlaskClient, draft: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(client.get(f"/api/drafts/{draft['id']}/export?format=geojson").data))


def with_corner_at(collection: dict[str, Any], codes: set[str], lon: float, lat: float) -> bytes:
    for feature in collection["features"]:
        if feature["properties"]["code"] not in codes:
            continue
        for ring in feature["geometry"]["coordinates"]:
            for place, at in enumerate(ring):
                if abs(at[0] - CORNER[0]) < 1e-6 and abs(at[1] - CORNER[1]) < 1e-6:
                    ring[place] = [lon, lat]
    return json.dumps(collection).encode()


@pytest.mark.parametrize(("form", "magic"), [("gpkg", b"SQLite"), ("shp", b"PK"), ("geojson", b'{"type')])
def test_a_draft_comes_as_the_file_that_was_asked_for(
    client: FlaskClient, draft: dict[str, Any], form: str, magic: bytes
) -> None:
    answer = client.get(f"/api/drafts/{draft['id']}/export?format={form}")
    assert answer.status_code == 200
    assert answer.data.startswith(magic)
    assert draft["id"] in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("form", "name"), [("gpkg", "grids.gpkg"), ("shp", "grids.zip"), ("geojson", "grids.geojson")])
def test_an_unedited_file_makes_no_edit(client: FlaskClient, draft: dict[str, Any], form: str, name: str) -> None:
    body = client.get(f"/api/drafts/{draft['id']}/export?format={form}").data
    status, told = bring(client, draft, body, name)
    assert status == 200
    assert told["file"] == {"changed": [], "new": [], "gone": []}
    assert told["revision"] == draft["revision"]


def test_a_corner_moved_in_all_four_grids_is_one_edit_that_undo_takes_back(
    client: FlaskClient, draft: dict[str, Any]
) -> None:
    before = exported(client, draft)
    moved = with_corner_at(exported(client, draft), {"11", "12", "21", "22"}, CORNER[0] + 0.003, CORNER[1])
    status, told = bring(client, draft, moved, reason="surveyed")
    assert status == 201, told
    assert sorted(told["file"]["changed"]) == ["11", "12", "21", "22"]
    assert told["position"] == 1
    headers = {"If-Match": f'"r{told["revision"]}"'}
    assert client.post(f"/api/drafts/{draft['id']}/undo", json={}, headers=headers).status_code == 200
    assert exported(client, draft) == before


def test_a_corner_moved_in_one_grid_is_refused_and_the_draft_stays(client: FlaskClient, draft: dict[str, Any]) -> None:
    before = exported(client, draft)
    status, told = bring(client, draft, with_corner_at(exported(client, draft), {"11"}, CORNER[0] - 0.003, CORNER[1]))
    assert status == 422
    assert told["findings"]["features"][0]["geometry"]
    assert exported(client, draft) == before


@pytest.mark.parametrize(
    ("body", "name", "fields", "status"),
    [
        (b"{}", "grids.geojson", {}, 422),
        (b"", "grids.gpkg", {}, 422),
        (b"PK\x03\x04", "grids.zip", {}, 422),
        (b"x", "grids.exe", {}, 400),
        (b"{}", "grids.geojson", {"fix_m": "99999"}, 400),
        (b"{}", "grids.geojson", {"nonsense": "1"}, 400),
    ],
)
def test_what_is_no_draft_is_refused(
    client: FlaskClient, draft: dict[str, Any], body: bytes, name: str, fields: dict[str, str], status: int
) -> None:
    got, told = bring(client, draft, body, name, **fields)
    assert (got, told["status"]) == (status, status)
    assert client.get(f"/api/drafts/{draft['id']}").json["revision"] == draft["revision"]


def test_a_file_needs_the_revision_it_was_made_for(client: FlaskClient, draft: dict[str, Any]) -> None:
    body = json.dumps(exported(client, draft)).encode()
    path, data = f"/api/drafts/{draft['id']}/import", {"file": (io.BytesIO(body), "grids.geojson")}
    assert client.post(path, data=data).status_code == 428
    assert client.post(path, json={}, headers={"If-Match": '"r1"'}).status_code == 415
    assert client.get("/api/drafts/none/export").status_code == 404
