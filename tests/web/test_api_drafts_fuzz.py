"""Bad bodies and bad geometry: 4xx with a problem document, and the draft stays as it was."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from drafting import Planner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from square import SOUTH, STEP, WEST

from mapsvc.web.openapi_drafts import PLAN_ROUTES
from mapsvc.wiring import Services

_REFUSED = (400, 403, 404, 405, 409, 412, 413, 415, 422, 428)


@pytest.fixture
def planner(client: FlaskClient) -> Planner:
    return Planner(client)


def raw(planner: Planner, body: bytes, media: str = "application/json", rest: str = "/edits") -> Any:
    return planner.client.post(
        f"/api/drafts/{planner.id}{rest}", data=body, content_type=media, headers={"If-Match": f'"r{planner.revision}"'}
    )


def check_refused(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in (statuses or _REFUSED), answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize(
    "body",
    [
        b'{"command": {"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [NaN, 1]}]}}',
        b'{"command": {"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [Infinity, 1]}]}}',
        b'{"command": {"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [1e999, 1]}]}}',
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"command": 1}',
        b'{"command": {}}',
        b'{"command": {"kind": "explode"}}',
        b'{"comand": {}}',
        b'{"command": {"kind": "move", "moves": []}, "extra": 1}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
    ],
)
def test_a_body_that_is_no_edit_is_refused(planner: Planner, body: bytes) -> None:
    check_refused(raw(planner, body), 400)
    assert planner.revision == 1


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_is_not_read(planner: Planner, media: str) -> None:
    check_refused(raw(planner, b'{"command": {"kind": "move"}}', media), 415)


def test_a_body_beyond_the_limit_is_not_read(planner: Planner) -> None:
    body = json.dumps({"command": {"kind": "split", "code": "22", "line": [[WEST, SOUTH]] * 200_000}}).encode()
    assert len(body) > 2 * 1024 * 1024
    check_refused(raw(planner, body), 413)


LINE = [[WEST + 1.5 * STEP, SOUTH + 0.9 * STEP], [WEST + 1.5 * STEP, SOUTH + 2.1 * STEP]]
RING = [[WEST, SOUTH], [WEST + STEP, SOUTH], [WEST + STEP, SOUTH + STEP], [WEST, SOUTH + STEP], [WEST, SOUTH]]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ({"kind": "move", "moves": [{"arc": -1, "index": 0, "to": [98, 39]}]}, "command.moves[0].arc"),
        ({"kind": "move", "moves": [{"arc": True, "index": 0, "to": [98, 39]}]}, "command.moves[0].arc"),
        ({"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [981, 39]}]}, "command.moves[0].to"),
        ({"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [98]}]}, "command.moves[0].to"),
        ({"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [98, 39], "by": 1}]}, "command.moves[0].by"),
        ({"kind": "move", "moves": {"arc": 0}}, "command.moves"),
        ({"kind": "move", "moves": [{"arc": 0, "index": 0, "to": [98, 39]}] * 1001}, "command.moves"),
        ({"kind": "split", "code": "22", "line": [[98.5, 39.74]]}, "command.line"),
        ({"kind": "split", "line": LINE}, "command.code"),
        ({"kind": "split", "code": "22", "line": LINE, "new_code": "a\nb"}, "command.new_code"),
        ({"kind": "merge", "codes": ["11", "11"], "survivor": "11"}, "command.codes"),
        ({"kind": "merge", "codes": ["11", "12"], "survivor": "13"}, "command.survivor"),
        ({"kind": "reshape", "line": LINE, "between": ["11"]}, "command.between"),
        ({"kind": "transfer", "to": "11", "area": {"type": "Point", "coordinates": [0, 0]}}, "command.area"),
        ({"kind": "transfer", "to": "11", "area": {"type": "Polygon", "coordinates": [RING[:3]]}}, "command.area"),
        ({"kind": "transfer", "to": "11", "area": {"type": "Polygon", "coordinates": [RING[:4]]}}, "command.area"),
        ({"kind": "transfer_blocks", "to": "11", "ids": ["b99999"]}, "command.ids"),
        ({"kind": "transfer_blocks", "to": "11", "ids": ["{{7*191}}"]}, "command.ids"),
        ({"kind": "attributes", "code": "11", "values": {"polygon": "x"}}, "command.values.polygon"),
        ({"kind": "attributes", "code": "11", "values": {}}, "command.values"),
        ({"kind": "snap", "arc": 8, "within_m": 1e6}, "command.within_m"),
        ({"kind": "snap", "arc": 8, "within_m": 5, "street": "none"}, "command.street"),
        ({"kind": "proposal", "proposal": {"kind": "smallest", "revision": 77}, "steps": "all"}, None),
        ({"kind": "proposal", "proposal": {"kind": "other"}, "steps": "all"}, "command.proposal.kind"),
    ],
)
def test_what_is_wrong_in_a_command_is_named(planner: Planner, command: dict[str, Any], field: str | None) -> None:
    told = check_refused(planner.edit(command), 400)
    if field is not None:
        assert told["field"] == field
    assert planner.revision == 1


TWIST = [[WEST, SOUTH], [WEST + STEP, SOUTH + STEP], [WEST + STEP, SOUTH], [WEST, SOUTH + STEP], [WEST, SOUTH]]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        ({"kind": "split", "code": "22", "line": [[98.0, 39.0], [98.1, 39.1]]}, "no_cut"),
        ({"kind": "split", "code": "22", "line": [LINE[0], [LINE[0][0], SOUTH + 1.5 * STEP]]}, "no_cut"),
        ({"kind": "split", "code": "99", "line": LINE}, "no_such_place"),
        ({"kind": "split", "code": "22", "line": LINE, "new_code": "11"}, "duplicate_code"),
        ({"kind": "merge", "codes": ["11", "33"], "survivor": "11"}, "not_neighbours"),
        ({"kind": "move", "moves": [{"arc": 9999, "index": 0, "to": [98.5, 39.75]}]}, "no_such_place"),
        ({"kind": "move", "moves": [{"arc": 8, "index": 99, "to": [98.5, 39.75]}]}, "no_such_place"),
        ({"kind": "transfer", "to": "11", "area": {"type": "Polygon", "coordinates": [TWIST]}}, "invalid_ring"),
        ({"kind": "attributes", "code": "11", "values": {"code": "12"}}, "duplicate_code"),
        ({"kind": "frame", "frame": {"type": "Polygon", "coordinates": [RING]}}, "orphaned"),
        ({"kind": "snap", "arc": 8, "within_m": 5}, "no_cut"),
    ],
)
def test_an_edit_that_would_break_the_map_is_refused_with_its_place(
    planner: Planner, command: dict[str, Any], rule: str
) -> None:
    told = check_refused(planner.edit(command), 422)
    rules = [one["properties"]["rule"] for one in told["findings"]["features"]]
    assert rule in rules, told
    assert planner.revision == 1
    assert planner.get("")["edits"] == []


def test_a_line_of_fifty_thousand_vertices_is_refused(planner: Planner) -> None:
    line = [[round(WEST + i * 3 * STEP / 50_000, 7), round(SOUTH + 1.5 * STEP, 7)] for i in range(50_000)]
    told = check_refused(planner.edit({"kind": "split", "code": "22", "line": line}), 400, 422)
    assert told["detail"]
    assert planner.revision == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["11", "22", "move", "split", "all", "smallest", "{{7*191}}", "<b>", "\x00"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "moves",
    "arc",
    "index",
    "to",
    "at",
    "line",
    "between",
    "street",
    "within_m",
    "code",
    "new_code",
    "codes",
    "survivor",
    "area",
    "givers",
    "ids",
    "values",
    "frame",
    "proposal",
    "steps",
    "pieces_reason",
    "kind",
    "seed",
    "within",
    "grids",
    "revision",
]
KINDS = [
    "move",
    "add_vertex",
    "remove_vertex",
    "reshape",
    "snap",
    "split",
    "merge",
    "transfer",
    "transfer_blocks",
    "attributes",
    "frame",
    "proposal",
    "adopt",
]
PLACE = st.tuples(st.floats(WEST - STEP, WEST + 4 * STEP), st.floats(SOUTH - STEP, SOUTH + 4 * STEP)).map(list)
COMMAND = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS)},
    optional={name: JSON for name in NAMES if name != "kind"}
    | {
        "line": st.lists(PLACE, max_size=5),
        "between": st.just(["11", "12"]),
        "code": st.sampled_from(["11", "22", "99"]),
        "to": PLACE | st.just("22"),
        "arc": st.integers(0, 30),
        "index": st.integers(0, 3),
        "moves": st.lists(
            st.fixed_dictionaries({"arc": st.integers(0, 30), "index": st.integers(0, 3), "to": PLACE}), max_size=3
        ),
    },
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=COMMAND)
def test_no_command_makes_a_mistake_of_ours_show(planner: Planner, command: dict[str, Any]) -> None:
    read = {name: value for name, value in command.items() if _finite(value)}
    answer = planner.edit(read)
    if answer.status_code != 201:
        check_refused(answer)


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


WRITES = [route for route in PLAN_ROUTES if route.method != "get" and not route.file]


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON, match=st.sampled_from(['"r1"', '"r0"', '"r999999999999"', "r1", "*", '"x"', "", 'W/"r1"', None]))
def test_no_write_makes_a_mistake_of_ours_show(planner: Planner, route: Any, body: Any, match: str | None) -> None:
    path = route.path.replace("{draft_id}", planner.id).replace("{position}", "1").replace("{key}", "0f")
    headers = {} if match is None else {"If-Match": match}
    answer = planner.client.open(path, method=route.method.upper(), json=body, headers=headers)
    if answer.status_code >= 300:
        check_refused(answer)


@pytest.mark.parametrize("name", ["nobody", "p1", "..%2f..%2fetc", "{{7*191}}", "a" * 300, "%00"])
def test_a_draft_that_is_not_there_is_404_everywhere(client: FlaskClient, name: str) -> None:
    for rest in ("", "/arcs", "/effect", "/moved", "/changes", "/findings", "/blocks"):
        assert client.get(f"/api/drafts/{name}{rest}").status_code == 404, rest
    for rest in ("/edits", "/undo", "/publish", "/rebase"):
        body = {"command": {"kind": "frame"}} if rest == "/edits" else {}
        answer = client.post(f"/api/drafts/{name}{rest}", json=body, headers={"If-Match": '"r1"'})
        assert answer.status_code == 404, rest


@pytest.mark.parametrize(
    "query",
    [
        "/arcs?z=99",
        "/arcs?bbox=1,2,3",
        "/arcs?zoom=3",
        "/moved?open=yes",
        "/moved?limit=0",
        "/moved?after=i99",
        "/effect?since=0",
    ],
)
def test_parameters_of_the_maps_are_checked(planner: Planner, query: str) -> None:
    assert planner.client.get(f"/api/drafts/{planner.id}{query}").status_code == 400


def test_a_store_without_a_plan_says_so(empty_client: FlaskClient) -> None:
    answer = empty_client.post("/api/drafts", json={"name": "First"})
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/no-plan")
    assert empty_client.get("/api/drafts").json == {"drafts": []}


def test_hostile_names_are_only_text(client: FlaskClient, square_services: Services) -> None:
    planner = Planner(client, "<img src=x onerror=alert(1)> {{7*191}} '; DROP TABLE plan;--")
    assert planner.get("")["name"].startswith("<img")
    assert planner.id == "img-src-x-onerror-alert-1-7-191-drop-tab"
