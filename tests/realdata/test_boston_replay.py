"""Boston 311 of 2015 replayed: opened, dispatched with the file's target, and closed by a clock that follows the file.

The file says of each request whether it was on time (OnTime_Status). What it means was worked out from the file: a
closed one is ONTIME where CLOSED_DT <= TARGET_DT, an open one where its target lies after the day the file was made
(between 2016-01-12 22:53 and 2016-01-13 08:02). Differences and their counts: docs/methods/workflow.md.
"""

from __future__ import annotations

import csv
import gzip
import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from flask.testing import FlaskClient
from signed import sign_in
from square import StillClock

from mapsvc.app import create_app
from mapsvc.casework.apply import apply
from mapsvc.casework.rules import Rules
from mapsvc.casework.steps import decide, decide_dispatch
from mapsvc.config import Config
from mapsvc.files.reader import SandboxReader
from mapsvc.model.account import CLI
from mapsvc.model.case import Case
from mapsvc.model.community import Community
from mapsvc.model.incident import Incident
from mapsvc.model.place import Method, Place
from mapsvc.model.post import Department
from mapsvc.model.step import Step
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.services.exchange.profile import read_profile
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

pytestmark = pytest.mark.realdata
ROOT = Path(__file__).resolve().parents[2]
TZ = ZoneInfo("America/New_York")
MADE_AT = int(datetime(2016, 1, 13, tzinfo=TZ).timestamp())
FEW, MANY = 150, 3000


@dataclass(frozen=True, slots=True)
class Row:
    ref: str
    opened: int
    target: int | None
    closed: int | None
    said: str
    reason: str
    title: str
    address: str
    lon: float
    lat: float

    @property
    def limited(self) -> bool:
        return self.target is not None

    @property
    def ended(self) -> int | None:
        """When a replay closes it: never before it was opened, which the file has 197 times."""
        return None if self.closed is None else max(self.closed, self.opened)


def moment(text: str) -> int | None:
    return int(datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=TZ).timestamp()) if text else None


