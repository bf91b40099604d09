"""What a planner or an attacker sends by mistake or on purpose: an answer that says why, and the draft as it was."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from signed import PASSWORD, sign_in
from square import SOUTH, STEP, WEST, StillClock, fill
from web.drafting import Planner

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

TODAY = "2026-11-23"
MIDDLE = (WEST + STEP, SOUTH + 2 * STEP)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return assemble(Config(tmp_path_factory.mktemp("bad")), fill(MemoryStore()), StillClock())


@pytest.fixture(scope="module")
def client(services: Services) -> FlaskClient:
    app = create_app(services.config, services)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return sign_in(app)


@pytest.fixture
def planner(client: FlaskClient) -> Planner:
    return Planner(client)


@pytest.fixture(scope="module")
def untouched(client: FlaskClient) -> Planner:
    """A draft that every refused call leaves as it is."""
    return Planner(client, "Untouched")


def kept(planner: Planner) -> tuple[Any, ...]:
    """Revision, edits, lines and file of a draft."""
    path = f"/api/drafts/{planner.id}"
    file = planner.client.get(f"{path}/export?format=geojson").data
    return planner.get("")["revision"], planner.get("")["edits"], planner.get("/arcs"), file


def at(column: float, row: float) -> list[float]:
    return [WEST + column * STEP, SOUTH + row * STEP]


def ring(*corners: tuple[float, float]) -> Json:
    return {"type": "Polygon", "coordinates": [[at(*corner) for corner in (*corners, corners[0])]]}


BOW = [at(0.5, 1.5), at(1.8, 1.2), at(1.2, 1.9), at(1.5, 0.5), at(1.5, 2.5)]
REFUSED: dict[str, Json] = {
    "a split by a line that crosses itself": {"kind": "split", "code": "22", "line": BOW},
    "a split beside the grid": {"kind": "split", "code": "22", "line": [at(5, 5), at(6, 6)]},
    "a split through a corner only": {"kind": "split", "code": "22", "line": [at(0.5, 1.5), at(1.5, 0.5)]},
    "a split along an edge": {"kind": "split", "code": "22", "line": [at(1, 1), at(2, 1)]},
    "a split that ends inside": {"kind": "split", "code": "22", "line": [at(0.5, 1.5), at(1.5, 1.5)]},
    "a split by a point": {"kind": "split", "code": "22", "line": [at(1.5, 1.5), at(1.5, 1.5)]},
    "a merge of grids apart": {"kind": "merge", "codes": ["11", "33"], "survivor": "11"},
    "a merge over a corner": {"kind": "merge", "codes": ["11", "22"], "survivor": "11"},
    "a merge with nobody": {"kind": "merge", "codes": ["11", "99"], "survivor": "11"},
    "a reshape of grids apart": {"kind": "reshape", "between": ["11", "33"], "line": [at(0, 0), at(1, 1)]},
    "a reshape that cuts nothing off": {"kind": "reshape", "between": ["11", "12"], "line": [at(1, 0), at(1, 1)]},
    "a transfer of a bow": {"kind": "transfer", "to": "11", "area": ring((0, 0), (1, 1), (1, 0), (0, 1))},
    "a transfer of nothing new": {"kind": "transfer", "to": "11", "area": ring((0.2, 0.2), (0.8, 0.2), (0.5, 0.8))},
    "a transfer of a whole grid": {"kind": "transfer", "to": "11", "area": ring((1, 0), (2, 0), (2, 1), (1, 1))},
    "a transfer that leaves an island": {
        "kind": "transfer",
        "to": "11",
        "area": ring((1.4, 1.4), (1.6, 1.4), (1.6, 1.6), (1.4, 1.6)),
    },
    "a frame that orphans grids": {"kind": "frame", "frame": ring((0, 0), (2, 0), (2, 3), (0, 3))},
    "a frame elsewhere": {"kind": "frame", "frame": ring((10, 10), (11, 10), (11, 11))},
    "a code of another": {"kind": "attributes", "code": "11", "values": {"code": "12"}},
    "a name with a turn of direction": {"kind": "attributes", "code": "11", "values": {"name": "\u202eevil"}},
    "a code of control characters": {"kind": "split", "code": "22", "line": [at(1.5, 0.9), at(1.5, 2.1)],
                                     "new_code": "\u200b"},
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_break_the_map_is_refused_with_its_place_and_the_draft_is_as_it_was(
    untouched: Planner, name: str
) -> None:
    before = kept(untouched)
    for rest in ("/edits", "/preview"):
        body = {"command": REFUSED[name]} | ({"reason": "why"} if rest == "/edits" else {})
        answer = untouched.send(rest, body)
        assert answer.status_code == 422, (rest, answer.text)
        assert answer.content_type == "application/problem+json"
        findings = answer.json["findings"]
        assert findings["type"] == "FeatureCollection"
        assert findings["features"]
        assert all(one["properties"]["message"] for one in findings["features"])
        assert answer.json["detail"].endswith(".")
    assert kept(untouched) == before


def dense(shape: str, vertices: int = 60_000) -> Json:
    places = [[round(WEST + 3 * STEP * i / vertices, 6), round(SOUTH + 1.5 * STEP, 6)] for i in range(vertices)]
    if shape == "transfer":
        return {"kind": shape, "to": "22", "area": {"type": "Polygon", "coordinates": [[*places, at(1, 2), places[0]]]}}
    if shape == "frame":
        return {"kind": shape, "frame": {"type": "Polygon", "coordinates": [[*places, at(1, 2), places[0]]]}}
    given: dict[str, Json] = {
        "split": {"code": "22"},
        "reshape": {"between": ["12", "22"]},
        "snap": {"arc": 8, "within_m": 50},
    }
    return {"kind": shape, "line": places, **given[shape]}


@pytest.mark.parametrize("shape", ["split", "reshape", "snap", "transfer", "frame"])
def test_a_line_of_many_thousand_vertices_is_refused_without_much_work(untouched: Planner, shape: str) -> None:
    import time

    command = dense(shape)
    before, begun = kept(untouched), time.process_time()
    answer = untouched.edit(command, "why")
    assert time.process_time() - begun < 3
    assert answer.status_code in (400, 422)
    assert answer.json["detail"]
    assert kept(untouched) == before


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e308", "9" * 400, "null", '"1"', "true", "[1]"]
PLACES = {
    "move": '{"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [%s, 39.74]}]}',
    "split": '{"kind": "split", "code": "22", "line": [[98.5, %s], [98.6, 39.75]]}',
    "transfer": '{"kind": "transfer", "to": "11", "area": {"type": "Polygon", "coordinates": [[[%s, 1], [2, 3]]]}}',
    "snap": '{"kind": "snap", "arc": 0, "within_m": %s}',
    "add": '{"kind": "add_vertex", "arc": 0, "index": %s, "at": [98.5, 39.74]}',
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_number_is_refused_wherever_it_stands(untouched: Planner, place: str) -> None:
    before = kept(untouched)
    for number in NUMBERS:
        body = '{"command": %s, "reason": "why"}' % (PLACES[place] % number)
        answer = untouched.client.post(
            f"/api/drafts/{untouched.id}/edits",
            data=body,
            content_type="application/json",
            headers={"If-Match": f'"r{before[0]}"'},
        )
        assert answer.status_code == 400, (number, answer.text)
        assert answer.json["field"]
    assert kept(untouched) == before


def move(planner: Planner) -> Json:
    return planner.move_end("21", "22", *at(1.6, 1.55), near=MIDDLE)


WRITES: dict[str, tuple[str, str, Json]] = {
    "edit": ("POST", "/edits", {"command": {"kind": "attributes", "code": "11", "values": {"name": "N"}}}),
    "undo": ("POST", "/undo", {}),
    "redo": ("POST", "/redo", {}),
    "explain": ("POST", "/edits/1", {"reason": "why"}),
    "facts": ("PATCH", "", {"name": "Other"}),
    "lock": ("PATCH", "", {"locked": ["11"]}),
    "review": ("POST", "/review", {"valid_from": TODAY, "edition_name": "E"}),
    "return": ("POST", "/return", {"note": "no"}),
    "publish": ("POST", "/publish", {"password": PASSWORD}),
    "rebase": ("POST", "/rebase", {}),
    "merge": ("POST", "/merge", {"draft": "untouched"}),
    "discard": ("DELETE", "", {}),
}


def wrong(planner: Planner, *names: str) -> None:
    """Each of these calls is a conflict in the state the draft is in, and changes nothing."""
    before = kept(planner)
    for name in names:
        method, rest, body = WRITES[name]
        answer = planner.send(rest, body, method=method)
        assert answer.status_code == 409, (name, answer.text)
        assert answer.content_type == "application/problem+json"
    assert kept(planner) == before


def bring_to_publication(planner: Planner, name: str) -> None:
    assert planner.edit(move(planner), "why").status_code == 201
    wrong(planner, "publish", "return")
    assert planner.to_review(TODAY, name).status_code == 200
    wrong(planner, "edit", "undo", "redo", "explain", "facts", "lock", "review", "merge")


@pytest.mark.usefixtures("untouched")
def test_each_state_of_a_draft_takes_only_what_belongs_to_it(client: FlaskClient, services: Services) -> None:
    planner = Planner(client, "States")
    bring_to_publication(planner, "Ändern {{7919*7907}} <b>")
    seq = services.store.seq()
    done = planner.send("/publish", {"password": PASSWORD})
    assert done.status_code == 201
    plan_id = done.json["plan"]
    assert quote(plan_id, safe="") == plan_id
    wrong(planner, *WRITES)
    # The edition, and the open incidents that it gives another grid.
    assert {event.kind for event in services.store.list_events(after=seq)} == {"plan.published", "incident.rerouted"}
    shown = next(one for one in client.get("/api/plans").json["plans"] if one["id"] == plan_id)
    assert shown["name"] == "Ändern {{7919*7907}} <b>"
    gone = Planner(client, "Gone")
    assert gone.send("", method="DELETE").status_code == 200
    wrong(gone, *WRITES)


TEXTS = ["{{7919*7907}}", "{% raw", "<script>alert(1)</script>", "${7919*7907}", "$\\frac{$", "'; DROP TABLE plan;--",
         "a/b", "../../etc", "=cmd|'/C calc'!A0", "%00", "𠜎中文 العربية"]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_only_text_on_every_page_and_in_every_file(
    client: FlaskClient, planner: Planner, text: str
) -> None:
    values = {"code": text, "name": text, "name_zh": text, "theme": text, "unit": text}
    assert planner.edit({"kind": "attributes", "code": "13", "values": values}, text).status_code == 201
    assert planner.send("", {"name": text, "edition_name": text}, method="PATCH").status_code == 200
    code, plan = quote(text.strip(), safe=""), f"plan={planner.id}"
    draft = f"/api/drafts/{planner.id}"
    for path in (
        *(f"{draft}{rest}" for rest in ("", "/arcs", "/effect", "/findings", "/export?format=geojson")),
        f"/planner/{planner.id}",
        f"/api/desk?{plan}",
        f"/api/grids/{code}?{plan}",
        f"/print/plan.png?{plan}",
        f"/print/grid/{code}.png?{plan}",
        f"/api/compare?plan=p1&with={planner.id}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        if answer.mimetype in ("text/html", "application/json", "application/geo+json"):
            assert "62615533" not in answer.text
        if answer.mimetype == "text/html":
            assert "<script>alert" not in answer.text
    file = client.get(f"{draft}/export?format=gpkg")
    headers = {"If-Match": file.headers["ETag"]}
    back = client.post(f"{draft}/import", data={"file": (io.BytesIO(file.data), "a.gpkg")}, headers=headers)
    assert back.status_code == 200, back.text


@pytest.mark.parametrize("text", ["a\u0000b", "a\tb", "\u202eabc", "a\u2066b", "a\u007fb", "a\u0085b", "a\u2028b"])
def test_letters_that_steer_are_refused_in_every_text(planner: Planner, text: str) -> None:
    before = kept(planner)
    for method, rest, body in (
        ("PATCH", "", {"name": text}),
        ("PATCH", "", {"edition_name": text}),
        ("POST", "/edits", {"command": WRITES["edit"][2]["command"], "reason": text}),
        ("POST", "/review", {"valid_from": TODAY, "edition_name": text}),
    ):
        answer = planner.send(rest, body, method=method)
        assert answer.status_code == 400, (rest, answer.text)
        assert answer.json["field"] in body
    assert kept(planner) == before
    assert planner.client.post("/api/drafts", json={"name": text}).status_code == 400


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def with_first_ring(file: bytes, change: Callable[[Any], Any]) -> bytes:
    grids = json.loads(file)
    rings = grids["features"][0]["geometry"]["coordinates"]
    rings[0] = change(rings[0])
    return json.dumps(grids).encode()


_LAYER = b'<OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
VRT = b"<OGRVRTDataSource>" + _LAYER + b"</OGRVRTDataSource>"
FILES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a bomb": ("a.zip", lambda file: zipped(**{"a.shp": bytes(300_000_000), "a.dbf": b""})),
    "a way out of the folder": ("a.zip", lambda file: zipped(**{"..__..__a.shp": b"x"})),
    "a virtual file": ("a.geojson", lambda file: VRT),
    "half a file": ("a.geojson", lambda file: file[: len(file) // 2]),
    "a deep file": ("a.geojson", lambda file: b'{"a":' * 3000 + b"1" + b"}" * 3000),
    "a geopackage that is none": ("a.gpkg", lambda file: b"SQLite format 3\0" + bytes(5000)),
    "a bow": ("a.geojson", lambda file: with_first_ring(file, lambda it: [it[0], it[2], it[1], it[3], it[0]])),
    "not a number": ("a.geojson", lambda file: with_first_ring(file, lambda it: [[float("nan"), 1.0], *it[1:]])),
    "too far": ("a.geojson", lambda file: with_first_ring(file, lambda it: [[1e308, 1.0], *it[1:]])),
    "a grid too many": (
        "a.geojson",
        lambda file: json.dumps({**json.loads(file), "features": json.loads(file)["features"] * 2}).encode(),
    ),
    "a grid too few": (
        "a.geojson",
        lambda file: json.dumps({**json.loads(file), "features": json.loads(file)["features"][1:]}).encode(),
    ),
    "nothing": ("a.geojson", lambda file: b'{"type": "FeatureCollection", "features": []}'),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_and_the_draft_is_as_it_was(untouched: Planner, name: str) -> None:
    before = kept(untouched)
    ending, make = FILES[name]
    answer = untouched.client.post(
        f"/api/drafts/{untouched.id}/import",
        data={"file": (io.BytesIO(make(before[3])), ending)},
        headers={"If-Match": f'"r{before[0]}"'},
    )
    assert answer.status_code in (400, 413, 422), answer.text[:500]
    assert answer.content_type == "application/problem+json"
    assert str(Path("/etc")) not in answer.text
    assert kept(untouched) == before
