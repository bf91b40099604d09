"""Two communities that differ in one sensitive matter alone: who is not called to it cannot tell them apart."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from casefile import act, staff, step
from drafting import Planner
from flask import Flask
from flask.testing import FlaskClient
from reporting import channel_client
from signed import sign_in
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.geo.datum import from_wgs84
from mapsvc.model.task_type import TaskType
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

NEVER = (
    "/api/stream",
    "/api/drafts/DRAFT/export",
    "/api/openapi.json",
    "/ui/",
    "/assets/",
    "/api/keys",
    "/ready",
    "/health",
)
"""What is endless, carries nothing of incidents, or is random: keys, and files with the time they were made at."""
LISTS = ("/api/incidents", "/api/counts", "/api/coverage", "/api/desk", "/api/hotspots", "/tiles/density")
FILLED = {"incident_id": "i9", "code": "22", "plan": "p1", "photo_id": "none", "form": "json", "media": "png"}


@dataclass(frozen=True)
class Secret:
    """What only the police may know of i9."""

    lon: float
    lat: float
    accuracy_m: float
    title: str
    text: str
    address: str
    ref: str
    note: str
    shade: int

    @property
    def marks(self) -> list[str]:
        """Words and digits that give it away, in every datum of the maps."""
        places = [(self.lon, self.lat), *(from_wgs84(self.lon, self.lat, datum) for datum in ("gcj02", "bd09"))]
        digits = [f"{float(value):.7f}"[:-2] for place in places for value in place]
        return [self.title, self.text, self.address, self.ref, self.note, *digits]


EAST = Secret(WEST + 1.71371 * STEP, SOUTH + 1.37317 * STEP, 7, "Xylograph", "Quokka", "Zanzibar 77", "q-1", "Vole", 0)
NORTH = Secret(
    WEST + 1.29193 * STEP, SOUTH + 1.71933 * STEP, 9, "Palimpsest", "Numbat", "Timbuktu 8", "w-2", "Ibex", 99
)
SPLIT = [[WEST + STEP, SOUTH + 1.55 * STEP], [WEST + 2 * STEP, SOUTH + 1.55 * STEP]]
"""Divides the two places, which lie in one grid."""


@dataclass(frozen=True)
class World:
    app: Flask
    services: Services
    secret: Secret
    clients: dict[str, FlaskClient]
    draft: str = "none"

    @property
    def admin(self) -> FlaskClient:
        return self.clients["admin"]

    @property
    def police(self) -> FlaskClient:
        return self.clients["police"]


def world(tmp_path: Path, secret: Secret) -> World:
    """The square with a sensitive matter that was reported, photographed, noted and dispatched; and an edited draft."""
    services = assemble(Config(tmp_path), fill(MemoryStore()), StillClock())
    staff(services.store)
    app = create_app(services.config, services)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    place = {"datum": "wgs84", "lon": secret.lon, "lat": secret.lat, "accuracy_m": secret.accuracy_m}
    words = {"ref": secret.ref, "title": secret.title, "text": secret.text, "address": secret.address}
    sender = channel_client(app, per_minute=600)
    told = sender.post("/api/reports", json={"type": "dispute", **words, **place})
    assert (told.status_code, told.json["id"], told.json["grid"]) == (201, "i9", "22"), told.text
    photo = (io.BytesIO(jpeg(secret.shade)), "a.jpg")
    assert sender.post("/api/reports/i9/photos", data={"photo": photo}).status_code == 201
    clients = {role: sign_in(app, role) for role in ("viewer", "dispatcher", "planner", "admin")}
    clients["channel"] = sender
    clients["worker"] = sign_in(app, "worker", grid_codes=("22",), post="w22", department="works")
    clients["police"] = sign_in(app, "worker", grid_codes=("22",), department="police")
    admin, police = clients["admin"], clients["police"]
    assert act(admin, "i9", "dispatch", {"targets": ["department:police"], "reason": secret.note}).status_code == 200
    assert step(police, "i9", "take", note=secret.note).status_code == 200
    planner = Planner(admin)
    assert (
        planner.edit({"kind": "split", "code": "22", "line": SPLIT, "new_code": "24"}, "Two parts").status_code == 201
    )
    return World(app, services, secret, clients, planner.id)


def jpeg(shade: int) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (16, 16), (shade, 0, 0)).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    return world(tmp_path_factory.mktemp("east"), EAST), world(tmp_path_factory.mktemp("north"), NORTH)


def paths(app: Flask) -> list[str]:
    """Every address that is read, its places filled in; "DRAFT" stands for the draft."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(
            r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>",
            lambda it: FILLED.get(it[1], "DRAFT" if it[1] == "draft_id" else "2"),
            rule.rule,
        )
        if "GET" in (rule.methods or ()) and not path.startswith(NEVER):
            found.append(path)
    return [*found, "/open311/v2/requests.xml", "/open311/v2/requests/i9.xml", *tiles()]