@pytest.fixture(scope="module")
def lines(shared: Path) -> list[dict[str, str]]:
    with gzip.open(shared / "data/points/boston_311_2015.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def row_of(one: dict[str, str]) -> Row:
    return Row(
        one["CASE_ENQUIRY_ID"],
        moment(one["OPEN_DT"]) or 0,
        moment(one["TARGET_DT"]),
        moment(one["CLOSED_DT"]),
        one["OnTime_Status"],
        one["REASON"],
        one["TYPE"],
        one["Location"],
        float(one["LONGITUDE"]),
        float(one["LATITUDE"]),
    )


def verdict(due_at: int | None, closed_at: int | None) -> str:
    """ONTIME or OVERDUE as our figures judge: closed within the limit, or not yet past it; "" without a clock."""
    if due_at is None:
        return ""
    return "ONTIME" if (MADE_AT if closed_at is None else closed_at) <= due_at else "OVERDUE"


def compare(rows: Iterable[Row], ours: dict[str, str]) -> Counter[tuple[str, str]]:
    return Counter((row.said, ours[row.ref]) for row in rows)


def check(found: Counter[tuple[str, str]]) -> None:
    """Where both say something, both say the same."""
    both = {pair: n for pair, n in found.items() if all(pair)}
    assert both
    assert all(said == ours for said, ours in both), both
    # The file calls what has no target on time; with us nothing is on time that has no clock.
    assert all(said in ("ONTIME", "") for (said, ours), _ in found.items() if not ours)


class Replay:
    """The service over HTTP with a clock that is moved along the file."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.clock = StillClock(int(datetime(2015, 1, 1, tzinfo=TZ).timestamp()))
        store = MemoryStore()
        Exchange(store, SandboxReader(), self.clock).import_boundaries(
            shared / "data/boundaries/boston_neighborhoods.geojson",
            crs=None,
            code="name",
            name=None,
            fix_m=0,
            accept="as published",
            community=Community("Boston", tz="America/New_York"),
        )
        self.profile = read_profile(ROOT / "profiles/boston_311.toml")
        put: dict[str, Any] = {"at": self.clock.now(), "post": "test"}
        store.put_task_types(self.profile.task_types, **put)
        store.put_departments([Department("city", "The city's departments")], **put)
        services = assemble(Config(folder), store, self.clock)
        app = create_app(services.config, services)
        app.testing = True
        self.client: FlaskClient = sign_in(app)
        self.ids: dict[str, str] = {}

    def run(self, rows: list[Row]) -> None:
        events = [(row.opened, 0, number) for number, row in enumerate(rows)]
        events += [(row.ended, 1, number) for number, row in enumerate(rows) if row.ended is not None]
        heapq.heapify(events)
        while events:
            at, ends, number = heapq.heappop(events)
            self.clock.time = at
            (self.close if ends else self.open)(rows[number])
        self.clock.time = MADE_AT

    def open(self, row: Row) -> None:
        types = {name.lower(): code for name, code in self.profile.types.items()}
        report = {
            "ref": row.ref,
            "type": types.get(row.reason.lower(), self.profile.default_type),
            "title": row.title,
            "address": row.address,
            "datum": "wgs84",
            "lon": row.lon,
            "lat": row.lat,
        }
        answer = self.client.post("/api/reports", json=report)
        assert answer.status_code == 201, answer.json
        self.ids[row.ref] = answer.json["id"]
        due = {"due_at": datetime.fromtimestamp(row.target, TZ).isoformat()} if row.target else {}
        self.write(row, 0, "dispatch", {"targets": ["department:city"], **due})

    def close(self, row: Row) -> None:
        self.write(row, 3, "steps", {"step": "take"})
        self.write(row, 4, "steps", {"step": "resolve", "note": "Done"})
        self.write(row, 5, "steps", {"step": "verify_ok"})
        self.write(row, 6, "steps", {"step": "close", "note": "Told"})

    def write(self, row: Row, revision: int, call: str, body: dict[str, Any]) -> None:
        headers = {"If-Match": f'"r{revision}"'}
        answer = self.client.post(f"/api/cases/{self.ids[row.ref]}/{call}", json=body, headers=headers)
        assert answer.status_code == 200, answer.json

    def verdicts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for ref, incident_id in self.ids.items():
            told = self.client.get(f"/api/incidents/{incident_id}").json["properties"]
            due, closed = (
                None if told[name] is None else int(datetime.fromisoformat(told[name]).timestamp())
                for name in ("due_at", "closed_at")
            )
            found[ref] = verdict(due, closed)
            if closed is None and due is not None:
                assert (told["light"] == "red") is (found[ref] == "OVERDUE")
        return found


def replayed(shared: Path, folder: Path, lines: list[dict[str, str]], n: int) -> None:
    rng = np.random.default_rng(311)
    drawn = [row_of(lines[k]) for k in sorted(rng.choice(len(lines), n, replace=False).tolist())]
    replay = Replay(shared, folder)
    replay.run(drawn)
    ours = replay.verdicts()
    check(compare(drawn, ours))
    closed = [row for row in drawn if row.limited and row.closed is not None]
    on_time = replay.client.get("/api/desk?from=2015-01-01&to=2017-01-01").json["figures"]["on_time"]
    # Of those closed, as the file tells; 82 closed ones of it carry no word, all of them late by their own dates.
    said = sum(row.said == "ONTIME" for row in closed)
    assert (on_time["of"], on_time["on_time"]) == (len(closed), said)
    waited = replay.client.get("/api/desk?from=2015-01-01&to=2017-01-01").json["figures"]
    assert (waited["dispatch_n"], waited["dispatch_median_min"]) == (len(drawn), 0.0)


def test_a_few_hundred_requests_replayed_over_http_are_on_time_where_the_file_says_so(
    shared: Path, tmp_path: Path, lines: list[dict[str, str]]
) -> None:
    replayed(shared, tmp_path, lines, FEW)


@pytest.mark.slow
def test_three_thousand_requests_replayed_over_http_are_on_time_where_the_file_says_so(
    shared: Path, tmp_path: Path, lines: list[dict[str, str]]
) -> None:
    replayed(shared, tmp_path, lines, MANY)


@pytest.mark.slow
def test_all_requests_decided_step_by_step_are_on_time_where_the_file_says_so(lines: list[dict[str, str]]) -> None:
    rows = [row_of(one) for one in lines]
    rules = Rules(tz="America/New_York")
    dispatch = Step("dispatch", targets=("department:city",))
    ending = (Step("take"), Step("resolve", note="Done"), Step("verify_ok"), Step("close", note="Told"))
    ours = {}
    for row in rows:
        place = Place(row.lon, row.lat, "wgs84", Method.ADDRESS)
        case = Case(Incident(f"i{row.ref}", "311", row.ref, "roads", row.title, place, row.opened, row.opened))
        step = Step("dispatch", targets=dispatch.targets, due_at=row.target)
        for change in decide_dispatch(case, step, rules, CLI, row.opened):
            case = apply(case, change)
        if row.ended is not None:
            for one in ending:
                case = apply(case, decide(case, one, rules, CLI, row.ended)[0])
        ours[row.ref] = verdict(case.incident.due_at, case.incident.closed_at)
    found = compare(rows, ours)
    check(found)
    # The counts that docs/methods/workflow.md tells.
    assert found == {
        ("ONTIME", "ONTIME"): 63_555,
        ("OVERDUE", "OVERDUE"): 30_446,
        ("ONTIME", ""): 26_991,
        ("", "OVERDUE"): 153,
    }
    assert sum(row.closed is not None and row.closed < row.opened for row in rows) == 197
