"""Two servers on one store, and servers that are killed: a draft goes on where it was, bit for bit."""

from __future__ import annotations

import http.client
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redraw.servers import Server, Told, nine_squares, servers
from square import SOUTH, STEP, WEST

HOME = (WEST + STEP, SOUTH + 2 * STEP)


def start(server: Server, name: str = "Shared") -> str:
    told = server.ask("POST", "/api/drafts", {"name": name})
    assert told.status == 201, told.body
    return str(told.json["id"])


def junction(server: Server, draft_id: str) -> tuple[int, int]:
    """An arc and the index of the end that lies nearest to HOME."""
    arcs = server.ask("GET", f"/api/drafts/{draft_id}/arcs").json
    found = []
    for arc in arcs["arcs"]:
        x, y = arcs["origin"]
        places = []
        for dx, dy in zip(arc["steps"][::2], arc["steps"][1::2], strict=True):
            x, y = x + dx, y + dy
            places.append((x / 1e8, y / 1e8))
        if min(arc["left"], arc["right"]) >= 0:
            for index in (0, len(places) - 1):
                far = abs(places[index][0] - HOME[0]) + abs(places[index][1] - HOME[1])
                found.append((far, arc["id"], index))
    return min(found)[1:]


def edit(server: Server, draft_id: str, revision: int, rng: random.Random, reason: str) -> Told:
    arc, index = junction(server, draft_id)
    to = [HOME[0] + rng.uniform(-0.3, 0.3) * STEP, HOME[1] + rng.uniform(-0.3, 0.3) * STEP]
    command = {"kind": "move", "moves": [{"arc": arc, "index": index, "to": to}]}
    return server.write(f"/api/drafts/{draft_id}/edits", {"command": command, "reason": reason}, revision)


def seen(server: Server, draft_id: str) -> tuple[Any, ...]:
    """What a reader is told of a draft: revision, edits, shapes, effect, file."""
    path = f"/api/drafts/{draft_id}"
    head = server.ask("GET", path).json
    effect = server.ask("GET", f"{path}/effect").json
    grids = server.ask("GET", f"/api/grids?plan={draft_id}").json["features"]
    counts = server.ask("GET", f"/api/counts?by=grid&plan={draft_id}").json["rows"]
    edits = [(one["position"], one["reason"], one["moved"]) for one in head["edits"]]
    return head["revision"], head["position"], edits, effect["moved"], effect["area_m2"], grids, counts


def test_two_servers_that_edit_one_draft_by_turns_see_the_same_map(tmp_path: Path) -> None:
    rng = random.Random(1)
    with servers(nine_squares(tmp_path), 2) as pair:
        draft_id = start(pair[0])
        revision = 1
        for turn in range(10):
            writer, other = pair[turn % 2], pair[1 - turn % 2]
            told = edit(writer, draft_id, revision, rng, f"turn {turn}")
            assert told.status == 201, told.body
            late = edit(other, draft_id, revision, rng, "late")
            assert late.status == 412
            assert late.json["revision"] == told.json["revision"]
            revision = told.json["revision"]
        assert seen(pair[0], draft_id) == seen(pair[1], draft_id)
        back = pair[1].write(f"/api/drafts/{draft_id}/undo", {"to": 0}, revision)
        assert back.status == 200
        base = pair[0].ask("GET", "/api/grids").json["features"]
        assert pair[0].ask("GET", f"/api/grids?plan={draft_id}").json["features"] == base


def test_a_server_killed_between_edits_goes_on_where_it_was(tmp_path: Path) -> None:
    rng = random.Random(2)
    with servers(nine_squares(tmp_path), 1) as (server,):
        draft_id = start(server)
        revision = 1
        for turn in range(2):
            for step in range(4):
                told = edit(server, draft_id, revision, rng, f"{turn}.{step}")
                assert told.status == 201
                revision = told.json["revision"]
            before = seen(server, draft_id)
            server.kill()
            server.start()
            assert seen(server, draft_id) == before
        assert len(before[2]) == 8


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_edits_keeps_all_it_acknowledged(tmp_path: Path) -> None:
    import threading
    import time

    rng = random.Random(3)
    with servers(nine_squares(tmp_path), 1) as (server,):
        draft_id, acknowledged = start(server), 0
        for _ in range(12):
            assassin = threading.Timer(rng.uniform(0.05, 1.0), server.kill)
            revision = server.ask("GET", f"/api/drafts/{draft_id}").json["revision"]
            assassin.start()
            with suppress(OSError, http.client.HTTPException):
                while True:
                    told = edit(server, draft_id, revision, rng, "on")
                    assert told.status == 201
                    revision, acknowledged = told.json["revision"], acknowledged + 1
            assassin.join()
            time.sleep(0.05)
            server.start()
            head = server.ask("GET", f"/api/drafts/{draft_id}").json
            assert head["revision"] in (revision, revision + 1)
            assert head["checks"]["whole"]
        assert acknowledged > 5


@pytest.mark.slow
def test_a_draft_of_two_hundred_edits_opens_quickly(tmp_path: Path) -> None:
    import time

    rng = random.Random(4)
    with servers(nine_squares(tmp_path), 1) as (server,):
        draft_id, revision = start(server), 1
        for _ in range(200):
            told = edit(server, draft_id, revision, rng, "step")
            assert told.status == 201
            revision = told.json["revision"]
        before = seen(server, draft_id)
        server.kill()
        server.start()
        begun = time.perf_counter()
        head = server.ask("GET", f"/api/drafts/{draft_id}")
        assert (head.status, head.json["position"]) == (200, 200)
        assert time.perf_counter() - begun < 3
        assert seen(server, draft_id) == before


def test_a_body_in_chunks_has_the_same_limit(tmp_path: Path) -> None:
    with servers(nine_squares(tmp_path), 1) as (server,):
        draft_id = start(server)
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        pieces = iter([b'{"reason": "', *[b"x" * 65_536] * 40, b'"}'])
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked", "If-Match": '"r1"', **server.key}
        link.request("POST", f"/api/drafts/{draft_id}/edits", pieces, headers, encode_chunked=True)
        assert link.getresponse().status == 413
        link.close()
        assert server.ask("GET", f"/api/drafts/{draft_id}").json["revision"] == 1