def plain(app: Flask) -> list[str]:
    """Those that look otherwise to another role: sheets and tiles do not."""
    return [path for path in paths(app) if not path.startswith(("/print/", "/tiles/"))]


def tiles() -> list[str]:
    """The density tiles over the community at three zooms."""
    import math

    lon, lat = WEST + 1.5 * STEP, math.radians(SOUTH + 1.5 * STEP)
    at = [((lon + 180) / 360, (1 - math.asinh(math.tan(lat)) / math.pi) / 2)]
    return [f"/tiles/density/{z}/{int(x * 2**z)}/{int(y * 2**z)}.png" for z in (12, 14, 15) for x, y in at]


def questions(app: Flask) -> list[str]:
    """Each address bare and, where incidents are asked for, in every way that could corner one of them."""
    half = SOUTH + 1.55 * STEP
    boxes = [f"bbox={WEST},{low},{WEST + 3 * STEP},{high}" for low, high in ((SOUTH, half), (half, SOUTH + 3 * STEP))]
    ways = ["type=dispute", "plan=DRAFT", "plan=DRAFT&type=dispute", "plan=DRAFT&grid=24", "certainty=boundary", *boxes]
    lists = [
        *(f"queue={one}" for one in ("boundary", "mine", "unassigned")),
        "order=urgent",
        "datum=gcj02",
        "datum=bd09",
    ]
    found = []
    for path in paths(app):
        found.append(path)
        if path.startswith(LISTS):
            found += [f"{path}?{way}" for way in ways]
        if path == "/api/incidents":
            found += [f"{path}?{way}" for way in lists]
        if path in ("/api/counts", "/api/coverage", "/api/hotspots"):
            found += [f"{path}?format={form}{more}" for form in ("csv", "geojson") for more in ("", "&plan=DRAFT")]
    return found + EXTRA


EXTRA = [
    "/api/counts?by=grid&plan=DRAFT&type=dispute",
    "/api/crosswalk?with=DRAFT",
    "/api/compare?with=DRAFT",
    "/api/grids/24?plan=DRAFT",
    "/api/incidents/i9?plan=DRAFT",
    "/api/hotspots?by=grid",
    "/api/replay?day=2026-11-23",
    "/api/events?after=0&limit=1000",
    "/api/events?after=20",
    "/api/geocode?q=Zanzibar+77",
    "/api/geocode?q=Timbuktu+8",
    "/print/proof.png?incident=i9",
    "/api/cases/i9/recommend",
    "/api/cases/i3",
    "/command?sel=inc:i9",
]


def answer(one: World, client: FlaskClient, question: str) -> tuple[int, str]:
    """Status and body, without what is random in every answer."""
    told = client.get(question.replace("DRAFT", one.draft), headers={"Accept": "text/html,application/json"})
    body = told.get_data().decode("latin-1").replace(one.draft, "DRAFT")
    return told.status_code, re.sub(r'nonce="[^"]*"|"ms":[\d.]+', "", body)


def test_no_answer_tells_a_word_or_a_digit_of_it(worlds: tuple[World, World]) -> None:
    one = worlds[0]
    asked = 0
    for role, client in one.clients.items():
        if role == "police":
            continue
        for question in questions(one.app) if role == "admin" else [*plain(one.app), *EXTRA]:
            status, body = answer(one, client, question)
            assert status < 500, (role, question, body)
            found = [mark for mark in one.secret.marks if mark in body and mark not in question.replace("+", " ")]
            assert found == [], (role, question)
            asked += status == 200
    assert asked > 300


def test_the_called_see_what_was_hidden(worlds: tuple[World, World]) -> None:
    for one in worlds:
        told = answer(one, one.police, "/api/cases/i9")[1]
        for word in (one.secret.title, one.secret.text, one.secret.address, one.secret.note):
            assert word in told
        assert answer(one, one.police, "/print/proof.png?incident=i9")[0] == 200


def test_every_answer_is_the_same_wherever_it_lies_in_its_grid(worlds: tuple[World, World]) -> None:
    different = []
    for question in questions(worlds[0].app):
        here, there = (answer(one, one.admin, question) for one in worlds)
        if here != there:
            different.append(question)
    assert different == []


def written(one: World, rest: str, body: Any) -> Any:
    planner = f"/api/drafts/{one.draft}"
    tag = one.admin.get(planner).headers["ETag"]
    told = one.admin.post(planner + rest, json=body, headers={"If-Match": tag})
    assert told.status_code < 300, told.text
    return re.sub(r'"ms":[\d.]+', "", told.text.replace(one.draft, "DRAFT"))


def test_no_preview_of_a_draft_tells_on_which_side_of_a_line_it_lies(worlds: tuple[World, World]) -> None:
    middle = WEST + 1.5 * STEP
    across = {"kind": "split", "code": "22", "line": [[middle, SOUTH + STEP], [middle, SOUTH + 1.55 * STEP]]}
    merge = {"kind": "merge", "codes": ["22", "23"], "survivor": "23"}
    for rest, body in (("/preview", {"command": across, "n": 1}), ("/preview", {"command": merge, "n": 2})):
        here, there = (written(one, rest, body) for one in worlds)
        assert here == there


def test_the_journal_over_sse_is_the_same_too(worlds: tuple[World, World]) -> None:
    """Streams, polling and webhooks send the same bytes."""
    here, there = (b"".join(told.body for told in one.services.live.events(0, 1000)) for one in worlds)
    assert here == there


def test_a_report_that_is_sent_again_is_not_told_its_place(worlds: tuple[World, World]) -> None:
    """Whoever knows the key and the reference of a channel may be another one by now."""
    for one in worlds:
        again = {
            "ref": one.secret.ref,
            "type": "dispute",
            "title": "Again",
            "datum": "wgs84",
            "lon": WEST,
            "lat": SOUTH,
        }
        told = one.clients["channel"].post("/api/reports", json=again)
        assert (told.status_code, told.json["id"], told.json["lon"], told.json["shares"]) == (200, "i9", None, [])
        assert [mark for mark in one.secret.marks if mark in told.text] == []


def test_exports_are_the_same_wherever_it_lies(worlds: tuple[World, World], tmp_path: Path) -> None:
    told = []
    for number, one in enumerate(worlds):
        for ending in ("csv", "geojson"):
            file = tmp_path / f"{number}.{ending}"
            one.services.exchange.export(file, layer="incidents")
            told.append(file.read_text(encoding="utf-8"))
            assert [mark for mark in one.secret.marks if mark in told[-1]] == []
    assert told[:2] == told[2:]


def test_a_type_that_became_sensitive_hides_its_matters_in_exports_and_receipts(tmp_path: Path) -> None:
    services = assemble(Config(tmp_path), fill(MemoryStore()), StillClock())
    app = create_app(services.config, services)
    sender = channel_client(app)
    place = {"datum": "wgs84", "lon": EAST.lon, "lat": EAST.lat}
    report = {"ref": EAST.ref, "type": "lamp", "title": EAST.title, "text": EAST.text, **place}
    assert sender.post("/api/reports", json=report).json["lon"] is not None
    services.store.put_task_types([TaskType("lamp", "Lamp", sensitive=True)], at=1, post="test")
    assert sender.post("/api/reports", json=report).json["lon"] is None
    services.exchange.export(tmp_path / "all.csv", layer="incidents")
    told = (tmp_path / "all.csv").read_text(encoding="utf-8")
    assert "i9" in told
    assert [mark for mark in (EAST.title, EAST.text, EAST.ref) if mark in told] == []
